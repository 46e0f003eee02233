//! Answers of searches, and Link headers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(kiemtin_extract::claims_search(bytes));
    drop(kiemtin_extract::link_header(&String::from_utf8_lossy(bytes)));
});
