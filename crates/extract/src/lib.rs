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

// A file of other programs to its parts.
mod package;

// One part to one item.
mod clean;
mod feed;
mod html;
mod main_text;
mod object;
mod page;
mod review;
mod search;

// What a site says of itself: what is new there, what may be read.
mod discover;
mod feed_head;
mod links;
mod robots;
mod sitemap;
mod web_link;
mod xml;

// Files that hold documents.
pub mod archive;
mod mail;
mod office;

// A file to its items, or to the documents in it.
mod any;
mod read;

// A picture to its dots.
pub mod picture;

pub use any::{Documents, Found, Piece, Place, documents};
pub use charset::{decode, plain_text};
pub use discover::{Announced, Discovery, What, discover, places};
pub use feed::{Entry, feed};
pub use feed_head::{FeedHead, feed_head};
pub use gunzip::{Gunzip, open};
pub use legacy::Legacy;
pub use links::{Link, guess, links};
pub use mail::{Mailbox, Posted, mail};
pub use main_text::{Joint, Row, Use, forest::Forest, joined, kept, with_context};
pub use mend::mend;
pub use office::{docx, odt};
pub use page::{Document, Picture, blocks_of, dates, page, page_at};
pub use problem::{Located, Problem, Unreadable};
pub use read::{Item, Items, Kind, read};
pub use review::claim_reviews;
pub use robots::Robots;
pub use search::claims_search;
pub use sitemap::{Listed, Nested, News, Sitemap, sitemap};
pub use sniff::{Format, recognise, sniff};
pub use web_link::{WebSub, link_header, websub};
