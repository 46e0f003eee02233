# The waiting list: what people ask and nobody has answered yet.
waiting-title = Waiting for an answer
waiting-nav = Waiting
waiting-home = See what waits for an answer
waiting-all = See everything that waits
waiting-lead = What people ask and nobody has answered yet. That something stands here says nothing about whether it is true.
waiting-note = Each sentence was worded by an editor; none is anybody's message. Did you hear something else?
waiting-empty = Nothing waits for an answer now.
waiting-found = No answer yet: being checked
waiting-waiting = Waiting
waiting-checking = Being checked
waiting-overdue = Overdue
waiting-owner = Responsible:
waiting-age = { $n ->
    [0] since today
    [one] for one day
   *[other] for { $shown } days
}
waiting-demand = sent in { $shown } times
waiting-demand-few = sent in under { $n } times
waiting-private = Beside these, { $shown } private matters were sent in. The desk does not check anybody's private life; this number is all it says.
waiting-private-few = Beside these, under { $n } private matters were sent in. The desk does not check anybody's private life; this number is all it says.
