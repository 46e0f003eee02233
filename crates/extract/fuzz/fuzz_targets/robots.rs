//! robots.txt, and asking it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let robots = kiemtin_extract::Robots::parse(bytes, "KiemTin");
    if let Ok(url) = url::Url::parse("https://bao.example/a/b?c=d") {
        robots.allows(&url);
    }
});
