//! Kiểm Tin: a rumour-response desk in one program. See the README for what it is and is not.

pub mod app;
pub mod config;
mod durable;
pub mod index;
mod locale;
mod reason;
pub mod web;
