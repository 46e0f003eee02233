//! The product from outside: one test binary, one module a subject.

// A desk to test with: folder, clock, people, requests.
mod helper;

// What the source must look like: imports, sizes, headers, words, migrations, documents.
mod tidy;

// The API.
mod api;
// The commands, run as programs.
mod cli;
// Sources: asked politely, read whatever they send.
mod collect;
// The public log: tiles, proofs, witnesses, and who checks them.
mod log;
// The open data, the statistics, and who agrees with them.
mod data;
// What is left when something fails, and what must never be left.
mod faults;
// Embedding models, where they are built in.
#[cfg(feature = "embed")]
mod embed;
// PDF documents.
mod pdf;
// The bundled sample.
mod sample;
// Whole stories, in two organisations.
mod stories;
// A node: its key, its index, its worker.
mod nodes;
// The pages.
mod web;
// The site as it is served: crawled, in a browser, before checkers.
mod browser;
