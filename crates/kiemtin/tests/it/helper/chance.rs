//! Chance that can be had again: the seed is printed, and `KIEMTIN_TEST_SEED` sets it.

/// SplitMix64: small, and good enough to spread moments.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// From the environment, or else from the time; says which.
    pub(crate) fn new() -> Self {
        let given = std::env::var("KIEMTIN_TEST_SEED").ok();
        let seed = given.map_or_else(clock, |it| it.parse().expect("the seed is a number"));
        println!("KIEMTIN_TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// A number under `end`.
    pub(crate) fn under(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn clock() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("the clock is after 1970");
    since.as_secs()
}
