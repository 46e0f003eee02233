//! DOCX and ODT.

use std::io::Write as _;

use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use kiemtin_extract::limits::{DOCUMENT_TEXT_BYTES_MAX, ZIP_ENTRIES_MAX, ZIP_RATIO_MAX};
use kiemtin_extract::{Document, Problem, docx, odt};
use zip::CompressionMethod;

use super::{damaged, only, zipped, zipped_as};

const CORE: &str = "<?xml version='1.0' encoding='UTF-8'?><cp:coreProperties xmlns:cp='c' \
    xmlns:dc='d' xmlns:dcterms='t'><dc:title>Thông báo về nước máy</dc:title>\
    <dc:creator>NGUYEN-VAN-VIET</dc:creator><cp:lastModifiedBy>TRAN-THI-SUA</cp:lastModifiedBy>\
    <dcterms:created>2026-10-30T03:00:00Z</dcterms:created>\
    <dcterms:modified>2026-11-01T03:00:00Z</dcterms:modified></cp:coreProperties>";

/// A document with this body.
fn word(body: &str) -> Vec<u8> {
    word_with(body, &[])
}

fn word_with(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document =
        format!("<w:document xmlns:w='w' xmlns:mc='m'><w:body>{body}</w:body></w:document>");
    let parts = [
        ("[Content_Types].xml", b"<Types/>".as_slice()),
        ("word/document.xml", document.as_bytes()),
        ("docProps/core.xml", CORE.as_bytes()),
    ];
    zipped(&[&parts, more].concat())
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>")
}

#[track_caller]
fn check_word(body: &str, expected: &str) {
    let found = docx(&word(body));
    assert_eq!(found.text, expected, "{body}");
    assert_eq!(found.problems, [], "{body}");
}

#[test]
fn a_word_document_is_read_with_its_lists_tables_and_notes() {
    let body = [
        p("Thông báo về nước máy"),
        p("Nước máy &amp; nước giếng an toàn."),
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/></w:numPr></w:pPr><w:r><w:t>Đun </w:t></w:r>\
         <w:r><w:t>sôi</w:t><w:br/><w:t>kỹ</w:t></w:r></w:p>"
            .to_owned(),
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Để&#160;nguội</w:t><w:footnoteReference w:id='2'/></w:r></w:p>".to_owned(),
        format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc><w:tc>{}{}</w:tc></w:tr></w:tbl>", p("Quận"), p("Mẫu"), p("3"), p("12"), p("đạt")),
        p("Hết"),
    ];
    let notes = "<w:footnotes xmlns:w='w'><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>___</w:t></w:r></w:p></w:footnote>\
        <w:footnote w:id='2'><w:p><w:r><w:t>Theo mẫu ngày 1/11.</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let comments = "<w:comments xmlns:w='w'><w:comment w:author='LE-VAN-GOP'><w:p><w:r><w:t>SUA LAI</w:t></w:r></w:p></w:comment></w:comments>";
    let more: [(&str, &[u8]); 2] =
        [("word/footnotes.xml", notes.as_bytes()), ("word/comments.xml", comments.as_bytes())];
    let file = word_with(&body.concat(), &more);
    let found = only(&file);
    assert_eq!(found, docx(&file));
    let expected = "Nước máy & nước giếng an toàn.\n\n- Đun sôi\nkỹ\n- Để nguội\nQuận | Mẫu\n\
        3 | 12 đạt\n\nHết\n\nTheo mẫu ngày 1/11.";
    assert_eq!(found.text, expected);
    assert_eq!(found.title.as_deref(), Some("Thông báo về nước máy"));
    assert_eq!(found.published, Timestamp::parse("2026-10-30T03:00:00Z"));
    assert_eq!(found.problems, []);
    damaged(&file, &["NGUYEN-VAN-VIET", "TRAN-THI-SUA", "LE-VAN-GOP", "SUA LAI"]);
}

#[test]
fn struck_out_hidden_and_personal_text_is_left_out() {
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let field = |asked: &str, answer: &str| {
        let mark = |it: &str| format!("<w:r><w:fldChar w:fldCharType='{it}'/></w:r>");
        let ask = format!("<w:r><w:instrText> {asked} </w:instrText></w:r>");
        [mark("begin"), ask, mark("separate"), run(answer), mark("end")].concat()
    };
    check_word(
        &format!(
            "<w:p><w:ins w:author='A'>{}</w:ins><w:del w:author='B'><w:r><w:delText>không</w:delText></w:r>{}</w:del>{}</w:p>",
            run("Nước "),
            run("rất "),
            run("sạch")
        ),
        "Nước sạch",
    );
    check_word(
        &format!(
            "<w:p>{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>hiện</w:t></w:r></w:p>",
            run("a ")
        ),
        "a hiện",
    );
    check_word(
        &format!(
            "<w:p>{}{}{}</w:p>",
            run("Do "),
            field("AUTHOR \\* MERGEFORMAT", "NGUYEN"),
            field("DATE", "1/11")
        ),
        "Do 1/11",
    );
    check_word(
        &format!(
            "<w:p><w:fldSimple w:instr=' LASTSAVEDBY '>{}</w:fldSimple>{}</w:p>",
            run("X"),
            run("y")
        ),
        "y",
    );
    // A box of text stands there twice, for programs of two ages.
    let boxed = format!("<w:txbxContent>{}</w:txbxContent>", p("Trong hộp"));
    check_word(
        &format!(
            "<w:p>{}<w:r><mc:AlternateContent><mc:Choice>{boxed}</mc:Choice><mc:Fallback>{boxed}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
            run("Ngoài")
        ),
        "Trong hộp\n\nNgoài",
    );
}

#[test]
fn the_title_is_what_is_set_as_title() {
    let styled = |style: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:rPr><w:lang w:val='vi-VN'/></w:rPr><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let found = docx(&word(&[styled("Title", "Tin đồn nước máy"), p("Không đúng.")].concat()));
    assert_eq!(found.title.as_deref(), Some("Tin đồn nước máy"));
    assert_eq!(found.text, "Không đúng.");
    assert_eq!(found.lang, Some(Lang::Vi));
    // Word in another language calls the style something else.
    let styles = b"<w:styles xmlns:w='w'><w:style w:styleId='Tiu'><w:name w:val='Title'/></w:style></w:styles>";
    let body = [styled("Tiu", "Tin khác"), p("Không đúng.")].concat();
    let found = docx(&word_with(&body, &[("word/styles.xml", styles)]));
    assert_eq!(found.title.as_deref(), Some("Tin khác"));
}

/// An ODT file with this body.
fn open_document(body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b' xmlns:dc='d' \
         xmlns:draw='w' xmlns:svg='s'><office:body><office:text>{body}</office:text></office:body>\
         </office:document-content>"
    );
    let meta = "<office:document-meta xmlns:office='o' xmlns:meta='m' xmlns:dc='d'><office:meta>\
        <dc:title>Về nước máy</dc:title><meta:initial-creator>NGUYEN-VAN-VIET</meta:initial-creator>\
        <dc:creator>TRAN-THI-SUA</dc:creator><dc:date>2026-11-02T08:00:00.000000000</dc:date>\
        <meta:creation-date>2026-11-01T08:00:00.123456789</meta:creation-date>\
        <dc:language>vi-VN</dc:language></office:meta></office:document-meta>";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("meta.xml", meta.as_bytes()),
    ])
}

#[test]
fn an_open_document_is_read_without_what_was_changed_and_by_whom() {
    let file = open_document(
        "<text:tracked-changes><text:changed-region><text:deletion><dc:creator>LE-VAN-GOP</dc:creator>\
         <text:p>đã xoá</text:p></text:deletion></text:changed-region></text:tracked-changes>\
         <text:h text:outline-level='1'>Nước máy an toàn</text:h>\
         <text:p>Nước<text:s text:c='2'/>máy\nsạch<text:note><text:note-citation>1</text:note-citation>\
         <text:note-body><text:p>Theo mẫu.</text:p></text:note-body></text:note>.</text:p>\
         <text:list><text:list-item><text:p>Đun sôi</text:p></text:list-item>\
         <text:list-item><text:p>Để nguội</text:p></text:list-item></text:list>\
         <text:p>Do <text:author-name>LE-VAN-GOP</text:author-name><text:sender-lastname>GOP</text:sender-lastname>\
         <office:annotation><dc:creator>LE-VAN-GOP</dc:creator><text:p>sửa</text:p></office:annotation> đăng</text:p>\
         <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
         <table:table-cell table:number-columns-repeated='1000000'><text:p>b</text:p></table:table-cell></table:table-row></table:table>\
         <text:p><draw:frame><svg:desc>mô tả</svg:desc></draw:frame>cuối</text:p>",
    );
    let found = only(&file);
    assert_eq!(found, odt(&file));
    assert_eq!(
        found.text,
        "Nước máy an toàn\n\nNước máy sạch.\n\n- Đun sôi\n- Để nguội\n\nDo đăng\n\na | b\n\ncuối\n\nTheo mẫu."
    );
    assert_eq!(found.title.as_deref(), Some("Về nước máy"));
    assert_eq!(found.lang, Some(Lang::Vi));
    assert_eq!(found.published, Timestamp::parse("2026-11-01T08:00:00+07:00"));
    assert_eq!(found.problems, []);
    damaged(&file, &["NGUYEN-VAN-VIET", "TRAN-THI-SUA", "LE-VAN-GOP"]);
}

#[test]
fn entities_are_never_expanded_or_fetched() {
    let lol = (1..=9).fold("<!ENTITY l0 'ha'>".to_owned(), |it, n| {
        it + &format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10))
    });
    let hostile = format!(
        "<?xml version='1.0'?><!DOCTYPE w [{lol}<!ENTITY f SYSTEM 'file:///etc/passwd'>\
         <!ENTITY % p SYSTEM 'http://127.0.0.1/x.dtd'>%p;]><w:document xmlns:w='w'><w:body><w:p>\
         <w:r><w:t>a&l9;b&f;c&lt;</w:t></w:r></w:p></w:body></w:document>"
    );
    let found = docx(&zipped(&[("word/document.xml", hostile.as_bytes())]));
    assert_eq!(found.text, "abc<");
    let hostile = hostile.replace("w:p", "text:p").replace("w:t", "text:span");
    let found = odt(&zipped(&[("content.xml", hostile.as_bytes())]));
    assert_eq!(found.text, "abc<");
}

#[track_caller]
fn refused(found: &Document, expected: &str) {
    assert_eq!(found.text, "", "{found:?}");
    let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains(expected), "{told:?}");
}

#[test]
fn bombs_and_crowds_are_refused() {
    let zeros = vec![b' '; 30 * 1024 * 1024];
    let bomb = zipped(&[("word/document.xml", &zeros)]);
    assert!(bomb.len() < 100_000);
    refused(&docx(&bomb), &format!("unpacks to more than {ZIP_RATIO_MAX} times its size"));
    refused(&odt(&zipped(&[("content.xml", &zeros)])), "as an attack does");
    let names: Vec<String> = (0..10_000).map(|it| format!("word/{it}.xml")).collect();
    let mut crowd: Vec<(&str, &[u8])> =
        names.iter().map(|it| (it.as_str(), b"".as_slice())).collect();
    let body = p("a");
    crowd.push(("word/document.xml", body.as_bytes()));
    refused(&docx(&zipped(&crowd)), &format!("only the first {ZIP_ENTRIES_MAX} were taken"));
    // Deep nesting stops at the limit; what came before is read.
    let deep = [p("trước"), "<w:sdt>".repeat(100_000)].concat();
    let found = docx(&word(&deep));
    assert_eq!(found.text, "trước");
    assert!(matches!(found.problems[..], [Problem::PartDamaged { .. }]), "{:?}", found.problems);
    let long = p(&"nước máy ".repeat(1_000_000));
    let found =
        docx(&zipped_as(&[("word/document.xml", long.as_bytes())], CompressionMethod::Stored));
    assert!(found.problems.contains(&Problem::TextCut { max: DOCUMENT_TEXT_BYTES_MAX }));
}

#[test]
fn names_that_lead_elsewhere_are_only_names() {
    let body = format!("<w:document xmlns:w='w'>{}</w:document>", p("an toàn"));
    let file = zipped(&[
        ("../../etc/passwd", b"x"),
        ("/word/document.xml", b"x"),
        ("word/../../document.xml", b"x"),
        ("word/document.xml", body.as_bytes()),
    ]);
    assert_eq!(only(&file).text, "an toàn");
}

#[test]
fn what_cannot_be_read_is_told_with_what_to_do() {
    let old = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600]].concat();
    refused(
        &only(&old),
        "an old office document (doc, xls), which cannot be imported; open it and save it as .docx",
    );
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&only(&[old, locked].concat()), "locked with a password");
    let manifest = b"<manifest:encryption-data/>".as_slice();
    let mime = b"application/vnd.oasis.opendocument.text".as_slice();
    refused(
        &only(&zipped(&[
            ("mimetype", mime),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", b"x"),
        ])),
        "locked",
    );
    refused(&only(&zipped(&[("a.txt", b"a")])), "unpack it");
    let file = word(&p("a"));
    refused(&only(&file[..file.len() - 30]), "is damaged");
    refused(&docx(b""), "is damaged");
    refused(&odt(b"nonsense"), "is damaged");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&file).unwrap();
    assert_eq!(only(&packed.finish().unwrap()).text, "a", "a packed document");
}
