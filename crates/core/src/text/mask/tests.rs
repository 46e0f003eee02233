//! Facts about masking, a row each; the generated set is in `tests/masking.rs`.

use super::*;

#[track_caller]
fn check(input: &str, expected: &str) {
    assert_eq!(mask(input, Lang::Vi).text, expected, "input: {input:?}");
}

#[track_caller]
fn check_stays(input: &str) {
    check(input, input);
}

#[test]
fn telephone_numbers_go_and_the_sentence_stays() {
    check("Gọi 0912345678 ngay 3/11/2026", "Gọi [số điện thoại] ngay 3/11/2026");
    check("ĐT (+84) 912-345-678.", "ĐT [số điện thoại].");
    check("0912.345.678 giá 1.500.000 ₫", "[số điện thoại] giá 1.500.000 ₫");
    check("lúc 8:30 15/10/2026 gọi 024 3825 5599", "lúc 8:30 15/10/2026 gọi [số điện thoại]");
    check("+1 (415) 555-2671", "[số điện thoại]");
    check("0912\n345678", "[số điện thoại]");
    check("sđt: 912345678", "sđt: [số điện thoại]");
}

#[test]
fn evasions_do_not_help() {
    check("không chín một hai ba bốn năm sáu bảy tám nhé", "[số điện thoại] nhé");
    check("khong chin mot hai ba bon nam sau bay tam nhe", "[số điện thoại] nhe");
    check("zero nine one two three four five six seven eight", "[số điện thoại]");
    check("０９１２３４５６７８", "[số điện thoại]");
    check("0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "[số điện thoại]");
    check("09\u{200b}12\u{202e}345678 a", "[số điện thoại] a");
    check("O9l2 345 67 8", "[số điện thoại]");
    check("٠٩١٢٣٤٥٦٧٨", "[số điện thoại]");
    check("a.b (at) gmail (dot) com", "[địa chỉ email]");
    check("nguyen a còng gmail chấm com", "[địa chỉ email]");
    check("thư nguyen＠gmail.com.", "thư [địa chỉ email].");
}

#[test]
fn other_kinds_are_named() {
    check("STK 0123456789 Vietcombank", "STK [số tài khoản] Vietcombank");
    check(
        "chuyển 500.000đ vào số tài khoản 1903 4567 8910 11",
        "chuyển 500.000đ vào số tài khoản [số tài khoản]",
    );
    check("CCCD 001200012345", "CCCD [số định danh]");
    check("CMND: 012345678", "CMND: [số định danh]");
    check("thẻ 4111 1111 1111 1111", "thẻ [số thẻ]");
    check("MST 0101234567-001", "MST [mã số thuế]");
    check("xe 30F-123.45 chạy", "xe [biển số xe] chạy");
    check("hộ chiếu C1234567", "hộ chiếu [số hộ chiếu]");
    check("thẻ GD4010012345678", "thẻ [số bảo hiểm]");
    check("https://www.facebook.com/nguyen.van.a?x=1 nói", "[trang cá nhân] nói");
    check("xem fb chấm com xuyệt nguyenvana", "xem [trang cá nhân]");
    check("nói rồi…@nguyenvana", "nói rồi…[tên tài khoản]");
    check("theo @nguyenvana nói", "theo [tên tài khoản] nói");
    check("zalo: nguyen_van_a, nick: bupbe99", "zalo: [tên tài khoản], nick: [tên tài khoản]");
}

#[test]
fn what_only_looks_like_it_stays() {
    check_stays("Từ 05-07/11/2026 có 1.234.567 ca, 12,5%, tỉ số 0-3, 2-1, 1-1, 0-0");
    check_stays("07:30-11:30 13:30-17:00 ngày 05.12.2025 08.12.2025");
    check_stays("Nghị định 15/2020/NĐ-CP, gọi 113, 1022, 19009095, 1900 3228, 1800 1119");
    check_stays("https://tuoitre.vn/tin-20260103093012345.htm và vnexpress.net/a-4756123.html");
    check_stays("doi:10.1016/j.vaccine.2020.0912345678 ISBN 978-604-2-12345-6, 9780306406157");
    check_stays("2.500.000.000 đồng; 84.912.345.678 đồng; 1500000000 đồng; $1,500,000");
    check_stays("21.0285, 105.8542; QL1A; H5N1; COVID-19; 2,4-D; năm 2025, 2026, 2027");
    check_stays("một hai ba bốn năm sáu bảy tám chín");
    check_stays("Giá @50k, xem facebook.com và youtube.com/watch?v=abc123456789");
    check_stays("Facebook: Tin giả lan truyền. meet at example.com");
    check_stays("3.14159265358979");
}

#[test]
fn nothing_personal_comes_back_byte_for_byte() {
    for text in ["", " ", "\u{200b}", "a\u{300}\r\n\tb\0", "[số điện thoại] 912345678"] {
        check_stays(text);
    }
}

#[test]
fn found_is_in_order_of_appearance() {
    let masked = mask("a@b.vn 0912345678 @abc 30F-123.45", Lang::En);
    assert_eq!(masked.text, "[e-mail address] [phone number] [account name] [number plate]");
    use PersonalData::{Email, Handle, Phone, Plate};
    assert_eq!(masked.found, [Email, Phone, Handle, Plate]);
}

#[test]
fn names_are_counted_and_never_cut() {
    check_stays("Ông Nguyễn Văn A và bà Trần Thị Bích nói");
    assert_eq!(name_candidates("Ông Nguyễn Văn A và bà Trần Thị Bích nói"), 2);
    assert_eq!(name_candidates("anh em ở Hà Nội"), 0);
}
