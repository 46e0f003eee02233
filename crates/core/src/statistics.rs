//! The figures of the statistics page, counted while the open data are written.
//!
//! Each is also a query over those files (`kiemtin/data/statistics.sql`), which anybody can run: a
//! test compares the two. Whole numbers only, so that both can be equal.

use std::collections::BTreeMap;

use crate::contest;
use crate::rating::Rating;
use crate::review::VersionClass;
use crate::time::Month;
use crate::waiting::Progress;

/// What is counted. The words are the names of the queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Answers that stand.
    AnswersStanding,
    /// Answers by the month of their first version.
    AnswersByMonth,
    /// Answers that stand, by verdict.
    AnswersByRating,
    /// Answers that stand, by topic.
    AnswersByTopic,
    /// Answers that stand, by province; one may be about several.
    AnswersByPlace,
    /// The median of days from the first message to the answer, of how many answers.
    DaysToAnswer,
    /// Answers with a correction, a changed verdict or a retraction, of all answers.
    AnswersCorrected,
    /// Versions by class.
    VersionsByClass,
    /// Contests by what became of them.
    ContestsByState,
    /// Versions that an organisation signed.
    VersionsByOrganisation,
    /// Claims on the waiting list, by how far they are.
    WaitingByProgress,
}

impl Figure {
    /// Every figure, in the order of the page.
    pub const ALL: [Self; 11] = [
        Self::AnswersStanding,
        Self::AnswersByMonth,
        Self::AnswersByRating,
        Self::AnswersByTopic,
        Self::AnswersByPlace,
        Self::DaysToAnswer,
        Self::AnswersCorrected,
        Self::VersionsByClass,
        Self::ContestsByState,
        Self::VersionsByOrganisation,
        Self::WaitingByProgress,
    ];

    /// The word in files, keys and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::AnswersStanding => "answers_standing",
            Self::AnswersByMonth => "answers_by_month",
            Self::AnswersByRating => "answers_by_rating",
            Self::AnswersByTopic => "answers_by_topic",
            Self::AnswersByPlace => "answers_by_place",
            Self::DaysToAnswer => "days_to_answer",
            Self::AnswersCorrected => "answers_corrected",
            Self::VersionsByClass => "versions_by_class",
            Self::ContestsByState => "contests_by_state",
            Self::VersionsByOrganisation => "versions_by_organisation",
            Self::WaitingByProgress => "waiting_by_progress",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The key of a figure that is one number.
pub const ALL: &str = "all";
/// The key of what has no topic.
pub const NONE: &str = "none";

/// One line: `value`, or `value` out of `of`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is counted.
    pub figure: Figure,
    /// Of what: a month, a code, a short name.
    pub key: String,
    /// The number; `None` where there is nothing to take a median of.
    pub value: Option<i64>,
    /// Out of how many.
    pub of: Option<i64>,
}

/// What is counted of one answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The month and day of its first version.
    pub month: Month,
    /// The number of that day.
    pub day: i64,
    /// The day of the first message that said the claim.
    pub first_seen: Option<i64>,
    /// The verdict.
    pub rating: Rating,
    /// One of `remit::TOPICS`.
    pub topic: Option<&'a str>,
    /// Codes of provinces, each once.
    pub provinces: &'a [&'a str],
    /// Whether a version corrected, changed or withdrew it.
    pub is_corrected: bool,
    /// Whether the newest one withdrew it.
    pub is_retracted: bool,
}

/// Figures that grow by one thing after the other, in little memory.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    counts: BTreeMap<(Figure, String), i64>,
    /// How many answers took so many days.
    days: BTreeMap<i64, i64>,
    n_answers: i64,
    n_standing: i64,
    n_corrected: i64,
}

impl Statistics {
    /// Counts an answer.
    pub fn answer(&mut self, it: &Answer<'_>) {
        self.n_answers += 1;
        self.n_corrected += i64::from(it.is_corrected);
        self.count(Figure::AnswersByMonth, &it.month.to_string());
        if let Some(days) = it.first_seen.map(|seen| it.day - seen).filter(|it| 0 <= *it) {
            *self.days.entry(days).or_default() += 1;
        }
        if it.is_retracted {
            return;
        }
        self.n_standing += 1;
        self.count(Figure::AnswersByRating, it.rating.code());
        self.count(Figure::AnswersByTopic, it.topic.unwrap_or(NONE));
        for province in it.provinces {
            self.count(Figure::AnswersByPlace, province);
        }
    }

    /// Counts a version with the short names of those who signed it.
    pub fn version<'a>(&mut self, class: VersionClass, orgs: impl Iterator<Item = &'a str>) {
        self.count(Figure::VersionsByClass, class.code());
        for org in orgs {
            self.count(Figure::VersionsByOrganisation, org);
        }
    }

    /// Counts a contest.
    pub fn contest(&mut self, state: contest::State) {
        self.count(Figure::ContestsByState, state.code());
    }

    /// Counts a claim on the waiting list.
    pub fn waiting(&mut self, progress: Progress) {
        self.count(Figure::WaitingByProgress, progress.code());
    }

    /// All lines, figure by figure and by key.
    pub fn lines(&self) -> Vec<Line> {
        let one = |figure, key: &str, value, of| Line { figure, key: key.to_owned(), value, of };
        let n_days = self.days.values().sum();
        let mut lines = vec![
            one(Figure::AnswersStanding, ALL, Some(self.n_standing), None),
            one(Figure::DaysToAnswer, ALL, self.median_days(n_days), Some(n_days)),
            one(Figure::AnswersCorrected, ALL, Some(self.n_corrected), Some(self.n_answers)),
        ];
        let counted = self.counts.iter();
        lines.extend(counted.map(|((figure, key), n)| one(*figure, key, Some(*n), None)));
        lines.sort_by(|a, b| (a.figure, &a.key).cmp(&(b.figure, &b.key)));
        lines
    }

    fn count(&mut self, figure: Figure, key: &str) {
        *self.counts.entry((figure, key.to_owned())).or_default() += 1;
    }

    /// The middle one of all, the lower one of two.
    fn median_days(&self, n: i64) -> Option<i64> {
        let mut n_before = 0;
        self.days.iter().find_map(|(days, count)| {
            n_before += count;
            (n <= 2 * n_before).then_some(*days)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(day: i64, first_seen: Option<i64>) -> Answer<'static> {
        Answer {
            month: Month::parse("2026-11").expect("valid"),
            day,
            first_seen,
            rating: Rating::False,
            topic: None,
            provinces: &[],
            is_corrected: false,
            is_retracted: false,
        }
    }

    fn value(statistics: &Statistics, figure: Figure, key: &str) -> (Option<i64>, Option<i64>) {
        let lines = statistics.lines();
        let line = lines.iter().find(|it| it.figure == figure && it.key == key);
        line.map_or((None, None), |it| (it.value, it.of))
    }

    #[test]
    fn the_median_is_the_lower_middle_of_answers_that_came_after_a_message() {
        let mut all = Statistics::default();
        assert_eq!(value(&all, Figure::DaysToAnswer, ALL), (None, Some(0)));
        for (days, expected) in [(9, 9), (1, 1), (4, 4), (4, 4), (0, 4), (0, 1)] {
            all.answer(&answer(100, Some(100 - days)));
            assert_eq!(value(&all, Figure::DaysToAnswer, ALL).0, Some(expected), "{days}");
        }
        all.answer(&answer(100, Some(101)));
        all.answer(&answer(100, None));
        assert_eq!(value(&all, Figure::DaysToAnswer, ALL), (Some(1), Some(6)));
    }

    #[test]
    fn a_retracted_answer_counts_among_all_and_not_among_those_that_stand() {
        let mut all = Statistics::default();
        all.answer(&Answer { provinces: &["01", "79"], topic: Some("health"), ..answer(1, None) });
        all.answer(&Answer { is_retracted: true, is_corrected: true, ..answer(1, None) });
        assert_eq!(value(&all, Figure::AnswersStanding, ALL), (Some(1), None));
        assert_eq!(value(&all, Figure::AnswersByMonth, "2026-11"), (Some(2), None));
        assert_eq!(value(&all, Figure::AnswersByTopic, "health"), (Some(1), None));
        assert_eq!(value(&all, Figure::AnswersByTopic, NONE), (None, None));
        assert_eq!(value(&all, Figure::AnswersByPlace, "79"), (Some(1), None));
        assert_eq!(value(&all, Figure::AnswersCorrected, ALL), (Some(1), Some(2)));
    }

    #[test]
    fn every_figure_reads_back() {
        for figure in Figure::ALL {
            assert_eq!(Figure::from_code(figure.code()), Some(figure));
        }
    }
}
