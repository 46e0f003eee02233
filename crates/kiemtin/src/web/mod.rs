//! The site and the desk, server-rendered. One table of routes stands in `routes`.

mod asset;
mod codes;
mod failure;
mod headers;
pub mod listen;
mod page;
mod policies;
mod routes;
mod websub;

mod desk;
mod public;

pub use routes::router;
