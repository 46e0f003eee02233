//! The public site.

// Every page: its shape, headers, size, links.
mod every_page;

// One subject each.
mod answers;
mod embed;
mod links;
mod lists;
mod looks;
mod markup;
mod paper;
mod receipts;
mod search;
mod tips;
