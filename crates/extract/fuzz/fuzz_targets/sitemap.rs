//! Sitemaps, indexes and lists of addresses.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(kiemtin_extract::sitemap(bytes));
});
