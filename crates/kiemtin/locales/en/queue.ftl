# The order of the queue, and why.
d-q-points = Priority
d-q-why-overdue-today = overdue since today
d-q-why-overdue = { $n ->
    [one] overdue for one day
   *[other] overdue for { $shown } days
}
d-q-why-due-today = due within a day
d-q-why-due = { $n ->
    [one] due tomorrow
   *[other] due in { $shown } days
}
d-q-why-risk-high = high risk of harm
d-q-why-risk-medium = medium risk of harm
d-q-why-risk-low = low risk of harm
d-q-why-risk-topic = a topic that often harms (a guess)
d-q-why-messages = { $n ->
    [one] { $shown } message
   *[other] { $shown } messages
}
d-q-why-asking = { $n ->
    [one] asked by one person
   *[other] asked by { $shown } people
}
d-q-why-grew = { $shown } more in the last 24 hours, { $times } times what came in a day before
d-q-why-all-new = all { $shown } came in the last 24 hours
d-q-why-waits = { $n ->
    [one] waits for one day
   *[other] waits for { $shown } days
}

# The filter.
d-q-filter = Filter
d-q-filter-go = Filter
d-q-filter-none = Show everything
d-q-filter-empty = Nothing fits this filter.
d-q-any = Any
d-q-lang = Language
d-q-topic = Topic
d-q-match = Near claim
d-q-match-proposed = Proposed
d-q-match-none = None
d-q-whose = Seen to by
d-q-whose-mine = Me
d-q-whose-org = My organisation
d-q-whose-nobody = Nobody yet
d-q-due = Due
d-q-due-due = With a due date
d-q-due-late = Overdue

# Risk, and who sees to it.
d-q-risk = Risk of harm
d-q-risk-hint = What believing it may do: to health, money, safety, calm. What is said counts, never who says it.
d-q-risk-high = High
d-q-risk-medium = Medium
d-q-risk-low = Low
d-q-risk-unsaid = Not said yet
d-q-risk-set = Set the risk
d-q-owner = Seen to by
d-q-owner-new = Give it to
d-q-assign = Assign
d-q-assign-choose = Choose an organisation, or yourself.
d-q-me = Me
d-q-nobody = Nobody yet
d-q-a-member-of = a member of { $org }

# Several groups at once.
d-q-pick = Choose
d-q-several = Several at once
d-q-several-hint = Tick groups above (at most { $n }), then choose a deed. It is done to all of them or to none, and can be undone.
d-q-bulk-claim = Claim: address, number or id
d-q-bulk-tie = Tie the chosen groups to it
d-q-bulk-dismiss = Put the chosen groups aside
d-q-bulk-assign = Assign the chosen groups
d-q-bulk-merge = Merge the chosen groups
d-q-bulk-merge-hint = They go into the one with the most messages.
d-q-bulk-merge-two = Choose at least two groups to merge.
d-q-bulk-choose = No group is chosen. Go back and tick some.
d-q-bulk-too-many = At most { $value } groups can be chosen at once.
d-q-bulk-title = Done to several groups
d-q-bulk-hint = Each can be undone at any time, in the groups to which nothing else happened since.
d-q-bulk-none = Nothing was done to several groups at once yet.
d-q-bulk-left = Something else happened to these groups since, so they stay as they are:
d-q-bulk-groups = { $n ->
    [one] { $shown } group
   *[other] { $shown } groups
}
d-q-bulk-all-undone = undone

# Keys.
d-q-keys = Keys
d-q-keys-on = Use single keys
d-q-key-move = next item, item before
d-q-key-open = open the item
d-q-key-accept = it is the same claim
d-q-key-reject = it is another claim
d-q-key-aside = put aside: choose the reason
d-q-key-undo = undo what was just done
d-q-key-search = search
d-q-key-help = this list

# Tasks and notes of a case.
d-q-tasks = Tasks
d-q-no-tasks = No tasks yet.
d-q-task = Task
d-q-task-add = Add a task
d-q-task-owner = Who does it
d-q-task-done = Done
d-q-task-undone = Not done after all
d-q-task-done-on = done on
d-q-task-unfit = Say what is to do, in at most { $value } characters.
d-q-task-day = Write the due date as year-month-day, for example 2026-12-01.
d-q-notes = Notes
d-q-notes-hint = For members only, never published. Telephone numbers, accounts and addresses are masked before they are kept.
d-q-note = Note
d-q-note-add = Add a note
d-q-note-unfit = Write a note of at most { $value } characters.
d-q-growth = Sightings from { $first } to { $last }: { $n }; most on one day: { $most }.
d-q-growth-table = Numbers by day
d-q-growth-day = Day

# The sentence that readers see while there is no answer.
d-q-release-title = Public waiting list
d-q-release-not = Readers do not see this claim yet.
d-q-release = Put the sentence on the waiting list
d-q-release-hint = Readers see the sentence at the top of this page, how often it was sent in (a count under five as “under 5”), who sees to it and how far it is. Never a message.
d-q-release-waiting = Readers see: waiting.
d-q-release-checking = Readers see: being checked.
d-q-release-overdue = Readers see: overdue.
d-q-release-closed = The sentence was released; as the case is not open now, it is not on the list.
d-q-released-by = Released by
d-q-withdraw = Take the sentence back
d-q-withdraw-why = Why is it taken back?

# What happened, what was just done, and what is refused.
d-event-group-risk = Risk of harm set
d-event-group-assign = Group assigned
d-event-case-risk = Risk of harm set
d-event-case-assign = Case assigned
d-event-task-add = Task added
d-event-task-done = Task done
d-event-task-undone = Task open again
d-event-note-add = Note added
d-event-claim-release = Sentence put on the waiting list
d-event-claim-withdraw = Sentence taken off the waiting list
d-done-assigned = Assigned.
d-done-risk = The risk is set.
d-done-task = The task is added.
d-done-task-done = Noted as done.
d-done-task-undone = The task is open again.
d-done-note = The note is added.
d-done-released = Readers see the sentence on the waiting list.
d-done-release-back = The sentence is taken off the waiting list.
d-done-bulk-dismiss = The chosen groups are put aside.
d-done-bulk-tie = The chosen groups are tied to the claim.
d-done-bulk-assign = The chosen groups are assigned.
d-done-bulk-merge = The chosen groups are merged.
d-done-bulk-undone = All of it is undone.
d-done-bulk-undone-partly = Undone in the groups to which nothing else happened.
rule-owner-involved = The claim concerns that organisation, so it cannot see to the case.
rule-not-open = Only the sentence of a claim that still waits for an answer can be released: this one has an answer, or its case is closed.

# Which sentences are worth checking.
d-worth-title = Sentences worth checking
d-worth-hint = The program only proposes and ranks; people decide. It does not look at whom a sentence is about.
d-worth-for = because of { $value }
d-worth-against = despite { $value }
d-worth-word = Word a claim from this
d-worth-signal-number = a figure
d-worth-signal-share = a share
d-worth-signal-money = money
d-worth-signal-date = a date
d-worth-signal-comparison = a comparison
d-worth-signal-cause = a cause
d-worth-signal-remedy = a remedy
d-worth-signal-harm = harm or danger
d-worth-signal-health = health
d-worth-signal-event = an accident or event
d-worth-signal-rule = a rule, ban or fine
d-worth-signal-official-source = names an official source
d-worth-signal-reported = reported speech
d-worth-signal-study = a study or data
d-worth-signal-universal = all or none
d-worth-signal-denial = a denial
d-worth-signal-news = presented as news
d-worth-signal-opinion = an opinion
d-worth-signal-judgement = praise or blame
d-worth-signal-feeling = a feeling
d-worth-signal-future = a prediction
d-worth-signal-question = a question
d-worth-signal-first-person = about oneself
d-worth-signal-invitation = an invitation
d-worth-signal-chat = chat
d-worth-signal-short = very short
