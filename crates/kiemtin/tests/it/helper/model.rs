//! Tiny models in the form of sentence-transformers, written from a seed: two layers, sixteen
//! dimensions, letters as words.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// A family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bert,
    /// XLM-RoBERTa: positions begin at two, letters are pieces of SentencePiece.
    Roberta,
    DistilBert,
}

pub(crate) const N_DIMS: usize = 16;
const N_WIDE: usize = 32;
const N_LAYERS: usize = 2;
const N_HEADS: usize = 4;
const N_POSITIONS: usize = 40;
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789:";

/// Writes a model into a folder.
pub(crate) fn write(folder: &Path, kind: Kind, seed: u64) {
    fs::create_dir_all(folder.join("1_Pooling")).expect("a folder");
    let save = |file: &str, value: &Value| {
        fs::write(folder.join(file), value.to_string()).expect("written");
    };
    let (tokenizer, n_words) = tokenizer(kind);
    save("tokenizer.json", &tokenizer);
    save("config.json", &config(kind, n_words));
    save(
        "modules.json",
        &json!([
            { "idx": 0, "path": "", "type": "sentence_transformers.models.Transformer" },
            { "idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
        ]),
    );
    let mean = json!({ "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false });
    save("1_Pooling/config.json", &mean);
    save("sentence_bert_config.json", &json!({ "max_seq_length": 30 }));
    fs::write(folder.join("model.safetensors"), weights(kind, n_words, seed)).expect("written");
}

fn config(kind: Kind, n_words: usize) -> Value {
    match kind {
        Kind::DistilBert => json!({
            "model_type": "distilbert", "dim": N_DIMS, "n_layers": N_LAYERS, "n_heads": N_HEADS,
            "hidden_dim": N_WIDE, "activation": "gelu", "max_position_embeddings": N_POSITIONS,
            "vocab_size": n_words, "pad_token_id": 0,
        }),
        Kind::Bert | Kind::Roberta => json!({
            "model_type": if kind == Kind::Bert { "bert" } else { "xlm-roberta" },
            "hidden_size": N_DIMS, "num_hidden_layers": N_LAYERS,
            "num_attention_heads": N_HEADS, "intermediate_size": N_WIDE, "hidden_act": "gelu",
            "layer_norm_eps": 1e-5, "max_position_embeddings": N_POSITIONS,
            "vocab_size": n_words, "type_vocab_size": if kind == Kind::Bert { 2 } else { 1 },
            "pad_token_id": if kind == Kind::Bert { 0 } else { 1 },
        }),
    }
}

fn tokenizer(kind: Kind) -> (Value, usize) {
    let marks = if kind == Kind::Roberta {
        ["<s>", "<pad>", "</s>", "<unk>"]
    } else {
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    };
    let added = marks.iter().enumerate().map(|(id, it)| {
        json!({ "id": id, "content": it, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true })
    });
    let (first, last) = if kind == Kind::Roberta { (0, 2) } else { (2, 3) };
    let mark = |id: usize| json!({ "SpecialToken": { "id": marks[id], "type_id": 0 } });
    let text = json!({ "Sequence": { "id": "A", "type_id": 0 } });
    let special = |id: usize| json!({ "id": marks[id], "ids": [id], "tokens": [marks[id]] });
    let around = json!({
        "type": "TemplateProcessing", "single": [mark(first), text, mark(last)],
        "pair": [mark(first), text, mark(last)],
        "special_tokens": { marks[first]: special(first), marks[last]: special(last) },
    });
    let (normalizer, cut, model, n_words) = match kind {
        Kind::Roberta => {
            let mut words: Vec<Value> = marks.iter().map(|it| json!([it, 0.0])).collect();
            words.push(json!(["▁", -2.0]));
            words.extend(LETTERS.chars().map(|it| json!([it.to_string(), -3.0])));
            let n = words.len();
            (
                json!({ "type": "NFKC" }),
                json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                    "split": true }),
                json!({ "type": "Unigram", "unk_id": 3, "vocab": words, "byte_fallback": false }),
                n,
            )
        }
        Kind::Bert | Kind::DistilBert => {
            let mut words = serde_json::Map::new();
            let inside = LETTERS.chars().map(|it| format!("##{it}"));
            let all = LETTERS.chars().map(String::from).chain(inside);
            for (id, it) in marks.iter().map(|it| (*it).to_owned()).chain(all).enumerate() {
                words.insert(it, id.into());
            }
            let n = words.len();
            (
                json!({ "type": "BertNormalizer", "clean_text": true,
                    "handle_chinese_chars": true, "strip_accents": null, "lowercase": true }),
                json!({ "type": "BertPreTokenizer" }),
                json!({ "type": "WordPiece", "unk_token": "[UNK]",
                    "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                    "vocab": words }),
                n,
            )
        }
    };
    let res = json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": added.collect::<Vec<_>>(), "normalizer": normalizer,
        "pre_tokenizer": cut, "post_processor": around, "decoder": null, "model": model,
    });
    (res, n_words)
}

/// Names and shapes of all tensors, in the order in which they are written.
fn shapes(kind: Kind, n_words: usize) -> Vec<(String, Vec<usize>)> {
    let mut res = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![n_words, N_DIMS]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![N_POSITIONS, N_DIMS]),
    ];
    if kind != Kind::DistilBert {
        let n_types = if kind == Kind::Bert { 2 } else { 1 };
        res.push(("embeddings.token_type_embeddings.weight".to_owned(), vec![n_types, N_DIMS]));
    }
    let mut pair = |name: String, rows: Option<usize>, n: usize| {
        let shape = rows.map_or(vec![n], |rows| vec![n, rows]);
        res.push((format!("{name}.weight"), shape));
        res.push((format!("{name}.bias"), vec![n]));
    };
    pair("embeddings.LayerNorm".to_owned(), None, N_DIMS);
    let (place, names) = match kind {
        Kind::DistilBert => (
            "transformer.layer",
            [
                "attention.q_lin",
                "attention.k_lin",
                "attention.v_lin",
                "attention.out_lin",
                "sa_layer_norm",
                "ffn.lin1",
                "ffn.lin2",
                "output_layer_norm",
            ],
        ),
        Kind::Bert | Kind::Roberta => (
            "encoder.layer",
            [
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
            ],
        ),
    };
    for layer in 0..N_LAYERS {
        for (nth, name) in names.iter().enumerate() {
            let (rows, n) = match nth {
                4 | 7 => (None, N_DIMS),
                5 => (Some(N_DIMS), N_WIDE),
                6 => (Some(N_WIDE), N_DIMS),
                _ => (Some(N_DIMS), N_DIMS),
            };
            pair(format!("{place}.{layer}.{name}"), rows, n);
        }
    }
    res
}

/// The file of weights: numbers between -0.5 and 0.5 from a seed; those of norms lie around one.
fn weights(kind: Kind, n_words: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u32 << 24) as f32 - 0.5
    };
    let (mut header, mut data) = (String::from("{"), Vec::new());
    for (name, shape) in shapes(kind, n_words) {
        let is_norm =
            (name.contains("LayerNorm") || name.contains("layer_norm")) && name.ends_with("weight");
        let begin = data.len();
        for _ in 0..shape.iter().product() {
            let value = next() + if is_norm { 1.0 } else { 0.0 };
            data.extend(value.to_le_bytes());
        }
        if 1 < header.len() {
            header.push(',');
        }
        let place = json!([begin, data.len()]);
        let shape = json!(shape);
        write!(
            header,
            "\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{place}}}"
        )
        .expect("a text grows");
    }
    header.push('}');
    let mut res = (header.len() as u64).to_le_bytes().to_vec();
    res.extend(header.into_bytes());
    res.extend(data);
    res
}
