//! Files that are imported, as each kind of item.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    use kiemtin_extract::Kind;
    for kind in [None, Some(Kind::Messages), Some(Kind::Claims), Some(Kind::Reviews)] {
        for item in kiemtin_extract::read(bytes, kind).take(10_000) {
            drop(item);
        }
    }
});
