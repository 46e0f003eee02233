//! Every limit of this crate, with its reason. The unit is in the name.

/// What is looked at to tell a format and an encoding.
pub const HEAD_BYTES: usize = 64 * 1024;

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

const _: () = assert!(HEAD_BYTES <= LINE_BYTES_MAX);
