//! Stories from beginning to end.

mod rules;
mod two_orgs;
mod unread;
