//! Models of every family that is known: the same numbers as another implementation gives, batches
//! that change nothing, and a sentence for whatever is missing or unknown.

use std::fs;
use std::path::{Path, PathBuf};

use kiemtin::embed::Model;

use crate::helper::desk::TempFolder;
use crate::helper::model::{Kind, N_DIMS, write};

fn folder(kind: Kind) -> (TempFolder, PathBuf) {
    let folder = TempFolder::new();
    let path = folder.path("model");
    write(&path, kind, 7);
    (folder, path)
}

const TEXT: &str = "uong nuoc muoi";

/// The first four numbers of the vector of [`TEXT`], as NumPy computes them in double precision.
#[track_caller]
fn check(kind: Kind, expected: [f32; 4]) {
    let (_folder, path) = folder(kind);
    let vectors = Model::load(&path).expect("a model").vectors(&[TEXT]).expect("vectors");
    for (found, expected) in vectors[0].iter().zip(expected) {
        assert!((found - expected).abs() < 1e-4, "{kind:?}: {:?}", &vectors[0][..4]);
    }
}

#[test]
fn vectors_are_those_of_another_implementation() {
    check(Kind::Bert, [-0.225519, -1.827661, 0.162103, 0.282379]);
    check(Kind::Roberta, [-0.957446, 0.474331, -1.192513, 0.020871]);
    check(Kind::DistilBert, [0.484451, -1.067618, 0.424815, 0.344335]);
}

#[test]
fn a_text_has_the_same_vector_alone_and_among_others() {
    for kind in [Kind::Bert, Kind::Roberta, Kind::DistilBert] {
        let (_folder, path) = folder(kind);
        let model = Model::load(&path).expect("a model");
        let texts: Vec<String> = (0..40).map(|n| "nuoc lu ".repeat(n % 7)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let together = model.vectors(&texts).expect("vectors");
        assert_eq!(together.len(), texts.len());
        for (text, vector) in texts.iter().zip(&together) {
            assert_eq!(vector.len(), N_DIMS);
            let alone = &model.vectors(&[text]).expect("vectors")[0];
            let differs = alone.iter().zip(vector).any(|(a, b)| 1e-4 < (a - b).abs());
            assert!(!differs, "{kind:?} {text:?}: {alone:?} {vector:?}");
        }
    }
}

#[test]
fn the_first_token_may_speak_for_all() {
    let (_folder, path) = folder(Kind::Bert);
    let mean = Model::load(&path).expect("a model");
    let first = serde_json::json!({ "pooling_mode_cls_token": true });
    fs::write(path.join("1_Pooling/config.json"), first.to_string()).expect("a file of the model");
    let first = Model::load(&path).expect("a model");
    assert!(first.about().contains("the first of up to 30 tokens"), "{}", first.about());
    assert_ne!(mean.vectors(&[TEXT]).expect("vectors"), first.vectors(&[TEXT]).expect("vectors"));
}

#[test]
fn the_hash_is_of_every_file_that_a_vector_depends_on() {
    let (_folder, path) = folder(Kind::Bert);
    let mut seen = vec![Model::load(&path).expect("a model").hash()];
    assert_eq!(Model::load(&path).expect("a model").hash(), seen[0]);
    for file in ["config.json", "tokenizer.json", "1_Pooling/config.json", "modules.json"] {
        let text = fs::read_to_string(path.join(file)).expect("a file of the model");
        fs::write(path.join(file), format!("{text} ")).expect("a file of the model");
        let hash = Model::load(&path).expect("a model").hash();
        assert!(!seen.contains(&hash), "{file}");
        seen.push(hash);
    }
    write(&path, Kind::Bert, 8);
    assert!(!seen.contains(&Model::load(&path).expect("a model").hash()), "the weights");
}

#[test]
fn what_no_file_says_is_assumed_and_told() {
    let (_folder, path) = folder(Kind::Bert);
    for file in ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json"] {
        fs::remove_file(path.join(file)).expect("a file of the model");
    }
    let model = Model::load(&path).expect("a model");
    for assumed in ["no modules.json", "pooling by the mean", "40 tokens a text"] {
        assert!(model.about().contains(assumed), "{}", model.about());
    }
    // A longer text is cut, as models do.
    model.vectors(&[&"a ".repeat(500)]).expect("vectors");
}

#[track_caller]
fn refused(path: &Path, sentence: &str) {
    let err = Model::load(path).expect_err("it cannot be used").to_string();
    assert!(err.contains(sentence), "{err}");
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let (_folder, path) = folder(Kind::Bert);
        fs::remove_file(path.join(file)).expect("a file of the model");
        refused(&path, &format!("has no {file}"));
    }
}

#[test]
fn what_is_damaged_or_unknown_is_named() {
    for (file, old, new, sentence) in [
        ("config.json", "\"bert\"", "\"t5\"", "says \"t5\"; this program knows bert"),
        ("config.json", "\"gelu\"", "\"swish\"", "the activation \"swish\""),
        ("config.json", "\"hidden_size\":16", "\"hidden_size\":15", "cannot be shared by 4 heads"),
        ("config.json", "\"hidden_size\":16", "\"hidden_size\":32", "model.safetensors"),
        ("config.json", "{", "", "config.json of the model cannot be used"),
        ("tokenizer.json", "WordPiece", "Nothing", "tokenizer.json of the model cannot be used"),
        ("modules.json", "Pooling\"}", "Dense\"}", "models.Dense"),
        ("modules.json", "\"1_Pooling\"", "\"../other\"", "is no folder inside it"),
        ("1_Pooling/config.json", "cls_token\":false", "cls_token\":true", "cls and mean"),
    ] {
        let (_folder, path) = folder(Kind::Bert);
        let text = fs::read_to_string(path.join(file)).expect("a file of the model");
        assert!(text.contains(old), "{file}: {text}");
        fs::write(path.join(file), text.replacen(old, new, 1)).expect("a file of the model");
        refused(&path, sentence);
    }
    let (_folder, path) = folder(Kind::Bert);
    let weights = fs::read(path.join("model.safetensors")).expect("a file of the model");
    fs::write(path.join("model.safetensors"), &weights[..weights.len() / 2])
        .expect("a file of the model");
    refused(&path, "model.safetensors of the model cannot be used");
}

#[test]
fn the_tokenizer_of_another_model_is_noticed() {
    let (_folder, path) = folder(Kind::Bert);
    let config = fs::read_to_string(path.join("config.json")).expect("a file of the model");
    let (_other, roberta) = folder(Kind::Roberta);
    fs::copy(roberta.join("model.safetensors"), path.join("model.safetensors"))
        .expect("a file of the model");
    let config = config.replace("\"type_vocab_size\":2", "\"type_vocab_size\":1");
    let n_words = 4 + 1 + 37;
    let at = config.find("\"vocab_size\":").expect("a file of the model") + "\"vocab_size\":".len();
    let end = at + config[at..].find([',', '}']).expect("a file of the model");
    let config = format!("{}{n_words}{}", &config[..at], &config[end..]);
    fs::write(path.join("config.json"), config).expect("a file of the model");
    refused(&path, "the model failed");
}
