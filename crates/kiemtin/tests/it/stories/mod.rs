//! Stories from beginning to end.

mod contested;
mod evidence;
mod mail;
mod markup;
mod opinions;
mod places;
mod rules;
mod two_orgs;
mod unread;
