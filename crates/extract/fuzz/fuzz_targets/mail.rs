//! Mails and mailboxes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(kiemtin_extract::mail(bytes));
    for posted in kiemtin_extract::Mailbox::new(bytes).take(1_000) {
        drop(posted);
    }
});
