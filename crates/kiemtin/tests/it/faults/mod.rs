//! What is left when the program is killed, the disk is full, or somebody looks at every byte.

pub(crate) mod canary;
mod disk;
mod kill;
