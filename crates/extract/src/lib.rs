#![doc = include_str!("../README.md")]

pub mod limits;

// Bytes to text.
mod charset;
mod gunzip;
mod legacy;
mod mend;
mod mojibake;
mod problem;
mod sniff;

// A stream to its parts.
mod elements;
mod lines;
mod table;

// The dates of a page.
pub mod date;

// One part to one item.
mod clean;
mod feed;
mod html;
mod object;
mod page;
mod review;

// What a site says of itself: what is new there, what may be read.
mod discover;
mod feed_head;
mod links;
mod robots;
mod sitemap;
mod web_link;
mod xml;

// A file to its items.
mod read;

// A picture to its dots.
pub mod picture;

pub use charset::{decode, plain_text};
pub use discover::{Announced, Discovery, What, discover, places};
pub use feed::{Entry, feed};
pub use feed_head::{FeedHead, feed_head};
pub use gunzip::{Gunzip, open};
pub use legacy::Legacy;
pub use links::{Link, guess, links};
pub use mend::mend;
pub use page::{Document, dates, page, page_at};
pub use problem::{Located, Problem, Unreadable};
pub use read::{Item, Items, Kind, read};
pub use review::claim_reviews;
pub use robots::Robots;
pub use sitemap::{Listed, Nested, News, Sitemap, sitemap};
pub use sniff::{Format, sniff};
pub use web_link::{WebSub, link_header, websub};
