//! A witness follows a log, signs what adds to it, and refuses a second story.

use std::process::Stdio;

use kiemtin::log::note::{Kind, PrivateKey, signed};
use kiemtin::log::witness::Request;
use kiemtin_core::time::Timestamp;
use kiemtin_core::tree::{self, Hash, Hashes};

use super::forks::wait_for;
use super::{body, desk, key};
use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, Served, command, raw_post};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// A witness process, with the address that it prints.
struct Witness {
    process: Served,
    key: String,
    address: String,
}

fn witness(folder: &TempFolder, logs: &[&str]) -> Witness {
    let at = folder.path("witness");
    let at = at.to_str().expect("UTF-8");
    let mut args =
        vec!["witness", "--folder", at, "--listen", "127.0.0.1:0", "--name", "w.example"];
    logs.iter().for_each(|it| args.extend(["--log", it]));
    let mut process = Served::of(command(&args).stderr(Stdio::inherit()));
    let printed = process.rest_until("end it with Ctrl-C");
    let line = |name: &str| {
        let found = printed.lines().find_map(|it| it.strip_prefix(name));
        found.expect("it prints this").trim().to_owned()
    };
    let address = line("listens").trim_start_matches("http://").to_owned();
    Witness { key: line("key"), address, process }
}

#[test]
fn a_desk_gets_the_signature_of_its_witness_and_readers_can_ask_for_it() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    desk(&data).end();
    let witness = witness(&folder, &[&key(&data)]);
    let named = format!("{}=http://{}", witness.key, witness.address);
    let desk = Served::with(&data, &["--witness", &named]);
    wait_for(|| body(&desk, "/log/checkpoint").contains("— w.example "));
    let site = format!("http://{}", desk.address);
    let verify = |by: &str| {
        Ran::of(&mut command(&["verify-log", &site, "--vkey", &key(&data), "--witness", by]))
    };
    verify(&witness.key).works().says("w.example");
    let other = PrivateKey::new("x.example", Kind::Witness, [1; 32]).expect("a name");
    verify(&other.public().to_string()).ends(1).says("the witness x.example did not sign");
    desk.end();
    witness.process.end();
}

#[test]
fn a_witness_answers_as_the_standard_says() {
    let folder = TempFolder::new();
    let log = PrivateKey::new("log.example/log", Kind::Log, [1; 32]).expect("a name");
    let other = PrivateKey::new("other.example/log", Kind::Log, [2; 32]).expect("a name");
    let witness = witness(&folder, &[&log.public().to_string()]);
    let trees = [grown("a", 5), grown("b", 5)];
    let root = |tree: usize, size| trees[tree].root(size).expect("all is there");
    let note = |size, root: Hash, by: &PrivateKey| {
        let text = tree::checkpoint(by.public().name(), size, root);
        signed(&text, &by.sign(&text, NOW))
    };
    let ask = |old, proof: Vec<Hash>, note: String| {
        let answer =
            raw_post(&witness.address, "/add-checkpoint", &Request { old, proof, note }.to_text());
        answer.expect("an answer")
    };
    #[track_caller]
    fn is(answer: &str, status: &str) {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    is(&ask(0, vec![], note(3, root(0, 3), &other)), "404");
    is(&ask(0, vec![], note(3, root(0, 3), &log).replace("\n3\n", "\n4\n")), "403");
    is(&ask(4, vec![], note(3, root(0, 3), &log)), "400");
    is(&ask(0, vec![[1; 32]], note(3, root(0, 3), &log)), "422");
    let first = ask(0, vec![], note(3, root(0, 3), &log));
    is(&first, "200");
    assert!(first.contains("— w.example "), "{first}");
    let again = ask(0, vec![], note(5, root(0, 5), &log));
    is(&again, "409");
    assert!(again.contains("text/x.tlog.size") && again.ends_with("\r\n\r\n3\n"), "{again}");
    let proof = |tree: usize| trees[tree].prove_growth(5, 3).expect("all is there");
    is(&ask(3, proof(1), note(5, root(1, 5), &log)), "422");
    is(&ask(3, vec![], note(3, root(1, 3), &log)), "422");
    is(&ask(3, vec![], note(3, root(0, 3), &log)), "200");
    is(&ask(3, proof(0), note(5, root(0, 5), &log)), "200");
    is(&ask(5, vec![], note(3, root(0, 3), &log)), "400");
    witness.process.end();
}

fn grown(name: &str, size: u64) -> Hashes {
    let mut tree = Hashes::default();
    for idx in 0..size {
        tree.grow(idx, tree::leaf(format!("{name} {idx}").as_bytes())).expect("all is there");
    }
    tree
}
