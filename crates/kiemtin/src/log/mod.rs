//! What makes the log believable to strangers: keys and signed notes, witnesses, and the check that
//! anyone can run. Formats are C2SP's (signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness,
//! tlog-tiles); docs/formats/log.md says how they are used.
//! Not here: the tree's arithmetic (`core::tree`), what is kept (`store::log`), and the order in
//! which a checkpoint comes about (`app::log`).

pub mod note;
pub mod verify;
pub mod witness;
