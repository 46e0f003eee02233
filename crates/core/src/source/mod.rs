//! Sources: which addresses may be one, what of a page is taken, and how often it is asked.
//!
//! Not here: reading what they send (`kiemtin-extract`), asking them (`kiemtin::fetch`).

pub mod asked;
pub mod octets;
pub mod pattern;
pub mod schedule;
pub mod whose;
