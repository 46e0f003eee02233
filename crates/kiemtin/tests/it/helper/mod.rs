//! Set-up for tests.

pub(crate) mod people;
