//! Personal data that is sent in stands nowhere afterwards: not in the database, its log, the index,
//! a backup, a temporary file or what was printed; not in UTF-16, base64 or gzip either.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::read::MultiGzDecoder;
use kiemtin::app::App;
use kiemtin::app::clock::{Clock as _, FixedClock, SystemClock};
use kiemtin::config::Place;
use memchr::memmem::{find, find_iter};

use crate::helper::desk::TempFolder;
use crate::helper::program::{Served, command, post, receipt, run};
use crate::helper::story::{Cast, Story};

/// A head that tells who sends, where from and on what device.
const HEAD: &str = "X-Forwarded-For: 203.0.113.177\r\nX-Real-IP: 203.0.113.177\r\n\
    Forwarded: for=203.0.113.177\r\nUser-Agent: ZqCanaryBrowser/7.7\r\n\
    Cookie: visitor=zqcanarycookie\r\nReferer: https://example.org/zqcanaryreferer\r\n";
/// What stands around the personal data and must stay, with a word that is nowhere else.
const REST: &str = "Quán bún chả zqcontrol ở phố cổ phải đóng cửa vì nước giếng nhiễm phèn";

/// One secret: as it is written in a text, and what must not be found of it.
struct Canary {
    written: &'static str,
    secrets: &'static [&'static str],
}

const CANARIES: [Canary; 12] = [
    Canary { written: "gọi 0387251946 nhé", secrets: &["0387251946", "387251946"] },
    Canary { written: "gọi 0387.251.947 nhé", secrets: &["0387.251.947", "0387251947"] },
    Canary { written: "gọi +84 387 251 948 nhé", secrets: &["387 251 948", "387251948"] },
    Canary {
        written: "gọi ０３８７２５１９４９ nhé",
        secrets: &["０３８７２５１９４９", "0387251949"],
    },
    Canary {
        written: "gọi không ba tám bảy hai năm một chín năm không nhé",
        secrets: &["tám bảy hai năm một", "tam bay hai nam mot", "0387251950"],
    },
    Canary {
        written: "gọi 03872\u{200b}51951 nhé",
        secrets: &["03872\u{200b}51951", "0387251951"],
    },
    Canary { written: "thư cho zqcanary.thu@hopthu.example nhé", secrets: &["zqcanary.thu"] },
    Canary {
        written: "thư cho zqcanarycong a còng gmail chấm com nhé",
        secrets: &["zqcanarycong"],
    },
    Canary { written: "CCCD 079203004321 của tôi", secrets: &["079203004321", "9203004321"] },
    Canary {
        written: "chuyển khoản STK 19034567812345 ngân hàng Techcombank",
        secrets: &["19034567812345"],
    },
    Canary { written: "hỏi @zqcanarynick là biết", secrets: &["zqcanarynick"] },
    Canary {
        written: "xem https://www.facebook.com/zqcanary.trang nhé",
        secrets: &["zqcanary.trang"],
    },
];

/// Beside the text: the head of a request, and fields of a file.
const BESIDE: [&str; 10] = [
    "203.0.113.177",
    "ZqCanaryBrowser",
    "zqcanarycookie",
    "zqcanaryreferer",
    "zqcanaryid",
    "Zqcanaryhovaten",
    "zqcanarynguon",
    "zqcanarylink",
    "zqcanarymay",
    "zqcanarytiphalf",
];

#[test]
fn no_byte_of_personal_data_is_kept_and_the_rest_is_found() {
    let folder = TempFolder::new();
    let (data, temp) = (folder.path("desk"), folder.path("temp"));
    fs::create_dir_all(&temp).expect("a folder");
    let log = folder.path("printed.log");
    let stamps = publish(&data);
    let mut desk = serve(&data, &temp, &log);
    send_tips(&desk);
    send_contests(&desk, &stamps);
    let file = import_file(&folder);
    let imported = command(&["import", "--data", text(&data), text(&file), "--json"])
        .env("TMPDIR", &temp)
        .output();
    fs::write(folder.path("import.out"), imported.expect("it runs").stdout).expect("written");
    let claims = claims_file(&folder);
    run(&data, &["import", text(&claims), "--as", "claims"]).works().says("12 taken");
    run(&data, &["backup", text(&folder.path("backup.tar.gz"))]).works();
    look(&folder, "after the acknowledgement");

    cut_off(&desk.address);
    desk.kill();
    look(&folder, "after a kill in the middle of a request");

    desk = serve(&data, &temp, &log);
    desk.end();
    look(&folder, "after another start and an orderly end");
    run(&data, &["match", "quán bún chả zqcontrol phố cổ đóng cửa nước giếng nhiễm phèn"])
        .works()
        .says("zqcontrol");
}

#[test]
fn the_search_for_canaries_finds_every_form() {
    let secret = "Zqcanary còng";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(bytes).collect();
    let base64 =
        |before: &str| STANDARD_NO_PAD.encode(format!("{before}{secret} nhé")).into_bytes();
    let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let forms: [Vec<u8>; 9] = [
        secret.into(),
        "zqcanary co\u{300}ng".into(),
        "zqcanary cong".into(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        base64(""),
        base64("x"),
        base64("xx"),
        escaped.into(),
    ];
    for form in forms.into_iter().chain([hex::encode_upper(secret).into_bytes()]) {
        let hay = [b"\x00\xffbefore ", &*form, b" after"].concat();
        assert!(Hay::new(hay).holds(secret), "{}", String::from_utf8_lossy(&form));
    }
    assert!(!Hay::new(b"something else".to_vec()).holds(secret));
}

fn serve(data: &Path, temp: &Path, log: &Path) -> Served {
    let log = File::options().create(true).append(true).open(log).expect("a log");
    let mut command = command(&["serve", "--listen", "127.0.0.1:0", "--data", text(data)]);
    let mut desk = Served::of(command.env("TMPDIR", temp).stderr(log));
    desk.wait();
    desk
}

/// Makes a desk with an answer, and a form to contest it for each canary, opened a minute ago.
fn publish(data: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let place = Place { data: data.to_owned(), database: None, model: None };
        let clock = FixedClock::at(SystemClock.now().plus_millis(-60_000));
        let app = App::open(&place, "http://desk.example", Arc::new(clock), true).await;
        let app = app.expect("a new desk opens");
        let cast = Cast::of(&app).await;
        let published = cast.publishes(&app, &Story::garlic()).await;
        let stamps = CANARIES.iter().map(|_| app.stamp(published.number)).collect();
        app.close().await.expect("closed");
        stamps
    })
}

fn send_contests(desk: &Served, stamps: &[String]) {
    for (it, stamp) in CANARIES.iter().zip(stamps) {
        let text = format!("{REST}; {}.", it.written);
        let form = [
            ("form", stamp.as_str()),
            ("kind", "fact"),
            ("text", text.as_str()),
            ("url", "https://facebook.com/zqcanarylink"),
        ];
        let answer = post(&desk.address, "/vi/c/1/contest", &form, HEAD).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    }
    // What is refused is kept as little as what is taken.
    let young = [("form", ""), ("kind", "fact"), ("text", CANARIES[6].written)];
    let answer = post(&desk.address, "/vi/c/1/contest", &young, HEAD).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    let page = desk.get("/vi/contests/12").expect("an answer");
    assert!(page.contains("Khiếu nại số 12"), "{page}");
}

fn send_tips(desk: &Served) {
    for it in &CANARIES {
        let tip = format!("{REST}; {}.", it.written);
        let form = [("text", tip.as_str()), ("url", "https://facebook.com/zqcanarylink")];
        let answer = post(&desk.address, "/vi/tip", &form, HEAD).expect("an answer");
        assert!(receipt(&answer).is_some(), "{answer}");
    }
    // What is refused is kept as little as what is taken.
    let only = [("text", CANARIES[0].secrets[0])];
    let answer = post(&desk.address, "/vi/tip", &only, HEAD).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
}

/// A request whose body never comes to its end, and one whose answer nobody waits for.
fn cut_off(address: &str) {
    let head = "POST /vi/tip HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let whole = "text=goi+0387251946+zqcanarytiphalf%40hopthu.example+nhe+ban+oi";
    for (promised, host) in [(5_000, address), (whole.len(), address)] {
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request =
            format!("{head}Content-Length: {promised}\r\n{HEAD}Host: {host}\r\n\r\n{whole}");
        stream.write_all(request.as_bytes()).expect("sent");
    }
}

fn import_file(folder: &TempFolder) -> PathBuf {
    let line = |(n, it): (usize, &Canary)| {
        let json = serde_json::json!({
            "id": format!("zqcanaryid{n}"),
            "text": format!("{REST}, mà {}.", it.written),
            "author": "Nguyễn Zqcanaryhovaten",
            "device": "zqcanarymay",
            "url": "https://facebook.com/zqcanarylink",
            "source": "facebook.com/zqcanarynguon",
        });
        format!("{json}\n")
    };
    let file = folder.path("in").with_extension("jsonl");
    fs::write(&file, CANARIES.iter().enumerate().map(line).collect::<String>()).expect("written");
    file
}

fn claims_file(folder: &TempFolder) -> PathBuf {
    let line = |(n, it): (usize, &Canary)| {
        let text = format!("{REST}, nếu không tin thì {}", it.written);
        let json = serde_json::json!({
            "id": format!("zqcanaryid{n}"), "text": text, "title": it.written, "body": text,
        });
        format!("{json}\n")
    };
    let file = folder.path("claims.jsonl");
    fs::write(&file, CANARIES.iter().enumerate().map(line).collect::<String>()).expect("written");
    file
}

/// Looks at every byte of every file but the ones that were sent in.
fn look(folder: &TempFolder, when: &str) {
    let mut files = Vec::new();
    collect(&folder.path(""), &mut files);
    files.retain(|it| it.extension().is_none_or(|it| it != "jsonl"));
    let hays: Vec<(PathBuf, Hay)> =
        files.into_iter().map(|it| (it.clone(), Hay::new(unpacked(&it)))).collect();
    for secret in CANARIES.iter().flat_map(|it| it.secrets).chain(&BESIDE) {
        for (file, hay) in &hays {
            assert!(!hay.holds(secret), "{when}: {secret:?} stands in {}", file.display());
        }
    }
    // The rest is where it belongs: the look would have found it.
    let with_rest = |name: &str| {
        let named = |file: &Path| file.file_name().is_some_and(|it| it.to_string_lossy() == *name);
        hays.iter().any(|(file, hay)| named(file) && hay.holds("zqcontrol"))
    };
    assert!(with_rest("desk.db") || with_rest("desk.db-wal"), "{when}: the database is empty");
    assert!(with_rest("backup.tar.gz"), "{when}: the backup is empty");
}

pub(crate) fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("its kind");
        if kind.is_dir() {
            collect(&entry.path(), files);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
}

/// The bytes, and what is packed in them.
pub(crate) fn unpacked(file: &Path) -> Vec<u8> {
    let mut bytes = fs::read(file).expect("a file");
    let starts: Vec<usize> = find_iter(&bytes, b"\x1f\x8b\x08").collect();
    let mut inside = Vec::new();
    for at in starts {
        // What is no gzip after all holds nothing.
        drop(MultiGzDecoder::new(&bytes[at..]).read_to_end(&mut inside));
    }
    bytes.extend(inside);
    bytes
}

/// The bytes that are searched.
pub(crate) struct Hay {
    bytes: Vec<u8>,
    lower: Vec<u8>,
}

impl Hay {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { lower: bytes.to_ascii_lowercase(), bytes }
    }

    /// Whether the secret stands there, in any form that a program might keep a text in.
    pub(crate) fn holds(&self, secret: &str) -> bool {
        let any_case = |form: &[u8]| find(&self.lower, &form.to_ascii_lowercase()).is_some();
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            secret.encode_utf16().flat_map(bytes).collect()
        };
        let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        any_case(secret.as_bytes())
            || any_case(decomposed(secret).as_bytes())
            || any_case(folded(secret).as_bytes())
            || any_case(&utf16(u16::to_le_bytes))
            || any_case(&utf16(u16::to_be_bytes))
            || any_case(escaped.as_bytes())
            || any_case(hex::encode(secret).as_bytes())
            || (0..3).any(|it| find(&self.bytes, &base64_core(secret, it)).is_some())
    }
}

/// The letters of the base64 that depend on the secret alone, when so many bytes stand before it.
fn base64_core(secret: &str, n_before: usize) -> Vec<u8> {
    let bytes = [&[0; 3][..n_before], secret.as_bytes()].concat();
    let letters = STANDARD_NO_PAD.encode(&bytes).into_bytes();
    let (from, to) = ((n_before * 8).div_ceil(6), bytes.len() * 8 / 6);
    letters[from..to].to_vec()
}

/// The few letters of the canaries that have marks, taken apart as NFD does.
const MARKED: [(char, &str); 7] = [
    ('ă', "a\u{306}"),
    ('á', "a\u{301}"),
    ('ả', "a\u{309}"),
    ('ô', "o\u{302}"),
    ('ộ', "o\u{323}\u{302}"),
    ('ò', "o\u{300}"),
    ('í', "i\u{301}"),
];

fn decomposed(text: &str) -> String {
    let apart = |it: char| MARKED.iter().find(|(letter, _)| *letter == it).map(|(_, parts)| *parts);
    text.chars().map(|it| apart(it).map_or_else(|| it.to_string(), str::to_owned)).collect()
}

fn folded(text: &str) -> String {
    decomposed(text).chars().filter(|it| !('\u{300}'..='\u{36f}').contains(it)).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of UTF-8")
}
