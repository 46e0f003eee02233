//! A generated set for masking: every kind of personal data in every evasion that fits it, in
//! sentences that are full of dates and amounts, and a set of what must stay.
//!
//! Seeded and made up: no real number is looked for, none is kept.

use kiemtin_core::lang::Lang;
use kiemtin_core::text::mask::PersonalData as Kind;

/// A message with one secret, and what must not be readable afterwards.
pub(crate) struct Positive {
    pub(crate) text: String,
    pub(crate) lang: Lang,
    pub(crate) kind: Kind,
    pub(crate) evasion: &'static str,
    /// What stands around the secret and must stay.
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Positive {
    /// All around the secret stands as before, and of the secret no figure is left. A token may
    /// follow a label ("zalo: [account name]").
    pub(crate) fn is_hidden_in(&self, masked: &str) -> bool {
        let middle = masked.strip_prefix(&self.before).and_then(|it| it.strip_suffix(&self.after));
        let token = |text: &str| Kind::ALL.iter().any(|it| text.ends_with(it.token(self.lang)));
        middle.is_some_and(|text| token(text) && !text.chars().any(char::is_numeric))
    }
}

/// A small generator of chance (SplitMix64), so that a seed gives the same set everywhere.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap_or(0)
    }

    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// How a number is disguised.
pub(crate) const NUMBER_EVASIONS: [&str; 24] = [
    "plain",
    "spaces",
    "dots",
    "dashes",
    "en dashes",
    "underscores",
    "slashes",
    "commas",
    "parentheses",
    "single digits",
    "line break",
    "full-width",
    "circled",
    "superscript",
    "arabic-indic",
    "mathematical",
    "keycaps",
    "zero-width",
    "soft hyphen",
    "look-alikes",
    "words vi",
    "words without diacritics",
    "words en",
    "mixed separators",
];
const ADDRESS_EVASIONS: [&str; 9] = [
    "plain",
    "full-width",
    "zero-width",
    "(at) (dot)",
    "[at] [dot]",
    "a còng chấm",
    "spaces",
    "capitals",
    "look-alike letters",
];

/// So many positives of each kind and evasion.
pub(crate) fn positives(seed: u64, n_each: usize) -> Vec<Positive> {
    let mut chance = Chance(seed);
    let mut res = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|it| *it != Kind::Number) {
        for &evasion in evasions(kind) {
            for _ in 0..n_each {
                res.push(positive(&mut chance, kind, evasion));
            }
        }
    }
    res
}

fn evasions(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Email => &ADDRESS_EVASIONS,
        Kind::Profile => &[
            "plain",
            "full-width",
            "zero-width",
            "[at] [dot]",
            "a còng chấm",
            "spaces",
            "capitals",
        ],
        Kind::Handle => &["plain", "full-width", "zero-width", "capitals"],
        // The letters keep these from being spelled out as a run of digits.
        Kind::Plate | Kind::Passport | Kind::InsuranceNumber => &[
            "plain",
            "dashes",
            "full-width",
            "circled",
            "superscript",
            "arabic-indic",
            "mathematical",
            "keycaps",
            "zero-width",
            "soft hyphen",
            "look-alikes",
        ],
        _ => &NUMBER_EVASIONS,
    }
}

fn positive(chance: &mut Chance, kind: Kind, evasion: &'static str) -> Positive {
    let english = evasion == "words en" || (!evasion.contains("vi") && chance.below(2) == 0);
    let lang = if english { Lang::En } else { Lang::Vi };
    let secret = match kind {
        Kind::Email => email(chance, evasion),
        Kind::Profile => profile(chance, evasion),
        Kind::Handle => {
            let raw = handle(chance);
            disguised_letters(chance, &raw, evasion)
        }
        _ => {
            let raw = number(chance, kind);
            disguised_digits(chance, &raw, evasion)
        }
    };
    let (before, after) = carrier(chance, kind, lang);
    Positive { text: format!("{before}{secret}{after}"), lang, kind, evasion, before, after }
}

fn number(chance: &mut Chance, kind: Kind) -> String {
    let mobile =
        |it: &mut Chance| format!("0{}{}", it.of(&["3", "5", "7", "8", "9"]), it.digits(8));
    match kind {
        Kind::Phone => match chance.below(5) {
            0 => format!("84{}", &mobile(chance)[1..]),
            1 => format!("02{}{}", chance.of(&["4", "8"]), chance.digits(8)),
            _ => mobile(chance),
        },
        Kind::NationalId => {
            let province = 1 + chance.below(96);
            format!("{province:03}{}{}{}", chance.below(4), chance.digits(2), chance.digits(6))
        }
        Kind::BankAccount => {
            let n = 9 + chance.below(6);
            format!("{}{}", 1 + chance.below(9), chance.digits(n - 1))
        }
        Kind::Card => {
            let start = chance.of(&["4", "51", "9704"]);
            let body = format!("{start}{}", chance.digits(15 - start.len()));
            let check = (0..10).find(|it| luhn(&format!("{body}{it}"))).unwrap_or(0);
            format!("{body}{check}")
        }
        Kind::TaxCode => format!("0{}", chance.digits(9)),
        Kind::Passport => format!("{}{}", chance.of(&["B", "C", "N", "P"]), chance.digits(7)),
        Kind::Plate => {
            let series = chance.of(&["A", "F", "H", "K", "C1", "X2"]);
            let n = chance.digits(5);
            let sign = chance.of(&["-", " ", ""]);
            let sign = if series.len() == 2 { "-" } else { sign };
            format!("{}{series}{sign}{}.{}", 11 + chance.below(88), &n[..3], &n[3..])
        }
        _ => format!("{}{}", chance.of(&["GD", "HS", "DN", "TE", "HT"]), chance.digits(13)),
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(idx, it)| {
            let digit = u32::from(it - b'0');
            if idx % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn grouped(raw: &str, sign: &str) -> String {
    let bytes: Vec<char> = raw.chars().collect();
    let mut groups: Vec<String> = Vec::new();
    let size = if bytes.len().is_multiple_of(4) && bytes.len() != 12 { 4 } else { 3 };
    let first = if bytes.len().is_multiple_of(size) { size } else { size + bytes.len() % size };
    groups.push(bytes[..first].iter().collect());
    groups.extend(bytes[first..].chunks(size).map(|it| it.iter().collect()));
    groups.join(sign)
}

const WORDS_VI: [&str; 10] =
    ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const WORDS_PLAIN: [&str; 10] =
    ["khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"];
const WORDS_EN: [&str; 10] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

fn disguised_digits(chance: &mut Chance, raw: &str, evasion: &str) -> String {
    let map = |change: &dyn Fn(u32) -> String| -> String {
        let one = |it: char| it.to_digit(10).map_or_else(|| it.to_string(), change);
        raw.chars().map(one).collect()
    };
    let from = |base: u32| move |it: u32| char::from_u32(base + it).unwrap_or('?').to_string();
    let words = |all: [&str; 10]| {
        let one = |it: char| it.to_digit(10).map_or(it.to_string(), |d| all[d as usize].to_owned());
        raw.chars().map(one).collect::<Vec<_>>().join(" ")
    };
    let lettered = raw.starts_with(|it: char| it.is_ascii_uppercase()) || raw.contains('.');
    let cut = 1 + raw.len() / 2;
    match evasion {
        "plain" => raw.to_owned(),
        "dashes" if lettered => raw.replace('.', "-"),
        "spaces" => grouped(raw, " "),
        "dots" => grouped(raw, "."),
        "dashes" => grouped(raw, "-"),
        "en dashes" => grouped(raw, " – ").replace(" – ", "–"),
        "underscores" => grouped(raw, "_"),
        "slashes" => grouped(raw, "/"),
        "commas" => grouped(raw, ","),
        "parentheses" => format!("({}) {}", &raw[..3], &raw[3..]),
        "single digits" => raw.chars().map(String::from).collect::<Vec<_>>().join(" "),
        "line break" => format!("{}\n{}", &raw[..cut], &raw[cut..]),
        "full-width" => map(&from(0xFF10)),
        "circled" => map(&|it| if it == 0 { "⓪".to_owned() } else { from(0x245F)(it) }),
        "superscript" => {
            map(&|it| ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"][it as usize].to_owned())
        }
        "arabic-indic" => map(&from(0x660)),
        "mathematical" => map(&from(0x1D7CE + 10 * chance.below(5) as u32)),
        "keycaps" => map(&|it| format!("{it}\u{FE0F}\u{20E3}")),
        "zero-width" => {
            let hidden = chance.of(&["\u{200B}", "\u{200D}", "\u{2060}", "\u{202E}", "\u{FEFF}"]);
            raw.chars().map(String::from).collect::<Vec<_>>().join(hidden)
        }
        "soft hyphen" => raw.chars().map(String::from).collect::<Vec<_>>().join("\u{AD}"),
        "look-alikes" => {
            let tail = &raw[2..];
            format!("{}{}", &raw[..2], tail.replace('0', "O").replacen('1', "l", 2))
        }
        "words vi" => words(WORDS_VI),
        "words without diacritics" => words(WORDS_PLAIN),
        "words en" => words(WORDS_EN),
        _ => {
            let third = raw.len() / 3 + 1;
            format!("{} {}.{}", &raw[..third], &raw[third..2 * third], &raw[2 * third..])
        }
    }
}

fn name(chance: &mut Chance) -> String {
    let first = chance.of(&["nguyen", "tran", "le", "hoang", "bich", "minh", "thao"]);
    let last = chance.of(&["anh", "hung", "lan", "phuong", "tuan", "ngoc"]);
    let sign = chance.of(&[".", "_", ""]);
    format!("{first}{sign}{last}{}", 10 + chance.below(90))
}

fn handle(chance: &mut Chance) -> String {
    let label = ["@", "@", "zalo: ", "nick: ", "facebook: "];
    format!("{}{}", chance.of(&label), name(chance))
}

fn email(chance: &mut Chance, evasion: &str) -> String {
    let host = chance.of(&["gmail", "yahoo", "outlook", "congty-abc", "truonghoc"]);
    let top = chance.of(&["com", "com.vn", "vn", "net"]);
    let (local, domain) = (name(chance), format!("{host}.{top}"));
    match evasion {
        "(at) (dot)" => format!("{local} (at) {}", domain.replace('.', " (dot) ")),
        "[at] [dot]" => format!("{local}[at]{}", domain.replace('.', "[dot]")),
        "a còng chấm" => format!("{local} a còng {}", domain.replace('.', " chấm ")),
        "spaces" => format!("{local} @ {}", domain.replace('.', " . ")),
        _ => disguised_letters(chance, &format!("{local}@{domain}"), evasion),
    }
}

fn profile(chance: &mut Chance, evasion: &str) -> String {
    let host = chance.of(&[
        "facebook.com/",
        "fb.com/",
        "fb.me/",
        "m.me/",
        "zalo.me/",
        "t.me/",
        "www.tiktok.com/@",
        "instagram.com/",
        "x.com/",
        "twitter.com/",
        "youtube.com/@",
        "m.facebook.com/profile.php?id=",
    ]);
    let scheme = if evasion == "plain" { chance.of(&["https://", "http://", ""]) } else { "" };
    let link = format!("{scheme}{host}{}", name(chance).replace('.', ""));
    match evasion {
        "[at] [dot]" => link.replace('.', "[.]"),
        "a còng chấm" => link.replacen('.', " chấm ", 1).replacen('/', " xuyệt ", 1),
        "spaces" => link.replacen('.', " . ", 1).replacen('/', " / ", 1),
        _ => disguised_letters(chance, &link, evasion),
    }
}

fn disguised_letters(chance: &mut Chance, raw: &str, evasion: &str) -> String {
    match evasion {
        "full-width" => raw
            .chars()
            .map(|it| match it {
                '!'..='~' => char::from_u32(u32::from(it) + 0xFEE0).unwrap_or(it),
                _ => it,
            })
            .collect(),
        "zero-width" => {
            let hidden = chance.of(&["\u{200B}", "\u{200C}", "\u{2060}", "\u{AD}"]);
            raw.chars().map(String::from).collect::<Vec<_>>().join(hidden)
        }
        "capitals" => raw.to_uppercase(),
        "look-alike letters" => raw.replace('a', "а").replace('o', "о").replace('e', "е"),
        _ => raw.to_owned(),
    }
}

/// What stands before and after: dates and amounts as near as people write them.
fn carrier(chance: &mut Chance, kind: Kind, lang: Lang) -> (String, String) {
    let (vi, en) = label(kind);
    let (date, amount) = (date(chance), amount(chance));
    let frames_vi = [
        format!("Ngày {date} có tin nhắn báo trúng {amount}, {vi} |. Ai nhận được thì cảnh giác!"),
        format!("Cảnh báo: kẻ gian tự xưng công an đòi {amount} trước {date}; {vi}: | (đừng tin)"),
        format!("mn oi tin nay co that ko, {date} no bao {vi} |, phi {amount}"),
        format!("{vi} | {} lừa {amount} hôm {date}", chance.of(&["là", "đã", "đang"])),
        format!(
            "Từ 08:30 {date}, theo Nghị định 15/2020/NĐ-CP, phạt {amount}. Chi tiết {vi} | nhé"
        ),
    ];
    let frames_en = [
        format!("On {date} a message promised {amount}, {en} |. Beware!"),
        format!("Warning: a caller asks for {amount} before {date}; {en}: | (do not trust it)"),
        format!("is this true?? {date} they wrote {en} |, fee {amount}"),
        format!("{en} | says the bridge closes at 08:30 on {date} and costs {amount}"),
        format!("COVID-19 and H5N1: 1,234 cases by {date}, {en} | wants {amount} for a vaccine"),
    ];
    let frames = if lang == Lang::Vi { frames_vi } else { frames_en };
    let frame = &frames[chance.below(frames.len())];
    let (before, after) = frame.split_once('|').unwrap_or((frame, ""));
    (before.to_owned(), after.to_owned())
}

fn label(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Phone => ("liên lạc số", "reach them on"),
        Kind::Email => ("gửi thư về", "write to"),
        Kind::NationalId => ("số căn cước", "ID number"),
        Kind::BankAccount => ("chuyển khoản vào STK", "bank account"),
        Kind::Card => ("số thẻ", "card number"),
        Kind::TaxCode => ("mã số thuế", "tax code"),
        Kind::Passport => ("hộ chiếu", "passport"),
        Kind::Plate => ("xe biển số", "car with plate"),
        Kind::InsuranceNumber => ("thẻ bảo hiểm y tế", "health insurance card"),
        _ => ("trang của nó", "their page"),
    }
}

fn date(chance: &mut Chance) -> String {
    let (day, month, year) = (1 + chance.below(28), 1 + chance.below(12), 2015 + chance.below(13));
    match chance.below(6) {
        0 => format!("{day:02}/{month:02}/{year}"),
        1 => format!("{day}-{month}-{year}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        3 => format!("{year}-{month:02}-{day:02}"),
        4 => format!("{day}/{month}"),
        _ => format!("{month:02}/{year}"),
    }
}

fn amount(chance: &mut Chance) -> String {
    let (a, b) = (1 + chance.below(999), chance.below(1000));
    match chance.below(8) {
        0 => format!("{a}.{b:03}.000 ₫"),
        1 => format!("{a}.{b:03}.000.000 đồng"),
        2 => format!("{a}k"),
        3 => format!("{a},{b:03},000 VND"),
        4 => format!("{a} triệu"),
        5 => format!("${a},{b:03}"),
        6 => format!("{a}{b:03}000000 đồng"),
        _ => format!("{a},5%"),
    }
}

/// Texts without personal data, full of what looks like it.
pub(crate) fn negatives(seed: u64, n: usize) -> Vec<(String, Lang)> {
    let mut chance = Chance(seed);
    (0..n).map(|_| negative(&mut chance)).collect()
}

fn negative(chance: &mut Chance) -> (String, Lang) {
    let facts: Vec<String> = (0..1 + chance.below(3)).map(|_| harmless(chance)).collect();
    let facts = facts.join(chance.of(&[", ", " ", "; ", " - "]));
    if chance.below(2) == 0 {
        let frame = chance.of(&[
            "Theo báo, |",
            "mn oi | co that ko",
            "Tin: | rồi nhé!",
            "Hôm nay | ở Hà Nội",
        ]);
        (frame.replace('|', &facts), Lang::Vi)
    } else {
        let frame =
            chance.of(&["They say |", "Is it true: |?", "News | today", "I read that | last week"]);
        (frame.replace('|', &facts), Lang::En)
    }
}

fn harmless(chance: &mut Chance) -> String {
    let n = chance.below(100);
    let long = chance.digits(6);
    match chance.below(24) {
        0 | 1 => date(chance),
        2 | 3 => amount(chance),
        4 => format!("{:02}/{}/NĐ-CP", 1 + n, 2005 + chance.below(20)),
        5 => format!("Thông tư số {:02}/{}/TT-BYT", 1 + n, 2005 + chance.below(20)),
        6 => format!(
            "gọi {}",
            chance.of(&["111", "113", "114", "115", "1022", "18001119", "1800 6132"])
        ),
        7 => format!(
            "hotline {}",
            chance.of(&["19009095", "1900 3228", "1900 54 54 13", "1900.1515"])
        ),
        8 => format!("{}.{:03}.{:03} ca mắc", 1 + n, chance.below(1000), chance.below(1000)),
        9 => format!(
            "{:02}:{:02}-{:02}:{:02} ngày {}",
            n % 24,
            n % 60,
            (n + 3) % 24,
            n % 60,
            date(chance)
        ),
        10 => format!("tỉ số {}-{}, {}-{}, {}-{}", n % 5, n % 3, n % 4, n % 2, n % 3, n % 5),
        11 => chance
            .of(&["QL1A", "QL 14B", "H5N1", "COVID-19", "2,4-D", "A/H1N1", "SO2", "PM2.5", "5G"])
            .to_owned(),
        12 => format!("số nhà {n}/{}/{} Lê Lợi", 1 + chance.below(40), 1 + chance.below(30)),
        13 => isbn(chance),
        14 => format!("doi:10.{}/j.vaccine.20{:02}.{}", 1000 + chance.below(9000), n, long),
        15 => format!("https://vnexpress.net/tin-{long}-4{long}.html"),
        16 => format!(
            "https://tuoitre.vn/bai-20{:02}{:02}{:02}0930{long}.htm",
            n % 27,
            1 + n % 12,
            1 + n % 28
        ),
        17 => {
            format!("{}.{}, {}.{} độ", 8 + n % 16, chance.digits(4), 102 + n % 8, chance.digits(4))
        }
        18 => format!("{n},{}% dân số, năm {}", n % 10, 1950 + n),
        19 => format!("giai đoạn {}-{}, mục tiêu {}", 2020 + n % 5, 2025 + n % 5, 2030 + n % 20),
        20 => format!("{}h{:02} sáng {}", n % 24, n % 60, date(chance)),
        21 => format!("{} người, {} hộ, {} xã", 1000 + n * 37, 100 + n, 1 + n % 30),
        22 => format!(
            "https://www.who.int/news/item/{:02}-{:02}-20{:02}-q?id={long}",
            1 + n % 28,
            1 + n % 12,
            n % 27
        ),
        _ => format!("vòng {}/{}, hạng {n}, kỷ lục {},{:02} giây", 1 + n % 4, 16, n, n),
    }
}

fn isbn(chance: &mut Chance) -> String {
    let body = format!("978604{}", chance.digits(6));
    let weighted = |(idx, it): (usize, u8)| u32::from(it - b'0') * if idx % 2 == 0 { 1 } else { 3 };
    let sum: u32 = body.bytes().enumerate().map(weighted).sum();
    let check = (10 - sum % 10) % 10;
    let hyphens = format!("978-604-{}-{}-{check}", &body[6..8], &body[8..]);
    if chance.below(2) == 0 { format!("ISBN {hyphens}") } else { format!("{body}{check}") }
}
