//! What is done to a text before anything else looks at it, in this order:
//! personal data out (`mask`), one form (`normalise`), words (`segment`), values (`number`).

pub mod language;
pub mod mask;
