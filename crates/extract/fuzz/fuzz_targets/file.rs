//! A file of any kind: office documents, mails, mailboxes, archives, gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for piece in kiemtin_extract::documents(std::io::Cursor::new(bytes)).take(1_000) {
        drop(piece);
    }
});
