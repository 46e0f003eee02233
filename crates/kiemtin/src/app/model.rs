//! The embedding model of a desk: loaded or not, and why not.
//!
//! A model that is missing or broken stops nothing: the desk goes on with words alone, says so in
//! the log and in `doctor`, and vectors that were made stay in the store. Commands that are about
//! matching alone refuse instead (`GivenModel::needed`).

use std::path::Path;
use std::sync::Arc;

use kiemtin_core::text::segment::without_addresses;
use kiemtin_core::time::Timestamp;
use kiemtin_core::vectors::Vector;
use kiemtin_store::{Store, StoreResult};

use crate::embed::{BadModel, Model};
use crate::index::ModelKey;

/// The model of a desk.
#[derive(Clone, Debug)]
pub enum GivenModel {
    /// None was given.
    None,
    /// Ready.
    Ready(Arc<Model>),
    /// One was given that cannot be used; the sentence says why.
    Broken(String),
}

impl GivenModel {
    /// Loads the model in a folder, if one is given.
    ///
    /// # Errors
    /// This program was built without models. A model that is missing or broken is no error here.
    pub async fn load(folder: Option<&Path>) -> anyhow::Result<Self> {
        let Some(folder) = folder.map(Path::to_owned) else { return Ok(Self::None) };
        match tokio::task::spawn_blocking(move || Model::load(&folder)).await? {
            Ok(model) => Ok(Self::Ready(Arc::new(model))),
            Err(BadModel::NotBuiltIn) => Err(BadModel::NotBuiltIn.into()),
            Err(err) => Ok(Self::Broken(err.to_string())),
        }
    }

    /// For commands that are asked for the model's opinion: refuses where it cannot be had.
    ///
    /// # Errors
    /// The model is missing or broken.
    pub fn needed(&self) -> anyhow::Result<()> {
        match self {
            Self::Broken(why) => anyhow::bail!("{why}"),
            Self::None | Self::Ready(_) => Ok(()),
        }
    }

    /// The model, if it can be used.
    pub fn model(&self) -> Option<&Arc<Model>> {
        match self {
            Self::Ready(model) => Some(model),
            Self::None | Self::Broken(_) => None,
        }
    }

    /// How the index knows the model.
    pub(super) fn key(&self) -> Option<ModelKey> {
        self.model().map(|it| ModelKey { hash: it.hash(), n_dims: it.n_dims() })
    }

    /// Lets the model be the one that vectors are kept of.
    pub(super) async fn adopt(&self, store: &Store, now: Timestamp) -> StoreResult<()> {
        match self.model() {
            Some(it) => store.adopt_model(it.hash(), it.name(), it.n_dims(), now).await,
            None => Ok(()),
        }
    }

    /// What the model makes of some texts, in their order; nothing without a model.
    ///
    /// # Errors
    /// The model failed.
    pub async fn vectors(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vector>> {
        let Some(model) = self.model().cloned() else { return Ok(Vec::new()) };
        let made = tokio::task::spawn_blocking(move || vectors(&model, &texts)).await?;
        Ok(made?)
    }
}

/// What a model makes of some texts, in their order. Takes its time.
///
/// # Errors
/// The model failed.
pub fn vectors(model: &Model, texts: &[String]) -> Result<Vec<Vector>, BadModel> {
    let texts: Vec<String> = texts.iter().map(|it| without_addresses(it)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok(model.vectors(&texts)?.iter().map(|it| Vector::of(it)).collect())
}
