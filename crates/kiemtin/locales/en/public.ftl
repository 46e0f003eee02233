# Front page.
home-title = What did you hear?
home-description = Ask whether something you heard is true, and read the answer with its evidence.
home-tip = Nobody has checked what you heard?
home-tip-link = Send it to us
home-newest = Newest answers
home-all = All answers
card-claim = The claim:

# Search.
search-title = Search what was checked
search-hint = Write a sentence, or paste a whole forwarded message, up to { $max } characters. What you search for is not kept.
search-button = Check
search-again = Search for something else
search-empty = Write what you heard, at least one word.
search-answer = This has been checked
search-unsure = We are not sure that there is an answer to exactly this. Compare it with the claims below.
search-nothing = There is no answer to this yet.
search-similar = This may be the same claim
search-nearest = The nearest answers
search-nearest-note = They are probably about something else; read closely before you believe or share.
search-differs = But:
search-elsewhere = Other desks have checked
search-elsewhere-note = Other fact-checking organisations have answered a similar claim. The verdicts are theirs; we have not reviewed them.
search-send-title = Send it in to be checked
search-other-title = Not what you heard?
search-send = What you wrote is filled into the form for tips; nothing is sent yet.
search-send-button = Open the form

# List of answers.
answers-title = Answers
answers-lead = Everything that was checked, the newest first.
answers-empty = There are no answers yet. Once two organisations have signed one, it appears here.
pager-label = Pages of this list
pager-at = Page { $n }
pager-newer = Newer
pager-older = Older

# Answer page.
claim-checked = The claim that was checked
claim-scale = { $n } on a scale from 1 (false) to 5 (true)
claim-published = Published { $day }
claim-updated = changed { $day }
claim-signed = signed by
claim-old = This is an old version (version { $n }), kept so that anyone can compare.
claim-to-newest = Read the newest version
claim-merged = This claim was merged into another that says the same.
claim-merged-link = Read answer number { $n }
claim-withdrawn = Withdrawn
claim-retracted = This answer was withdrawn and no longer stands. The page and its old versions stay.
claim-evidence = Evidence
claim-evidence-against = Against the claim
claim-evidence-for = For the claim
claim-evidence-none = No source was found.
claim-interest = What the source has to gain:
claim-brought-by = found by { $org }
capture-archived = page archived, SHA-256:
capture-none-demo = not archived (demonstration)
capture-pending = waiting to be archived
capture-failed = could not be archived
claim-single-source = Why there is only one source:
claim-opinions = What the organisations say
claim-opinions-note = Each wrote its opinion before it could read the others'. Opinions that differ from the verdict are published too.
claim-disagrees = differs from the verdict
claim-involved = the claim concerns it, so it may not sign
claim-no-interest = Declared: no interest of its own.
claim-own-interest = Declared interest:
claim-who = Who signed
claim-two-orgs = Members of at least two organisations that the claim does not concern signed the same text.
claim-single-org = This desk has only one organisation: two members who did not write the text signed it. No second organisation has confirmed it.
claim-rule-link = The rule of signing
claim-marks = Whom the claim concerns
claim-mark = { $org }: { $reason }. It may bring evidence and did not decide.
claim-mark-lifted = { $org } was marked as concerned ({ $reason }). The mark was lifted: { $lifted }
claim-why = Why this claim was chosen
claim-versions = Published versions
claim-contest = Do you see a mistake?
claim-contest-link = How to ask for a correction
version-link = version { $n }
class-first = First version
class-typo = Typing error
class-clarification = Clarification
class-correction = Correction
class-verdict_change = Change of verdict
class-retraction = Retraction
proof-title = Check for yourself that nobody changed this version silently
proof-what = When a version is published, its hash is entered in a log that is only ever added to:
proof-index = Place in the log
proof-salt = Salt
proof-document = Canonical document (JSON)
proof-how = The hash is SHA-256 of the salt followed by the canonical document. This command must print the page_sha256 above, and the line of the log must hold it:

# Sending a tip.
tip-title = Send a rumour
tip-lead = Send what you heard. You get a receipt with which you can read the answer later.
tip-kept-title = What is kept, and for how long
tip-kept-none = You are not asked for a name, e-mail or telephone number, and neither your network address nor your device is recorded. Telephone numbers, identity numbers and accounts inside the text are masked before it is kept.
tip-kept-text = A text that nobody has worked on is erased after { $n } days.
tip-kept-dismissed = A text that was put aside is erased after { $n } days.
tip-kept-confirmed = A text confirmed as a sighting of a rumour is kept, masked, as long as the rumour is followed.
tip-not-whistle = This is not a channel for whistle-blowers.
tip-not-whistle-more = Do not write anything that shows who you or others are. The computer and network you use can still see that you opened this page.
tip-text = What did you hear or read?
tip-text-hint = Paste the exact words if you have them, up to { $max } characters. Leave out anyone's name, telephone number or address.
tip-url = Link (optional)
tip-url-hint = Kept only if it leads to a listed publisher or institution. Links to personal pages are not kept.
tip-seen = Where did you see it? (optional)
tip-seen-none = Not chosen
tip-seen-facebook = A Facebook post
tip-seen-zalo = A Zalo group
tip-seen-tiktok = A TikTok video
tip-seen-youtube = A YouTube video
tip-seen-telegram = A Telegram group
tip-seen-website = A website
tip-seen-sms = A text message
tip-seen-phone = A telephone call
tip-seen-spoken = Somebody told me
tip-button = Send
tip-empty = Write what you heard, at least one word.
tip-too-long = The text is too long. Send only the part that you want checked.
tip-not-text = This cannot be read as text. Copy it as plain text and send it again.
tip-only-personal = The text holds only personal data, which we do not keep. Write what is being said.
tip-busy = The server is busy and did not take the text. It is still below; please send it again in a few seconds.
tip-taken-title = We have received it
tip-taken-receipt = Your receipt
tip-taken-once = These eight words are shown only once. Copy them, take a screenshot or print this page: nobody, we included, can find them again.
tip-taken-answer = There is an answer to this
tip-taken-next = It is waiting in the queue. With the eight words you can read the outcome.

# Looking up a receipt.
receipt-title = Look up a receipt
receipt-lead = Enter the eight words that you got when you sent a rumour.
receipt-words = The eight words of the receipt
receipt-words-hint = Capital or small letters, with spaces or hyphens between them.
receipt-button = Show the outcome
receipt-count = A receipt has eight words; { $n ->
    [one] here is { $shown }.
   *[other] here are { $shown }.
}
receipt-word = Word { $n } (“{ $word }”) is in no receipt. Look at it again.
receipt-unknown = There is no such receipt. Look at each word and at their order.
receipt-not-sorted = It has just come in and is not grouped yet.
receipt-same-few = Under { $n } messages say the same, yours included.
receipt-same = { $n ->
    [one] { $shown } message says the same, yours included.
   *[other] { $shown } messages say the same, yours included.
}
outcome-waiting = It is waiting
outcome-waiting-more = What many ask about comes first; of what is asked equally often, what has waited longest.
outcome-checking = It is being checked
outcome-checking-more = Organisations are looking for evidence and writing their opinions. The answer appears here once it is signed.
outcome-answered = There is an answer
outcome-withdrawn = The answer was withdrawn
outcome-withdrawn-more = There was an answer to this; it was withdrawn.
outcome-withdrawn-link = Read why
outcome-dismissed = It will not be checked
outcome-expired = It has expired
outcome-expired-more = Nobody got to it within { $n } days, so the text was erased as promised. If it still goes round, please send it again.
outcome-received = Received { $at } (kept to the hour only).
outcome-another = Look up another receipt
outcome-reason-opinion = Opinion
outcome-why-opinion = Praise, blame and judgement are neither true nor false, so nobody can check them for you.
outcome-reason-prediction = Prediction
outcome-why-prediction = What has not happened yet cannot be checked yet.
outcome-reason-satire = Satire
outcome-why-satire = It is a joke, and says so.
outcome-reason-private_matter = Private matter
outcome-why-private_matter = Somebody's private life is not our business, true or not.
outcome-reason-cannot_be_known = Cannot be known
outcome-why-cannot_be_known = There is no way to find out from public sources.
outcome-reason-not_in_public_interest = Not in the public interest
outcome-why-not_in_public_interest = True or not, it matters to very few people.
outcome-reason-unknown = No reason given
outcome-why-unknown = The desk has not recorded a public reason for this one.

# About.
about-title = What Kiểm Tin is
about-lead = Kiểm Tin answers the question “I heard this. Is it true?” Several organisations check a claim together, show the evidence, and sign the answer.
about-never = What we never do
about-never-lead = The idea of a desk for rumours comes from a public directive that also asked for speakers to be traced and punished and for content to be removed. That part is left out on purpose: where people are afraid nobody asks, and the rumour goes on.
about-never-persons = No watching of people.
about-never-persons-more = No author, account, follower or device is stored. There is no page, search or count about a person.
about-never-removal = No removal, no blocking, no reporting.
about-never-removal-more = The program has no button that asks anyone to take something down, to block it, or to act against whoever said it. Its only output is a public answer.
about-never-opinion = No judging of opinions.
about-never-opinion-more = Only what can be checked is checked. Criticism of an authority, organisation or person is not classified, counted or passed on.
about-never-private = No going into private groups.
about-never-private-more = Only listed public sources are read, and what readers send in themselves.
about-never-silent = No silent changes.
about-never-silent-more = Every change is a new numbered version. There is no way to delete a published answer.
about-method = How we work
about-method-take = What comes in is masked, then put together with what says the same. If there is an answer and we are sure enough, you get it at once.
about-method-choose = Editors choose claims by how often they are asked about, how harmful they may be and how long they have waited, whoever said them. The reason is published with the answer.
about-method-ask = Organisations that know the subject write their opinions independently: none sees the others' before its own is in.
about-method-evidence = Evidence for and against is looked for, from at least two independent sources or with the reason why one is enough. The pages are archived with their hashes.
about-method-sign = The answer is signed, published and entered in the public log.
about-signed = The rule of two signatures
about-signed-rule = Nothing is published until members of two qualifying organisations have signed exactly the same draft. Nobody who wrote or edited it may sign, and any edit voids the signatures before it.
about-signed-involved = An organisation that a claim concerns does not decide it, nor do those above or below it. It may bring evidence, and the page says so.
about-signed-single = Where a desk has only one organisation, two members besides the writer must sign, and the page says so.
about-unchecked = What we do not check
about-unchecked-lead = What cannot be checked is closed with a public reason:
about-unchecked-criticism = There is no category for criticism of an authority, a party or a person: criticism is opinion.
about-ratings = The verdicts
about-ratings-word = Verdict
about-ratings-number = Number
about-ratings-meaning = Meaning
rating-false = What is said contradicts the evidence.
rating-mostly_false = Part of it is right, but the main point is wrong.
rating-half_true = Right and wrong in equal parts, or something is left out that changes the meaning.
rating-mostly_true = The main point is right; details are wrong or missing.
rating-true = What is said agrees with the evidence.
rating-unproven = The public evidence is not enough to decide; no number is given.
about-kept = What we keep, and for how long
about-kept-receipt = Of a receipt only a hash and the outcome are kept, never your eight words.
about-kept-search = What you search for is neither kept nor logged.
about-kept-cookies = The public site uses no cookies, has no JavaScript and loads nothing from third parties.
about-corrections = When we are wrong
about-corrections-classes = Every change is a new version with a date, a class and a reason. Old versions stay readable. From a correction on, a notice stands at the top of the page, and the version is signed again like the first.
about-class-typo = Touches neither claim, verdict, answer nor evidence.
about-class-clarification = Explains better and touches none of those four.
about-class-correction = Something was wrong.
about-class-verdict_change = The verdict is another.
about-class-retraction = The answer no longer stands; the page and the reason stay.
about-corrections-list = All of them are listed under
about-contact = If you think an answer is wrong, send that through the form for tips, with the number of the answer and a public source if you have one:

# Corrections.
corrections-title = Corrections
corrections-lead = Every correction, change of verdict and retraction, the newest first. Nothing is deleted from this list.
corrections-empty = There have been no corrections yet.

# Public log.
log-title = Public log
log-lead = Each time an answer is published, changed or withdrawn, a line is added to this log. Lines are only ever added.
log-entry = A line holds the hashes of the published text and of its evidence; it holds no names and no wording. At the end of each answer page stands how to compute the hash yourself.
log-plain = Read the whole log as text, one entry a line:
log-newest = Newest entries
log-empty = The log has no entries yet.
log-count = { $n ->
    [one] The log has { $shown } entry.
   *[other] The log has { $shown } entries.
}
log-idx = Place
log-kind = Deed
log-claim = Answer
log-claim-link = No. { $n }
log-verdict = Verdict
log-orgs = Signed by
log-time = Time
log-kind-publish = Published
log-kind-correct = Changed
log-kind-retract = Withdrawn
log-bad-from = from must be a whole number, 0 or more.
