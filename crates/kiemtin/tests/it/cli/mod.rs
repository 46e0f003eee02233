//! The commands as programs: what they print, how they end, what they leave.

mod backup;
mod bad_input;
mod demo;
mod doctor;
mod eval;
mod extract;
mod import;
mod import_address;
mod match_text;
mod mcp;
mod member;
mod model;
mod quality;
mod source;
