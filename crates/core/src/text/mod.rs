//! What is done to a text before anything else looks at it, in this order:
//! personal data out (`mask`), one form (`normalise`), words (`segment`), values (`number`).

pub mod english;
pub mod key;
pub mod language;
pub mod mask;
pub mod negation;
pub mod normalise;
pub mod number;
pub mod opposite;
pub mod place;
pub mod segment;
pub mod sentence;
pub mod teencode;
pub mod vietnamese;

pub use key::{TextKey, key};
