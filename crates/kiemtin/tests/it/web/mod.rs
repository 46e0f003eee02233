//! Pages as a browser sees them.

mod desk;
mod public;
