//! A program of others as a child process that is given bytes, says bytes, and has limits: time,
//! memory, work, what it may say, no files, nothing of our environment.
//!
//! It is niced, so that reading for later takes nothing from taking tips in, and ends with whoever
//! waits for it.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Where programs are looked for: where distributions and administrators put them.
pub const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// No files, no core dumps; the shell becomes the program, so that ending it ends the program.
const SCRIPT: &str = "ulimit -v \"$1\" && ulimit -t \"$2\" && ulimit -f 0 && ulimit -c 0 && \
    shift 2 && exec nice -n 5 \"$@\"";

/// What a child may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it is waited for.
    pub time: Duration,
    /// Address space.
    pub memory_kib: u32,
    /// Seconds of a processor. Ends the child also when nobody is left who waits for it.
    pub work_seconds: u32,
    /// What it may say; the rest is not listened to.
    pub answer_bytes_max: u64,
}

/// What it said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Its words.
    pub bytes: Vec<u8>,
    /// Whether it would have said more.
    pub is_cut: bool,
    /// How it ended; of no account when it was cut off.
    pub status: ExitStatus,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// It took too long.
    #[error("it was ended after {} seconds", .0.as_secs())]
    TooSlow(Duration),
    /// It could not be started or waited for.
    #[error("it could not be run: {0}")]
    Lost(#[from] std::io::Error),
}

/// Runs the program that `words` begin with, found in the folders of `path`, on what it is given.
///
/// # Errors
/// It could not be run, or took too long. Nothing of it is left running.
pub async fn run(
    path: &str,
    words: &[&str],
    given: &[u8],
    limits: &Limits,
) -> Result<Said, Unanswered> {
    let mut child = command(path, words, limits).spawn()?;
    let said = timeout(limits.time, answer(&mut child, given, limits.answer_bytes_max)).await;
    let Ok(said) = said else {
        // It may have ended in this moment; then there is nothing to end.
        drop(child.kill().await);
        return Err(Unanswered::TooSlow(limits.time));
    };
    Ok(said?)
}

fn command(path: &str, words: &[&str], limits: &Limits) -> Command {
    let mut child = Command::new("sh");
    child.args(["-c", SCRIPT, "sh"]);
    child.arg(limits.memory_kib.to_string()).arg(limits.work_seconds.to_string()).args(words);
    // What is in our own environment, an address with a password say, is not the child's. One thread
    // is enough for programs that would take all processors.
    child.env_clear().env("PATH", path).env("LC_ALL", "C").env("OMP_THREAD_LIMIT", "1");
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    child.kill_on_drop(true);
    child
}

/// Gives the child what it is to read and takes what it says, both at once: neither waits for the
/// other.
async fn answer(child: &mut Child, given: &[u8], max: u64) -> std::io::Result<Said> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (mut stdin, stdout) = (stdin.expect("piped"), stdout.expect("piped"));
    let give = async move {
        // A child that ended early does not take it; its status says why.
        drop(stdin.write_all(given).await);
        drop(stdin);
        std::future::pending::<()>().await;
    };
    let mut bytes = Vec::new();
    let mut stdout = stdout.take(max);
    tokio::select! {
        // What it says ends with it, or at the limit; giving ends then too.
        res = stdout.read_to_end(&mut bytes) => drop(res?),
        () = give => {}
    }
    // Whoever has more to say finds nobody listening, and ends.
    drop(stdout);
    let status = child.wait().await?;
    let is_cut = bytes.len() as u64 >= max;
    Ok(Said { bytes, is_cut, status })
}
