//! `kiemtin demo`: the whole path on the sample, and a demo that was cut off.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::helper::chance::Chance;
use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Served, command, run};

#[test]
fn a_demo_prints_what_matches_what_and_can_be_run_again() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let first = run(&data, &["demo", "--no-serve"]).works();
    let first = first.says("messages taken, 0 refused").says("answers published");
    for word in ["sure", "decision", "why", "100 %", "c/"] {
        assert!(first.out.contains(word), "{word}: {}", first.out);
    }
    let again = run(&data, &["demo", "--no-serve"]).works();
    assert!(!again.out.contains("messages taken"), "{}", again.out);
    let table = |out: &str| out[out.find("sure").unwrap_or_default()..].to_owned();
    assert_eq!(table(&first.out), table(&again.out));
}

#[tokio::test]
async fn a_demo_that_was_killed_is_made_whole_by_the_next() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let mut chance = Chance::new();
    for _ in 0..6 {
        let mut demo = command(&["demo", "--no-serve", "--data", data.to_str().expect("UTF-8")]);
        let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        thread::sleep(Duration::from_millis(chance.under(900)));
        demo.kill().expect("it can be killed");
        demo.wait().expect("it ended");
    }
    run(&data, &["demo", "--no-serve"]).works();
    let dump = Dump::of(&data).await;
    dump.adds_up();
    let n_claims = kiemtin::sample::claims().expect("the sample").len();
    assert_eq!(dump.rows("claims").len(), n_claims);
    assert_eq!(dump.rows("review_versions").len(), n_claims);
    assert!(dump.column("cases", "state").iter().all(|it| *it == "published"));
    assert_eq!(dump.rows("organisations").len(), 2);
    assert_eq!(dump.rows("opinions").len(), 2 * n_claims);
}

#[test]
fn a_served_demo_hands_out_every_hand_that_a_claim_passes_through() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let data = data.to_str().expect("UTF-8");
    let mut demo = command(&["demo", "--listen", "127.0.0.1:0", "--data", data]);
    let mut demo = Served::of(demo.stderr(Stdio::null()));
    demo.wait();
    let links = demo.rest_until("end it with Ctrl-C");
    for who in ["office's editor", "office's checker", "newsroom's checker", "operator"] {
        let line = links.lines().find(|it| it.contains(who)).unwrap_or_else(|| panic!("{links}"));
        let link = line.split(' ').find_map(|it| it.strip_prefix("http://")).expect("a link");
        let (address, path) = link.split_once('/').expect("a path");
        assert_eq!(address, demo.address, "{line}");
        let page = demo.get(&format!("/{path}")).expect("a page");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("name=\"password\""), "{page}");
        let login = who.replace([' ', '\''], "-");
        let password = "một câu dài để thử";
        let form = [("login", &*login), ("password", password), ("again", password)];
        let joined = demo.post(&format!("/{path}"), &form).expect("an answer").to_lowercase();
        assert!(joined.contains("set-cookie: desk-session="), "{joined}");
        let cookies = joined.lines().filter(|it| it.starts_with("set-cookie"));
        assert!(cookies.into_iter().all(|it| !it.contains("secure")), "it is http: {joined}");
    }
    let tip = [("text", "Nghe nói mai cúp nước cả quận, có đúng vậy không mọi người")];
    let answered = demo.get("/vi/c/1").expect("a page");
    assert!(answered.contains("application/ld+json"), "{answered}");
    let taken = demo.post("/vi/tip", &tip).expect("an answer");
    assert!(taken.contains(&format!(">http://{}/receipt<", demo.address)), "{taken}");
    let invite = ["member", "invite", "toa-soan-mau", "--role", "editor"];
    let invited = run(&folder.path("desk"), &invite).works();
    assert!(invited.out.starts_with(&format!("http://{}/desk/join/", demo.address)), "{invited:?}");
    demo.end();
}

#[test]
fn a_real_desk_is_no_demo() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works().says("no organisation yet");
    run(&data, &["demo", "--no-serve"]).fails("is a real one: choose another folder with --data");
}
