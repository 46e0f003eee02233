//! The layers of the BERT family: numbers of tokens in, a vector for each token out.
//!
//! Written once for BERT, RoBERTa, XLM-RoBERTa and DistilBERT, which differ in the names of their
//! tensors, in where positions begin and in whether there are token types.

use candle_core::{D, Device, Module as _, Result, Tensor};
use candle_nn::{Embedding, LayerNorm, Linear, VarBuilder, embedding, layer_norm, linear, ops};

use super::files::{Config, Family, first_position};

/// What hides padding from attention: so small that its share is nothing.
const HIDDEN: f32 = -1e9;

#[derive(Debug)]
pub(super) struct Encoder {
    words: Embedding,
    /// Rows from the first position that a text uses.
    positions: Tensor,
    /// The type that each token of a single text has.
    kind: Option<Tensor>,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    wide: Linear,
    narrow: Linear,
    norm: LayerNorm,
    n_heads: usize,
    curve: Curve,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Curve {
    GeluErf,
    GeluTanh,
    Relu,
}

impl Curve {
    /// The curve that a configuration names; `None` for one that is not known.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "gelu" => Some(Self::GeluErf),
            "gelu_new" | "gelu_pytorch_tanh" => Some(Self::GeluTanh),
            "relu" => Some(Self::Relu),
            _ => None,
        }
    }
}

/// Names of a layer's tensors, in the order of [`Layer`]'s fields.
type Names = [&'static str; 8];

const BERT: Names = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
];
const DISTILBERT: Names = [
    "attention.q_lin",
    "attention.k_lin",
    "attention.v_lin",
    "attention.out_lin",
    "sa_layer_norm",
    "ffn.lin1",
    "ffn.lin2",
    "output_layer_norm",
];

impl Encoder {
    /// Takes the tensors that a configuration promises; too few or others are an error.
    pub(super) fn new(
        family: Family,
        config: &Config,
        curve: Curve,
        tensors: &VarBuilder<'_>,
    ) -> Result<Self> {
        let tensors = model(tensors);
        let (names, layers) = match family {
            Family::Bert | Family::Roberta => (&BERT, "encoder.layer"),
            Family::DistilBert => (&DISTILBERT, "transformer.layer"),
        };
        let n_dims = config.hidden_size;
        let place = tensors.pp("embeddings");
        let n_positions = config.max_position_embeddings;
        let positions = embedding(n_positions, n_dims, place.pp("position_embeddings"))?;
        let first = first_position(family, config);
        let positions =
            positions.embeddings().narrow(0, first, n_positions.saturating_sub(first))?;
        let kind = match config.type_vocab_size {
            0 => None,
            n => {
                let kinds = embedding(n, n_dims, place.pp("token_type_embeddings"))?;
                Some(kinds.embeddings().narrow(0, 0, 1)?)
            }
        };
        let layer =
            |nth| Layer::new(names, config, curve, &tensors.pp(layers).pp(format!("{nth}")));
        Ok(Self {
            words: embedding(config.vocab_size, n_dims, place.pp("word_embeddings"))?,
            positions,
            kind,
            norm: layer_norm(n_dims, config.layer_norm_eps, place.pp("LayerNorm"))?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?,
        })
    }

    /// Vectors of tokens (texts × tokens × dimensions). Each text is padded to the longest; `mask`
    /// has 1 for a token and 0 for padding, and is not there when nothing is padded.
    pub(super) fn forward(&self, tokens: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
        let (_, n_tokens) = tokens.dims2()?;
        let positions = self.positions.narrow(0, 0, n_tokens)?;
        let mut x = self.words.forward(tokens)?.broadcast_add(&positions)?;
        if let Some(kind) = &self.kind {
            x = x.broadcast_add(kind)?;
        }
        x = self.norm.forward(&x)?;
        let hidden = match mask {
            // 1 becomes 0, 0 becomes -1e9.
            Some(mask) => Some(
                mask.affine(f64::from(-HIDDEN), f64::from(HIDDEN))?.unsqueeze(1)?.unsqueeze(1)?,
            ),
            None => None,
        };
        for layer in &self.layers {
            x = layer.forward(&x, hidden.as_ref())?;
        }
        Ok(x)
    }
}

/// Some files have the model's name in front of every tensor.
fn model<'a>(tensors: &VarBuilder<'a>) -> VarBuilder<'a> {
    const FIRST: &str = "embeddings.word_embeddings.weight";
    let has = |it: &&str| tensors.contains_tensor(&format!("{it}.{FIRST}"));
    match ["bert", "roberta", "distilbert"].into_iter().find(has) {
        Some(prefix) => tensors.pp(prefix),
        None => tensors.clone(),
    }
}

impl Layer {
    fn new(names: &Names, config: &Config, curve: Curve, tensors: &VarBuilder<'_>) -> Result<Self> {
        let [query, key, value, attended, attended_norm, wide, narrow, norm] =
            names.map(|it| tensors.pp(it));
        let (n, n_wide, eps) =
            (config.hidden_size, config.intermediate_size, config.layer_norm_eps);
        Ok(Self {
            query: linear(n, n, query)?,
            key: linear(n, n, key)?,
            value: linear(n, n, value)?,
            attended: linear(n, n, attended)?,
            attended_norm: layer_norm(n, eps, attended_norm)?,
            wide: linear(n, n_wide, wide)?,
            narrow: linear(n_wide, n, narrow)?,
            norm: layer_norm(n, eps, norm)?,
            n_heads: config.num_attention_heads,
            curve,
        })
    }

    fn forward(&self, x: &Tensor, hidden: Option<&Tensor>) -> Result<Tensor> {
        let attended = self.attended.forward(&self.attend(x, hidden)?)?;
        let x = self.attended_norm.forward(&(attended + x)?)?;
        let wide = self.wide.forward(&x)?;
        let curved = match self.curve {
            Curve::GeluErf => wide.gelu_erf()?,
            Curve::GeluTanh => wide.gelu()?,
            Curve::Relu => wide.relu()?,
        };
        self.norm.forward(&(self.narrow.forward(&curved)? + x)?)
    }

    fn attend(&self, x: &Tensor, hidden: Option<&Tensor>) -> Result<Tensor> {
        let (n_texts, n_tokens, n_dims) = x.dims3()?;
        let n_each = n_dims / self.n_heads;
        let heads = |it: Tensor| -> Result<Tensor> {
            it.reshape((n_texts, n_tokens, self.n_heads, n_each))?.transpose(1, 2)?.contiguous()
        };
        let query = (heads(self.query.forward(x)?)? / (n_each as f64).sqrt())?;
        let key = heads(self.key.forward(x)?)?;
        let value = heads(self.value.forward(x)?)?;
        let mut scores = query.matmul(&key.t()?)?;
        if let Some(hidden) = hidden {
            scores = scores.broadcast_add(hidden)?;
        }
        let shares = ops::softmax_last_dim(&scores)?;
        let seen = shares.matmul(&value)?.transpose(1, 2)?;
        seen.reshape((n_texts, n_tokens, n_dims))
    }
}

/// Pools vectors of tokens by their mean; padding does not count.
pub(super) fn mean(x: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
    let Some(mask) = mask else { return x.mean(1) };
    let n_tokens = mask.sum_keepdim(D::Minus1)?;
    x.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?.broadcast_div(&n_tokens)
}

/// Numbers of tokens, padded, as a tensor; and the mask if anything was padded.
pub(super) fn tokens(texts: &[&[u32]], padding: u32) -> Result<(Tensor, Option<Tensor>)> {
    let n_tokens = texts.iter().map(|it| it.len()).max().unwrap_or(0);
    let (mut ids, mut mask) = (Vec::new(), Vec::new());
    for text in texts {
        let n_padded = n_tokens - text.len();
        ids.extend_from_slice(text);
        ids.extend(std::iter::repeat_n(padding, n_padded));
        mask.extend(std::iter::repeat_n(1.0_f32, text.len()));
        mask.extend(std::iter::repeat_n(0.0_f32, n_padded));
    }
    let is_padded = mask.contains(&0.0);
    let shape = (texts.len(), n_tokens);
    let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
    let mask = match is_padded {
        true => Some(Tensor::from_vec(mask, shape, &Device::Cpu)?),
        false => None,
    };
    Ok((ids, mask))
}
