//! What of a text speaks for checking it, and what against: the readable part of the model.
//!
//! Each signal has a direction that learning cannot turn round: a mark of opinion never comes to
//! speak for checking. None is about whom or what a text judges. Names of persons, of offices and of
//! organisations are no signals; an official body counts only as the source that a text names
//! ("the ministry said"), because that can be looked up.

/// One readable mark of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// A figure.
    Number,
    /// A share: "12 %", "one in three".
    Share,
    /// Money: a price, a fee, a fine.
    Money,
    /// A day, a date, a year.
    Date,
    /// More, less, first, twice.
    Comparison,
    /// One thing brings about another.
    Cause,
    /// Something heals, prevents or protects.
    Remedy,
    /// Death, injury, illness, danger.
    Harm,
    /// Medicine and health: doses, symptoms, infections.
    Health,
    /// Accident, disaster, crime, fire, broken infrastructure.
    Event,
    /// What is allowed, forbidden, closed, due, fined.
    Rule,
    /// An official body is named as having said or ordered it.
    OfficialSource,
    /// Somebody is reported to have said it.
    Reported,
    /// Studies, data, experts.
    Study,
    /// All, none, always, never.
    Universal,
    /// Something is denied or did not happen.
    Denial,
    /// It presents itself as news.
    News,
    /// The writer thinks, believes, demands.
    Opinion,
    /// It calls something good or bad.
    Judgement,
    /// Joy, sorrow, thanks, anger.
    Feeling,
    /// It may come, will come, is hoped for.
    Future,
    /// It asks.
    Question,
    /// The writer speaks of himself.
    FirstPerson,
    /// It asks the reader to come, to read, to register.
    Invitation,
    /// Talk: laughter, slang, emoji.
    Chat,
    /// Too few words to state anything.
    Short,
}

/// How many there are.
pub const N_SIGNALS: usize = 26;

/// The least that a mark of opinion takes from the log odds.
pub const AGAINST_MIN: f32 = 0.5;
/// The least that something to look up adds: what one collection is silent about, another desk needs.
pub const FOR_MIN: f32 = 0.1;

impl Signal {
    /// All, in the order of the weights.
    pub const ALL: [Self; N_SIGNALS] = [
        Self::Number,
        Self::Share,
        Self::Money,
        Self::Date,
        Self::Comparison,
        Self::Cause,
        Self::Remedy,
        Self::Harm,
        Self::Health,
        Self::Event,
        Self::Rule,
        Self::OfficialSource,
        Self::Reported,
        Self::Study,
        Self::Universal,
        Self::Denial,
        Self::News,
        Self::Opinion,
        Self::Judgement,
        Self::Feeling,
        Self::Future,
        Self::Question,
        Self::FirstPerson,
        Self::Invitation,
        Self::Chat,
        Self::Short,
    ];

    /// Its name in weights files and for pages to word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Share => "share",
            Self::Money => "money",
            Self::Date => "date",
            Self::Comparison => "comparison",
            Self::Cause => "cause",
            Self::Remedy => "remedy",
            Self::Harm => "harm",
            Self::Health => "health",
            Self::Event => "event",
            Self::Rule => "rule",
            Self::OfficialSource => "official_source",
            Self::Reported => "reported",
            Self::Study => "study",
            Self::Universal => "universal",
            Self::Denial => "denial",
            Self::News => "news",
            Self::Opinion => "opinion",
            Self::Judgement => "judgement",
            Self::Feeling => "feeling",
            Self::Future => "future",
            Self::Question => "question",
            Self::FirstPerson => "first_person",
            Self::Invitation => "invitation",
            Self::Chat => "chat",
            Self::Short => "short",
        }
    }

    /// The signal of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Does it speak for checking? Otherwise it speaks against.
    pub const fn speaks_for(self) -> bool {
        (self as usize) < Self::Opinion as usize
    }

    /// What learning may make of it: a weight with its sign. People who labelled collections found
    /// many an opinion worth checking; here opinion and judgement count against by at least
    /// [`AGAINST_MIN`], whatever they say and of whom.
    pub fn held(self, weight: f32) -> f32 {
        match self {
            _ if self.is_opinion() => weight.min(-AGAINST_MIN),
            _ if self.is_checkable() => weight.max(FOR_MIN),
            _ if self.speaks_for() => weight.max(0.0),
            _ => weight.min(0.0),
        }
    }

    /// Does it mark what nobody can look up?
    pub const fn is_opinion(self) -> bool {
        matches!(self, Self::Opinion | Self::Judgement | Self::Feeling | Self::Question)
    }

    /// Can it be looked up by itself? The others only add to one that can.
    pub const fn is_checkable(self) -> bool {
        self.speaks_for() && !matches!(self, Self::Universal | Self::Denial | Self::News)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_the_order_is_the_one_of_the_weights() {
        for (idx, it) in Signal::ALL.into_iter().enumerate() {
            assert_eq!(it as usize, idx);
            assert_eq!(Signal::from_code(it.code()), Some(it));
        }
        assert_eq!(Signal::from_code("criticism"), None);
    }
}
