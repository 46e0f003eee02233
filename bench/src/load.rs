//! A steady load over HTTP. Each request has its time, whatever became of those before it, and its
//! answer counts from that time on: a server that stalls pays for everybody who came meanwhile.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::program::Http;

/// Readers with a connection each. At a thousand a second they are enough for answers that take
/// 64 ms; slower ones show as lateness.
const N_READERS: usize = 64;
/// What the kernel counts a process's time in.
const TICK: Duration = Duration::from_millis(10);

/// What is asked, of each kind in turn.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    pub(crate) address: SocketAddr,
    /// Whole requests, a list for each kind.
    pub(crate) kinds: &'a [Vec<String>],
    pub(crate) per_second: u32,
    pub(crate) seconds: u32,
}

/// What came back of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Came {
    pub(crate) took: Vec<Duration>,
    pub(crate) n_bytes: usize,
    /// Answers that were no 200, and connections that broke.
    pub(crate) n_failed: usize,
}

impl Load<'_> {
    /// Sends it all and waits for the last answer.
    pub(crate) fn run(&self) -> Vec<Came> {
        let (next, begin) = (AtomicUsize::new(0), Instant::now());
        let all = std::thread::scope(|scope| {
            let readers: Vec<_> =
                (0..N_READERS).map(|_| scope.spawn(|| self.read(&next, begin))).collect();
            let joined = readers.into_iter().map(|it| it.join().expect("a reader does not panic"));
            joined.collect::<Vec<_>>()
        });
        let mut res = vec![Came::default(); self.kinds.len()];
        for (sum, it) in all.into_iter().flat_map(|it| (0..).zip(it)) {
            let sum: &mut Came = &mut res[sum];
            sum.took.extend(it.took);
            sum.n_bytes += it.n_bytes;
            sum.n_failed += it.n_failed;
        }
        res
    }

    /// One reader: takes the next request, waits for its time, sends it, waits for the answer.
    fn read(&self, next: &AtomicUsize, begin: Instant) -> Vec<Came> {
        let mut res = vec![Came::default(); self.kinds.len()];
        let mut http = None;
        let n = (self.per_second * self.seconds) as usize;
        loop {
            let idx = next.fetch_add(1, Ordering::Relaxed);
            if n <= idx {
                return res;
            }
            let kind = idx % self.kinds.len();
            let requests = &self.kinds[kind];
            let request = &requests[idx / self.kinds.len() % requests.len()];
            let due = Duration::from_secs(idx as u64) / self.per_second;
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
            match answer(&mut http, self.address, request) {
                Ok(n_bytes) => res[kind].n_bytes += n_bytes,
                Err(_) => {
                    http = None;
                    res[kind].n_failed += 1;
                }
            }
            res[kind].took.push(begin.elapsed().saturating_sub(due));
        }
    }
}

fn answer(http: &mut Option<Http>, address: SocketAddr, request: &str) -> anyhow::Result<usize> {
    let http = match http {
        Some(it) => it,
        none => none.insert(Http::connect(address)?),
    };
    let (status, body) = http.ask(request)?;
    anyhow::ensure!(status == 200, "{status}");
    Ok(body.len())
}

/// The processor's time that processes took until now, their threads together.
pub(crate) fn cpu(pids: &[u32]) -> anyhow::Result<Duration> {
    let ticks = |pid: &u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name in parentheses may hold anything; utime and stime are the 14th and 15th field.
        let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        Ok(fields[11].parse::<u32>()? + fields[12].parse::<u32>()?)
    };
    let all: Vec<u32> = pids.iter().map(ticks).collect::<anyhow::Result<_>>()?;
    Ok(TICK * all.iter().sum())
}
