//! The program that reads text in pictures, for the tests that need it.

use std::process::Command;

use crate::debian;
use crate::program::{Outcome, says};

/// With the language files that the product asks for; English comes with the program.
const PACKAGES: [&str; 2] = ["tesseract-ocr", "tesseract-ocr-vie"];

/// Sees to it that the program is there with both languages, or says what is missing.
pub(crate) fn ready() -> Outcome {
    if is_whole() {
        return Ok(());
    }
    debian::install(&PACKAGES)?;
    let missing = "its packages brought no Vietnamese or no English";
    if is_whole() { Ok(()) } else { Err(missing.to_owned()) }
}

fn is_whole() -> bool {
    let languages = says(Command::new("tesseract").arg("--list-langs")).unwrap_or_default();
    ["vie", "eng"].iter().all(|it| languages.lines().any(|line| line == *it))
}
