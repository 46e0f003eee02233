//! The product from outside: one test binary, one module a subject.

// What the source must look like: imports, sizes, headers, words, migrations, documents.
mod tidy;

// Set-up: a desk in a folder of its own, and people who use it as a browser does.
mod helper;
// Whole stories, in two organisations.
mod stories;
// Pages, one module a face.
mod web;
