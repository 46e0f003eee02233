//! The product from outside: one test binary, one module a subject.

// What the source must look like: imports, sizes, headers, words, migrations, documents.
mod tidy;
