//! The index as bytes and back: a quicker start than reading every claim again.
//!
//! Little-endian; magic, version, body, XXH3 of all before it. Anything that does not read back
//! exactly is refused, and the caller rebuilds from the store.

use std::collections::HashMap;

use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::view::{Postings, UNITS_MAX};
use super::{ClaimIndex, ClaimRow, N_VIEWS, Unit, UnitFacts};
use crate::ids::ClaimId;
use crate::lang::Lang;
use crate::text::number::{Date, Number, Unit as NumberUnit};

const MAGIC: [u8; 8] = *b"kiemtinx";
/// Raised with every change of the layout, of a view's terms or of the search key.
const VERSION: u32 = 1;

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
        let mut bytes = Vec::with_capacity(self.memory_bytes());
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
        out.u32(self.units.len() as u32);
        for unit in &self.units {
            out.unit(unit);
        }
        for view in &self.views {
            out.view(view);
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

    fn unit(&mut self, unit: &Unit) {
        self.u32(unit.claim.unwrap_or(u32::MAX));
        self.u32(unit.sequence.len() as u32);
        unit.sequence.iter().for_each(|it| self.u32(*it));
        self.u8(u8::from(unit.facts.is_some()));
        let Some(facts) = &unit.facts else { return };
        let UnitFacts { numbers, dates, negated, denies } = &**facts;
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
        self.u32(negated.len() as u32);
        negated.iter().for_each(|it| self.text(it));
    }

    fn view(&mut self, view: &Postings) {
        self.u32(view.lists.len() as u32);
        let mut hashes = vec![0; view.lists.len()];
        for (hash, term) in &view.terms {
            hashes[*term as usize] = *hash;
        }
        for (hash, list) in hashes.iter().zip(&view.lists) {
            self.u64(*hash);
            self.u32(list.len() as u32);
            list.iter().for_each(|it| self.u32(*it));
        }
        self.u64(view.total_length);
        self.u32(view.lengths.len() as u32);
        self.0.extend(&view.lengths);
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
        let n_units = self.count(9)?;
        let units: Vec<Unit> = (0..n_units).map(|_| self.unit()).collect::<Option<_>>()?;
        let views: Vec<Postings> =
            (0..N_VIEWS).map(|_| self.view(n_units)).collect::<Option<_>>()?;
        let within = |it: &ClaimRow| {
            it.first_unit.checked_add(it.n_units).is_some_and(|it| it as usize <= n_units)
        };
        let known = units.iter().flat_map(|it| it.claim).all(|it| (it as usize) < claims.len());
        let ok = claims.iter().all(within) && known && n_dead <= n_units && n_units <= UNITS_MAX;
        let views = views.try_into().ok()?;
        ok.then_some(ClaimIndex { views, units, claims, by_id, n_dead })
    }

    fn unit(&mut self) -> Option<Unit> {
        let claim = Some(self.u32()?).filter(|it| *it != u32::MAX);
        let sequence = self.u32s()?.into_boxed_slice();
        let facts = if self.u8()? == 1 { Some(Box::new(self.facts()?)) } else { None };
        Some(Unit { claim, sequence, facts })
    }

    fn facts(&mut self) -> Option<UnitFacts> {
        let denies = self.u8()? == 1;
        let n = self.count(17)?;
        let numbers = (0..n).map(|_| self.number()).collect::<Option<_>>()?;
        let n = self.count(10)?;
        let dates = (0..n).map(|_| self.date()).collect::<Option<_>>()?;
        let n = self.count(4)?;
        let negated = (0..n).map(|_| self.text()).collect::<Option<_>>()?;
        Some(UnitFacts { numbers, dates, negated, denies })
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

    fn date(&mut self) -> Option<Date> {
        let (day, month, year) = (self.u8()?, self.u8()?, self.u32()?);
        let year = u16::try_from(year).ok()?;
        let known = |it: u8| Some(it).filter(|it| *it != 0);
        let (day, month) = (known(day), known(month));
        Some(Date { day, month, year: Some(year).filter(|it| *it != 0), text: self.text()? })
    }

    fn view(&mut self, n_units: usize) -> Option<Postings> {
        let mut res = Postings::default();
        let n_terms = self.count(12)?;
        res.terms.reserve(n_terms);
        for term in 0..n_terms {
            res.terms.insert(self.u64()?, term as u32);
            let list = self.u32s()?;
            if list.iter().any(|it| n_units <= (it >> 8) as usize) {
                return None;
            }
            res.lists.push(list);
        }
        res.total_length = self.u64()?;
        let n = self.count(1)?;
        res.lengths = self.bytes(n)?.to_vec();
        (n == n_units).then_some(res)
    }
}
