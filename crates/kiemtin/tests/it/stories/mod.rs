//! Stories from beginning to end.

mod evidence;
mod mail;
mod opinions;
mod rules;
mod two_orgs;
mod unread;
