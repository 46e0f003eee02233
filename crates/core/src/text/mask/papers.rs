//! Numbers that begin with letters: plates, passports, health cards.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::shadow::Shadow;
use super::{PersonalData, Span};

/// How far before a loosely written number its word may stand.
const CUE_CELLS_MAX: usize = 40;

/// One form and what lets it count.
struct Form {
    kind: PersonalData,
    pattern: Regex,
    /// Words of which one must stand before; empty if the form speaks for itself.
    cues: &'static [&'static [u8]],
}

const PLATE_CUES: &[&[u8]] =
    &[b"bien so", b"bien kiem", b"bks", b"bsx", b"plate", b"bien xe", b"xe may", b"o to"];
const PASSPORT_CUES: &[&[u8]] = &[b"ho chieu", b"passport"];
const INSURANCE_CUES: &[&[u8]] = &[b"bao hiem", b"bhyt", b"bhxh", b"insurance"];

/// Written over the shadow: `D` is a digit or what looks like one, `S` what may stand between.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    use PersonalData::{InsuranceNumber, Passport, Plate};
    vec![
        form(Plate, "[1-9]D[-. ]?[A-Z]{1,2}D?[-. \n]{0,3}D{3}[.]?D{2}", &[]),
        form(Plate, "[1-9]SDS[A-Z]S[A-Z0-9ol]?S(?:DS){3,4}D", PLATE_CUES),
        form(Plate, "[1-9]D[-.]?[a-z][a-z0-9]?[-. ]?(?:D[.]?){3,4}D", PLATE_CUES),
        form(Passport, "[A-Z]D{7}", &[]),
        form(Passport, "[A-Za-z]{1,2}S(?:DS){5,7}D", PASSPORT_CUES),
        form(InsuranceNumber, "[A-Z]{2}[-. ]?D{13}", &[]),
        form(InsuranceNumber, "[A-Za-z]{2}S(?:DS){12}D", INSURANCE_CUES),
    ]
});

/// Everything of these kinds; what is found is blocked in the shadow.
pub(super) fn find(shadow: &mut Shadow) -> Vec<Span> {
    let mut found = Vec::new();
    if shadow.low.iter().filter(|it| it.is_ascii_digit()).count() < 4 {
        return found;
    }
    for form in FORMS.iter() {
        let mut at = 0;
        while let Some(hit) = form.pattern.captures_at(&shadow.cased, at).and_then(|it| it.get(1)) {
            at = hit.end();
            let before = &shadow.low[hit.start().saturating_sub(CUE_CELLS_MAX)..hit.start()];
            let named = |cue: &&[u8]| before.windows(cue.len()).any(|it| it == *cue);
            let n_digits = hit.as_bytes().iter().filter(|it| it.is_ascii_digit()).count();
            if 4 <= n_digits && (form.cues.is_empty() || form.cues.iter().any(named)) {
                found.push(Span { from: hit.start(), to: hit.end(), kind: form.kind });
                shadow.block(hit.start(), hit.end());
            }
        }
    }
    found
}

fn form(kind: PersonalData, pattern: &str, cues: &'static [&'static [u8]]) -> Form {
    let pattern = pattern.replace('D', "[0-9OolI]").replace('S', "[- \n._/,]{0,3}");
    let whole = format!(r"(?-u)(?:^|[^A-Za-z0-9])({pattern})(?:$|[^A-Za-z0-9])");
    Form { kind, pattern: Regex::new(&whole).expect("a fixed pattern"), cues }
}
