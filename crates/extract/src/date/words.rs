//! Words that stand in dates: months in the languages of the web's news, and what surrounds them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The month that a word names, 1 to 12. Abbreviations of two letters and more; their full stop is a
/// token of its own. Month names as in the Unicode CLDR (release 48).
pub(super) fn month(word: &str) -> Option<u32> {
    static MONTH_OF: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        let each =
            |(number, names): (u32, &&'static str)| names.split(' ').map(move |it| (it, number));
        (1..).zip(&MONTHS).flat_map(each).collect()
    });
    // The longest is eleven letters of two bytes.
    if word.len() > 24 {
        return None;
    }
    MONTH_OF.get(&*word.to_lowercase()).copied()
}

/// English; German; French; Spanish, Portuguese, Italian, Catalan; Dutch; Danish, Norwegian, Swedish;
/// Finnish; Polish; Czech; Croatian; Hungarian; Romanian; Turkish; Russian; Ukrainian; Greek;
/// Indonesian; Arabic. "Listopada" is November to Poles and October to Croats: it is taken as the Poles'.
const MONTHS: [&str; 12] = [
    "january jan januar jänner jaenner jän janvier janv enero ene janeiro gennaio gen gener januari \
     tammikuu tammikuuta stycznia styczeń sty ledna leden siječnja január ianuarie ocak oca января \
     январь янв січня січень ιανουαρίου \
     يناير",
    "february feb februar feber febr février fevrier févr fév febrero fevereiro fev febbraio febrer \
     februari helmikuu helmikuuta lutego luty února unora únor veljače február februarie şubat şub \
     февраля февраль фев лютого φεβρουαρίου \
     فبراير شباط",
    "march mar märz maerz mär mrz mars marzo março marco març maart mrt marts maaliskuu maaliskuuta \
     marca marzec března brezna březen ožujka március martie mart марта март мар березня березень \
     μαρτίου maret \
     مارس آذار",
    "april apr avril avr abril abr aprile aprill huhtikuu huhtikuuta kwietnia kwiecień kwi dubna \
     duben travnja április aprilie nisan nis апреля апрель апр квітня квітень απριλίου \
     أبريل ابريل إبريل نيسان",
    "may mai mayo maio maggio mag maig mei maj toukokuu toukokuuta maja května kvetna květen svibnja \
     május mayıs мая май травня травень μαΐου \
     مايو أيار",
    "june jun juni juin junio junho giugno giu juny kesäkuu kesäkuuta czerwca czerwiec cze června \
     cervna červen lipnja június iunie haziran haz июня июнь июн червня червень ιουνίου \
     يونيو حزيران",
    "july jul juli juillet juil julio julho luglio lug juliol heinäkuu heinäkuuta lipca lipiec \
     července cervence červenec srpnja július iulie temmuz tem июля июль июл липня липень ιουλίου \
     يوليو تموز",
    "august aug août aout agosto ago agost augustus augusti elokuu elokuuta sierpnia sierpień sie \
     srpna srpen kolovoza augusztus ağustos ağu августа август авг серпня серпень αυγούστου agustus \
     أغسطس اغسطس آب",
    "september sep sept septembre septiembre setiembre setembro settembre set setembre syyskuu \
     syyskuuta września wrzesień wrz září zari rujna szeptember septembrie eylül eyl сентября \
     сентябрь сен сент вересня вересень σεπτεμβρίου \
     سبتمبر أيلول",
    "october oct oktober okt octobre octubre outubro ottobre ott lokakuu lokakuuta października \
     październik paź října rijna říjen október octombrie ekim eki октября октябрь окт \
     жовтня жовтень οκτωβρίου \
     أكتوبر اكتوبر",
    "november nov novembre noviembre novembro novembre marraskuu marraskuuta listopadu studenoga \
     noiembrie kasım kas ноября ноябрь ноя листопада листопад νοεμβρίου \
     نوفمبر",
    "december dec dez dezember décembre decembre déc diciembre dezembro dicembre dic desember \
     joulukuu joulukuuta grudnia grudzień gru prosince prosinec prosinca decembrie aralık ara \
     декабря декабрь дек грудня грудень δεκεμβρίου desembre \
     ديسمبر",
];

/// A month by its number in Vietnamese words, as they stand behind "tháng".
pub(super) fn vietnamese_number(first: &str, second: Option<&str>) -> Option<(u32, usize)> {
    let one = |word: &str| {
        Some(match word {
            "một" | "giêng" => 1,
            "hai" => 2,
            "ba" => 3,
            "tư" | "bốn" => 4,
            "năm" => 5,
            "sáu" => 6,
            "bảy" | "bẩy" => 7,
            "tám" => 8,
            "chín" => 9,
            "mười" => 10,
            "chạp" => 12,
            _ => return None,
        })
    };
    let number = one(&first.to_lowercase())?;
    match second.map(str::to_lowercase).as_deref() {
        Some("một" | "mốt") if number == 10 => Some((11, 2)),
        Some("hai") if number == 10 => Some((12, 2)),
        _ => Some((number, 1)),
    }
}

/// Words between the day and the name of its month, and between the month and its year.
pub(super) const OF: [&str; 6] = ["of", "de", "del", "di", "da", "d"];

/// Endings of a number of order: "3rd", "1er", "3ος".
pub(super) const ORDINALS: [&str; 9] = ["st", "nd", "rd", "th", "er", "ère", "º", "ª", "ος"];

/// Names of time zones with a fixed offset, in minutes.
pub(super) fn zone(word: &str) -> Option<i32> {
    Some(match word {
        "GMT" | "UTC" | "Z" => 0,
        "CET" | "MEZ" => 60,
        "CEST" | "MESZ" => 120,
        "EST" => -300,
        "EDT" => -240,
        "CST" => -360,
        "CDT" => -300,
        "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" => -480,
        "ICT" => 420,
        _ => return None,
    })
}
