//! `/{lang}/c/{number}/text`: an answer in plain words, to copy into a message: verdict, claim, answer,
//! who checked it, and where to read more. Nothing in it leads anywhere but to the answer.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;

use super::summary::Summary;
use crate::app::App;
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::Reader;

/// A message that is read to its end, in characters; longer ones are folded by some programs.
const TEXT_CHARS_MAX: usize = 600;
/// The most of it that the claim takes: the answer matters more.
const CLAIM_CHARS_MAX: usize = 130;
/// The most that the names of those who signed take.
const NAMES_CHARS_MAX: usize = 80;

/// `GET /{lang}/c/{number}/text`
pub(super) async fn text(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let url = format!("{}{}", app.public_url, it.path());
    let text = message(reader.0, &it, &url);
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The message about an answer whose page has this address.
pub(super) fn message(lang: Lang, it: &Summary, url: &str) -> String {
    let claim = shortened(it.content().claim.text(lang), CLAIM_CHARS_MAX);
    let names = shortened(&it.signed_by(), NAMES_CHARS_MAX);
    let checked = locale::text_with(
        lang,
        "embed-text-checked",
        &[("names", names.into()), ("day", it.note().into())],
    );
    let head = format!("{}: “{claim}”\n\n", it.words());
    let tail = format!("\n\n{checked}\n{url}\n");
    let n_left = TEXT_CHARS_MAX.saturating_sub(head.chars().count() + tail.chars().count() + 1);
    format!("{head}{}{tail}", shortened(it.answer(), n_left))
}

/// A text in one line, cut between two words where it is longer, with a mark that it goes on.
fn shortened(text: &str, chars_max: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(chars_max) else { return text };
    let Some((before, _)) = text.char_indices().nth(chars_max.saturating_sub(1)) else {
        return text;
    };
    let whole_words = text[..end].rfind(' ').map(|at| at.min(before));
    let kept = text[..whole_words.unwrap_or(before)].trim_end_matches([' ', ',', ';', ':', '.']);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_between_words_with_a_mark() {
        assert_eq!(shortened("Ăn tỏi\nsống", 20), "Ăn tỏi sống");
        assert_eq!(shortened("Ăn tỏi sống", 11), "Ăn tỏi sống");
        assert_eq!(shortened("Ăn tỏi, sống", 11), "Ăn tỏi…");
        assert_eq!(shortened(&"a".repeat(30), 10), format!("{}…", "a".repeat(9)));
        assert_eq!(shortened("a b", 0), "…");
    }
}
