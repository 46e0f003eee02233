//! A model that was loaded: texts in, vectors out.

use std::path::Path;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use tokenizers::{Tokenizer, TruncationParams};

use super::BadModel;
use super::encoder::{self, Curve, Encoder};
use super::files::{self, Family, Files, Pooling};
use crate::cores::on_all_cores;

/// Texts that go through the layers together: more of them make nothing faster on a few cores, and
/// take memory.
const BATCH_TEXTS_MAX: usize = 8;

/// An embedding model.
#[derive(Debug)]
pub struct Model {
    tokenizer: Tokenizer,
    encoder: Encoder,
    pooling: Pooling,
    padding: u32,
    lowercase: bool,
    n_dims: usize,
    name: String,
    hash: [u8; 32],
    about: String,
}

impl Model {
    /// Loads the model in a folder, and tries it.
    ///
    /// # Errors
    /// A file is missing or damaged, or the model is of a kind that this program does not know: the
    /// sentence says which and what.
    pub fn load(folder: &Path) -> Result<Self, BadModel> {
        let files = files::read(folder)?;
        let about = about(&files);
        let Files { name, family, config, pooling, weights, tokenizer, .. } = files;
        let curve = Curve::named(&config.hidden_act).ok_or_else(|| BadModel::Unknown {
            file: "config.json".to_owned(),
            said: format!("the activation {:?}", config.hidden_act),
            known: "gelu, gelu_new and relu",
        })?;
        let damaged = |err: candle_core::Error| BadModel::Damaged {
            file: "model.safetensors".to_owned(),
            why: first_line(&err.to_string()),
        };
        let tensors = VarBuilder::from_slice_safetensors(&weights, DType::F32, &Device::Cpu);
        let encoder =
            Encoder::new(family, &config, curve, &tensors.map_err(damaged)?).map_err(damaged)?;
        let tokenizer = prepared(&tokenizer, files.n_tokens_max).map_err(|err| {
            BadModel::Damaged { file: "tokenizer.json".to_owned(), why: err.to_string() }
        })?;
        let model = Self {
            tokenizer,
            encoder,
            pooling,
            padding: u32::try_from(config.pad_token_id).unwrap_or(0),
            lowercase: files.lowercase,
            n_dims: config.hidden_size,
            name,
            hash: files.hash,
            about,
        };
        // A tokenizer of another model shows here, not with the first message.
        model.vectors(&["Tin này có đúng không?"])?;
        Ok(model)
    }

    /// The vectors of some texts, in their order. Takes its time: milliseconds a text.
    ///
    /// # Errors
    /// The tokenizer names a word that the model does not have, or its numbers run over.
    pub fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, BadModel> {
        let mut cut = Vec::with_capacity(texts.len());
        for (idx, text) in texts.iter().enumerate() {
            cut.push((idx, self.tokens(text)?));
        }
        // Texts of one length go together, so that little is padded.
        cut.sort_by_key(|(_, tokens)| tokens.len());
        let batches: Vec<_> = cut.chunks(BATCH_TEXTS_MAX).collect();
        let made = match batches[..] {
            // All cores work on the one batch.
            [batch] => vec![self.batch(batch)],
            // Each core has batches of its own: none waits for another within a layer.
            _ => on_all_cores(&batches, |batch| self.batch_on_one_core(batch)),
        };
        let mut res = vec![Vec::new(); texts.len()];
        for (batch, vectors) in batches.into_iter().zip(made) {
            for ((idx, _), vector) in batch.iter().zip(vectors?) {
                if !vector.iter().all(|it| it.is_finite()) {
                    return Err(BadModel::Failed("a vector is not finite".to_owned()));
                }
                res[*idx] = vector;
            }
        }
        Ok(res)
    }

    /// Which model it is: of its weights, tokenizer and configuration.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// What its folder is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many numbers a vector has.
    pub fn n_dims(&self) -> usize {
        self.n_dims
    }

    /// What it is and what was assumed, for the operator.
    pub fn about(&self) -> &str {
        &self.about
    }

    fn tokens(&self, text: &str) -> Result<Vec<u32>, BadModel> {
        let failed = |err: tokenizers::Error| BadModel::Failed(err.to_string());
        let encoding = match self.lowercase {
            true => self.tokenizer.encode_fast(text.to_lowercase(), true),
            false => self.tokenizer.encode_fast(text, true),
        };
        let tokens = encoding.map_err(failed)?.get_ids().to_vec();
        // A tokenizer that adds no marks makes nothing of an empty text.
        Ok(if tokens.is_empty() { vec![self.padding] } else { tokens })
    }

    /// Products of matrices use the pool of threads that they run in.
    fn batch_on_one_core(&self, batch: &[(usize, Vec<u32>)]) -> Result<Vec<Vec<f32>>, BadModel> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        pool.map_err(|err| BadModel::Failed(err.to_string()))?.install(|| self.batch(batch))
    }

    fn batch(&self, batch: &[(usize, Vec<u32>)]) -> Result<Vec<Vec<f32>>, BadModel> {
        let tokens: Vec<&[u32]> = batch.iter().map(|(_, tokens)| tokens.as_slice()).collect();
        self.forward(&tokens).map_err(|err| BadModel::Failed(first_line(&err.to_string())))
    }

    fn forward(&self, tokens: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let (tokens, mask) = encoder::tokens(tokens, self.padding)?;
        let x = self.encoder.forward(&tokens, mask.as_ref())?;
        let pooled = match self.pooling {
            Pooling::Mean => encoder::mean(&x, mask.as_ref())?,
            Pooling::First => x.narrow(1, 0, 1)?.squeeze(1)?,
        };
        pooled.to_vec2()
    }
}

fn prepared(bytes: &[u8], n_tokens_max: usize) -> tokenizers::Result<Tokenizer> {
    let mut tokenizer = Tokenizer::from_bytes(bytes)?;
    // Batches pad as far as they need.
    tokenizer.with_padding(None);
    let truncation = TruncationParams { max_length: n_tokens_max, ..TruncationParams::default() };
    tokenizer.with_truncation(Some(truncation))?;
    Ok(tokenizer)
}

fn about(files: &Files) -> String {
    let family = match files.family {
        Family::Bert => "BERT",
        Family::Roberta => "RoBERTa",
        Family::DistilBert => "DistilBERT",
    };
    let pooling = match files.pooling {
        Pooling::Mean => "the mean of",
        Pooling::First => "the first of",
    };
    let mut res = format!(
        "{family} of {} layers, {} dimensions, {pooling} up to {} tokens",
        files.config.num_hidden_layers, files.config.hidden_size, files.n_tokens_max
    );
    if !files.assumed.is_empty() {
        res += &format!("; assumed: {}", files.assumed.join(", "));
    }
    res
}

/// Errors of tensors may carry a backtrace behind their sentence.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
