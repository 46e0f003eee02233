//! Text in pictures, read by the `tesseract` program: a child process that is given dots, never the
//! file that somebody sent, and that has limits on time, memory and what it may write.
//!
//! It is niced, so that reading pictures takes nothing from taking tips in. Its absence is no
//! failure: pictures are then taken without their text, and `doctor` says what to install.

use std::process::Stdio;
use std::time::Duration;

use kiemtin_core::picture::Luma;
use tokio::process::Command;
use tokio::time::timeout;

pub use crate::child::PATH;
use crate::child::{self, Limits, Unanswered};

/// What is read: Vietnamese and, beside it, English.
const LANGUAGES: [&str; 2] = ["vie", "eng"];

/// A page full of small print takes four seconds, and more where others need the processors first; a
/// page of small print with the place of each word has 200 KB. Both languages and the largest picture
/// take a third of the memory. What takes more work is no picture of words.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    memory_kib: 1024 * 1024,
    work_seconds: 10,
    answer_bytes_max: 1024 * 1024,
};
/// Answering which languages there are takes milliseconds.
const LIST_TIME: Duration = Duration::from_secs(5);
/// Words that it is less sure of (in percents) are mostly leaves and windows, not letters.
const SURE_MIN: f32 = 60.0;

/// The program, found and with its languages.
#[derive(Clone, Copy, Debug)]
pub struct Tesseract {
    path: &'static str,
}

/// Why text in pictures is not read here. The sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    /// No such program.
    #[error(
        "text in pictures is not read, because tesseract is not installed; \
         type: apt-get install tesseract-ocr tesseract-ocr-vie"
    )]
    Program,
    /// The program without a language.
    #[error(
        "text in pictures is not read, because tesseract lacks the language {0}; \
         type: apt-get install tesseract-ocr-{0}"
    )]
    Language(&'static str),
}

/// Why a picture was not read, with nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// It took too long.
    #[error("tesseract was ended after {} seconds", LIMITS.time.as_secs())]
    TooSlow,
    /// It ended without an answer: too little memory, most likely.
    #[error("tesseract failed ({0})")]
    Failed(std::process::ExitStatus),
    /// It could not be started or waited for.
    #[error("tesseract could not be run: {0}")]
    Lost(#[from] std::io::Error),
}

impl Tesseract {
    /// Looks for the program and its languages in the folders of `path`.
    ///
    /// # Errors
    /// It is not there, or not whole.
    pub async fn find(path: &'static str) -> Result<Self, Absent> {
        let mut list = Command::new("sh");
        list.args(["-c", "exec tesseract --list-langs"]);
        list.env_clear().env("PATH", path).stdin(Stdio::null()).kill_on_drop(true);
        let listed = timeout(LIST_TIME, list.output()).await;
        let Ok(Ok(listed)) = listed else { return Err(Absent::Program) };
        if !listed.status.success() {
            return Err(Absent::Program);
        }
        // Some versions list on one stream, some on the other.
        let listed = [listed.stdout, listed.stderr].concat();
        let listed = String::from_utf8_lossy(&listed);
        match LANGUAGES.iter().find(|it| !listed.lines().any(|line| line.trim() == **it)) {
            Some(missing) => Err(Absent::Language(missing)),
            None => Ok(Self { path }),
        }
    }

    /// The words in a picture, line by line; empty when there are none.
    ///
    /// # Errors
    /// The child failed or took too long. Nothing of it is left running.
    pub async fn read(&self, picture: &Luma) -> Result<String, NotRead> {
        self.read_within(picture, &LIMITS).await
    }

    async fn read_within(&self, picture: &Luma, limits: &Limits) -> Result<String, NotRead> {
        let languages = LANGUAGES.join("+");
        let words = ["tesseract", "stdin", "stdout", "-l", &languages, "--psm", "3", "tsv"];
        let said = child::run(self.path, &words, &grey(picture), limits).await;
        let said = said.map_err(|err| match err {
            Unanswered::TooSlow(_) => NotRead::TooSlow,
            Unanswered::Lost(err) => NotRead::Lost(err),
        })?;
        if !said.status.success() && !said.is_cut {
            return Err(NotRead::Failed(said.status));
        }
        Ok(sure_words(&String::from_utf8_lossy(&said.bytes)))
    }
}

/// The dots as a PGM file, the plainest form there is.
fn grey(picture: &Luma) -> Vec<u8> {
    let mut bytes = format!("P5\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
    bytes.extend(picture.pixels().iter().map(|it| it.round() as u8));
    bytes
}

/// The words that it is sure of, a line for each paragraph, from its table: level, page, block,
/// paragraph, line, word, four numbers of the place, how sure, the word.
fn sure_words(table: &str) -> String {
    let mut text = String::new();
    let mut last = None;
    for row in table.lines() {
        let cells: Vec<&str> = row.split('\t').collect();
        let [_, page, block, paragraph, line, _, _, _, _, _, sure, word] = cells[..] else {
            continue;
        };
        let is_sure = sure.parse::<f32>().is_ok_and(|it| SURE_MIN <= it);
        if !is_sure || !word.chars().any(char::is_alphanumeric) {
            continue;
        }
        let place = ((page, block, paragraph), line);
        match last {
            None => {}
            Some((paragraph, _)) if paragraph != place.0 => text.push('\n'),
            // "COVID-" at the end of a line goes on in the next.
            Some(last) if last != place && text.ends_with('-') => {}
            Some(_) => text.push(' '),
        }
        text.push_str(word.trim());
        last = Some(place);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_are_sure_are_kept_in_their_paragraphs() {
        let row = |block: u8, line: u8, sure: &str, word: &str| {
            format!("5\t1\t{block}\t1\t{line}\t1\t0\t0\t9\t9\t{sure}\t{word}\n")
        };
        let table = [
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n".to_owned(),
            "1\t1\t0\t0\t0\t0\t0\t0\t640\t420\t-1\t\n".to_owned(),
            row(1, 1, "12.5", "e.^-"),
            row(2, 1, "96.8", "Ăn"),
            row(2, 1, "95", "tỏi"),
            row(2, 1, "95", " "),
            row(2, 1, "99", "~"),
            row(2, 2, "61", "COVID-"),
            row(2, 3, "61", "19"),
            row(3, 1, "90", "19"),
            row(3, 1, "nonsense", "x"),
            "broken\trow\n".to_owned(),
        ];
        assert_eq!(sure_words(&table.concat()), "Ăn tỏi COVID-19\n19");
        assert_eq!(sure_words(""), "");
    }

    #[tokio::test]
    async fn its_absence_is_said_with_what_to_install() {
        let absent = Tesseract::find("/nowhere").await.expect_err("it is not there");
        assert_eq!(absent, Absent::Program);
        assert!(absent.to_string().ends_with("apt-get install tesseract-ocr tesseract-ocr-vie"));
        let absent = Absent::Language("vie").to_string();
        assert!(absent.ends_with("apt-get install tesseract-ocr-vie"), "{absent}");
    }

    /// A program of that name which does something else, among temporary files.
    #[expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]
    fn instead(name: &str, script: &str) -> Tesseract {
        let folder =
            std::env::temp_dir().join(format!("kiemtin-ocr-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("tesseract");
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&file, all).unwrap();
        Tesseract { path: format!("{}:{PATH}", folder.display()).leak() }
    }

    fn dots() -> Luma {
        Luma::new(900, 900, vec![255.0; 810_000]).expect("whole")
    }

    #[tokio::test]
    async fn the_child_has_limits_and_nothing_of_our_environment() {
        let row = "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t0\\t0\\t99\\t%s\\n'";
        let script = format!(
            "cat >/dev/null\n{row} v$(ulimit -v) t$(ulimit -t) f$(ulimit -f) n$(nice) \
             h${{HOME:-none}} c${{CARGO:-none}}"
        );
        let said = instead("limits", &script).read(&dots()).await.expect("it answers");
        assert_eq!(said, "v1048576 t10 f0 n5 hnone cnone");
    }

    #[tokio::test]
    async fn a_child_that_is_slow_fails_or_never_stops_talking_is_ended() {
        let short = Limits { time: Duration::from_millis(300), ..LIMITS };
        let slow = instead("slow", "exec sleep 60").read_within(&dots(), &short).await;
        assert!(matches!(slow, Err(NotRead::TooSlow)), "{slow:?}");
        let failed = instead("fails", "exit 3").read(&dots()).await;
        assert!(matches!(failed, Err(NotRead::Failed(_))), "{failed:?}");
        let endless = instead("endless", "exec yes").read(&dots()).await;
        assert_eq!(endless.expect("cut off"), "");
    }

    #[test]
    fn the_dots_are_written_as_they_are() {
        let picture = Luma::new(2, 1, vec![0.4, 254.6]).expect("whole");
        assert_eq!(grey(&picture), b"P5\n2 1\n255\n\x00\xff");
    }
}
