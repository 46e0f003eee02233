//! Kiểm Tin: a rumour-response desk in one program. See the README for what it is and is not.

// What every face stands on.
pub mod app;
pub mod archive;
mod child;
pub mod collect;
pub mod config;
mod cores;
pub mod documents;
pub mod drawing;
mod durable;
pub mod embed;
pub mod fetch;
pub mod headers;
pub mod index;
pub mod locale;
pub mod log;
pub mod open_data;
pub mod outlet;
pub mod pdftotext;
pub mod reason;
pub mod tesseract;
mod tls;

// The faces.
pub mod api;
pub mod cli;
pub mod import;
pub mod jobs;
pub mod mcp;
pub mod sample;
pub mod site;
pub mod web;
