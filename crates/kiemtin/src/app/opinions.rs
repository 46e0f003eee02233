//! What an organisation writes of a case, by its page or by its program: the same limits.

/// The longest opinion, in characters.
pub const OPINION_CHARS_MAX: usize = 5_000;
/// The longest declaration of an interest, in characters.
pub const INTEREST_CHARS_MAX: usize = 500;
