//! The words of the signals in both languages, written by hand.
//!
//! A phrase has up to four words in small letters, without apostrophes. English words stand in each
//! form that people write.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::signal::Signal;
use crate::lang::Lang;
use crate::text::normalise::fold;

/// The longest phrase.
pub(super) const PHRASE_WORDS_MAX: usize = 4;

/// What a phrase is, beside the signals: the two halves of "the ministry said".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Signal(Signal),
    /// An official body, or a health, police or traffic authority. By itself it is no signal.
    Body,
}

/// The marks of a phrase. `is_bare`: the text is Vietnamese without diacritics.
pub(super) fn marks(phrase: &str, lang: Lang, is_bare: bool) -> &'static [Mark] {
    static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| build(EN, str::to_owned));
    static VIETNAMESE: LazyLock<Lexicon> = LazyLock::new(|| build(VI, str::to_owned));
    static BARE: LazyLock<Lexicon> = LazyLock::new(|| {
        let mut bare = build(VI, fold);
        // One folded syllable is several words; only some are plain enough.
        bare.retain(|it, _| it.contains(' ') || BARE_SURE.contains(&it.as_str()));
        bare
    });
    let lexicon = match lang {
        Lang::En => &*ENGLISH,
        Lang::Vi if is_bare => &*BARE,
        Lang::Vi => &*VIETNAMESE,
    };
    lexicon.get(phrase).map_or(&[], Vec::as_slice)
}

type Lexicon = HashMap<String, Vec<Mark>>;

fn build(lists: &[(Mark, &str)], form: impl Fn(&str) -> String) -> Lexicon {
    let mut res = Lexicon::new();
    for (mark, phrases) in lists {
        for phrase in phrases.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let marks = res.entry(form(phrase)).or_default();
            if !marks.contains(mark) {
                marks.push(*mark);
            }
        }
    }
    res
}

const fn of(signal: Signal) -> Mark {
    Mark::Signal(signal)
}

const EN: &[(Mark, &str)] = &[
    (
        of(Signal::Number),
        "million, millions, billion, billions, trillion, thousand, thousands, hundred, hundreds, \
         dozen, dozens, two, three, four, five, six, seven, eight, nine, ten, number of, total of",
    ),
    (
        of(Signal::Share),
        "percent, per cent, percentage, half of, a third of, a quarter of, one in three, one in four, \
         one in five, one in ten, two thirds, out of ten, mortality rate, death rate",
    ),
    (
        of(Signal::Money),
        "dollar, dollars, euro, euros, pound, pounds, rupees, usd, cost, costs, price, prices, paid, \
         fee, fees, fine, fines, salary, salaries, tax, taxes, subsidy, bailout, patent, patents, \
         refund, for free",
    ),
    (
        of(Signal::Date),
        "january, february, march, april, june, july, august, september, october, november, december, \
         monday, tuesday, wednesday, thursday, friday, saturday, sunday, yesterday, last night, \
         last week, last month, last year, this morning, since",
    ),
    (
        of(Signal::Comparison),
        "more than, less than, fewer than, higher, lower, highest, lowest, largest, biggest, smallest, \
         worst, most of, than any, than the, than, compared, compared to, twice, double, doubled, \
         triple, times, times more, record, majority, at least, nearly, almost, over, only, the first, \
         first ever, rank, ranks, ranked, increase, increased, decrease, decreased, rose, fell, \
         tripled, surge, surged",
    ),
    (
        of(Signal::Cause),
        "cause, causes, caused, causing, because, because of, due to, leads to, led to, lead to, \
         results in, resulted in, linked, linked to, link between, triggers, triggered, spread, \
         spreads, spreading, alter, alters, contains, contain, made from, made of, makes, increases, \
         reduces, results from, responsible for, change your, changes your, comes from, came from, \
         after receiving, after getting, after taking, after being, infects, transmits, transmit, \
         transmitted, transmission",
    ),
    (
        of(Signal::Remedy),
        "cure, cures, cured, treat, treats, treatment, treatments, remedy, remedies, therapy, \
         prevents, prevented, prevent, protects, protect, immune, immunity, hydroxychloroquine, \
         chloroquine, ivermectin, antibiotic, antibiotics, bleach, garlic, lemon, ginger, vitamin, \
         vitamins, alcohol, disinfectant, heals, heal, kills the virus, antidote, zinc, antibody, \
         antibodies",
    ),
    (
        of(Signal::Harm),
        "death, deaths, die, dies, died, dead, dying, kill, kills, killed, killing, injury, injuries, \
         injured, adverse, adverse events, side effect, side effects, reaction, reactions, clot, \
         clots, clotting, blood clots, dangerous, danger, dangers, unsafe, harm, harms, harmful, \
         toxic, poison, poisoned, poisonous, illness, hospitalized, hospitalised, paralysed, \
         paralyzed, miscarriage, miscarriages, infertility, infertile, sterilize, seizure, seizures, \
         disabled, suffered, fatal, lethal, deadly, cancer, autism, stroke, heart attack, birth \
         defects, mutate, mutated, contaminated, allergic, lost",
    ),
    (
        of(Signal::Health),
        "vaccine, vaccines, vaccinated, vaccination, vaccinations, virus, viruses, infected, \
         infection, infections, symptom, symptoms, dose, doses, trial, trials, clinical, efficacy, \
         effective, safe, safety, risk, risks, mutation, mutations, variant, variants, outbreak, \
         epidemic, pandemic, patient, patients, hospital, hospitals, disease, diseases, flu, \
         coronavirus, covid, fever, blood, dna, mrna, gene, genes, genetic, lungs, cells, test, tests, \
         tested, positive, masks, mask, ventilator, ventilators, icu, bioweapon, lab",
    ),
    (
        of(Signal::Event),
        "explosion, exploded, fire, fires, flood, flooded, floods, earthquake, collapse, collapsed, \
         crash, crashed, outage, shooting, attack, attacked, arrested, robbed, kidnapped, stolen, \
         hacked, hack, hacking, leaked, leak, leaking, storm, landslide, evacuated, broke, \
         burst, shut down, power cut, shortage, ran out, detained, deported, seized, missing, scam, \
         fraud, counterfeit, forged, smuggled, theft, stole, tested positive, resigned, fired",
    ),
    (
        of(Signal::Rule),
        "ban, bans, banned, banning, illegal, legal, law, laws, lawsuit, mandatory, mandate, \
         mandates, required, requires, require, forbidden, prohibited, prohibits, allowed, closed, \
         closes, closing, shut, lockdown, curfew, quarantine, approved, approval, unapproved, \
         authorized, authorised, license, licensed, suspended, suspends, suspend, halted, halt, \
         cancelled, canceled, blocked, blocks, ordered, orders, refused, refuses, rejected, waive, \
         abolished, recalled, withdrawn, withdrew, regulations, contract, contracts, rights",
    ),
    (
        Mark::Body,
        "cdc, fda, who, nih, nhs, ema, mhra, hhs, ministry, minister, ministers, department, dept, \
         agency, authority, authorities, officials, official, police, court, courts, judge, \
         parliament, senate, congress, government, govt, council, city hall, city council, \
         commission, committee, hospital, hospitals, university, health department, white house, \
         central bank, regulator, regulators, president, governor, mayor, prime minister, \
         administration, un, eu, customs, weather service, fire service, embassy",
    ),
    (
        of(Signal::Reported),
        "say, says, said, saying, told, tells, claim, claims, claimed, report, reports, reported, \
         reportedly, according to, announce, announced, announces, confirm, confirmed, confirms, \
         warn, warned, warns, warning, reveal, revealed, reveals, admit, admits, admitted, accuse, \
         accused, accuses, denies, alleges, alleged, allegedly, allegations, states that, stated, \
         found, finds, found that, showed that, published, declared, declares, rumor, rumors, \
         rumour, rumours, i heard, heard that, tested",
    ),
    (
        of(Signal::Study),
        "study, studies, research, researcher, researchers, scientist, scientists, expert, experts, \
         professor, prof, dr, doctor, doctors, data, evidence, survey, poll, analysis, journal, \
         lancet, statistics, statistic, figures, documents, document, database, peer reviewed, \
         virologist, epidemiologist, proof, proven, letter, email, emails, memo",
    ),
    (
        of(Signal::Universal),
        "all, every, everyone, nobody, none, always, never, no one, any, entire, whole, zero, \
         everything, nothing",
    ),
    (
        of(Signal::Denial),
        "not, no, dont, doesnt, didnt, isnt, arent, wasnt, werent, wont, cant, cannot, without, \
         neither, nor, fail, failed, fails, stop, stopped, false, fake, hoax, untrue, myth, \
         misinformation, disinformation, debunked, misleading, lie, lies, lied, hidden, hiding, secret",
    ),
    (
        of(Signal::News),
        "breaking, just in, breaking news, exclusive, urgent, alert, update, headline, headlines, \
         news, via",
    ),
    (
        of(Signal::Opinion),
        "i think, i believe, i feel, i guess, i suppose, in my opinion, in my view, imo, imho, should, \
         shouldnt, must, ought, ought to, need to, needs to, lets, let us, seems, seem, maybe, \
         perhaps, probably, personally, id say, if you ask me, deserve, deserves, it is time, its \
         time, time for, important to, matter, matters, better off, prefer, wonder, agree, disagree, \
         view, trust, support, call on, demand, urge, why not",
    ),
    (
        of(Signal::Judgement),
        "good, great, best, better, bad, terrible, horrible, awful, wonderful, excellent, amazing, \
         awesome, incredible, brilliant, beautiful, fantastic, poor, poorly, useless, incompetent, \
         incompetence, arrogant, lazy, slow, unfair, unjust, fair, wrong, right, stupid, dumb, idiot, \
         idiots, idiotic, moron, morons, fool, fools, ridiculous, pathetic, shameful, shame, disgrace, \
         disgraceful, disgusting, evil, corrupt, greedy, selfish, cruel, traitor, traitors, liar, \
         liars, hypocrite, hypocrites, hypocrisy, joke, clown, clowns, train wreck, disaster, failure, \
         irresponsible, careless, heartless, ugly, boring, overpriced, rude, unacceptable, nonsense, \
         rubbish, garbage, crap, racist, fascist, out of touch, spineless, coward, cowards, worthless, \
         out of control, mess, absurd, silly, sloppy, mediocre, dishonest, undemocratic, hopeless, \
         out of ideas, tone deaf, dreadful, admirable, impressive, courage, brave, hero, heroes, waste",
    ),
    (
        of(Signal::Feeling),
        "love, loved, hate, hated, happy, glad, sad, sorry, angry, excited, exciting, proud, pleased, \
         delighted, thankful, grateful, thank, thanks, thank you, congratulations, congrats, blessed, \
         honored, honoured, welcome, enjoy, enjoyed, appreciate, kudos, hope, hopefully, hopeful, \
         wish, pray, prayers, praying, fear, afraid, scared, worried, tired, fed up, sick of, \
         disappointed, ashamed, furious, relieved, miss you, cant wait, fun, dream",
    ),
    (
        of(Signal::Future),
        "will, shall, going to, gonna, would, could, might, may, soon, tomorrow, next week, \
         next month, next year, plan, plans, planned, planning, expect, expected, expects, upcoming, \
         scheduled, in the future, one day, wont, predict, predicts, prediction, forecast, eventually",
    ),
    (
        of(Signal::Question),
        "why, how, what, who else, does anyone, do you, are you, have you, can you, can i, can we, \
         could you, is it true, should i, should we",
    ),
    (
        of(Signal::FirstPerson),
        "i, im, ive, ill, id, my, me, mine, myself, we, were, weve, our, us, ours, ourselves",
    ),
    (
        of(Signal::Invitation),
        "appointment, appointments, book, booking, register, registration, sign up, signup, eligible, \
         eligibility, available, clinic, clinics, visit, learn more, learn, join, join us, watch, \
         listen, read, read more, check out, click, tune in, follow, call, find out, more info, info, \
         information, details, here, share, stream, live, episode, podcast, webinar, thread, \
         newsletter, subscribe, please, pls, dm, retweet, stay tuned, stay safe, stay home, wash your \
         hands, get your, get vaccinated, wear a mask, helpline, website, link, questions, your \
         questions, tips, guide, full interview, free, download, discuss, talks, opportunity",
    ),
    (
        of(Signal::Chat),
        "lol, lmao, rofl, haha, hahaha, omg, smh, bro, bruh, yall, wtf, wanna, aint, dude, guys, rn, \
         tbh, idk, yeah, yep, nope, ugh, wow, hey, hi, hello, damn, hell, shit, fuck, fucking, fuckin, \
         ass, bitch, crap, nigga, niggas, u, ur, ya, ok, okay, oh, lil, cuz, like, kinda, stuff, \
         literally, actually",
    ),
];

/// Folded syllables that stand for one word.
const BARE_SURE: &[&str] = &[
    "trieu", "nghin", "ngan", "chet", "nhiem", "thuoc", "virus", "vac", "vaccine", "covid", "benh",
    "cam", "phat", "chay", "lut", "bao", "sap", "khong", "ko", "chua", "toi", "minh", "nghe",
    "nen", "phai", "tuyet", "buon", "vui", "ghet", "yeu", "haha", "hihi", "kkk", "sao", "dung",
    "gioi", "kem", "xau", "lua", "lu", "no", "vo", "hon", "nhat", "nghi", "thich", "hay", "dep",
    "mong", "hong", "duoc", "gay", "chua", "ai",
];

const VI: &[(Mark, &str)] = &[
    (
        of(Signal::Number),
        "triệu, tỷ, tỉ, nghìn, ngàn, trăm, chục, hàng chục, hàng trăm, hàng nghìn, hàng ngàn, hai, ba, \
         bốn, năm người, sáu, bảy, tám, chín, mười, tổng cộng, số ca, số người",
    ),
    (of(Signal::Share), "phần trăm, một nửa, một phần ba, tỷ lệ, tỉ lệ, cứ mười người"),
    (
        of(Signal::Money),
        "đồng, đô la, usd, giá, phí, thu phí, học phí, viện phí, lệ phí, tiền phạt, phạt tiền, thuế, \
         lương, trợ cấp, hỗ trợ tiền, hoàn tiền, miễn phí, tiền điện, tiền nước, chuyển khoản, lãi suất",
    ),
    (
        of(Signal::Date),
        "hôm qua, hôm nay, sáng nay, chiều nay, tối nay, đêm qua, tối qua, tuần trước, tháng trước, \
         năm ngoái, từ ngày, ngày mai, từ tháng, vào ngày, từ hôm nay, thứ hai, thứ ba, thứ tư, thứ năm, \
         thứ sáu, thứ bảy, chủ nhật, đầu tháng, cuối tháng, sáng mai, tháng sau, tuần sau",
    ),
    (
        of(Signal::Comparison),
        "hơn, nhiều hơn, ít hơn, cao hơn, thấp hơn, cao nhất, thấp nhất, lớn nhất, gấp đôi, gấp ba, \
         gấp, kỷ lục, đa số, phần lớn, ít nhất, tối đa, tối thiểu, gần như, đầu tiên, duy nhất, \
         so với, tăng, giảm, tăng gấp, tăng lên, giảm xuống, đứng đầu, xếp hạng",
    ),
    (
        of(Signal::Cause),
        "gây ra, gây, làm cho, khiến, khiến cho, dẫn đến, dẫn tới, do đâu, nguyên nhân, vì vậy, \
         liên quan đến, bắt nguồn, xuất phát từ, lây, lây lan, lây qua, làm tăng, làm giảm, chứa, \
         có chứa, làm từ, biến đổi, phát tán, ảnh hưởng đến, sau khi tiêm, sau khi uống, sau khi ăn",
    ),
    (
        of(Signal::Remedy),
        "chữa, chữa khỏi, chữa bệnh, điều trị, trị bệnh, trị dứt, phòng bệnh, phòng ngừa, ngăn ngừa, \
         khỏi bệnh, diệt virus, diệt khuẩn, tăng đề kháng, miễn dịch, kháng sinh, thuốc nam, bài thuốc, \
         nước muối, tỏi, gừng, chanh, sả, mật ong, lá, thảo dược, vitamin, thần dược, hết bệnh, giải độc, \
         nước ion kiềm, giấm",
    ),
    (
        of(Signal::Harm),
        "chết, tử vong, thiệt mạng, qua đời, bị thương, thương vong, ngộ độc, nhập viện, cấp cứu, \
         nguy hiểm, độc hại, chất độc, có độc, nhiễm độc, ung thư, đột quỵ, tai biến, vô sinh, \
         sảy thai, dị ứng, tác dụng phụ, biến chứng, đông máu, tàn phế, bại liệt, co giật, nguy kịch, \
         hôn mê, gây hại, có hại, bắt cóc, mất tích",
    ),
    (
        of(Signal::Health),
        "vắc xin, vaccine, tiêm, tiêm chủng, virus, vi rút, vi khuẩn, ca nhiễm, nhiễm, \
         ca bệnh, ca mắc, mắc bệnh, triệu chứng, liều, dịch, dịch bệnh, ổ dịch, bệnh nhân, bệnh, \
         cúm, sởi, sốt xuất huyết, sốt, covid, xét nghiệm, dương tính, thuốc, thực phẩm, sữa, hóa chất, \
         hoá chất, phẩm màu, nước máy, nước sinh hoạt, ô nhiễm, chất bảo quản",
    ),
    (
        of(Signal::Event),
        "nổ, phát nổ, cháy, hỏa hoạn, vỡ đê, vỡ đập, vỡ, sập, sạt lở, lũ, lũ quét, ngập, lụt, động đất, \
         sóng thần, bão, tai nạn, va chạm, rơi, tràn, rò rỉ, mất điện, cúp điện, cúp nước, mất nước, \
         cắt điện, cắt nước, xả lũ, bị bắt, bắt giữ, khởi tố, cướp, trộm, lừa đảo, giả mạo, mạo danh, \
         bị hack, lộ dữ liệu, hàng giả, thuốc giả, tiền giả, buôn lậu, khan hiếm, hết hàng, phá sản, \
         sụp đổ, từ chức, sơ tán, mắc kẹt, hỏng",
    ),
    (
        of(Signal::Rule),
        "cấm, bị cấm, bắt buộc, quy định, luật, nghị định, thông tư, phạt, xử phạt, bị phạt, cho phép, \
         không được phép, đóng cửa, phong tỏa, phong toả, cách ly, giãn cách, giới nghiêm, nghỉ học, \
         cho nghỉ học, dừng, tạm dừng, ngừng, hủy, huỷ, bãi bỏ, thu hồi, cấp phép, phê duyệt, \
         thu hồi đất, tịch thu, bắt đầu áp dụng, có hiệu lực, sáp nhập, đổi tên, thay đổi giờ, \
         hạn chót, phải nộp, phải đổi, cấm xe, cấm đường, khóa tài khoản, khoá tài khoản",
    ),
    (
        Mark::Body,
        "bộ y tế, bộ giáo dục, bộ công an, bộ công thương, bộ tài chính, bộ, sở y tế, sở giáo dục, sở, \
         chính phủ, quốc hội, ủy ban, uỷ ban, ubnd, công an, cảnh sát, bệnh viện, tòa án, toà án, \
         viện kiểm sát, cục, tổng cục, cục quản lý, chi cục, trung tâm, đài khí tượng, khí tượng, \
         ngân hàng nhà nước, bảo hiểm xã hội, cơ quan, cơ quan chức năng, nhà chức trách, who, \
         y tế thế giới, điện lực, cấp nước, thủ tướng, bộ trưởng, chủ tịch, thành phố, \
         phường, quận, trường đại học, viện",
    ),
    (
        of(Signal::Reported),
        "cho biết, nói, nói rằng, cho rằng, theo, thông báo, công bố, khẳng định, xác nhận, cảnh báo, \
         tiết lộ, thừa nhận, cáo buộc, phủ nhận, báo cáo, đưa tin, nghe nói, nghe đồn, đồn, tin đồn, \
         lan truyền, được cho là, phát hiện, kết luận, tuyên bố, ra quyết định, ban hành, thấy bảo, \
         bảo là",
    ),
    (
        of(Signal::Study),
        "nghiên cứu, nhà khoa học, các nhà khoa học, chuyên gia, giáo sư, tiến sĩ, bác sĩ, bác sỹ, \
         dữ liệu, số liệu, bằng chứng, khảo sát, thống kê, tạp chí, kết quả xét nghiệm, văn bản, \
         công văn, tài liệu, chứng minh, thử nghiệm",
    ),
    (
        of(Signal::Universal),
        "tất cả, mọi, toàn bộ, không ai, luôn luôn, không bao giờ, bất kỳ, cả nước, hoàn toàn, 100, \
         toàn thành phố, toàn quốc, ai cũng",
    ),
    (
        of(Signal::Denial),
        "không, chưa, chẳng, không có, không phải, không còn, sai sự thật, tin giả, bịa đặt, bác bỏ, \
         che giấu, giấu, bí mật, ko",
    ),
    (of(Signal::News), "tin nóng, tin khẩn, khẩn, khẩn cấp, nóng, mới nhất, cập nhật, tin mới"),
    (
        of(Signal::Opinion),
        "tôi nghĩ, mình nghĩ, em nghĩ, theo tôi, theo mình, tôi thấy, mình thấy, tôi cho rằng, \
         tôi tin, quan điểm, ý kiến của tôi, nên, không nên, đáng lẽ, lẽ ra, cần phải, phải chịu, \
         cần, có lẽ, chắc là, hình như, dường như, đáng, không đáng, không xứng, xứng đáng, đồng ý, \
         phản đối, ủng hộ, đề nghị, yêu cầu, kêu gọi, thà, quan trọng là, đã đến lúc, không thể chấp nhận",
    ),
    (
        of(Signal::Judgement),
        "tốt, tuyệt, tuyệt vời, xuất sắc, hay, đẹp, giỏi, tệ, quá tệ, kém, yếu kém, dở, xấu, tồi, \
         tồi tệ, bất tài, vô dụng, lười, lười biếng, chậm, chậm chạp, chậm trễ, quan liêu, hách dịch, \
         vô trách nhiệm, thiếu trách nhiệm, vô tâm, vô cảm, ngu, ngu ngốc, dốt, lố bịch, nực cười, \
         đáng xấu hổ, xấu hổ, nhục, tham, tham lam, ích kỷ, độc ác, giả tạo, đạo đức giả, dối trá, \
         bất công, công bằng, sai lầm, thất bại, lãng phí, vô lý, vớ vẩn, nhảm, nhảm nhí, cẩu thả, \
         hời hợt, bất cập, phiền, rườm rà, đắt, quá đắt, chán, tắc trách, thất vọng, hình thức, \
         đáng khen, đáng chê, tử tế, nhiệt tình, dễ thương, thô lỗ, kiêu ngạo, yếu, luộm thuộm, \
         thiếu minh bạch, không minh bạch, thiếu tôn trọng, coi thường, tào lao, hèn, bảo thủ",
    ),
    (
        of(Signal::Feeling),
        "yêu, ghét, thích, vui, buồn, giận, bực, bực mình, tức, lo, lo lắng, sợ, mệt, mệt mỏi, chán nản, \
         tự hào, biết ơn, cảm ơn, cám ơn, xin lỗi, chúc, chúc mừng, hy vọng, hi vọng, mong, ước, \
         nhớ, thương, hạnh phúc, ngưỡng mộ, tiếc, đau lòng, phẫn nộ, ngán, thèm",
    ),
    (
        of(Signal::Future),
        "sẽ, sắp, sắp tới, có thể, dự kiến, dự đoán, dự báo, kế hoạch, tương lai, rồi sẽ, có khi, \
         sớm muộn, chuẩn bị",
    ),
    (
        of(Signal::Question),
        "sao, tại sao, vì sao, thế nào, như thế nào, ai biết, có phải, phải không, có đúng không, \
         đúng không, thật không, bao giờ, khi nào, ở đâu, mấy giờ, không ạ, hả, nhỉ, hay không",
    ),
    (
        of(Signal::FirstPerson),
        "tôi, mình, tao, tớ, chúng tôi, chúng ta, chúng mình, bọn mình, nhà tôi, nhà mình, của tôi, \
         của mình, của em, em thấy, em nghĩ",
    ),
    (
        of(Signal::Invitation),
        "mời, đăng ký, tham gia, liên hệ, xem thêm, đọc thêm, theo dõi, bấm vào, nhấn vào, chia sẻ, \
         hãy, vui lòng, xin, ghé, inbox, ib, chốt đơn, khuyến mãi, giảm giá, tuyển, đặt lịch, \
         truy cập, hotline",
    ),
    (
        of(Signal::Chat),
        "haha, hihi, hehe, kkk, ahihi, vl, vcl, đm, dm, vãi, ơi, nhé, nha, nè, ạ, á, ừ, ok, okie, trời ơi, \
         má ơi, các bác, mấy bác, ae, anh em, bà con, mọi người ơi, đấy, cơ mà",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_written_as_texts_are_read() {
        for phrase in EN.iter().chain(VI).flat_map(|it| it.1.split(',')).map(str::trim) {
            let n_words = phrase.split(' ').count();
            assert!((1..=PHRASE_WORDS_MAX).contains(&n_words), "{phrase:?}");
            assert_eq!(phrase, phrase.to_lowercase(), "{phrase:?}");
            assert!(!phrase.contains('\'') && !phrase.contains("  "), "{phrase:?}");
        }
    }

    #[test]
    fn a_text_without_diacritics_is_read_by_phrases_that_stay_plain() {
        let harm = [Mark::Signal(Signal::Harm)];
        assert_eq!(marks("tử vong", Lang::Vi, false), harm);
        assert_eq!(marks("tu vong", Lang::Vi, true), harm);
        assert_eq!(marks("tu vong", Lang::Vi, false), []);
        assert_eq!(marks("la", Lang::Vi, true), [], "\"là\" is no leaf");
    }
}
