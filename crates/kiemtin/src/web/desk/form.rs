//! Form fields, each read by its name: a field that nobody asks for changes nothing.

use axum::extract::{FromRequest, FromRequestParts, RawForm, RawQuery, Request};
use axum::http::request::Parts;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::text::mask;
use url::form_urlencoded;

use super::halt::{Answer, Halt};
use crate::locale;

/// Fields that are not shown again: passwords and codes, and what stands in a form unseen.
const NOT_TYPED: &[&str] = &[
    "password", "again", "old", "hash", "version", "back", "to", "do", "code", "sealed", "filter",
];

/// What a form sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

/// What stands behind the question mark.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(pub(super) Fields);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Halt;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let RawForm(bytes) = RawForm::from_request(request, state).await?;
        Ok(Self::parse(&bytes))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let RawQuery(query) = RawQuery::from_request_parts(parts, state).await?;
        Ok(Self(Fields::parse(query.unwrap_or_default().as_bytes())))
    }
}

impl Fields {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes);
        Self(pairs.map(|(name, value)| (name.into_owned(), clean(&value))).collect())
    }

    /// Fields that came one by one, beside a file.
    pub(super) fn sent(values: Vec<(String, String)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (name, clean(&value))).collect())
    }

    /// Fields with these values, for a form that is shown first.
    pub(super) fn of(values: Vec<(&str, String)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The first field of this name; empty when there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value)
    }

    /// All fields of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// What somebody typed or chose, with the names of the fields: no passwords, and nothing that
    /// the page itself had put in.
    pub(super) fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_typed = |(name, value): &&(String, String)| {
            let is_id = uuid::Uuid::parse_str(value).is_ok();
            !value.is_empty() && !is_id && !NOT_TYPED.contains(&name.as_str())
        };
        self.0.iter().filter(is_typed).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number of the page that is asked for, from 1.
    pub(super) fn page(&self) -> i64 {
        self.one("page").parse().ok().filter(|it| (1..=1_000).contains(it)).unwrap_or(1)
    }

    /// The pair of fields `name_vi` and `name_en`.
    pub(super) fn localised(&self, name: &str) -> Localised {
        Localised::new(self.one(&format!("{name}_vi")), self.one(&format!("{name}_en")))
    }
}

/// What looks like personal data in a text, in words of the member's language.
pub(super) fn personal_data(text: &str, lang: Lang, said_in: Lang) -> Option<String> {
    let mut kinds = mask::mask(text, lang).found;
    kinds.sort_unstable();
    kinds.dedup();
    let names: Vec<&str> = kinds.iter().map(|it| it.token(said_in)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Without what cannot be seen: control characters except line breaks, and marks that turn the
/// direction of the text. Passwords are no exception: nobody types these.
fn clean(value: &str) -> String {
    let hidden = |it: char| {
        (it.is_control() && it != '\n')
            || matches!(it, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    value.replace("\r\n", "\n").replace(hidden, "").trim().to_owned()
}

/// A form with what was typed into it and what is wrong with that.
#[derive(Clone, Debug)]
pub(super) struct Form {
    lang: Lang,
    fields: Fields,
    complaints: Vec<(&'static str, String)>,
}

impl Form {
    /// A form with values in it.
    pub(super) fn new(lang: Lang, fields: Fields) -> Self {
        Self { lang, fields, complaints: Vec::new() }
    }

    /// The form with another value in a field.
    pub(super) fn with(mut self, name: &str, value: String) -> Self {
        self.fields.0.retain(|(it, _)| it != name);
        self.fields.0.push((name.to_owned(), value));
        self
    }

    /// The value of a field.
    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.one(name)
    }

    /// Whether a field of this name has this value: for boxes and lists.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|it| it == value)
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        self.complaints.iter().find(|(it, _)| *it == name).map(|(_, why)| why.as_str())
    }

    /// Everything that is wrong, with the field it is about.
    pub(super) fn errors(&self) -> &[(&'static str, String)] {
        &self.complaints
    }

    /// Whether nothing is wrong.
    pub(super) fn is_fine(&self) -> bool {
        self.complaints.is_empty()
    }

    /// Says what is wrong with a field.
    pub(super) fn complain(&mut self, field: &'static str, key: &str) {
        self.complaints.push((field, locale::text(self.lang, key)));
    }

    /// Says what is wrong with a field in words that are there already.
    pub(super) fn complain_in_words(&mut self, field: &'static str, words: String) {
        self.complaints.push((field, words));
    }

    /// Says what is wrong with a field, with a number in the words.
    pub(super) fn complain_with(&mut self, field: &'static str, key: &str, n: i64) {
        self.complaints.push((field, locale::text_with(self.lang, key, &[("n", n.into())])));
    }

    /// A field that must have something in it, of at most so many characters.
    pub(super) fn need(&mut self, field: &'static str, chars_max: usize) -> String {
        if self.value(field).is_empty() {
            self.complain(field, "d-form-needed");
        }
        self.at_most(field, chars_max)
    }

    /// A field of at most so many characters.
    pub(super) fn at_most(&mut self, field: &'static str, chars_max: usize) -> String {
        let value = self.value(field).to_owned();
        let n_chars = value.chars().count();
        if chars_max < n_chars {
            let values = [("n", n_chars.to_string().into()), ("max", chars_max.to_string().into())];
            self.complaints.push((field, locale::text_with(self.lang, "d-form-too-long", &values)));
        }
        value
    }

    /// Complains of personal data in fields that readers see one day: what is published names no
    /// telephone, account or profile of anybody. Lines that an office publishes may stay.
    pub(super) fn no_personal_data(&mut self, fields: &[(&'static str, Lang)]) {
        for (field, lang) in fields {
            let kinds = personal_data(self.value(field), *lang, self.lang);
            if let Some(kinds) = kinds {
                let values = [("value", kinds.into())];
                let words = locale::text_with(self.lang, "d-form-personal", &values);
                self.complaints.push((field, words));
            }
        }
    }

    /// The fields, to read more of them.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_left_out_and_lines_stay() {
        let fields = Fields::parse("a=x%0D%0Ay%00%E2%80%AEz&a=2&b=+c+".as_bytes());
        assert_eq!(fields.one("a"), "x\nyz");
        assert_eq!(fields.all("a").count(), 2);
        assert_eq!(fields.one("b"), "c");
        assert_eq!(fields.one("role"), "");
    }
}
