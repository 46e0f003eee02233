//! What stands in a model's place where models are not built in: it cannot be loaded, so that
//! nothing else has to ask.

use std::path::Path;

use super::BadModel;

/// No model: no value of this type exists.
#[derive(Debug)]
pub enum Model {}

impl Model {
    /// Refuses.
    ///
    /// # Errors
    /// Always [`BadModel::NotBuiltIn`].
    pub fn load(_: &Path) -> Result<Self, BadModel> {
        Err(BadModel::NotBuiltIn)
    }

    /// The vectors of some texts, in their order.
    ///
    /// # Errors
    /// Never: there is no model.
    pub fn vectors(&self, _: &[&str]) -> Result<Vec<Vec<f32>>, BadModel> {
        match *self {}
    }

    /// Which model it is.
    pub fn hash(&self) -> [u8; 32] {
        match *self {}
    }

    /// What its folder is called.
    pub fn name(&self) -> &str {
        match *self {}
    }

    /// How many numbers a vector has.
    pub fn n_dims(&self) -> usize {
        match *self {}
    }

    /// What it is and what was assumed, for the operator.
    pub fn about(&self) -> &str {
        match *self {}
    }
}
