//! Pages as a browser sees them.

mod case_work;
mod desk;
mod doors;
mod methods;
mod pictures;
mod provider;
mod public;
mod quality;
mod queue;
mod roles;
mod second_factor;
mod sessions;
mod sorting;
