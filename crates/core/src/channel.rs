//! Classes of channel: where texts go round, never who said them. A fixed list in both languages;
//! a word that is not on it could be somebody's name and is not kept (DESIGN section 2.1).

/// Where a text may have been seen: the word in a form and the class of channel that is kept.
pub const CHANNELS: [(&str, &str); 9] = [
    ("facebook", "Facebook posts"),
    ("zalo", "Zalo groups"),
    ("tiktok", "TikTok videos"),
    ("youtube", "YouTube videos"),
    ("telegram", "Telegram groups"),
    ("website", "websites"),
    ("sms", "SMS"),
    ("phone", "phone calls"),
    ("spoken", "word of mouth"),
];

/// The class of channel behind the word in a form.
pub fn of_form(code: &str) -> Option<&'static str> {
    CHANNELS.iter().find(|(it, _)| *it == code).map(|(_, it)| *it)
}

/// Platforms, with one of the kinds below or alone.
const PLATFORMS: [&str; 18] = [
    "Facebook",
    "Zalo",
    "TikTok",
    "YouTube",
    "Telegram",
    "WhatsApp",
    "Messenger",
    "Viber",
    "Instagram",
    "Threads",
    "Twitter",
    "X",
    "Reddit",
    "LinkedIn",
    "LINE",
    "WeChat",
    "Weibo",
    "Discord",
];
/// What stands after a platform in English.
const KINDS_EN: [&str; 20] = [
    "posts", "post", "groups", "group", "messages", "message", "videos", "video", "comments",
    "comment", "channels", "channel", "chats", "chat", "pages", "page", "stories", "reels",
    "shorts", "calls",
];
/// What stands before a platform in Vietnamese.
const KINDS_VI: [&str; 14] = [
    "bài đăng",
    "bài viết",
    "bài",
    "nhóm",
    "tin nhắn",
    "tin",
    "video",
    "clip",
    "bình luận",
    "kênh",
    "trang",
    "hội nhóm",
    "cuộc gọi",
    "nhóm chat",
];
/// Channels without a platform.
const OTHERS: [&str; 56] = [
    "SMS",
    "text messages",
    "messages",
    "phone calls",
    "phone call",
    "phone",
    "hotline",
    "e-mail",
    "e-mails",
    "email",
    "emails",
    "letters",
    "leaflets",
    "notice boards",
    "loudspeakers",
    "screenshots",
    "pictures",
    "websites",
    "website",
    "web pages",
    "forums",
    "blogs",
    "search",
    "social media",
    "newspapers",
    "radio",
    "television",
    "TV",
    "podcasts",
    "word of mouth",
    "in person",
    "counter",
    "chat apps",
    "other",
    "tin nhắn",
    "tin nhắn SMS",
    "điện thoại",
    "cuộc gọi",
    "cuộc gọi điện thoại",
    "đường dây nóng",
    "thư điện tử",
    "thư",
    "tờ rơi",
    "bảng tin",
    "loa phường",
    "ảnh chụp màn hình",
    "hình ảnh",
    "trang web",
    "diễn đàn",
    "mạng xã hội",
    "báo giấy",
    "đài phát thanh",
    "truyền hình",
    "truyền miệng",
    "trực tiếp",
    "khác",
];

/// Where a claim goes round, as a member chooses it; never who said it.
pub const OUTLETS: [&str; 8] =
    ["facebook", "zalo", "tiktok", "youtube", "sms", "messaging", "leaflet", "word_of_mouth"];

/// Whether a claim may be said to go round here: one of the choices, or a class of channel. The store
/// takes nothing else, so that no claim is ever attributed to a person.
pub fn is_outlet(text: &str) -> bool {
    OUTLETS.contains(&text) || class(text).is_some()
}

/// The class of channel that a text names, spelled as on the list; `None` for anything else.
pub fn class(text: &str) -> Option<String> {
    let low = text.to_lowercase();
    if let Some(it) = OTHERS.iter().find(|it| it.to_lowercase() == low) {
        return Some((*it).to_owned());
    }
    PLATFORMS.iter().find_map(|platform| {
        let name = platform.to_lowercase();
        if low == name {
            return Some((*platform).to_owned());
        }
        let after = low.strip_prefix(&name).and_then(|it| it.strip_prefix(' '));
        let before = low.strip_suffix(&name).and_then(|it| it.strip_suffix(' '));
        let english = after.and_then(|it| KINDS_EN.iter().find(|kind| **kind == it));
        let vietnamese = before.and_then(|it| KINDS_VI.iter().find(|kind| **kind == it));
        let english = english.map(|kind| format!("{platform} {kind}"));
        english.or_else(|| vietnamese.map(|kind| format!("{kind} {platform}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_channel_is_one_of_the_list_in_either_language() {
        for (text, expected) in [
            ("Facebook posts", "Facebook posts"),
            ("zalo groups", "Zalo groups"),
            ("Nhóm Zalo", "nhóm Zalo"),
            ("bài đăng facebook", "bài đăng Facebook"),
            ("TIKTOK", "TikTok"),
            ("sms", "SMS"),
            ("Truyền miệng", "truyền miệng"),
            ("notice boards", "notice boards"),
        ] {
            assert_eq!(class(text).as_deref(), Some(expected), "{text}");
            assert!(is_outlet(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_no_class_of_channel() {
        for text in
            ["Lan", "Nguyễn Văn An", "Facebook Lan", "nhóm của chị Hoa", "Zalo Hoa groups", ""]
        {
            assert_eq!(class(text), None, "{text}");
            assert!(!is_outlet(text), "{text}");
        }
    }
}
