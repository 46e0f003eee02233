//! Pages as a browser sees them.

mod assistant;
mod case_work;
mod contest;
mod desk;
mod doors;
mod factcheck;
mod feeds;
mod methods;
mod pictures;
mod policy;
mod provider;
mod public;
mod quality;
mod queue;
mod roles;
mod second_factor;
mod sessions;
mod sitemaps;
mod sorting;
mod sources;
mod versions;
mod websub;
