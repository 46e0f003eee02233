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

/// The longest byline, in characters. A longer element of such a name is a box around more.
pub const BYLINE_CHARS_MAX: usize = 150;

/// Links noted of one block of a page: a paragraph has a few.
pub const BLOCK_LINKS_MAX: usize = 50;

/// Blocks of text that are looked at in a page, in reading order; articles have 50 to 2,000. Each
/// takes about 2 KB while the page is read.
pub const PAGE_BLOCKS_MAX: usize = 10_000;

/// Pictures noted of a page.
pub const PAGE_PICTURES_MAX: usize = 500;

/// Pictures and links that a document keeps: an article has a few, a page of links has no end.
pub const DOCUMENT_PICTURES_MAX: usize = 20;
/// See [`DOCUMENT_PICTURES_MAX`].
pub const DOCUMENT_LINKS_MAX: usize = 100;

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

/// The largest office document. A book of a thousand pages without pictures has 3 MB, a brochure full
/// of pictures 20.
pub const OFFICE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Entries of a ZIP file. A document with a thousand pictures has about as many; an archive of pages
/// a few.
pub const ZIP_ENTRIES_MAX: usize = 5_000;

/// Unpacked bytes of one part of a document: the XML of a thousand pages has some 20 MB.
pub const ZIP_PART_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Unpacked bytes for one packed byte of a part. The XML of long tables packs 50 times; a bomb a
/// thousand times.
pub const ZIP_RATIO_MAX: u64 = 200;

/// Below this the ratio does not matter.
pub const ZIP_RATIO_FROM_BYTES: u64 = 4 * 1024 * 1024;

/// Elements open at once in the XML of a document. Tables in tables in tables have some 60.
pub const XML_DEPTH_MAX: usize = 256;

/// The text taken from one document; *War and Peace* has 3 MB. The rest is cut off.
pub const DOCUMENT_TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// One mail with what is attached to it. Servers take 25 to 50 MB.
pub const MAIL_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of the head of a mail or of one of its parts. Real ones have 2 to 20 KB.
pub const MAIL_HEAD_BYTES_MAX: usize = 256 * 1024;

/// Bytes looked at of one value of a head: encoded, a title of the greatest length has as many. Each
/// place where an encoded word could begin is looked through to the end.
pub const MAIL_VALUE_BYTES_MAX: usize = 16 * 1024;

/// Parts inside parts of a mail. Real ones nest four deep.
pub const MAIL_DEPTH_MAX: usize = 8;

/// Parts of one mail, those inside others counted.
pub const MAIL_PARTS_MAX: usize = 500;

/// The largest block of an archived record that is read; a longer one, a film say, is passed over.
pub const RECORD_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Records read from one archive: some ten times what crawlers put into a file of a gigabyte.
pub const RECORDS_MAX: u64 = 1_000_000;

/// Lines in the head of a record or of the answer in it. Servers send 10 to 40.
pub const RECORD_HEAD_LINES_MAX: usize = 1_000;

/// Bytes of the head of a record or of the answer in it.
pub const RECORD_HEAD_BYTES_MAX: usize = 256 * 1024;

/// Records of an archive that may say they are longer than they are. Each is read twice, so that more
/// of them would cost time; what they swallow then is lost.
pub const RECORD_REPAIRS_MAX: u32 = 100;

/// Unpacked bytes of one page in an archive: as much as of a page that is fetched.
pub const RECORD_BODY_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Bytes looked through for the next record after a damaged one, before the archive is given up.
pub const RECORD_SEARCH_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The largest file that is kept whole for a program outside: a PDF of scanned pages.
pub const PROGRAM_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The largest plain text that is one document.
pub const PLAIN_TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

const _: () = assert!(ZIP_RATIO_FROM_BYTES < ZIP_PART_BYTES_MAX);
const _: () = assert!(MAIL_HEAD_BYTES_MAX < MAIL_BYTES_MAX);
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
pub const FEED_DEPTH_MAX: usize = 64;

/// Links taken from one page. The largest front pages have a thousand.
pub const LINKS_MAX: usize = 5_000;

/// Feeds that one page names, and hubs and links of one header: more are a mistake.
pub const ANNOUNCED_MAX: usize = 50;

/// Bytes of one `Link:` header; a longer one is left alone.
pub const LINK_HEADER_BYTES_MAX: usize = 16 * 1024;

const _: () = assert!(500 * 1024 <= ROBOTS_BYTES_MAX);
const _: () = assert!(PICTURE_DOTS_MAX <= 4 * PICTURE_DOTS_KEPT);
const _: () = assert!(HEAD_BYTES <= LINE_BYTES_MAX);
