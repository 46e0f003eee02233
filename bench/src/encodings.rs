//! Legacy Vietnamese encodings: how many pieces of running text are recognised and come back, how
//! many other texts are taken for one, and how fast that is.
//!
//! The texts are the Vietnamese ones of a folder of collections, or sentences of our own; the
//! encoder is that of the tests of `kiemtin-extract`.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use kiemtin_extract::{Legacy, Problem, mend, plain_text};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::figures::bar;

#[path = "../../crates/extract/tests/legacy/encoder.rs"]
mod encoder;

use encoder::Encoder;

/// The pieces that are asked.
const PIECE_CHARS: usize = 200;
/// Pieces of each encoding: the whole of a large collection would measure no more.
const PIECES_MAX: usize = 3_000;
const DETECTED_MIN: f64 = 0.99;
/// The largest page of the collections is under it.
const PAGE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The largest collection that is read.
const COLLECTION_BYTES_MAX: u64 = 1 << 30;

const OURS: &str = "Nghe nói từ ngày mai nước máy ở quận Ba sẽ ngừng cấp suốt một tuần để súc rửa đường ống, \
    mọi người nên trữ nước sạch và đun sôi trước khi uống. Bác sĩ ở bệnh viện tỉnh cho biết chưa ghi nhận ca \
    ngộ độc nào. Trường tiểu học vẫn mở cửa, học sinh được phát sữa như thường lệ. ";

/// Prints the figures and fails if they are below the bar.
///
/// # Errors
/// A collection cannot be read, or a figure is below its bar.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let folder = args.iter().position(|it| it == "--data").and_then(|at| args.get(at + 1));
    let folder = folder.map(PathBuf::from);
    let Texts { well_typed, vietnamese, others } = match &folder {
        Some(folder) => collections(folder)?,
        None => Texts { well_typed: vec![OURS.repeat(20)], ..Texts::default() },
    };
    let pieces = pieces(&well_typed);
    println!("{} pieces of {PIECE_CHARS} characters", pieces.len());
    let mut worst: f64 = 1.0;
    for encoder in Encoder::all() {
        letters(&encoder)?;
        worst = worst.min(detected(&encoder, &pieces));
    }
    let n_wrong = false_positives("Vietnamese texts as they are", &vietnamese)
        + false_positives("texts in other languages", &others)
        + machine_made();
    let n_pages = folder.as_deref().map(pages).transpose()?.unwrap_or(0);
    speed(&pieces, &others);
    ensure!(DETECTED_MIN <= worst, "{worst:.4} of the pieces detected, less than {DETECTED_MIN}");
    ensure!(n_wrong + n_pages == 0, "{n_wrong} texts and {n_pages} pages were converted");
    Ok(())
}

/// Each letter by itself, there and back.
fn letters(encoder: &Encoder) -> anyhow::Result<()> {
    let mut all = Legacy::EIGHT_BIT.into_iter().chain([Legacy::Viqr]);
    let legacy = all.find(|it| it.name() == encoder.found_as);
    let legacy = legacy.context("the library has every encoding")?;
    let comes_back = |it: &char| {
        let found = legacy.decode(&encoder.encode(&it.to_string()));
        let cased = if encoder.keeps_case { found } else { found.to_lowercase() };
        cased == encoder.writable(&it.to_string())
    };
    let n = encoder.alphabet().iter().filter(|it| comes_back(it)).count();
    bar(&format!("{}: letters that come back", encoder.name), &n.to_string(), "134");
    ensure!(n == 134, "{n} letters of {}", encoder.name);
    Ok(())
}

/// Share of pieces whose encoding is found, as bytes and pasted into Unicode; the worse of both.
fn detected(encoder: &Encoder, pieces: &[String]) -> f64 {
    let (mut n_bytes, mut n_pasted, mut n_exact) = (0, 0, 0);
    for piece in pieces {
        let bytes = encoder.encode(piece);
        let is_found = |problems: &[Problem]| {
            let name = encoder.found_as;
            problems.contains(&Problem::LegacyEncoding { name })
        };
        let (text, problems) = plain_text(&bytes, None);
        n_bytes += usize::from(is_found(&problems));
        let cased = if encoder.keeps_case { text } else { text.to_lowercase() };
        n_exact += usize::from(cased == encoder.writable(piece));
        n_pasted += usize::from(is_found(&mend(&western(&bytes)).1));
    }
    let share = |n: usize| n as f64 / pieces.len() as f64;
    let figures = format!("{:.4} {:.4} {:.4}", share(n_bytes), share(n_pasted), share(n_exact));
    bar(&format!("{}: detected, pasted, exact", encoder.name), &figures, "0.99 detected");
    share(n_bytes.min(n_pasted))
}

/// What a program shows that takes the bytes for Windows-1252.
fn western(bytes: &[u8]) -> String {
    const C1: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
    let c1: Vec<char> = C1.chars().collect();
    let one = |&it: &u8| match it {
        0x80..=0x9F => c1[usize::from(it - 0x80)],
        it => char::from(it),
    };
    bytes.iter().map(one).collect()
}

fn pieces(texts: &[String]) -> Vec<String> {
    let words = texts.iter().flat_map(|it| it.split_whitespace());
    let all: Vec<char> = words.collect::<Vec<_>>().join(" ").nfc().collect();
    let pieces = all.as_chunks::<PIECE_CHARS>().0;
    let step = pieces.len().div_ceil(PIECES_MAX).max(1);
    pieces.iter().step_by(step).map(|it| it.iter().collect()).collect()
}

/// How many texts are taken for an old encoding that are in none. Repairs of damaged UTF-8 are told
/// beside: collections hold texts that are damaged.
fn false_positives(what: &str, texts: &[String]) -> usize {
    let problems = texts.iter().flat_map(|it| mend(it).1);
    let is_wrong = |it: &Problem| matches!(it, Problem::LegacyEncoding { .. });
    let (wrong, repaired): (Vec<Problem>, Vec<Problem>) = problems.partition(is_wrong);
    let n_wrong = wrong.len();
    bar(&format!("{what}: converted of {}", texts.len()), &n_wrong.to_string(), "0");
    wrong.iter().for_each(|it| println!("  {it}"));
    println!("  damaged UTF-8 repaired in {}", repaired.len());
    n_wrong
}

/// Random bytes, base64 and code.
fn machine_made() -> usize {
    let mut state = 2026_u64;
    let mut next = || {
        // xorshift64*: the same bytes each time.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut n_wrong = 0;
    let n = 2_000;
    for _ in 0..n {
        let random: Vec<u8> = (0..1_000).map(|_| next()).collect();
        let base64: Vec<u8> = (0..1_000).map(|_| BASE64[usize::from(next() % 64)]).collect();
        // Letters with many strange ones among them.
        let noise: Vec<u8> = (0..1_000)
            .map(|_| match next() {
                it @ 0..32 => 0xC0 + it,
                it @ 32..64 => 0xA0 + it,
                it => b" aeiounhtgcm"[usize::from(it) % 12],
            })
            .collect();
        for bytes in [random, base64, noise] {
            n_wrong += usize::from(
                !plain_text(&bytes, None).1.iter().all(|it| matches!(it, Problem::NotUtf8 { .. })),
            );
        }
    }
    let code = [include_str!("main.rs"), include_str!("encodings.rs"), include_str!("figures.rs")];
    n_wrong += code.iter().filter(|it| !mend(it).1.is_empty()).count();
    bar(
        &format!("random bytes, base64, code: converted of {}", 3 * n + code.len()),
        &n_wrong.to_string(),
        "0",
    );
    n_wrong
}

fn speed(pieces: &[String], others: &[String]) {
    for encoder in Encoder::all() {
        let bytes = encoder.encode(&pieces.join("\n"));
        let what = format!("{}: converted", encoder.name);
        timed(&what, bytes.len(), || plain_text(&bytes, None).0.len());
    }
    let unicode = pieces.join("\n");
    timed("Vietnamese in Unicode: left alone", unicode.len(), || mend(&unicode).0.len());
    let others = others.join("\n");
    timed("other languages: left alone", others.len(), || mend(&others).0.len());
}

fn timed(what: &str, n_bytes: usize, work: impl Fn() -> usize) {
    let begin = cpu_seconds();
    std::hint::black_box(work());
    let mb = n_bytes as f64 / 1e6 / (cpu_seconds() - begin).max(1e-6);
    bar(what, &format!("{mb:.1} MB/s"), "-");
}

/// The processor's time of this thread, so that a busy machine says the same.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|it| it.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1e9
}

/// The texts of the collections.
#[derive(Default)]
struct Texts {
    /// Vietnamese with all its marks.
    well_typed: Vec<String>,
    /// Vietnamese in every way of typing.
    vietnamese: Vec<String>,
    others: Vec<String>,
}

fn collections(folder: &Path) -> anyhow::Result<Texts> {
    let mut res = Texts::default();
    for path in files(folder)? {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        if !name.ends_with(".jsonl") && !name.ends_with(".jsonl.gz") || name.contains("test") {
            continue;
        }
        for line in text_of(&path, COLLECTION_BYTES_MAX)?.lines() {
            let row: Value = serde_json::from_str(line).context(path.display().to_string())?;
            for field in ["text", "title", "body"] {
                let Some(text) = row[field].as_str() else { continue };
                // The sets name the way of typing in the file's name, or in the row.
                let is_noisy = row["kind"].is_string() || name.matches('.').count() > 2;
                match row["lang"].as_str() {
                    Some("vi") if !is_noisy || name.contains(".clean.") => {
                        res.well_typed.push(text.to_owned());
                        res.vietnamese.push(text.to_owned());
                    }
                    Some("vi") => res.vietnamese.push(text.to_owned()),
                    _ => res.others.push(text.to_owned()),
                }
            }
        }
    }
    ensure!(!res.well_typed.is_empty(), "no Vietnamese texts under {}", folder.display());
    Ok(res)
}

/// Pages of the collections that are taken for legacy, and how many are told to be damaged UTF-8.
fn pages(folder: &Path) -> anyhow::Result<usize> {
    let (mut n, mut n_legacy, mut n_damaged) = (0, 0, 0);
    for path in files(folder)?.iter().filter(|it| it.to_string_lossy().ends_with(".html.gz")) {
        let text = text_of(path, PAGE_BYTES_MAX)?;
        // As it is served, as one text, and as an editor of 1999 would have saved it.
        let western: Vec<u8> =
            text.chars().map(|it| if it <= '\u{FF}' { it as u32 as u8 } else { b'?' }).collect();
        let found = [mend(&text).1, plain_text(&western, None).1].concat();
        n += 1;
        let is_legacy = found.iter().any(|it| matches!(it, Problem::LegacyEncoding { .. }));
        let is_damaged = found.contains(&Problem::Utf8ReadWrong);
        n_legacy += usize::from(is_legacy);
        n_damaged += usize::from(is_damaged);
        if is_legacy || is_damaged {
            println!("  {} {found:?}", path.display());
        }
    }
    bar(&format!("pages taken for legacy, of {n}"), &n_legacy.to_string(), "0");
    bar("pages with damaged UTF-8 in them", &n_damaged.to_string(), "-");
    Ok(n_legacy)
}

fn text_of(path: &Path, bytes_max: u64) -> anyhow::Result<String> {
    let file = std::io::BufReader::new(std::fs::File::open(path)?);
    let mut bytes = Vec::new();
    kiemtin_extract::open(file)?.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// All files below a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut res, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for it in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = it?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => res.push(path),
            }
        }
    }
    res.sort();
    Ok(res)
}
