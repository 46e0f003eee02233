//! `/desk/search?q=`: claims that a text may make, and groups that hold its words: all of them, in
//! any order, whether the question or the message is typed without diacritics.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::text::normalise::{fold, plain};
use kiemtin_store::groups::Group;

use super::actor::{Actor, Visit};
use super::form::Asked;
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use super::queue::{GroupRow, rows};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest question: a whole message may be pasted.
const QUERY_CHARS_MAX: usize = 5_000;
/// Groups that are shown.
const GROUPS_MAX: usize = 20;
/// Messages looked at in one go, and how often: what has the letters is seldom far from the words.
const MESSAGES_AT_ONCE: i64 = 500;
const LOOKS_MAX: usize = 40;
/// From so many letters on, the beginning of a word is enough; Vietnamese syllables are shorter.
const STEM_LETTERS_MIN: usize = 5;

#[derive(Template)]
#[template(path = "desk/search.html")]
struct SearchPage {
    page: Page,
    desk: Frame,
    query: String,
    claims: Vec<Near>,
    groups: Vec<GroupRow>,
}

/// `GET /desk/search?q=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let query = asked.one("q");
    if QUERY_CHARS_MAX < query.chars().count() {
        return Err(Halt::Rule("d-search-too-long"));
    }
    let (mut claims, mut groups) = (Vec::new(), Vec::new());
    if !query.is_empty() {
        claims = near::of_text(&app, lang, (query, None), None).await?;
        groups = groups_with(&app, &Words::of(query)).await?;
    }
    let page = SearchPage {
        page: Page::new(&app, lang, locale::text(lang, "d-search-title"), ""),
        desk: Frame::of(&visit),
        query: query.to_owned(),
        claims,
        groups: rows(&app, lang, &groups).await?,
    };
    Ok(page::html(&page)?)
}

/// Groups with a message that holds all the words, the newest first.
async fn groups_with(app: &App, words: &Words) -> Answer<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = HashSet::new();
    let mut before = None;
    let patterns = words.patterns();
    let [first, second] = &patterns;
    for _ in 0..if words.0.is_empty() { 0 } else { LOOKS_MAX } {
        let some = app.store.messages_like([first, second], before, MESSAGES_AT_ONCE).await?;
        before = some.last().map(|it| it.id);
        for message in some.into_iter().filter(|it| words.are_in(&it.text)) {
            let Some(id) = message.group.filter(|it| seen.insert(*it)) else { continue };
            groups.extend(app.store.group(id).await?.filter(|it| it.merged_into.is_none()));
            if GROUPS_MAX <= groups.len() {
                return Ok(groups);
            }
        }
        if before.is_none() {
            break;
        }
    }
    Ok(groups)
}

/// The words of a question, in small letters.
struct Words(Vec<String>);

impl Words {
    fn of(query: &str) -> Self {
        let mut words: Vec<String> = words(&plain(query)).map(str::to_owned).collect();
        // The longest first: they are in the fewest messages.
        words.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
        words.dedup();
        Self(words)
    }

    /// What a message that holds the two longest words is like, letters with diacritics or not.
    fn patterns(&self) -> [String; 2] {
        [0, 1].map(|idx| match self.0.get(idx) {
            Some(word) => format!("%{}%", fold(word).chars().map(any_mark).collect::<String>()),
            None => "%".to_owned(),
        })
    }

    /// Whether a text holds all of them. A word without diacritics is also found with them, and one
    /// with them also in a text that has none; "chợ" is not found in "chó".
    fn are_in(&self, text: &str) -> bool {
        let text = plain(text);
        let found: Vec<(&str, String)> = words(&text).map(|it| (it, fold(it))).collect();
        let is_like = |said: &str, word: &str| {
            said == word || (STEM_LETTERS_MIN <= word.chars().count() && said.starts_with(word))
        };
        self.0.iter().all(|word| {
            let bare = fold(word);
            found.iter().any(|(said, said_bare)| {
                let is_one_bare = bare == *word || said == said_bare;
                is_like(said, word) || (is_one_bare && is_like(said_bare, &bare))
            })
        })
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

/// A letter that may carry marks, or stands for one that does, as a pattern of any character.
fn any_mark(letter: char) -> char {
    match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'd' => '_',
        it if it.is_ascii_alphanumeric() => it,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, text: &str, is_found: bool) {
        assert_eq!(Words::of(query).are_in(text), is_found, "{query:?} in {text:?}");
    }

    #[test]
    fn all_words_are_found_in_any_order_with_or_without_diacritics() {
        let text = "Nghe nói có dịch hạch ở khu chợ Bà Chiểu, vaccines đã hết";
        check("chợ bà chiểu dịch hạch", text, true);
        check("CHO BA CHIEU", text, true);
        check("“Dịch hạch”!", text, true);
        check("vaccine", text, true);
        check("chó bà chiểu", text, false);
        check("chợ bà chiểu lũ", text, false);
        check("hạ", text, false);
        check("dịch hạch", "o cho co dich hach", true);
        check("đập", "Vo dap roi", true);
        check("đạp", "Vỡ đập rồi", false);
    }

    #[test]
    fn patterns_let_through_what_holds_the_longest_words() {
        assert_eq!(Words::of("chợ Chiểu").patterns(), ["%ch___%", "%ch_%"]);
        assert_eq!(Words::of("5%_").patterns(), ["%5%", "%"]);
        assert_eq!(Words::of("!?").patterns(), ["%", "%"]);
    }
}
