//! Stories from beginning to end.

mod evidence;
mod rules;
mod two_orgs;
mod unread;
