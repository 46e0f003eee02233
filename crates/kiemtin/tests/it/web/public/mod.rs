//! The public site.

// Every page: its shape, headers, size, links.
mod every_page;

// One subject each.
mod answers;
mod embed;
mod looks;
mod markup;
mod receipts;
mod search;
mod tips;
