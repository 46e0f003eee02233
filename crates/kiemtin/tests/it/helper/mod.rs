//! Set-up of tests. Only this may touch the store; tests go through the router.

pub(crate) mod chance;
pub(crate) mod desk;
pub(crate) mod dump;
pub(crate) mod factor;
#[cfg(feature = "embed")]
pub(crate) mod model;
pub(crate) mod node;
pub(crate) mod oidc;
pub(crate) mod people;
pub(crate) mod pictures;
pub(crate) mod program;
pub(crate) mod python;
pub(crate) mod reply;
pub(crate) mod story;
pub(crate) mod tools;
pub(crate) mod web;
