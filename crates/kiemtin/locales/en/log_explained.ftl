# The public log, explained for people.
log-why = What this log is for
log-why-book = Think of a bound book with numbered pages, written in ink. Each time an answer is published, changed or withdrawn, or a contest comes in or is decided, a line is written at its end. No line is rubbed out and no page torn out.
log-why-print = Each line keeps a “fingerprint” of the published text: change one letter and the fingerprint is another. A line holds no names and no wording.
log-why-bound = The lines are tied to each other and the whole book is signed. Whoever keeps an old signature can tell later if a line was changed or is gone, even if we ourselves did it.
log-you = What you can do
log-you-look = Follow a line below to the answer it is about; every old version is still there.
log-you-proof = Open “Check for yourself” at the end of an answer: a command computes the fingerprint for you to compare with the log.
log-you-keep = Keep a copy of the key and the checkpoint below. The more newspapers, schools and clubs keep one, the less anything can be changed unseen.
log-not = The log does not prove that an answer is right. It proves what we said, when, who signed it, and that it was not changed in secret.
log-for-experts = For those who check with a machine
