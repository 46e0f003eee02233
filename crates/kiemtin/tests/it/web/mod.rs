//! Pages as a browser sees them.

mod desk;
mod doors;
mod pictures;
mod public;
mod quality;
mod queue;
mod roles;
