//! The files of a model's folder, read and judged: what they say, what was assumed where they say
//! nothing, and the hash of everything that a vector depends on.
//!
//! Everything is read into memory: mapping a file needs `unsafe`, and a file that changes under a
//! running desk would change its vectors.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::BadModel;

/// The largest weights: the large models of the family have 2.3 GB.
const WEIGHTS_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;
/// The largest of the other files: a tokenizer of 250,000 words has 17 MB.
const OTHER_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Tokens of a text where no file says how many: what most sentence models were trained with.
const TOKENS_ASSUMED: usize = 256;
/// Names of the file with the length of texts, one for each family of models.
const LENGTH_FILES: [&str; 5] = [
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
];
/// What a vector depends on besides the files: which texts are given to a model, and how. Another
/// recipe is another model.
const RECIPE: &[u8] = b"kiemtin vectors 1";

/// A family of models: names of tensors, and where positions begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Bert,
    /// RoBERTa and XLM-RoBERTa: positions begin behind the number of the padding token.
    Roberta,
    DistilBert,
}

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pooling {
    Mean,
    /// The first token speaks for all.
    First,
}

/// `config.json`, as far as it is needed. DistilBERT has words of its own.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    model_type: String,
    #[serde(alias = "dim")]
    pub(super) hidden_size: usize,
    #[serde(alias = "n_layers")]
    pub(super) num_hidden_layers: usize,
    #[serde(alias = "n_heads")]
    pub(super) num_attention_heads: usize,
    #[serde(alias = "hidden_dim")]
    pub(super) intermediate_size: usize,
    #[serde(alias = "activation")]
    pub(super) hidden_act: String,
    #[serde(default = "one_in_a_trillion")]
    pub(super) layer_norm_eps: f64,
    pub(super) max_position_embeddings: usize,
    pub(super) vocab_size: usize,
    #[serde(default)]
    pub(super) type_vocab_size: usize,
    #[serde(default)]
    pub(super) pad_token_id: usize,
    position_embedding_type: Option<String>,
}

fn one_in_a_trillion() -> f64 {
    1e-12
}

/// A model's files, read.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) name: String,
    pub(super) family: Family,
    pub(super) config: Config,
    pub(super) pooling: Pooling,
    pub(super) weights: Vec<u8>,
    pub(super) tokenizer: Vec<u8>,
    pub(super) n_tokens_max: usize,
    pub(super) lowercase: bool,
    pub(super) hash: [u8; 32],
    /// What no file says and was assumed, in words.
    pub(super) assumed: Vec<String>,
}

/// Reads a folder.
pub(super) fn read(folder: &Path) -> Result<Files, BadModel> {
    if !folder.is_dir() {
        return Err(BadModel::NoFolder(folder.to_owned()));
    }
    let mut reader = Reader { folder: folder.to_owned(), hash: Sha256::new_with_prefix(RECIPE) };
    let mut assumed = Vec::new();
    let modules = modules(&mut reader, &mut assumed)?;
    let inside = |file: &str| Path::new(&modules.transformer).join(file).display().to_string();
    let config_file = inside("config.json");
    let config: Config = reader.needed_json(&config_file)?;
    let family = family(&config, &config_file)?;
    let pooling = pooling(&mut reader, &modules.pooling, &mut assumed)?;
    let tokenizer = reader.needed(
        &inside("tokenizer.json"),
        OTHER_BYTES_MAX,
        ": convert the model's tokenizer to this form (transformers: save_pretrained)",
    )?;
    let (length, lowercase) = length(&mut reader, &modules.transformer)?;
    let weights = reader.needed(
        &inside("model.safetensors"),
        WEIGHTS_BYTES_MAX,
        ": weights in one file of this form are needed (transformers: save_pretrained)",
    )?;
    let first_position = first_position(family, &config);
    let n_positions = config.max_position_embeddings.saturating_sub(first_position);
    let n_tokens_max = match length.or_else(|| length_of_tokenizer(&tokenizer)) {
        Some(n) => n.min(n_positions),
        None => {
            let n = TOKENS_ASSUMED.min(n_positions);
            assumed.push(format!("{n} tokens a text"));
            n
        }
    };
    if n_tokens_max < 3 {
        let why = format!("a text may have {n_tokens_max} tokens");
        return Err(BadModel::Damaged { file: config_file, why });
    }
    let name = folder.canonicalize().ok();
    let name = name.as_deref().and_then(Path::file_name).unwrap_or(folder.as_os_str());
    Ok(Files {
        name: name.to_string_lossy().into_owned(),
        family,
        config,
        pooling,
        weights,
        tokenizer,
        n_tokens_max,
        lowercase,
        hash: reader.hash.finalize().into(),
        assumed,
    })
}

/// The first row of the position embeddings that a text uses.
pub(super) fn first_position(family: Family, config: &Config) -> usize {
    match family {
        Family::Roberta => config.pad_token_id + 1,
        Family::Bert | Family::DistilBert => 0,
    }
}

/// Reads files, each of them into the hash as well.
struct Reader {
    folder: PathBuf,
    hash: Sha256,
}

impl Reader {
    fn optional(&mut self, file: &str, n_bytes_max: u64) -> Result<Option<Vec<u8>>, BadModel> {
        let damaged = |why: String| BadModel::Damaged { file: file.to_owned(), why };
        let open = match fs::File::open(self.folder.join(file)) {
            Ok(open) => open,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(err) => return Err(damaged(err.to_string())),
        };
        let mut bytes = Vec::new();
        let read = open.take(n_bytes_max + 1).read_to_end(&mut bytes);
        read.map_err(|err| damaged(err.to_string()))?;
        if n_bytes_max < bytes.len() as u64 {
            return Err(damaged(format!("it has more than {n_bytes_max} bytes")));
        }
        for part in [file.as_bytes(), &bytes] {
            self.hash.update((part.len() as u64).to_le_bytes());
            self.hash.update(part);
        }
        Ok(Some(bytes))
    }

    fn needed(
        &mut self,
        file: &str,
        n_bytes_max: u64,
        hint: &'static str,
    ) -> Result<Vec<u8>, BadModel> {
        let missing =
            || BadModel::Missing { folder: self.folder.clone(), file: file.to_owned(), hint };
        let missing = missing();
        self.optional(file, n_bytes_max)?.ok_or(missing)
    }

    fn json(&mut self, file: &str) -> Result<Option<Value>, BadModel> {
        let bytes = self.optional(file, OTHER_BYTES_MAX)?;
        bytes.map(|it| parsed(file, &it)).transpose()
    }

    fn needed_json<T: for<'a> Deserialize<'a>>(&mut self, file: &str) -> Result<T, BadModel> {
        parsed(file, &self.needed(file, OTHER_BYTES_MAX, "")?)
    }
}

fn parsed<T: for<'a> Deserialize<'a>>(file: &str, bytes: &[u8]) -> Result<T, BadModel> {
    let damaged =
        |err: serde_json::Error| BadModel::Damaged { file: file.to_owned(), why: err.to_string() };
    serde_json::from_slice(bytes).map_err(damaged)
}

/// Where the parts of a model lie in its folder.
struct Modules {
    transformer: String,
    pooling: String,
}

fn modules(reader: &mut Reader, assumed: &mut Vec<String>) -> Result<Modules, BadModel> {
    const FILE: &str = "modules.json";
    let mut res = Modules { transformer: String::new(), pooling: "1_Pooling".to_owned() };
    let Some(modules) = reader.json(FILE)? else {
        assumed.push("transformer and pooling (no modules.json)".to_owned());
        return Ok(res);
    };
    for module in modules.as_array().into_iter().flatten() {
        let (kind, path) = (module["type"].as_str(), module["path"].as_str());
        let (kind, path) = (kind.unwrap_or_default(), path.unwrap_or_default());
        let is_inside =
            Path::new(path).components().all(|it| matches!(it, std::path::Component::Normal(_)));
        if !is_inside {
            let why = format!("{path:?} is no folder inside it");
            return Err(BadModel::Damaged { file: FILE.to_owned(), why });
        }
        match kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" => res.transformer = path.to_owned(),
            "Pooling" => res.pooling = path.to_owned(),
            // Vectors are compared by their direction alone.
            "Normalize" => {}
            _ => {
                return Err(BadModel::Unknown {
                    file: FILE.to_owned(),
                    said: format!("{kind:?}"),
                    known: "the modules Transformer, Pooling and Normalize",
                });
            }
        }
    }
    Ok(res)
}

fn family(config: &Config, file: &str) -> Result<Family, BadModel> {
    let unknown = |said: &str, known| BadModel::Unknown {
        file: file.to_owned(),
        said: format!("{said:?}"),
        known,
    };
    if let Some(it) = config.position_embedding_type.as_deref().filter(|it| *it != "absolute") {
        return Err(unknown(it, "absolute positions"));
    }
    let n_heads = config.num_attention_heads;
    if n_heads == 0 || !config.hidden_size.is_multiple_of(n_heads) {
        let why = format!("{} dimensions cannot be shared by {n_heads} heads", config.hidden_size);
        return Err(BadModel::Damaged { file: file.to_owned(), why });
    }
    match config.model_type.as_str() {
        "bert" => Ok(Family::Bert),
        "roberta" | "xlm-roberta" | "camembert" => Ok(Family::Roberta),
        "distilbert" => Ok(Family::DistilBert),
        other => Err(unknown(other, "bert, roberta, xlm-roberta, camembert and distilbert")),
    }
}

fn pooling(
    reader: &mut Reader,
    folder: &str,
    assumed: &mut Vec<String>,
) -> Result<Pooling, BadModel> {
    let file = Path::new(folder).join("config.json").display().to_string();
    // Without a folder of its own, the file would be the transformer's.
    let config = if folder.is_empty() { None } else { reader.json(&file)? };
    let Some(config) = config else {
        assumed.push(format!("pooling by the mean (no {file})"));
        return Ok(Pooling::Mean);
    };
    let modes = config.as_object().into_iter().flatten();
    let on = |(name, value): (&String, &Value)| match value.as_str() {
        Some(mode) if name == "pooling_mode" => Some(mode.to_owned()),
        _ => {
            let mode = name.strip_prefix("pooling_mode_").filter(|_| value.as_bool() == Some(true));
            Some(mode?.trim_end_matches("_tokens").trim_end_matches("_token").to_owned())
        }
    };
    let modes: Vec<String> = modes.filter_map(on).collect();
    match modes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["mean"] => Ok(Pooling::Mean),
        ["cls"] => Ok(Pooling::First),
        _ => Err(BadModel::Unknown {
            file,
            said: format!("pooling by {}", modes.join(" and ")),
            known: "pooling by mean or by cls",
        }),
    }
}

/// How many tokens a text has at most, and whether it is put in small letters first.
fn length(reader: &mut Reader, folder: &str) -> Result<(Option<usize>, bool), BadModel> {
    for file in LENGTH_FILES {
        let file = Path::new(folder).join(file).display().to_string();
        let Some(it) = reader.json(&file)? else { continue };
        let n = it["max_seq_length"].as_u64().and_then(|it| usize::try_from(it).ok());
        return Ok((n, it["do_lower_case"].as_bool().unwrap_or(false)));
    }
    Ok((None, false))
}

fn length_of_tokenizer(tokenizer: &[u8]) -> Option<usize> {
    // One that cannot be read is refused where it is put to use.
    let it: Value = serde_json::from_slice(tokenizer).ok()?;
    usize::try_from(it["truncation"]["max_length"].as_u64()?).ok()
}
