//! What the writer of a mail said in it, without what others said in former mails, and without the
//! signature. Marks are those that programs set, in English and Vietnamese.
//!
//! Who only passes a mail on says what stands in it: then the former mail is the text, without the
//! lines above it that say who wrote to whom.

/// The writer's own words.
pub(super) fn own(text: &str, is_flowed: bool) -> String {
    let joined;
    let text = if is_flowed {
        joined = joined_lines(text);
        joined.as_str()
    } else {
        text
    };
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (mut said, mut at): (Vec<&str>, usize) = (Vec::new(), 0);
    let mut is_silent = true;
    while at < lines.len() {
        let line = lines[at];
        match mark(&lines[at..]) {
            Mark::None if line.starts_with('>') => at += 1,
            Mark::None => {
                said.push(line);
                is_silent &= line.is_empty();
                at += 1;
            }
            Mark::Signature => {
                // A mail that was passed on may follow it.
                let rest = &lines[at + 1..];
                match rest.iter().position(|it| is_passed_on(it)) {
                    Some(n) => at += 1 + n,
                    None => break,
                }
            }
            // Below it stand quoted lines, or else all that follows is quoted.
            Mark::Wrote(n_lines) => {
                let rest = &lines[at + n_lines..];
                let next = rest.iter().find(|it| !it.trim().is_empty());
                if !is_silent && next.is_none_or(|it| !it.starts_with('>')) {
                    break;
                }
                at += n_lines;
            }
            Mark::Former if !is_silent => break,
            Mark::Former | Mark::PassedOn => {
                if said.last().is_some_and(|it| !it.is_empty()) {
                    said.push("");
                }
                at += 1 + n_of_head(&lines[at + 1..]);
            }
        }
    }
    let end = said.len() - n_of_ending(&said);
    said[..end].join("\n").trim().to_owned()
}

enum Mark {
    None,
    /// What follows is who the writer is.
    Signature,
    /// "On … somebody wrote:", over so many lines.
    Wrote(usize),
    /// A former mail follows, that was answered.
    Former,
    /// A mail follows that was passed on.
    PassedOn,
}

fn mark(lines: &[&str]) -> Mark {
    let line = lines[0].trim();
    if matches!(line, "--" | "—") {
        return Mark::Signature;
    }
    if is_passed_on(line) {
        return Mark::PassedOn;
    }
    let lower = line.to_lowercase();
    const FORMER: [&str; 4] = ["original message", "tin nhắn gốc", "thư gốc", "tin gốc"];
    let is_ruled = lower.starts_with("---") && FORMER.iter().any(|it| lower.contains(it));
    if is_ruled || is_head_of_former(lines) {
        return Mark::Former;
    }
    for n_lines in 1..=lines.len().min(3) {
        if is_wrote(&lines[..n_lines].join(" ")) {
            return Mark::Wrote(n_lines);
        }
    }
    Mark::None
}

fn is_passed_on(line: &str) -> bool {
    const PASSED_ON: [&str; 5] = [
        "forwarded message",
        "tin nhắn đã chuyển tiếp",
        "thư đã chuyển tiếp",
        "thư được chuyển tiếp",
        "tin nhắn được chuyển tiếp",
    ];
    let line = line.trim();
    let lower = line.to_lowercase();
    let is_ruled = line.starts_with("---") || line.starts_with("Begin ") || line.ends_with(':');
    is_ruled && line.len() < 120 && PASSED_ON.iter().any(|it| lower.contains(it))
}

/// "On Mon, 1 Nov 2026 at 10:00, … wrote:" and the like.
fn is_wrote(line: &str) -> bool {
    let line = line.trim();
    let begins = ["On ", "Vào ", "Lúc ", "Ngày ", "Le "].iter().any(|it| line.starts_with(it));
    let ends = ["wrote:", "viết:", "a écrit :"].iter().any(|it| line.ends_with(it));
    begins && ends && line.len() < 400 && line.contains(|it: char| it.is_ascii_digit())
}

/// Names of the lines above a former mail.
const HEAD_NAMES: [&str; 26] = [
    "from",
    "sent",
    "date",
    "to",
    "cc",
    "bcc",
    "subject",
    "reply-to",
    "importance",
    "attachments",
    "từ",
    "người gửi",
    "gửi",
    "đã gửi",
    "ngày gửi",
    "ngày",
    "thời gian",
    "tới",
    "đến",
    "người nhận",
    "gửi tới",
    "gửi đến",
    "chủ đề",
    "tiêu đề",
    "v/v",
    "đính kèm",
];

/// `*From:* somebody`: a line above a former mail, by its name.
fn head_name(line: &str) -> Option<String> {
    let (name, _) = line.trim().trim_start_matches(['*', '>', ' ']).split_once(':')?;
    let name = name.trim_matches(['*', ' ']).to_lowercase();
    HEAD_NAMES.contains(&name.as_str()).then_some(name)
}

/// Whether several such lines begin here, the first of them with who wrote it.
fn is_head_of_former(lines: &[&str]) -> bool {
    let first = head_name(lines[0]);
    let is_first = matches!(first.as_deref(), Some("from" | "từ" | "người gửi"));
    is_first && lines.iter().skip(1).take(6).filter(|it| head_name(it).is_some()).count() >= 2
}

/// How many lines say who wrote to whom, before what was written.
fn n_of_head(lines: &[&str]) -> usize {
    const LINES_MAX: usize = 40;
    let (mut n, mut is_head) = (0, false);
    for (index, line) in lines.iter().take(LINES_MAX).enumerate() {
        let is_field = head_name(line).is_some();
        // Long lists of recipients go on in the next line.
        let goes_on = is_head && (line.starts_with([' ', '\t']) || line.contains('@'));
        if line.trim().is_empty() && is_head {
            return index + 1;
        }
        if !is_field && !goes_on && !line.trim().is_empty() {
            break;
        }
        is_head |= is_field;
        n = index + 1;
    }
    n
}

/// How many lines at the end are a farewell with a name below it, or what a telephone adds.
fn n_of_ending(lines: &[&str]) -> usize {
    const LINES_MAX: usize = 10;
    const NAME_CHARS_MAX: usize = 80;
    const FAREWELLS: [&str; 14] = [
        "trân trọng",
        "trân trọng cảm ơn",
        "trân trọng kính chào",
        "kính thư",
        "thân mến",
        "thân ái",
        "xin cảm ơn",
        "best regards",
        "kind regards",
        "regards",
        "sincerely",
        "yours sincerely",
        "best",
        "thanks and best regards",
    ];
    const OF_TELEPHONES: [&str; 5] =
        ["sent from my ", "gửi từ ", "được gửi từ ", "đã gửi từ ", "get outlook for "];
    let first = lines.len().saturating_sub(LINES_MAX);
    for (index, line) in lines.iter().enumerate().skip(first) {
        let lower = line.trim().to_lowercase();
        let bare = lower.trim_end_matches([',', '.', '!', ';', ' ']);
        let are_short = lines[index..].iter().all(|it| it.chars().count() <= NAME_CHARS_MAX);
        let is_telephone = OF_TELEPHONES.iter().any(|it| lower.starts_with(it));
        if are_short && (is_telephone || FAREWELLS.contains(&bare)) {
            return lines.len() - index;
        }
    }
    0
}

/// Lines that a program broke, put together again (RFC 3676, 4.2): a space at the end says so.
fn joined_lines(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for line in text.lines() {
        // A space before what would look like a quotation.
        let line = line.strip_prefix(' ').unwrap_or(line);
        res.push_str(line);
        let goes_on = line.ends_with(' ') && line != "-- " && !line.starts_with('>');
        if !goes_on {
            res.push('\n');
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::own;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(own(text, false), expected, "{text}");
    }

    #[test]
    fn what_others_said_before_is_left_out() {
        check(
            "Tôi không tin.\n\nVào 8:00, Th 2, 2 thg 11, 2026 A <a@b.example> đã viết:\n> Nước có độc\n",
            "Tôi không tin.",
        );
        check(
            "On Mon, 2 Nov 2026 at 08:00, A\n<a@b.example> wrote:\n> it is\n\nIt is not.",
            "It is not.",
        );
        check("No.\n\nOn Mon, 2 Nov 2026, A wrote:\nit is closed", "No.");
        check("No.\n-----Original Message-----\nFrom: A\nit is", "No.");
        check("Không.\n\nTừ: A\nĐã gửi: 1/11/2026\nTới: B\nChủ đề: x\n\nCó", "Không.");
        check("Vào mùa mưa, báo đã viết nhiều.", "Vào mùa mưa, báo đã viết nhiều.");
        check("From: here to there the road is closed", "From: here to there the road is closed");
    }

    #[test]
    fn a_mail_that_is_only_passed_on_is_what_was_said() {
        let passed = "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: x\n\
                      Subject: y\nTo: B <b@b.example>,\n C <c@b.example>\n\nMai cúp nước.";
        check(passed, "Mai cúp nước.");
        check(&format!("Có thật không?\n\n{passed}"), "Có thật không?\n\nMai cúp nước.");
        check(&format!("Có thật không?\n-- \nA\n{passed}"), "Có thật không?\n\nMai cúp nước.");
        check("*From:* A\n*Sent:* x\n*To:* B\n*Subject:* y\n\nMai cúp nước.", "Mai cúp nước.");
    }

    #[test]
    fn signatures_and_farewells_are_left_out() {
        check("Nước có độc.\n-- \nA\n0912", "Nước có độc.");
        check("Nước có độc.\n\nTrân trọng,\nA B\nPhòng C", "Nước có độc.");
        check("Nước có độc.\n\nĐược gửi từ iPhone của tôi", "Nước có độc.");
        check("Trân trọng là một đức tính.\nHết.", "Trân trọng là một đức tính.\nHết.");
    }

    #[test]
    fn lines_that_a_program_broke_are_put_together() {
        assert_eq!(own("Một câu \ndài \nthế.\nHai\n-- \nA", true), "Một câu dài thế.\nHai");
    }
}
