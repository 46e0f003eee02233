//! What an address turned out to be.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(url) = url::Url::parse("https://bao.example/thoi-su") {
        drop(kiemtin_extract::discover(bytes, None, &url));
        let links = kiemtin_extract::links(bytes, None, &url);
        drop(kiemtin_extract::guess(&links, &url));
    }
});
