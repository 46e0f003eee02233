//! Every limit of this crate, with its reason. The unit is in the name.

use std::time::Duration;

/// What is looked at to tell a format and an encoding.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Words that are asked for the encoding of a text. A few hundred tell it; the rest of a hostile
/// file of nothing but strange letters need not be looked at.
pub const EVIDENCE_WORDS_MAX: usize = 20_000;

/// The longest line of a text, JSONL or CSV file. Ten times a long article; a longer one is
/// skipped with its number and reading goes on.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Lines that one quoted CSV field may run over. More is a quotation mark that nobody closed.
pub const RECORD_LINES_MAX: usize = 500;

/// The largest element of a JSON array or of a `DataFeed`. Real ones are under 100 KB.
pub const ELEMENT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The largest page or feed that is read whole. The web's largest news pages are under 5 MB.
pub const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Elements nested deeper than this in a page are taken out of their nest (browsers do the same at
/// 512): the parser behind us is quadratic in the depth.
pub const PAGE_DEPTH_MAX: usize = 128;

/// Elements like `<b>` and `<font>` open at once. The parser makes all of them anew in each block
/// that follows, so without a bound a page of a megabyte becomes a tree of gigabytes.
pub const PAGE_FORMATTING_MAX: usize = 8;

/// Tags in a page. A page that is nothing but tags is no page.
pub const PAGE_TAGS_MAX: usize = 100_000;

/// Attributes of one tag: more are cut off, for the parser compares each with each.
pub const TAG_ATTRIBUTES_MAX: usize = 200;

/// Bytes of one tag: a picture may stand in one.
pub const TAG_BYTES_MAX: usize = 256 * 1024;

/// Entries taken from one feed; news feeds hold 20 to 500.
pub const FEED_ENTRIES_MAX: usize = 5_000;

/// Reviews taken from one page or element.
pub const REVIEWS_MAX: usize = 500;

/// Depth to which JSON-LD is searched for reviews. `serde_json` itself stops at 128.
pub const JSON_LD_DEPTH_MAX: usize = 32;

/// Unpacked bytes of one gzip file: a hundred times the largest file that is really exchanged.
pub const GUNZIP_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;

/// Unpacked bytes for one packed byte. JSON packs 5 to 50 times; a bomb a thousand times.
pub const GUNZIP_RATIO_MAX: u64 = 200;

/// Below this the ratio does not matter: a short file of spaces is no attack.
pub const GUNZIP_RATIO_FROM_BYTES: u64 = 16 * 1024 * 1024;

/// The longest title, name or verdict in characters; the rest is cut off.
pub const TITLE_CHARS_MAX: usize = 500;

/// The longest address taken.
pub const URL_BYTES_MAX: usize = 2_000;

/// The largest picture file. A photograph of a telephone has 2 to 6 MB.
pub const PICTURE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The longest side of a picture: a screenshot of a long talk is narrow and may be this high.
pub const PICTURE_SIDE_MAX: u32 = 20_000;

/// Dots of a picture, refused by its header before any memory is taken. Telephones save 12 million;
/// a progressive JPEG of this size takes some 180 MB while it is decoded.
pub const PICTURE_DOTS_MAX: u64 = 20_000_000;

/// Memory that a decoder may take for the dots, which may have up to eight bytes each.
pub const PICTURE_DECODED_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Dots that are kept of a picture: enough to read small print on the screenshot of a telephone.
pub const PICTURE_DOTS_KEPT: u64 = 5_000_000;

/// Bytes of `robots.txt` that are read; RFC 9309 (section 2.5) asks for 500 KiB at least.
pub const ROBOTS_BYTES_MAX: usize = 512 * 1024;

/// Sitemaps taken from `robots.txt`. Large newspapers name one for each month.
pub const ROBOTS_SITEMAPS_MAX: usize = 500;

/// The longest time between two questions that a site can ask for: ten minutes. Some ask for a day
/// and mean that they want no crawler; those are left to their own rules.
pub const CRAWL_DELAY_MAX: Duration = Duration::from_secs(10 * 60);

/// Addresses of one sitemap: the most that its protocol allows.
pub const SITEMAP_ADDRESSES_MAX: usize = 50_000;

/// Bytes of one sitemap, unpacked: the most that its protocol allows.
pub const SITEMAP_BYTES_MAX: usize = 50 * 1024 * 1024;

/// Elements nested deeper than this in a sitemap or feed are not looked into; real ones are five
/// deep.
pub const XML_DEPTH_MAX: usize = 64;

/// Links taken from one page. The largest front pages have a thousand.
pub const LINKS_MAX: usize = 5_000;

/// Feeds that one page names, and hubs and links of one header: more are a mistake.
pub const ANNOUNCED_MAX: usize = 50;

/// Bytes of one `Link:` header; a longer one is left alone.
pub const LINK_HEADER_BYTES_MAX: usize = 16 * 1024;

const _: () = assert!(500 * 1024 <= ROBOTS_BYTES_MAX);
const _: () = assert!(PICTURE_DOTS_MAX <= 4 * PICTURE_DOTS_KEPT);
const _: () = assert!(HEAD_BYTES <= LINE_BYTES_MAX);
