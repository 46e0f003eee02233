//! Exact search over vectors in memory: how long one search takes, and what it holds.

use std::time::Instant;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::time::Timestamp;
use kiemtin_core::vectors::{Sought, Vector, Vectors};

use crate::figures::{at, bar, ms};

/// Dimensions of a small sentence model.
const N_DIMS: usize = 384;
const SEARCHES: usize = 30;
const NEAREST: usize = 20;

/// Searches among as many claims as one desk may have, on one core.
pub fn run() -> anyhow::Result<()> {
    for (n_claims, expected) in [(14_231, "–"), (100_000, "–"), (1_000_000, "100 ms")] {
        let mut state = 1_u64;
        let mut vectors = Vectors::new(N_DIMS);
        for n in 0..n_claims {
            let id = ClaimId::new(Timestamp::from_millis(n), [0; 10]);
            vectors.upsert(id, &[random(&mut state)]);
        }
        let mut times = Vec::new();
        for _ in 0..SEARCHES {
            let sought = Sought::of(&random(&mut state));
            let begin = Instant::now();
            let found = vectors.nearest(&sought, NEAREST);
            times.push(begin.elapsed());
            anyhow::ensure!(found.claims.len() == NEAREST, "the nearest are found");
        }
        let (p50, p99) = (ms(at(0.5, &mut times)), ms(at(0.99, &mut times)));
        let what = format!("search of {n_claims} vectors of {N_DIMS}, one core, p50");
        bar(&what, &p50, expected);
        bar("  p99", &p99, "–");
        let mib = vectors.memory_bytes() as f64 / f64::from(1 << 20);
        bar("  memory", &format!("{mib:.0} MiB"), "–");
    }
    Ok(())
}

/// Numbers that look like chance, the same in every run.
fn random(state: &mut u64) -> Vector {
    let next = |_| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
        (*state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    Vector::of(&(0..N_DIMS).map(next).collect::<Vec<_>>())
}
