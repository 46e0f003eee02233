//! `kill -9` at any moment: no acknowledged tip is lost, and nothing is done twice.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use kiemtin_core::receipt::Receipt;
use serde_json::Value;

use crate::helper::chance::Chance;
use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Served, post, receipt, run};

const KILLS: u64 = 200;
/// Every so many kills hits the start; the others hit a desk under load.
const OF_STARTS: u64 = 5;
const SENDERS: usize = 3;
/// How long a life lasts at most, when tips come slowly.
const PATIENCE: Duration = Duration::from_millis(500);
/// Tips of one sender before one kill: keeps the desk small enough that starts stay quick.
const TIPS_MAX: usize = 8;
/// Rumours that come again and again, so that groups grow; the number makes a tip recognisable.
const RUMOURS: [&str; 6] = [
    "Nghe nói ngày mai cả thành phố cúp nước, mọi người trữ nước đi",
    "Uống nước chanh nóng mỗi sáng là khỏi ung thư, bác sĩ bệnh viện lớn nói",
    "Siêu thị ở trung tâm sắp đóng cửa vì hết hàng, ra mua gạo ngay",
    "Có công ty tuyển việc nhẹ lương cao, chỉ cần nộp tiền cọc trước",
    "Động đất lớn sắp xảy ra đêm nay, chuyên gia nước ngoài đã cảnh báo",
    "Vaccine mới làm thay đổi gen của người tiêm, đừng cho trẻ đi tiêm",
];

/// What was acknowledged: the receipt and the number of the tip.
type Acknowledged = Mutex<Vec<(String, u64)>>;

#[test]
fn two_hundred_kills_lose_no_acknowledged_tip_and_do_nothing_twice() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["demo", "--no-serve"]).works();
    let mut chance = Chance::new();
    let acknowledged = Acknowledged::default();
    let mut n_sent = 0;
    for _ in 0..KILLS {
        n_sent += live_and_die(&data, &mut chance, n_sent, &acknowledged);
    }
    let acknowledged = acknowledged.into_inner().expect("no sender panicked");
    println!("{} of {n_sent} tips were acknowledged", acknowledged.len());
    assert!(2 * KILLS < acknowledged.len() as u64, "too few tips came through to show anything");
    let desk = Served::ready(&data);
    sorted(&desk, &acknowledged);
    let dump = tokio::runtime::Runtime::new().expect("a runtime").block_on(Dump::when_quiet(&data));
    desk.end();
    dump.adds_up();
    nothing_lost(&dump, &acknowledged);
    answered_once(&dump);
}

/// One life of the desk: it starts, takes tips, and is killed at a random moment. Returns how many
/// tips were sent.
fn live_and_die(data: &Path, chance: &mut Chance, n_before: u64, out: &Acknowledged) -> u64 {
    let begin = Instant::now();
    let mut desk = Served::start(data, Stdio::null());
    if chance.under(OF_STARTS) == 0 {
        thread::sleep(Duration::from_micros(chance.under(400_000)).saturating_sub(begin.elapsed()));
        desk.kill();
        return 0;
    }
    desk.wait();
    assert!(!desk.address.is_empty(), "it did not come up again: {}", desk.printed);
    // A moment counted in acknowledgements lies under load however fast the machine is.
    let enough = out.lock().expect("no sender panicked").len() as u64 + chance.under(12);
    let moment = Duration::from_micros(chance.under(15_000));
    let numbers: Vec<u64> = (0..SENDERS as u64).map(|it| n_before + it * TIPS_MAX as u64).collect();
    let address = desk.address.clone();
    thread::scope(|scope| {
        for first in &numbers {
            scope.spawn(|| send(&address, *first, out));
        }
        let deadline = Instant::now() + PATIENCE;
        let n_now = || out.lock().expect("no sender panicked").len() as u64;
        while n_now() < enough && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(moment);
        desk.kill();
    });
    (SENDERS * TIPS_MAX) as u64
}

/// Sends tips one after the other, each once, until the desk is gone.
fn send(address: &str, first: u64, acknowledged: &Acknowledged) {
    for number in first..first + TIPS_MAX as u64 {
        let text = text(number);
        let Ok(answer) = post(address, "/vi/tip", &[("text", &text)], "") else { return };
        let Some(words) = receipt(&answer) else { return };
        acknowledged.lock().expect("no sender panicked").push((words, number));
    }
}

fn text(number: u64) -> String {
    let rumour = RUMOURS[(number % RUMOURS.len() as u64) as usize];
    // Half of them word for word, half with their number, which stays out of reach of the masks.
    if number.is_multiple_of(2) { rumour.to_owned() } else { format!("{rumour} (tin {number})") }
}

/// Waits until each receipt is known and its tip is in a group: what readers see. Sooner than the
/// lease of a job runs out, so what a killed process had taken up is given back at the start.
fn sorted(desk: &Served, acknowledged: &[(String, u64)]) {
    let deadline = Instant::now() + Duration::from_secs(30);
    for (words, number) in acknowledged {
        loop {
            let page = desk.post("/vi/receipt", &[("words", words)]).expect("a page");
            assert!(page.starts_with("HTTP/1.1 200"), "tip {number} was lost:\n{page}");
            if !page.contains("chưa được xếp nhóm") {
                break;
            }
            assert!(Instant::now() < deadline, "tip {number} was not sorted");
            thread::yield_now();
        }
    }
}

fn nothing_lost(dump: &Dump, acknowledged: &[(String, u64)]) {
    let texts: HashMap<&Value, &str> = dump
        .rows("messages")
        .iter()
        .map(|it| (&it["id"], it["text"].as_str().expect("a text")))
        .collect();
    let mut by_hash: HashMap<&str, &Value> = HashMap::new();
    for it in dump.rows("receipts") {
        let hash = it["hash"].as_str().expect("a hash");
        assert!(by_hash.insert(hash, &it["message_id"]).is_none(), "one receipt, two rows");
    }
    for (words, number) in acknowledged {
        let hash = hex::encode(Receipt::parse(words).expect("a receipt").hash().0);
        let message = by_hash.get(hash.as_str()).unwrap_or_else(|| panic!("tip {number} was lost"));
        assert_eq!(texts.get(message).copied(), Some(text(*number).as_str()), "tip {number}");
    }
    // What was not acknowledged may be there, but never twice.
    let tips = dump.rows("messages").iter().filter(|it| it["channel"] == "tip").count();
    assert_eq!(tips, by_hash.len(), "a tip and its receipt come together");
    let mut numbered: HashMap<&str, usize> = HashMap::new();
    for text in texts.values().filter(|it| it.contains("(tin ")) {
        *numbered.entry(text).or_default() += 1;
    }
    let twice: Vec<_> = numbered.iter().filter(|(_, n)| 1 < **n).collect();
    assert!(twice.is_empty(), "taken twice: {twice:?}");
}

/// A receipt is answered when its group has a published claim, and a group begins once.
fn answered_once(dump: &Dump) {
    let group_of = |message: &Value| {
        let found = dump.rows("messages").iter().find(|it| it["id"] == *message);
        found.map(|it| &it["group_id"])
    };
    let claims: HashMap<&Value, &Value> =
        dump.rows("groups").iter().map(|it| (&it["id"], &it["claim_id"])).collect();
    for it in dump.rows("receipts") {
        let claim = group_of(&it["message_id"]).map_or(&Value::Null, |group| claims[group]);
        let expected = if claim.is_null() { "received" } else { "answered" };
        assert_eq!(it["outcome"], expected, "{it:?}");
        assert_eq!(&it["claim_id"], claim, "{it:?}");
    }
    let versions = dump.rows("review_versions").len();
    assert_eq!(versions, dump.rows("log_entries").len(), "a version and its entry come together");
}

#[test]
fn an_import_that_is_killed_again_and_again_takes_each_line_once() {
    const LINES: usize = 1_500;
    const KILLS_OF_IMPORTS: u64 = 12;
    let folder = TempFolder::new();
    let (data, file) = (folder.path("desk"), folder.path("messages.jsonl"));
    let line = |n: usize| {
        let rumour = RUMOURS[n % RUMOURS.len()];
        format!(
            "{}\n",
            serde_json::json!({ "id": n.to_string(), "text": format!("{rumour} ({n})") })
        )
    };
    std::fs::create_dir_all(folder.path("")).expect("a folder");
    std::fs::write(&file, (0..LINES).map(line).collect::<String>()).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let mut chance = Chance::new();
    for _ in 0..KILLS_OF_IMPORTS {
        let desk = Served::ready(&data);
        thread::scope(|scope| {
            // It fails, or is through before the kill: both are right.
            let import = scope.spawn(|| run(&data, &["import", file]));
            thread::sleep(Duration::from_micros(chance.under(600_000)));
            desk.kill();
            let ran = import.join().expect("it ends");
            let told = ran.err.contains("the running desk ended") || ran.err.contains("in use");
            assert!(ran.code == Some(0) || told || ran.err.contains("os error"), "{ran:?}");
        });
    }
    run(&data, &["import", file]).works();
    run(&data, &["import", file]).works().says(&format!("0 taken, {LINES} already known"));
    let dump = tokio::runtime::Runtime::new().expect("a runtime").block_on(Dump::of(&data));
    dump.adds_up();
    assert_eq!(dump.rows("messages").len(), LINES);
}
