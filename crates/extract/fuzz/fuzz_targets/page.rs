//! A web page: any bytes, with and without a declared encoding.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = kiemtin_extract::page(bytes, None, Some("https://bao.example/tin"));
    assert!(page.text.len() <= bytes.len() * 8 + 4096);
    drop(kiemtin_extract::page(bytes, Some("windows-1258"), None));
});
