//! `--model` on the command line: a program without models says how to get one with them, and a
//! model that cannot be used stops what is about matching, never a desk.

use crate::helper::desk::TempFolder;
use crate::helper::program::run;

#[cfg(not(feature = "embed"))]
#[test]
fn a_program_without_models_says_how_to_build_one_with_them() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let refused = || {
        for args in [&["match", "Cầu Rồng đóng cửa"][..], &["embed"], &["reindex"]] {
            let args = [args, &["--model", "/tmp"]].concat();
            run(&data, &args).fails("cargo build --release --features embed");
        }
    };
    refused();
    assert!(!data.exists());
    let desk = crate::helper::program::Served::ready(&data);
    refused();
    desk.end();
}

#[test]
fn embedding_needs_a_model() {
    let folder = TempFolder::new();
    run(&folder.path("desk"), &["embed"]).fails("Give its folder with --model");
}

#[cfg(feature = "embed")]
mod with_models {
    use std::path::PathBuf;
    use std::process::Stdio;

    use super::*;
    use crate::helper::model::{self, Kind};
    use crate::helper::program::Served;

    struct Set {
        folder: TempFolder,
        data: PathBuf,
        model: PathBuf,
    }

    /// A desk with claims enough that vectors take part.
    fn set() -> Set {
        let folder = TempFolder::new();
        let (data, model) = (folder.path("desk"), folder.path("model"));
        model::write(&model, Kind::Bert, 1);
        let claims = folder.path("claims.jsonl");
        let line = |n: usize| {
            let word = ["cầu", "trường", "chợ", "phường", "bệnh viện"][n % 5];
            format!("{{\"id\":\"{n}\",\"text\":\"Tin số {n}: {word} đóng cửa {n} ngày\"}}\n")
        };
        std::fs::write(&claims, (0..40).map(line).collect::<String>()).expect("written");
        let claims = claims.to_str().expect("UTF-8");
        run(&data, &["import", "--as", "claims", claims]).works().says("40 taken");
        Set { folder, data, model }
    }

    const TEXT: &str = "Tin số 7: chợ đóng cửa 7 ngày";

    #[test]
    fn vectors_are_made_once_and_count_from_then_on() {
        let Set { folder: _folder, data, model } = set();
        let model = model.to_str().expect("UTF-8");
        let before = run(&data, &["match", TEXT, "--json", "--model", model]).works();
        run(&data, &["doctor", "--model", model]).works().says("no vectors yet");
        let made = "40 of 40 claims have vectors of model";
        run(&data, &["embed", "--model", model]).works().says(made);
        run(&data, &["embed", "--model", model]).works().says(made);
        run(&data, &["doctor", "--model", model]).works().says("complete").says("BERT of 2 layers");
        let after = run(&data, &["match", TEXT, "--json", "--model", model]).works();
        assert_ne!(after.out, before.out, "there were no vectors before");
        run(&data, &["doctor"]).works().says("none given; of model");
        let without = run(&data, &["match", TEXT, "--json"]).works();
        assert_eq!(without.out, before.out, "without a model words decide as before");
    }

    #[test]
    fn another_model_takes_the_place_of_the_first_when_it_is_complete() {
        let Set { folder, data, model } = set();
        run(&data, &["embed", "--model", model.to_str().expect("UTF-8")]).works();
        let other = folder.path("other");
        model::write(&other, Kind::Roberta, 2);
        let other = other.to_str().expect("UTF-8");
        let by_words = run(&data, &["match", TEXT, "--json"]).works();
        let matched = run(&data, &["match", TEXT, "--json", "--model", other]).works();
        assert_eq!(matched.out, by_words.out, "the old vectors are not its own");
        run(&data, &["doctor"]).works().says("of model").says("40 of 40");
        run(&data, &["embed", "--model", other]).works().says("have vectors of other");
        let doctor = run(&data, &["doctor"]).works().says("of other");
        assert!(!doctor.out.contains("of model"), "{doctor:?}");
        let matched = run(&data, &["match", TEXT, "--json", "--model", other]).works();
        assert_ne!(matched.out, by_words.out);
    }

    #[test]
    fn a_model_that_is_gone_refuses_a_match_and_stops_no_desk() {
        let Set { folder: _folder, data, model } = set();
        std::fs::remove_file(model.join("tokenizer.json")).expect("removed");
        let model = model.to_str().expect("UTF-8");
        run(&data, &["match", TEXT, "--model", model]).fails("has no tokenizer.json");
        run(&data, &["embed", "--model", model]).fails("has no tokenizer.json");
        let gone = "/no/such/folder";
        run(&data, &["match", TEXT, "--model", gone]).fails("there is no folder /no/such/folder");
        let doctor = run(&data, &["doctor", "--model", model]).ends(1);
        doctor.says("BAD  model").says("has no tokenizer.json");
        let data = data.to_str().expect("UTF-8");
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--model", model];
        let mut command = crate::helper::program::command(&serve);
        let mut served = Served::of(command.stderr(Stdio::null()));
        served.wait();
        assert!(!served.address.is_empty(), "it serves: {}", served.printed);
    }
}
