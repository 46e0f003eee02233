//! What every deed of a member brings along.

use kiemtin_core::time::Timestamp;

use crate::Chance;
use crate::members::Member;

/// Who does something, when, and chance for the ids that it makes: the store has neither a clock nor
/// chance of its own.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Who, for their organisation.
    pub by: &'a Member,
    /// When.
    pub at: Timestamp,
    /// For all ids of this deed.
    pub chance: Chance,
}
