//! Stories from beginning to end.

mod two_orgs;
