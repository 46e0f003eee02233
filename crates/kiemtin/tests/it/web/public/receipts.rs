//! Looking up what became of a tip.

use kiemtin::app::qr;
use kiemtin_core::case::DismissReason;
use kiemtin_core::lang::Localised;
use kiemtin_core::review::{Content, VersionClass};
use kiemtin_store::messages::UNPROCESSED_MS;

use crate::helper::desk::{PUBLIC_URL, TestDesk, query};
use crate::helper::reply::Reply;
use crate::helper::story::{Story, content};

const TEXT: &str = "Nghe nói mai cúp nước toàn thành phố";

async fn receipt_for(desk: &TestDesk, text: &str) -> String {
    let page = desk.post("/vi/tip", &[("text", text)]).await.is(200);
    page.between("<p class=\"receipt\"><code>", "</code>").to_owned()
}

#[tokio::test]
async fn a_receipt_leads_to_its_tip_however_it_is_typed() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    for typed in [words.clone(), words.to_uppercase(), words.replace(' ', "-\r\n")] {
        let page = desk.post("/vi/receipt", &[("words", &typed)]).await.is(200);
        let page = page.says("Tin của bạn đang chờ").says("chưa được xếp nhóm");
        page.says("09:00, 24/11/2026").hides(&words);
    }
    desk.post("/en/receipt", &[("words", &words)]).await.is(200).says("It is waiting");
}

#[tokio::test]
async fn a_receipt_is_never_taken_from_an_address() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    let path = query("/vi/receipt", "words", &words);
    desk.get(&path).await.is(200).hides("đang chờ").hides(&words).says("method=\"post\"");
}

#[tokio::test]
async fn wrong_words_are_named_by_their_position() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    let mut wrong: Vec<&str> = words.split(' ').collect();
    wrong[2] = "zzz<b>";
    let page = desk.post("/vi/receipt", &[("words", &wrong.join(" "))]).await.is(422);
    page.says("<title>Lỗi:").says("Biên nhận có tám từ; ở đây có 9 từ.").hides("zzz<b>");
    wrong[2] = "zzz";
    let page = desk.post("/vi/receipt", &[("words", &wrong.join(" "))]).await.is(422);
    page.says("Từ thứ 3 (“zzz”)").says("aria-invalid=\"true\"");
    desk.post("/en/receipt", &[("words", "baba")]).await.is(422).says("here is 1.");
    let nobodys = ["baba"; 8].join(" ");
    desk.post("/en/receipt", &[("words", &nobodys)]).await.is(422).says("no such receipt");
    desk.post("/en/receipt", &[]).await.is(422).says("here are 0.");
}

async fn look_up(desk: &TestDesk, lang: &str, words: &str) -> Reply {
    desk.post(&format!("/{lang}/receipt"), &[("words", words)]).await.is(200)
}

#[tokio::test]
async fn how_many_say_the_same_is_not_told_under_five() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    for _ in 0..3 {
        receipt_for(&desk, TEXT).await;
    }
    desk.sorts().await;
    look_up(&desk, "vi", &words).await.says("Dưới 5 tin gửi đến").hides("4 tin");
    look_up(&desk, "en", &words).await.says("Under 5 messages say the same");
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    for _ in 0..4 {
        receipt_for(&desk, TEXT).await;
    }
    desk.sorts().await;
    look_up(&desk, "vi", &words).await.says("5 tin gửi đến nói cùng một điều").hides("Dưới");
}

#[tokio::test]
async fn a_receipt_tells_that_the_claim_is_checked_then_its_answer_then_its_withdrawal() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    let group = desk.sorts().await[0];
    let claim = desk.cast.begins(&desk.app, &Story::lockdown()).await;
    desk.cast.ties(&desk.app, group, claim).await;
    look_up(&desk, "vi", &words).await.says("đang được kiểm chứng");

    let words = receipt_for(&desk, "Ăn tỏi sống là khỏi lo dịch bệnh gì luôn").await;
    let group = desk.sorts().await[0];
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.cast.ties(&desk.app, group, published.claim).await;
    let page = look_up(&desk, "en", &words).await.says("There is an answer").says(">False</span>");
    page.says("href=\"/en/c/1\"").says("no evidence that garlic");

    let withdrawn = Content {
        class: VersionClass::Retraction,
        reason: Localised::new("Nguồn chính đã tự rút lại.", ""),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, published, &withdrawn).await;
    let page = look_up(&desk, "vi", &words).await.says("Câu trả lời đã được rút lại");
    page.says("href=\"/vi/c/1\"").hides(">Sai</span>");
}

#[tokio::test]
async fn each_public_reason_is_explained_in_each_language() {
    let desk = TestDesk::new().await;
    for (n, reason) in DismissReason::ALL.into_iter().enumerate() {
        let words = receipt_for(&desk, &format!("Chuyện số {n} mà tôi nghe được hôm qua")).await;
        let group = desk.sorts().await[0];
        desk.cast.dismisses(&desk.app, group, reason).await;
        for (lang, title) in [("vi", "không được kiểm chứng"), ("en", "will not be checked")]
        {
            let page = look_up(&desk, lang, &words).await.says(title);
            let page = page.hides("outcome-reason").hides("outcome-why").hides("Unknown");
            let about = desk.get(&format!("/{lang}/policy/not-checked")).await;
            assert!(about.body.contains(page.between("<p><strong>", "</strong>")));
        }
    }
}

#[tokio::test]
async fn an_expired_tip_says_why_it_is_gone() {
    let desk = TestDesk::new().await;
    let words = receipt_for(&desk, TEXT).await;
    desk.clock.advance(UNPROCESSED_MS + 1);
    desk.app.store.erase_expired(desk.app.clock.now()).await.expect("erased");
    look_up(&desk, "vi", &words).await.says("Tin đã hết hạn").says("trong 30 ngày");
}

#[tokio::test]
async fn a_receipt_is_one_line_to_copy_and_a_slip_to_print() {
    let desk = TestDesk::new().await;
    for (lang, any_time) in [("vi", "một năm nữa"), ("en", "in a year")] {
        let page = desk.post(&format!("/{lang}/tip"), &[("text", TEXT)]).await.is(200);
        let words = page.between("<p class=\"receipt\"><code>", "</code>").to_owned();
        // Plain text for another telephone: in an address the words would stand in somebody's log.
        let code = qr::svg(&format!("{PUBLIC_URL}/receipt\n{words}")).expect("short enough");
        let slip = page.between("<section class=\"card tint slip\"", "</section>");
        assert!(slip.contains(&words) && slip.contains(&code), "{slip}");
        assert!(
            slip.contains(any_time) && slip.contains("https://desk.example/receipt<"),
            "{slip}"
        );
        let (before, after) =
            page.body.split_once("<section class=\"card tint slip\"").expect("it");
        assert!(before.contains("<h1 class=\"screen\">"), "paper has the slip alone");
        let (_, after) = after.split_once("</section>").expect("its end");
        assert!(after.trim_start().starts_with("<div class=\"screen\">"), "{after}");
    }
    let css = desk.get("/static/site.css").await.is(200);
    let (_, paper) = css.body.split_once("@media print").expect("a style for paper");
    assert!(paper.contains(".screen") && css.body.contains("user-select: all"));
}

#[tokio::test]
async fn the_address_on_a_receipt_speaks_the_readers_language() {
    let desk = TestDesk::new().await;
    for (asks, lang) in [("en-GB,vi;q=0.5", "en"), ("vi", "vi"), ("fr", "vi")] {
        let sent = desk.get_with("/receipt", &[("accept-language", asks)]).await.is(307);
        assert_eq!(sent.header("location"), format!("/{lang}/receipt"), "{asks}");
        assert_eq!(
            (sent.header("vary"), sent.header("cache-control")),
            ("accept-language", "no-store")
        );
    }
    desk.get("/vi/receipt").await.is(200).says("một năm nữa");
}
