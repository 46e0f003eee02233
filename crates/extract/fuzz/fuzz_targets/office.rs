//! Word processors.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(kiemtin_extract::docx(bytes));
    drop(kiemtin_extract::odt(bytes));
});
