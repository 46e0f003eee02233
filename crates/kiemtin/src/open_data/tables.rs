//! The tables of the open data and their columns: the one definition from which every format, the
//! schema and the documents come.
//!
//! **Stable**: a column may be added at the end, none may change its meaning or go.

use Kind::{Day, Flag, Int, Text};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, or a code.
    Text,
    /// A whole number, not negative.
    Int,
    /// A day in Vietnam, `2026-11-01`.
    Day,
    /// True or false.
    Flag,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, the same in every format.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be missing in a row.
    pub is_optional: bool,
    /// What it says, with its unit.
    pub about: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name, and that of its files.
    pub name: TableName,
    /// What one row is.
    pub about: &'static str,
    /// Its columns, in their order.
    pub columns: &'static [Column],
}

/// The tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// The newest version of every answer.
    Reviews,
    /// Every version.
    Versions,
    /// Sources of every version.
    Evidence,
    /// Claims with an answer, and those on the waiting list.
    Claims,
    /// Where and when claims appeared.
    Sightings,
    /// The waiting list.
    Waiting,
    /// Contests and their outcomes.
    Contests,
    /// The log.
    Log,
    /// The figures of the statistics page.
    Statistics,
}

impl TableName {
    /// The word in the names of files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
            Self::Versions => "versions",
            Self::Evidence => "evidence",
            Self::Claims => "claims",
            Self::Sightings => "sightings",
            Self::Waiting => "waiting",
            Self::Contests => "contests",
            Self::Log => "log",
            Self::Statistics => "statistics",
        }
    }
}

impl Table {
    /// The table of this name.
    pub fn of(name: TableName) -> &'static Self {
        &TABLES[name as usize]
    }
}

/// Every table, in the order of [`TableName`].
pub static TABLES: [Table; 9] = [
    Table {
        name: TableName::Reviews,
        about: "The newest version of every published answer, one row a claim.",
        columns: REVIEWS,
    },
    Table {
        name: TableName::Versions,
        about: "Every published version of every answer, with its place in the log.",
        columns: VERSIONS,
    },
    Table {
        name: TableName::Evidence,
        about: "The public sources of every published version.",
        columns: EVIDENCE,
    },
    Table {
        name: TableName::Claims,
        about: "Claims that have an answer, and claims whose sentence an editor released to the waiting list.",
        columns: CLAIMS,
    },
    Table {
        name: TableName::Sightings,
        about: "How many messages said a claim, by day and class of source; never a message, and no count under five.",
        columns: SIGHTINGS,
    },
    Table {
        name: TableName::Waiting,
        about: "Claims without an answer whose sentence an editor released.",
        columns: WAITING,
    },
    Table {
        name: TableName::Contests,
        about: "Public requests to correct an answer and what became of them, in the words of whoever decided.",
        columns: CONTESTS,
    },
    Table { name: TableName::Log, about: "Every entry of the public log, in order.", columns: LOG },
    Table {
        name: TableName::Statistics,
        about: "The figures of the statistics page; statistics.sql has the query of each.",
        columns: STATISTICS,
    },
];

const fn col(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_optional: false, about }
}

const fn opt(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_optional: true, about }
}

const NUMBER: Column =
    col("number", Int, "Public number of the claim: its page is /vi/c/NUMBER and /en/c/NUMBER.");
const CLAIM: Column =
    col("claim", Text, "Key of the claim, the same before and after its answer; 24 hex digits.");
const LANG: Column = col("lang", Text, "Language that the claim mainly goes round in: vi or en.");
const TOPIC: Column =
    opt("topic", Text, "Topic, one of those at /api/v1/topics, or a word that an import brought.");
const OUTLET: Column =
    opt("outlet", Text, "Class of channel where the claim goes round; never a person.");
const PLACES: Column = opt(
    "places",
    Text,
    "Codes of the provinces (two digits) and wards (five) that the claim is about, one space between two.",
);
const FIRST_SEEN: Column =
    opt("first_seen", Day, "Day of the first message that said the claim, as far as known.");
const RATING: Column =
    col("rating", Text, "Verdict: false, mostly_false, half_true, mostly_true, true or unproven.");
const RATING_VALUE: Column =
    opt("rating_value", Int, "Verdict from 1 (false) to 5 (true); none for unproven.");
const SIGNED_BY: Column =
    opt("signed_by", Text, "Short names of the organisations that signed, one space between two.");
const SINGLE_ORG: Column =
    col("single_org", Flag, "Whether two members of the desk's only organisation signed.");
const N: Column =
    opt("n", Int, "Messages: at least so many, in steps of five; none where it is under five.");
const IS_UNDER_5: Column =
    col("is_under_5", Flag, "Whether there were one to four messages, or none.");

const REVIEWS: &[Column] = &[
    NUMBER,
    CLAIM,
    col("version", Int, "Number of the newest version, from 1."),
    LANG,
    opt("claim_vi", Text, "The claim in one sentence, in Vietnamese."),
    opt("claim_en", Text, "The claim in one sentence, in English."),
    RATING,
    RATING_VALUE,
    opt("answer_vi", Text, "The answer in one sentence, in Vietnamese."),
    opt("answer_en", Text, "The answer in one sentence, in English."),
    opt("body_vi", Text, "The answer at length, in Vietnamese; an empty line between paragraphs."),
    opt("body_en", Text, "The answer at length, in English; an empty line between paragraphs."),
    TOPIC,
    OUTLET,
    PLACES,
    opt("provinces", Text, "Codes of the provinces that these places are in, each once."),
    FIRST_SEEN,
    col("first_published", Day, "Day of the first version."),
    col("published", Day, "Day of the newest version."),
    col("is_retracted", Flag, "Whether the newest version withdraws the answer."),
    SIGNED_BY,
    SINGLE_ORG,
];

const VERSIONS: &[Column] = &[
    NUMBER,
    CLAIM,
    col("version", Int, "Number of the version, from 1."),
    col(
        "class",
        Text,
        "What kind of version: first, typo, clarification, correction, verdict_change or retraction.",
    ),
    opt("reason_vi", Text, "What changed and why, in Vietnamese; none of the first version."),
    opt("reason_en", Text, "What changed and why, in English."),
    RATING,
    RATING_VALUE,
    col("published", Day, "Day on which the version went out."),
    SIGNED_BY,
    SINGLE_ORG,
    col("log_idx", Int, "Place of its entry in the log, from 0."),
    col("page_sha256", Text, "SHA-256 of salt and document, in hex, as it stands in the log."),
    col("salt", Text, "The salt, 32 bytes in hex; the document is /log/documents/LOG_IDX."),
];

const EVIDENCE: &[Column] = &[
    NUMBER,
    col("version", Int, "Number of the version that rests on the source."),
    col("position", Int, "Place of the source on the page, from 1."),
    col("stance", Text, "for or against the claim."),
    opt("publisher", Text, "Who published it."),
    opt("title", Text, "Its title."),
    col("url", Text, "Its address, as it was published with the answer."),
    opt("published", Text, "When it was published, as its publisher says: a day, month or year."),
    opt("note_vi", Text, "What it says, in the desk's words, in Vietnamese."),
    opt("note_en", Text, "The same in English."),
    opt("quote_vi", Text, "The passage that counts, word for word, where it is Vietnamese."),
    opt("quote_en", Text, "The same where it is English."),
    opt("kind", Text, "primary or secondary: how near it is to what it tells of."),
    col("capture", Text, "Whether the page is kept: archived, pending, failed or none (demo)."),
    opt("page_sha256", Text, "SHA-256 of the page as it was archived, in hex."),
    opt("captured", Day, "Day on which it was archived."),
    col(
        "handed_in",
        Flag,
        "Whether an organisation handed the file in, instead of the desk fetching it.",
    ),
    col("brought_by", Text, "Short name of the organisation that brought it."),
];

const CLAIMS: &[Column] = &[
    CLAIM,
    opt("number", Int, "Public number; none before there is an answer."),
    LANG,
    opt("text_vi", Text, "The claim in one sentence, in Vietnamese."),
    opt("text_en", Text, "The claim in one sentence, in English."),
    TOPIC,
    OUTLET,
    PLACES,
    col("state", Text, "answered, retracted or waiting."),
    FIRST_SEEN,
    opt("merged_into", Int, "Public number of the claim that this one turned out to be."),
];

const SIGHTINGS: &[Column] = &[
    CLAIM,
    opt("number", Int, "Public number; none before there is an answer."),
    opt(
        "day",
        Day,
        "Day; none in the row that tells the rest of a claim: small counts together, and messages whose text is erased.",
    ),
    opt(
        "source",
        Text,
        "Class of source: a class of channel, outlet, or not said; none in the same row.",
    ),
    N,
    IS_UNDER_5,
];

const WAITING: &[Column] = &[
    CLAIM,
    LANG,
    opt("text_vi", Text, "The sentence that an editor released, in Vietnamese."),
    opt("text_en", Text, "The same in English."),
    TOPIC,
    col("progress", Text, "How far it is: waiting, checking or overdue."),
    col("since", Day, "Day on which it was first sent in, or else worded."),
    opt("due", Day, "Day on which the opinions that were asked for are due."),
    opt("owner", Text, "Short name of the organisation that sees to it."),
    N,
    IS_UNDER_5,
];

const CONTESTS: &[Column] = &[
    col("number", Int, "Number of the contest: its page is /vi/contests/NUMBER."),
    col("claim_number", Int, "Public number of the claim whose answer is contested."),
    col("version", Int, "Version that is contested."),
    col(
        "kind",
        Text,
        "What is said to be wrong: fact, rating, evidence, wording, involvement or other.",
    ),
    col("received", Day, "Day on which it came."),
    col("due", Day, "Last day for the desk's decision."),
    col("state", Text, "received, in_review, upheld, partly_upheld or rejected."),
    opt("concerns", Text, "Short name of the organisation that the claim is said to concern."),
    opt("decided", Day, "Day of the decision."),
    opt(
        "decided_by",
        Text,
        "Short names of the organisations that decided, one space between two.",
    ),
    opt("nobody_else", Flag, "Whether nobody at the desk was independent of the answer."),
    opt(
        "summary_vi",
        Text,
        "What the contest says, in one sentence of whoever decided, in Vietnamese.",
    ),
    opt("summary_en", Text, "The same in English."),
    opt("reason_vi", Text, "The public reason of the decision, in Vietnamese."),
    opt("reason_en", Text, "The same in English."),
    col("log_idx", Int, "Place of its entry in the log."),
    opt("outcome_log_idx", Int, "Place of the entry of its outcome."),
];

const LOG: &[Column] = &[
    col("idx", Int, "Place in the log, from 0."),
    col("kind", Text, "publish, correct, retract, contest, contest-outcome or policy."),
    col("subject", Text, "Id of the claim, or name of the policy page."),
    col("rev", Int, "Version, or number of the contest."),
    opt("verdict", Text, "Code of the verdict or of the outcome."),
    opt(
        "orgs",
        Text,
        "Short names of the organisations that signed or decided, one space between two.",
    ),
    col("day", Day, "Day of the entry."),
    col("entry", Text, "The bytes of the entry: its leaf in the Merkle tree is made of them."),
];

const STATISTICS: &[Column] = &[
    col("name", Text, "Which figure: the name of its query in statistics.sql."),
    col("key", Text, "Of what: a month, a code, a short name, or all."),
    opt("value", Int, "The number; days for days_to_answer."),
    opt("out_of", Int, "Out of how many, where the value is a part of something."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_stands_at_its_name_and_no_column_twice() {
        for table in &TABLES {
            assert_eq!(Table::of(table.name).name, table.name);
            let mut names: Vec<_> = table.columns.iter().map(|it| it.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{:?}", table.name);
        }
    }
}
