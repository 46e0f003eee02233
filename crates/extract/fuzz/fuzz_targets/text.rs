//! Encodings, damaged ones too, and sentences.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (text, _) = kiemtin_extract::plain_text(bytes, None);
    let sentences = kiemtin_core::text::sentence::sentences(&text);
    assert!(sentences.iter().map(|it| it.len()).sum::<usize>() <= text.len());
});
