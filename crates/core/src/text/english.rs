//! English words for the search key: stems, stop words, hashtags and handles split.
//!
//! Stems are Snowball's English ("Porter2"), by `rust-stemmers`.

use rust_stemmers::{Algorithm, Stemmer};

/// Words that say nothing about the topic. Sorted; apostrophes are already gone ("dont").
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "arent",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "below",
    "between",
    "both",
    "but",
    "by",
    "can",
    "cant",
    "could",
    "couldnt",
    "did",
    "didnt",
    "do",
    "does",
    "doesnt",
    "doing",
    "dont",
    "down",
    "during",
    "each",
    "few",
    "for",
    "from",
    "further",
    "had",
    "hadnt",
    "has",
    "hasnt",
    "have",
    "havent",
    "having",
    "he",
    "hed",
    "her",
    "here",
    "hers",
    "herself",
    "hes",
    "him",
    "himself",
    "his",
    "how",
    "i",
    "id",
    "if",
    "im",
    "in",
    "into",
    "is",
    "isnt",
    "it",
    "its",
    "itself",
    "ive",
    "just",
    "me",
    "more",
    "most",
    "my",
    "myself",
    "nor",
    "of",
    "off",
    "on",
    "once",
    "only",
    "or",
    "other",
    "our",
    "ours",
    "ourselves",
    "out",
    "over",
    "own",
    "rt",
    "same",
    "she",
    "shes",
    "should",
    "shouldnt",
    "so",
    "some",
    "such",
    "than",
    "that",
    "thats",
    "the",
    "their",
    "theirs",
    "them",
    "themselves",
    "then",
    "there",
    "theres",
    "these",
    "they",
    "theyre",
    "theyve",
    "this",
    "those",
    "through",
    "to",
    "too",
    "under",
    "until",
    "up",
    "very",
    "via",
    "was",
    "wasnt",
    "we",
    "were",
    "werent",
    "weve",
    "what",
    "whats",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "why",
    "will",
    "with",
    "wont",
    "would",
    "wouldnt",
    "you",
    "youd",
    "your",
    "youre",
    "yours",
    "yourself",
    "youve",
];

/// Is this a word that says nothing about the topic?
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// The stemmer that [`stem`] takes: made once for a text.
pub fn stemmer() -> Stemmer {
    Stemmer::create(Algorithm::English)
}

/// The stem of a word in small letters.
pub fn stem(stemmer: &Stemmer, word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|it| it.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let word = FAMILIES.binary_search_by(|it| it.0.cmp(word)).map_or(word, |it| FAMILIES[it].1);
    stemmer.stem(word).into_owned()
}

/// Forms and short names whose stem would be another: what is compared instead. Sorted.
const FAMILIES: &[(&str, &str)] = &[
    ("1", "one"),
    ("10", "ten"),
    ("2", "two"),
    ("3", "three"),
    ("4", "four"),
    ("5", "five"),
    ("6", "six"),
    ("7", "seven"),
    ("8", "eight"),
    ("9", "nine"),
    ("america", "usa"),
    ("american", "usa"),
    ("americans", "usa"),
    ("arisen", "arise"),
    ("arose", "arise"),
    ("ate", "eat"),
    ("became", "become"),
    ("began", "begin"),
    ("begun", "begin"),
    ("bit", "bite"),
    ("bitten", "bite"),
    ("blew", "blow"),
    ("blown", "blow"),
    ("bn", "billion"),
    ("bought", "buy"),
    ("broke", "break"),
    ("broken", "break"),
    ("brought", "bring"),
    ("built", "build"),
    ("came", "come"),
    ("caught", "catch"),
    ("children", "child"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("cops", "cop"),
    ("coronavirus", "covid"),
    ("dead", "die"),
    ("dealt", "deal"),
    ("death", "die"),
    ("deaths", "die"),
    ("dem", "democrat"),
    ("democrats", "democrat"),
    ("dems", "democrat"),
    ("died", "die"),
    ("dies", "die"),
    ("drank", "drink"),
    ("drawn", "draw"),
    ("drew", "draw"),
    ("driven", "drive"),
    ("drove", "drive"),
    ("drunk", "drink"),
    ("dug", "dig"),
    ("dying", "die"),
    ("eaten", "eat"),
    ("elected", "elect"),
    ("election", "elect"),
    ("elections", "elect"),
    ("fallen", "fall"),
    ("fed", "feed"),
    ("feet", "foot"),
    ("fell", "fall"),
    ("felt", "feel"),
    ("firearm", "gun"),
    ("firearms", "gun"),
    ("flew", "fly"),
    ("flies", "fly"),
    ("flown", "fly"),
    ("forbade", "forbid"),
    ("forbidden", "forbid"),
    ("forgave", "forgive"),
    ("forgiven", "forgive"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("fought", "fight"),
    ("found", "find"),
    ("froze", "freeze"),
    ("frozen", "freeze"),
    ("gave", "give"),
    ("given", "give"),
    ("gone", "go"),
    ("gop", "republican"),
    ("got", "get"),
    ("gotten", "get"),
    ("gov", "government"),
    ("govt", "government"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("guns", "gun"),
    ("heard", "hear"),
    ("held", "hold"),
    ("hid", "hide"),
    ("hidden", "hide"),
    ("hung", "hang"),
    ("islam", "muslim"),
    ("islamic", "muslim"),
    ("islamist", "muslim"),
    ("kept", "keep"),
    ("killed", "kill"),
    ("killer", "kill"),
    ("killing", "kill"),
    ("knew", "know"),
    ("known", "know"),
    ("led", "lead"),
    ("left", "leave"),
    ("lost", "lose"),
    ("made", "make"),
    ("meant", "mean"),
    ("men", "man"),
    ("met", "meet"),
    ("mice", "mouse"),
    ("mil", "million"),
    ("muslims", "muslim"),
    ("paid", "pay"),
    ("people", "person"),
    ("photograph", "photo"),
    ("photographed", "photo"),
    ("photographs", "photo"),
    ("photos", "photo"),
    ("pic", "photo"),
    ("pics", "photo"),
    ("picture", "photo"),
    ("pictures", "photo"),
    ("policeman", "police"),
    ("policemen", "police"),
    ("potus", "president"),
    ("ran", "run"),
    ("republicans", "republican"),
    ("risen", "rise"),
    ("rose", "rise"),
    ("said", "say"),
    ("sang", "sing"),
    ("sank", "sink"),
    ("sat", "sit"),
    ("saw", "see"),
    ("seen", "see"),
    ("sent", "send"),
    ("shaken", "shake"),
    ("shook", "shake"),
    ("shot", "shoot"),
    ("shown", "show"),
    ("slept", "sleep"),
    ("sold", "sell"),
    ("spent", "spend"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("stole", "steal"),
    ("stolen", "steal"),
    ("stood", "stand"),
    ("stricken", "strike"),
    ("struck", "strike"),
    ("sung", "sing"),
    ("sunk", "sink"),
    ("swam", "swim"),
    ("swore", "swear"),
    ("sworn", "swear"),
    ("swum", "swim"),
    ("taken", "take"),
    ("taught", "teach"),
    ("teeth", "tooth"),
    ("thought", "think"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("told", "tell"),
    ("took", "take"),
    ("tore", "tear"),
    ("torn", "tear"),
    ("understood", "understand"),
    ("vaccinate", "vaccine"),
    ("vaccinated", "vaccine"),
    ("vaccination", "vaccine"),
    ("vaccinations", "vaccine"),
    ("vaccines", "vaccine"),
    ("vax", "vaccine"),
    ("vid", "video"),
    ("videos", "video"),
    ("vids", "video"),
    ("went", "go"),
    ("woke", "wake"),
    ("woken", "wake"),
    ("women", "woman"),
    ("won", "win"),
    ("wore", "wear"),
    ("worn", "wear"),
    ("written", "write"),
    ("wrote", "write"),
];

/// The words inside a hashtag or handle: "StopTheSteal2020" is stop, the, steal, 2020.
pub fn split_compound(tag: &str) -> Vec<&str> {
    let mut res = Vec::new();
    let (mut start, mut kinds) = (0, (Kind::Other, Kind::Other));
    for (idx, it) in tag.char_indices() {
        let kind = Kind::of(it);
        let hump = kinds.1 == Kind::Small && kind == Kind::Capital;
        let digits = kinds.1 != Kind::Other && (kinds.1 == Kind::Digit) != (kind == Kind::Digit);
        // "CNNFake": the last capital begins the next word.
        let acronym = kinds == (Kind::Capital, Kind::Capital) && kind == Kind::Small;
        let cut = if acronym { previous(tag, idx) } else { idx };
        if (hump || digits || acronym || kind == Kind::Other) && start < cut {
            res.push(&tag[start..cut]);
            start = cut;
        }
        if kind == Kind::Other {
            start = idx + it.len_utf8();
        }
        kinds = (kinds.1, kind);
    }
    if start < tag.len() {
        res.push(&tag[start..]);
    }
    res
}

fn previous(text: &str, idx: usize) -> usize {
    text[..idx].char_indices().next_back().map_or(0, |(it, _)| it)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Other,
}

impl Kind {
    fn of(it: char) -> Self {
        match it {
            _ if it.is_uppercase() => Self::Capital,
            _ if it.is_alphabetic() => Self::Small,
            _ if it.is_numeric() => Self::Digit,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
        assert!(FAMILIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(is_stop_word("the") && is_stop_word("dont") && !is_stop_word("vaccine"));
    }

    #[test]
    fn tags_are_split_where_their_writer_put_the_humps() {
        assert_eq!(split_compound("StopTheSteal2020"), ["Stop", "The", "Steal", "2020"]);
        assert_eq!(split_compound("realDonaldTrump"), ["real", "Donald", "Trump"]);
        assert_eq!(split_compound("CNNFakeNews"), ["CNN", "Fake", "News"]);
        assert_eq!(split_compound("covid_19"), ["covid", "19"]);
        assert_eq!(split_compound("vaccines"), ["vaccines"]);
    }

    #[test]
    fn words_of_one_family_have_one_stem() {
        let stemmer = stemmer();
        assert_eq!(stem(&stemmer, "vaccinated"), stem(&stemmer, "vaccinates"));
        assert_eq!(stem(&stemmer, "h5n1"), "h5n1");
    }
}
