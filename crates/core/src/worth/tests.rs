//! What is proposed and what is not, on sentences written for these tests.

use super::*;

/// Plain criticisms and opinions, of whomever.
const CRITICISMS: &[(Lang, &str)] = &[
    (Lang::En, "The mayor is useless and should resign."),
    (Lang::En, "This government does not care about people like us."),
    (Lang::En, "The minister was arrogant in that interview."),
    (Lang::En, "I think the president is out of touch."),
    (Lang::En, "The prime minister deserves better advisers."),
    (Lang::En, "What a pathetic speech by the governor!"),
    (Lang::En, "The police were rude to everybody in our street."),
    (Lang::En, "City hall is slow and the forms are ridiculous."),
    (Lang::En, "The ministry's answer was shameful."),
    (Lang::En, "Parliament is a circus and its members are clowns."),
    (Lang::En, "I do not trust the health department any more."),
    (Lang::En, "The hospital staff are heartless and the rooms are ugly."),
    (Lang::En, "This law is unfair and stupid."),
    (Lang::En, "The new tax is a terrible idea."),
    (Lang::En, "The council should listen to us for a change."),
    (Lang::En, "Your company has the worst customer service I know."),
    (Lang::En, "This airline is a joke, never again."),
    (Lang::En, "The bank treats its customers like garbage."),
    (Lang::En, "The phone company is greedy."),
    (Lang::En, "That newspaper is boring and one-sided."),
    (Lang::En, "The opposition is no better, frankly."),
    (Lang::En, "The ruling party has run out of ideas."),
    (Lang::En, "The school board made a mess of it."),
    (Lang::En, "The head teacher is a coward."),
    (Lang::En, "The court's decision was wrong."),
    (Lang::En, "The vaccine campaign is badly organised, in my opinion."),
    (Lang::En, "I am fed up with this administration's excuses."),
    (Lang::En, "The officials who planned this park have no taste."),
    (Lang::En, "They should be ashamed of this road."),
    (Lang::En, "The new bus timetable is absurd."),
    (Lang::En, "It is disgraceful how they talk to nurses."),
    (Lang::En, "The director is incompetent and his plan is nonsense."),
    (Lang::En, "Nobody in that office is willing to help."),
    (Lang::En, "Worst government ever!!!"),
    (Lang::En, "We need leaders who are honest, not these hypocrites."),
    (Lang::En, "The supermarket is overpriced and dirty."),
    (Lang::Vi, "Chủ tịch phường làm việc quá chậm chạp."),
    (Lang::Vi, "Theo tôi bộ trưởng nên từ chức."),
    (Lang::Vi, "Chính phủ chẳng quan tâm gì đến người nghèo."),
    (Lang::Vi, "Bộ Giáo dục cải cách kiểu này thật vớ vẩn."),
    (Lang::Vi, "Cán bộ ở đây hách dịch, coi thường dân."),
    (Lang::Vi, "Bệnh viện này phục vụ quá tệ."),
    (Lang::Vi, "Công an phường nói chuyện thô lỗ với bà con."),
    (Lang::Vi, "Quy định này thật vô lý và phiền hà."),
    (Lang::Vi, "Luật mới quá bất công."),
    (Lang::Vi, "Thành phố làm đường kiểu gì mà xấu thế."),
    (Lang::Vi, "Tôi không tin ủy ban nữa."),
    (Lang::Vi, "Lãnh đạo tỉnh vô cảm, vô trách nhiệm."),
    (Lang::Vi, "Thủ tục hành chính rườm rà, mệt mỏi quá!"),
    (Lang::Vi, "Ông giám đốc này bất tài mà còn kiêu ngạo."),
    (Lang::Vi, "Ngân hàng này coi thường khách hàng."),
    (Lang::Vi, "Hãng bay này chán thật, không bao giờ đi nữa."),
    (Lang::Vi, "Công ty điện lực làm ăn quan liêu."),
    (Lang::Vi, "Nhà mạng này tham lam quá."),
    (Lang::Vi, "Báo này viết nhảm nhí."),
    (Lang::Vi, "Đài truyền hình dạo này nhạt, xem buồn ngủ."),
    (Lang::Vi, "Hiệu trưởng xử lý như vậy là hèn."),
    (Lang::Vi, "Phản đối việc xây khu này, xấu và lãng phí."),
    (Lang::Vi, "Đáng lẽ thành phố phải hỏi ý kiến dân."),
    (Lang::Vi, "Tôi thấy thủ tướng trả lời chưa thuyết phục."),
    (Lang::Vi, "Quốc hội nên lắng nghe dân hơn."),
    (Lang::Vi, "Mấy ông quan chức toàn nói suông."),
    (Lang::Vi, "Cach lam viec cua phuong qua te, toi rat that vong."),
    (Lang::Vi, "Bo truong nay bat tai, nen tu chuc di."),
    (Lang::Vi, "Siêu thị này đắt mà nhân viên thô lỗ."),
    (Lang::Vi, "Trường này dạy chán, cô giáo thiếu trách nhiệm."),
];

/// Statements that a checker would look into.
const CHECKABLE: &[(Lang, &str)] = &[
    (Lang::En, "The vaccine has caused 1,200 deaths, according to the health ministry."),
    (Lang::En, "Scientists found that garlic cures the infection because it kills the virus."),
    (Lang::En, "The FDA reported 35 deaths linked to the new treatment."),
    (Lang::En, "A study of 4,000 patients shows that the drug doubles the risk of stroke."),
    (Lang::En, "Tap water is contaminated and caused 40 illnesses, doctors warn."),
    (Lang::En, "Officials admitted that the trial was stopped because patients died."),
    (Lang::Vi, "Bộ Y tế cảnh báo sữa nhiễm độc gây ung thư ở 12 trẻ."),
    (Lang::Vi, "Uống nước muối chữa khỏi cúm, nghiên cứu của 500 bác sĩ chứng minh."),
    (Lang::Vi, "Vắc xin gây vô sinh, đã có 30 ca tử vong được báo cáo."),
    (Lang::Vi, "Từ 1/7 phạt tiền 2 triệu đồng nếu không đổi giấy tờ, công an thông báo."),
    (Lang::Vi, "Nghe nói nước máy nhiễm độc, 40 người phải nhập viện cấp cứu."),
    (Lang::Vi, "Nghe no\u{301}i nu\u{31b}o\u{301}c máy nhiễm độc, 40 người phải nhập viện cấp cứu"),
    (Lang::Vi, "nghe noi nuoc may nhiem doc, 40 nguoi phai nhap vien cap cuu"),
];

/// No claim at all.
const TALK: &[(Lang, &str)] = &[
    (Lang::En, "Good morning everyone, have a lovely day!"),
    (Lang::En, "Please register here for our webinar next week."),
    (Lang::En, "Does anyone know when the pool opens?"),
    (Lang::En, ""),
    (Lang::En, "🙏🙏🙏"),
    (Lang::Vi, "Chúc cả nhà buổi sáng vui vẻ nhé!"),
    (Lang::Vi, "Có ai biết mấy giờ chợ mở không ạ?"),
    (Lang::Vi, "Mời cả nhà đăng ký tham gia, inbox mình nha."),
];

fn judged(it: &(Lang, &str)) -> Worth {
    judge(it.1, it.0, weights(it.0))
}

#[test]
fn plain_criticism_of_anybody_is_not_proposed() {
    assert!(60 <= CRITICISMS.len());
    for it in CRITICISMS {
        let found = judged(it);
        assert!(!found.is_proposed, "{} {it:?}: {:?}", found.probability, found.reasons);
    }
}

#[test]
fn talk_is_not_proposed() {
    for it in TALK {
        let found = judged(it);
        assert!(!found.is_proposed, "{} {it:?}: {:?}", found.probability, found.reasons);
    }
}

#[test]
fn what_can_be_looked_up_is_proposed_with_a_reason_in_words() {
    for it in CHECKABLE {
        let found = judged(it);
        assert!(found.is_proposed, "{} {it:?}: {:?}", found.probability, found.reasons);
        let for_it = |reason: &&Reason| {
            reason.signal.is_checkable() && 0.0 < reason.weight && !reason.words.is_empty()
        };
        assert!(found.reasons.iter().any(|reason| for_it(&reason)), "{it:?}");
    }
}

#[test]
fn every_checkable_sentence_stands_above_every_criticism() {
    for lang in Lang::ALL {
        let of = |all: &[(Lang, &str)]| -> Vec<f32> {
            let own = all.iter().filter(|it| it.0 == lang);
            own.map(|it| judged(it).probability).collect()
        };
        let lowest = of(CHECKABLE).into_iter().fold(1.0, f32::min);
        let highest = of(CRITICISMS).into_iter().fold(0.0, f32::max);
        assert!(highest < lowest, "{lang:?}: {highest} and {lowest}");
    }
}

#[test]
fn it_does_not_matter_whom_a_text_is_about() {
    let about =
        |who: &str| judge(&format!("{who} is corrupt and lies."), Lang::En, weights(Lang::En));
    let one = about("Avonmere");
    for who in ["Kestrel", "Brindle", "Ostrava", "Pemberton"] {
        assert_eq!(about(who), one, "{who}");
    }
    assert!(!one.is_proposed);
    // An office is a source when it says something, and nothing when it is spoken of.
    let found = |text: &str| reading::read(text, Lang::Vi).signals[Signal::OfficialSource as usize];
    assert!(0.0 < found("Sở Y tế cho biết đã có thuốc"));
    assert!(found("Sở Y tế thật quan liêu") == 0.0);
}

#[test]
fn reasons_name_the_words_that_were_found() {
    let it = judge("Giá xăng tăng 20 % từ ngày mai", Lang::Vi, weights(Lang::Vi));
    let words = |signal: Signal| {
        let reason = it.reasons.iter().find(|it| it.signal == signal);
        reason.map(|it| it.words.join("|")).unwrap_or_default()
    };
    assert_eq!(words(Signal::Money), "giá");
    assert_eq!(words(Signal::Share), "20");
    assert_eq!(words(Signal::Date), "từ ngày|ngày mai");
    assert_eq!(words(Signal::Comparison), "tăng");
}

#[test]
fn the_built_in_files_hold_every_rule_of_the_signals() {
    for lang in Lang::ALL {
        let weights = weights(lang);
        for signal in Signal::ALL {
            for head in [&weights.claim, &weights.worthy] {
                let weight = head.signals[signal as usize];
                assert_eq!(signal.held(weight), weight, "{lang:?} {signal:?}");
            }
        }
        assert!((0.01..0.9).contains(&weights.threshold));
    }
    let size = include_str!("en.weights").len() + include_str!("en.wording").len();
    assert!(size < 200_000, "{size}");
}

#[test]
fn hostile_texts_are_judged_in_bounded_time() {
    for it in ["a", "1", "%", "\u{301}", "@a ", "Tử vong ", "\u{1f6a8}", "?", "A."] {
        let text = it.repeat(100_000);
        for lang in Lang::ALL {
            let found = judge(&text, lang, weights(lang));
            assert!((0.0..=1.0).contains(&found.probability));
            assert!(found.reasons.iter().all(|it| it.words.len() <= 3));
        }
    }
}
