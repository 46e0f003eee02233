//! The index as bytes and back: a quicker start than reading every claim again.
//!
//! Little-endian; magic, version, body, XXH3 of all before it. Anything that does not read back
//! exactly is refused, and the caller rebuilds from the store.

use std::collections::HashMap;

use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::packed::Packed;
use super::postings::Postings;
use super::texts::{Row, Texts, UNIT_WORDS_MAX};
use super::view::Lengths;
use super::{ClaimIndex, ClaimRow, N_VIEWS, UNITS_MAX, UnitFacts};
use crate::ids::ClaimId;
use crate::lang::Lang;
use crate::text::negation::Negation;
use crate::text::number::{Date, Number, Unit as NumberUnit};
use crate::text::opposite::Side;
use crate::text::place::{Kind, Place};

const MAGIC: [u8; 8] = *b"kiemtinx";
/// Raised with every change of the layout, of a view's terms or of the search key.
const VERSION: u32 = 4;

/// Bytes that are no snapshot of this version. The index is rebuilt then; nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSnapshot {
    /// Another file, or another version of the program.
    #[error("this is no index snapshot of version {VERSION}")]
    Foreign,
    /// Cut or damaged.
    #[error("the index snapshot is damaged")]
    Damaged,
}

impl ClaimIndex {
    /// The whole index as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append_to(&mut bytes);
        bytes
    }

    /// The same behind what `bytes` holds: a second copy of a large index would be felt.
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        let mut out = Writer(std::mem::take(bytes));
        out.0.extend(MAGIC);
        out.u32(VERSION);
        out.u32(self.n_dead as u32);
        out.u32(self.claims.len() as u32);
        for row in &self.claims {
            out.0.extend(row.id.0.as_bytes());
            out.u8(row.lang as u8);
            out.u8(u8::from(self.by_id.contains_key(&row.id) && self.is_current(row)));
            out.u32(row.first_unit);
            out.u32(row.n_units);
        }
        out.u32(self.texts.rows.len() as u32);
        self.texts.rows.iter().for_each(|it| out.row(it));
        out.u32s(&self.texts.words);
        out.u32s(&self.texts.marked);
        out.0.extend(&self.lengths.codes);
        for view in &self.views {
            out.packed(&view.merged());
        }
        let sum = xxh3_64(&out.0[start..]);
        out.u64(sum);
        *bytes = out.0;
    }

    fn is_current(&self, row: &ClaimRow) -> bool {
        let claim = self.by_id.get(&row.id).map(|it| &self.claims[*it as usize]);
        claim.is_some_and(|it| it.first_unit == row.first_unit)
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// The bytes are something else, of another version, cut or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSnapshot> {
        if !bytes.starts_with(&MAGIC) {
            return Err(BadSnapshot::Foreign);
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(BadSnapshot::Damaged)?;
        let mut input = Reader(&body[MAGIC.len().min(body.len())..]);
        if input.u32() != Some(VERSION) {
            return Err(BadSnapshot::Foreign);
        }
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return Err(BadSnapshot::Damaged);
        }
        let res = input.index().filter(|_| input.0.is_empty());
        res.ok_or(BadSnapshot::Damaged)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn u8(&mut self, it: u8) {
        self.0.push(it);
    }

    fn u32(&mut self, it: u32) {
        self.0.extend(it.to_le_bytes());
    }

    fn u64(&mut self, it: u64) {
        self.0.extend(it.to_le_bytes());
    }

    fn text(&mut self, it: &str) {
        self.u32(it.len() as u32);
        self.0.extend(it.as_bytes());
    }

    /// A few texts.
    fn texts(&mut self, all: &[String]) {
        self.u8(all.len() as u8);
        all.iter().for_each(|it| self.text(it));
    }

    fn u32s(&mut self, all: &[u32]) {
        self.u32(all.len() as u32);
        self.0.reserve(all.len() * 4);
        all.iter().for_each(|it| self.u32(*it));
    }

    fn row(&mut self, row: &Row) {
        self.u32(row.claim.unwrap_or(u32::MAX));
        self.u32(row.start);
        self.u32(row.marked_start.unwrap_or(u32::MAX));
        for it in [row.n_words, row.n_statement, row.n_title] {
            self.0.extend(it.to_le_bytes());
        }
        self.u8(u8::from(row.facts.is_some()));
        let Some(facts) = &row.facts else { return };
        let UnitFacts { numbers, dates, places, negated, sides, denies } = &**facts;
        self.u8(u8::from(*denies));
        self.u32(numbers.len() as u32);
        for it in numbers {
            let (kind, noun) = match it.unit {
                NumberUnit::None => (0, 0),
                NumberUnit::Year => (1, 0),
                NumberUnit::Percent => (2, 0),
                NumberUnit::Dong => (3, 0),
                NumberUnit::Dollar => (4, 0),
                NumberUnit::Noun(noun) => (5, noun),
            };
            self.u64(it.value.to_bits());
            self.u8(kind);
            self.u32(noun);
            self.text(&it.text);
        }
        self.u32(dates.len() as u32);
        for it in dates {
            self.u8(it.day.unwrap_or(0));
            self.u8(it.month.unwrap_or(0));
            self.u32(it.year.unwrap_or(0).into());
            self.text(&it.text);
        }
        self.u32(places.len() as u32);
        for it in places {
            self.u8(it.kind as u8);
            self.0.extend(it.number.to_le_bytes());
            self.text(&it.name);
        }
        self.u32(negated.len() as u32);
        for Negation { word, near, shown, perhaps } in negated {
            self.u8(u8::from(*perhaps));
            self.text(word);
            self.text(shown);
            self.texts(near);
        }
        self.u32(sides.len() as u32);
        for Side { set, side, word, near } in sides {
            self.u8(*set);
            self.u8(*side);
            self.text(word);
            self.texts(near);
        }
    }

    fn packed(&mut self, packed: &Packed) {
        let (hashes, starts, bytes) = packed.parts();
        self.u32s(hashes);
        self.u32s(starts);
        self.u32(bytes.len() as u32);
        self.0.extend(bytes);
    }
}

/// Reads what [`Writer`] wrote; `None` when it ends too soon or says what cannot be.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|it| it[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A count of things that have at least `size` bytes each: never more than there are bytes.
    fn count(&mut self, size: usize) -> Option<usize> {
        let n = self.u32()? as usize;
        (n.checked_mul(size)? <= self.0.len()).then_some(n)
    }

    fn text(&mut self) -> Option<String> {
        let n = self.count(1)?;
        String::from_utf8(self.bytes(n)?.to_vec()).ok()
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let n = self.u8()?;
        (0..n).map(|_| self.text()).collect()
    }

    fn u32s(&mut self) -> Option<Vec<u32>> {
        let n = self.count(4)?;
        let bytes = self.bytes(n * 4)?;
        let (chunks, _) = bytes.as_chunks::<4>();
        Some(chunks.iter().map(|it| u32::from_le_bytes(*it)).collect())
    }

    fn index(&mut self) -> Option<ClaimIndex> {
        let n_dead = self.u32()? as usize;
        let (mut claims, mut by_id) = (Vec::new(), HashMap::new());
        for idx in 0..self.count(26)? {
            let id = ClaimId(Uuid::from_bytes(self.array()?));
            let lang = *Lang::ALL.get(usize::from(self.u8()?))?;
            if self.u8()? == 1 {
                by_id.insert(id, idx as u32);
            }
            claims.push(ClaimRow { id, lang, first_unit: self.u32()?, n_units: self.u32()? });
        }
        let n_units = self.count(19)?;
        let rows: Vec<Row> = (0..n_units).map(|_| self.row()).collect::<Option<_>>()?;
        let texts = Texts { rows, words: self.u32s()?, marked: self.u32s()? };
        let lengths = Lengths::of_codes(self.bytes(n_units)?.to_vec());
        let views: Vec<Postings> =
            (0..N_VIEWS).map(|_| self.packed(n_units)).collect::<Option<_>>()?;
        let within = |it: &ClaimRow| {
            it.first_unit.checked_add(it.n_units).is_some_and(|it| it as usize <= n_units)
        };
        let known =
            texts.rows.iter().flat_map(|it| it.claim).all(|it| (it as usize) < claims.len());
        let ok = claims.iter().all(within) && known && n_dead <= n_units && n_units <= UNITS_MAX;
        let views = views.try_into().ok()?;
        let ok = ok && texts.rows.iter().all(|it| is_whole(it, &texts));
        ok.then_some(ClaimIndex { views, lengths, texts, claims, by_id, n_dead })
    }

    fn row(&mut self) -> Option<Row> {
        let known = |it: u32| Some(it).filter(|it| *it != u32::MAX);
        let (claim, start, marked_start) = (known(self.u32()?), self.u32()?, known(self.u32()?));
        let (n_words, n_statement, n_title) = (self.u16()?, self.u16()?, self.u16()?);
        let facts = if self.u8()? == 1 { Some(Box::new(self.facts()?)) } else { None };
        Some(Row { claim, start, n_words, marked_start, n_statement, n_title, facts })
    }

    fn facts(&mut self) -> Option<UnitFacts> {
        let denies = self.u8()? == 1;
        let n = self.count(17)?;
        let numbers = (0..n).map(|_| self.number()).collect::<Option<_>>()?;
        let n = self.count(10)?;
        let dates = (0..n).map(|_| self.date()).collect::<Option<_>>()?;
        let n = self.count(7)?;
        let places = (0..n).map(|_| self.place()).collect::<Option<_>>()?;
        let n = self.count(10)?;
        let negated = (0..n).map(|_| self.negation()).collect::<Option<_>>()?;
        let n = self.count(7)?;
        let sides = (0..n).map(|_| self.side()).collect::<Option<_>>()?;
        Some(UnitFacts { numbers, dates, places, negated, sides, denies })
    }

    fn number(&mut self) -> Option<Number> {
        let value = f64::from_bits(self.u64()?);
        let (kind, noun) = (self.u8()?, self.u32()?);
        let unit = match kind {
            0 => NumberUnit::None,
            1 => NumberUnit::Year,
            2 => NumberUnit::Percent,
            3 => NumberUnit::Dong,
            4 => NumberUnit::Dollar,
            5 => NumberUnit::Noun(noun),
            _ => return None,
        };
        Some(Number { value, unit, text: self.text()? })
    }

    fn negation(&mut self) -> Option<Negation> {
        let perhaps = self.u8()? == 1;
        let (word, shown) = (self.text()?, self.text()?);
        Some(Negation { word, near: self.texts()?, shown, perhaps })
    }

    fn side(&mut self) -> Option<Side> {
        let (set, side) = (self.u8()?, self.u8()?);
        Some(Side { set, side, word: self.text()?, near: self.texts()? })
    }

    fn place(&mut self) -> Option<Place> {
        let kind = *Kind::ALL.get(usize::from(self.u8()?))?;
        Some(Place { kind, number: self.u16()?, name: self.text()? })
    }

    fn date(&mut self) -> Option<Date> {
        let (day, month, year) = (self.u8()?, self.u8()?, self.u32()?);
        let year = u16::try_from(year).ok()?;
        let known = |it: u8| Some(it).filter(|it| *it != 0);
        let (day, month) = (known(day), known(month));
        Some(Date { day, month, year: Some(year).filter(|it| *it != 0), text: self.text()? })
    }

    fn packed(&mut self, n_units: usize) -> Option<Postings> {
        let (hashes, starts) = (self.u32s()?, self.u32s()?);
        let n = self.count(1)?;
        let bytes = self.bytes(n)?.to_vec();
        Packed::from_parts(hashes, starts, bytes, n_units).map(Postings::of_packed)
    }
}

/// Do the parts of a text lie within the words that are there?
fn is_whole(row: &Row, texts: &Texts) -> bool {
    let n = usize::from(row.n_words);
    let within = |start: u32, all: &[u32]| start as usize + n <= all.len();
    n <= UNIT_WORDS_MAX
        && usize::from(row.n_statement) + usize::from(row.n_title) <= n
        && within(row.start, &texts.words)
        && row.marked_start.is_none_or(|it| within(it, &texts.marked))
}
