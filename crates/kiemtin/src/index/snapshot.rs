//! The index on disk, so that a start need not read every claim again. Whole or absent: a damaged
//! or older file is left aside.
//!
//! Form: magic, id of the desk, cursor, number of answered claims, then each with its public number,
//! then the claims' own snapshot, which has a version and a checksum of its own; SHA-256 of all that
//! at the end.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::ClaimIndex;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::durable::write_durably;

const MAGIC: &[u8; 8] = b"ktindex2";

/// What a snapshot holds.
pub(super) struct Snapshot {
    pub(super) claims: ClaimIndex,
    pub(super) answered: HashMap<ClaimId, i64>,
    pub(super) cursor: i64,
}

/// The bytes of a snapshot, without its sum.
pub(super) fn bytes(
    desk: Uuid,
    claims: &ClaimIndex,
    answered: &HashMap<ClaimId, i64>,
    cursor: i64,
) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(desk.as_bytes());
    bytes.extend(cursor.to_le_bytes());
    bytes.extend((answered.len() as u64).to_le_bytes());
    for (claim, number) in answered {
        bytes.extend(claim.0.as_bytes());
        bytes.extend(number.to_le_bytes());
    }
    claims.append_to(&mut bytes);
    bytes
}

/// Writes a snapshot.
pub(super) fn write(dir: &Path, mut bytes: Vec<u8>) -> anyhow::Result<()> {
    let sum = Sha256::digest(&bytes);
    bytes.extend(sum);
    write_durably(&file(dir), &bytes)
}

/// Reads the snapshot; `None` when there is none of this desk that this program can use.
pub(super) fn read(dir: &Path, desk: Uuid) -> Option<Snapshot> {
    let bytes = fs::read(file(dir)).ok()?;
    let (body, sum) = bytes.split_last_chunk::<32>()?;
    let rest = body.strip_prefix(MAGIC)?.strip_prefix(desk.as_bytes())?;
    if Sha256::digest(body)[..] != sum[..] {
        return None;
    }
    let (cursor, rest) = number(rest)?;
    let (n, mut rest) = number(rest)?;
    let mut answered = HashMap::new();
    for _ in 0..n {
        let (id, after) = rest.split_first_chunk::<16>()?;
        let (public, after) = number(after)?;
        answered.insert(ClaimId(Uuid::from_bytes(*id)), public);
        rest = after;
    }
    let claims = ClaimIndex::from_bytes(rest).ok()?;
    Some(Snapshot { claims, answered, cursor })
}

/// Deletes the snapshot.
pub(super) fn delete(dir: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file(dir)) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err.into()),
        _ => Ok(()),
    }
}

fn number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((i64::from_le_bytes(*number), rest))
}

fn file(dir: &Path) -> PathBuf {
    dir.join("claims.snapshot")
}
