//! Pages as a browser sees them.

mod desk;
mod doors;
mod public;
