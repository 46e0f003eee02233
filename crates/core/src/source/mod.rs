//! Sources: which addresses may be one, what of a page is taken, and how often it is asked.
//!
//! Not here: reading what they send (`kiemtin-extract`), asking them (`kiemtin::collect`).

pub mod asked;
mod kind;
pub mod octets;
pub mod pattern;
pub mod schedule;
pub mod whose;

pub use kind::{BadStated, Kind, NAME_CHARS_MAX, REASON_CHARS_MAX, Stated};
