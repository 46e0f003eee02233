//! The forms in which evidence is kept and handed on, so that other people's tools can read and check
//! it: WARC (`warc`), WACZ (`wacz`), and times that an authority vouches for (`stamp`). Pure: bytes in,
//! bytes out. Described in `docs/formats/capture.md`.
//!
//! Not here: fetching (`fetch`), and when what is kept (`jobs`).

pub mod stamp;
pub mod wacz;
pub mod warc;
