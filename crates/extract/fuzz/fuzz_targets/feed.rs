//! RSS, Atom and JSON Feed, and what a feed says of itself.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(kiemtin_extract::feed(bytes));
    drop(kiemtin_extract::feed_head(bytes, url::Url::parse("https://bao.example/").ok().as_ref()));
});
