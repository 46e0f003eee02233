# Open data.
data-title = Open data
data-lead = Everything that this site publishes, as files to download, recompute and build on: answers with every version, evidence, the waiting list, contests, the public log.
data-never = No message and nobody is in these files. They are made anew every night.
data-to-statistics = See the statistics that come from these files
data-none = There are no files yet. The first ones come within minutes, or tonight.
data-files = The files
data-of-day = Newest release: { $day }.
data-rows = { $n ->
    [one] { $shown } row.
   *[other] { $shown } rows.
}
data-sha256 = SHA-256 checksums
data-table-reviews = Answers
data-about-reviews = The newest version of each answer: claim, verdict, text, who signed.
data-table-versions = Versions
data-about-versions = Every published version: its class, reason, day, who signed, place in the log, hash.
data-table-evidence = Evidence
data-about-evidence = The public sources of each version: address, for or against, hash of the archived page, day.
data-table-claims = Claims
data-about-claims = Claims that have an answer, and those on the waiting list.
data-table-sightings = Sightings
data-about-sightings = How often each claim was sent in, by day and class of channel.
data-table-waiting = Waiting list
data-about-waiting = Claims without an answer whose sentence an editor released.
data-table-contests = Contests
data-about-contests = Contests and what became of them, in the words of whoever decided.
data-table-log = Public log
data-about-log = Every entry of the log, in order.
data-table-statistics = Statistics
data-about-statistics = The figures of the statistics page.
data-beside = Beside them
data-schema = What each column means, as JSON Schema.
data-queries = The query behind each figure of the statistics.
data-package = The list of files for programs (Frictionless Data Package).
data-readme = How to read the files, in short.
data-sums = The SHA-256 of all files.
data-small = Small numbers
data-small-how = Numbers of messages are rounded down in steps of five. Under five they are left out, and small ones are told together, without day and channel, so that nobody can work out who asked.
data-check = Check the files
data-check-how = Download the files with SHA256SUMS into one folder, and run:
data-check-log = Each version can be held against the public log, which nobody can rewrite:
data-licence = Licence
data-licence-how = The data are published under Creative Commons Attribution 4.0 (CC BY 4.0): use them for any purpose if you name the source. Titles and passages of others stay theirs.
data-cite = Cite them like this:
data-kept = Earlier releases
data-kept-how = The last seven are kept.

# The statistics page.
stat-title = Statistics
stat-lead = Our work in figures. Beside each stands the query with which you can compute it from the open data.
stat-of-day = Computed from the data of { $day }.
stat-what = What
stat-number = Number
stat-query = Query
stat-nothing = No figures yet.
stat-no-topic = No topic
stat-how = The queries run in DuckDB, in the folder of the files that you downloaded.
stat-days = { $n ->
    [one] { $shown } day
   *[other] { $shown } days
}
stat-days-of = { $n ->
    [one] (of { $shown } answer)
   *[other] (of { $shown } answers)
}
stat-part = { $n } of { $of } ({ $share })
stat-answers_standing = Answers that stand
stat-answers_standing-about = Without those that were withdrawn.
stat-answers_by_month = Answers by month
stat-answers_by_month-about = By the month of the first version; the last 24 months at most.
stat-answers_by_rating = By verdict
stat-answers_by_rating-about = The newest verdict of the answers that stand.
stat-answers_by_topic = By topic
stat-answers_by_topic-about = The answers that stand.
stat-answers_by_place = By province
stat-answers_by_place-about = An answer may be about several places. Answers about no place are not counted.
stat-days_to_answer = From the first message to the answer
stat-days_to_answer-about = The median of days from the first message to the first version: half of the answers took no longer.
stat-answers_corrected = Answers that had to be corrected
stat-answers_corrected-about = Answers with at least one correction, changed verdict or withdrawal, out of all that were published.
stat-versions_by_class = Versions by class
stat-versions_by_class-about = Every published version, first ones included.
stat-contests_by_state = Contests
stat-contests_by_state-about = By what became of them.
stat-versions_by_organisation = Signatures of organisations
stat-versions_by_organisation-about = How many versions each organisation signed.
stat-waiting_by_progress = Waiting list
stat-waiting_by_progress-about = Claims without an answer, by how far they are.
