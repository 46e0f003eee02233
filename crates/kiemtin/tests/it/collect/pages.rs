//! Texts of the test's own that its servers send.

/// An RSS feed of entries: identifier, headline, summary; each links to a page of its host.
pub(crate) fn rss(base: &str, entries: &[(&str, &str, &str)]) -> String {
    let item = |(id, title, text): &(&str, &str, &str)| {
        format!(
            "<item><guid>{base}/{id}</guid><link>{base}/{id}</link><title>{title}</title>\
             <author>viet@bao.example (Người Viết Bài)</author>\
             <description>{text}</description></item>"
        )
    };
    let items: String = entries.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Báo Ví Dụ</title>\
         <link>{base}/</link><description>Tin</description>{items}</channel></rss>"
    )
}

/// An article with a byline, a menu and related links around its text.
pub(crate) fn article(title: &str, text: &str) -> String {
    let paragraphs: String = text.split('\n').map(|it| format!("<p>{it}</p>")).collect();
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title} | Báo Ví \
         Dụ</title><meta property=\"article:published_time\" content=\"2026-11-23T08:00:00+07:00\">\
         </head><body><nav><a href=\"/\">Trang chủ</a> <a href=\"/thoi-su\">Thời sự</a></nav>\
         <article><h1>{title}</h1><p class=\"author\">Người Viết Bài</p>{paragraphs}</article>\
         <aside><h3>Tin liên quan</h3><a href=\"/khac.html\">Một tin khác hẳn</a></aside>\
         </body></html>"
    )
}

/// A text long enough to be told from a menu.
pub(crate) fn story(subject: &str) -> String {
    format!(
        "Sáng 23/11, {subject} được cơ quan chức năng thông báo rộng rãi tới người dân trong khu vực.\n\
         Theo thông báo, mọi hoạt động liên quan tới {subject} vẫn diễn ra như kế hoạch đã công bố \
         trước đó, không có thay đổi nào về thời gian cũng như địa điểm tổ chức.\n\
         Người dân cần thêm thông tin về {subject} có thể tới trụ sở trong giờ làm việc để được giải \
         đáp trực tiếp, hoặc xem văn bản đã được niêm yết công khai tại bảng tin."
    )
}
