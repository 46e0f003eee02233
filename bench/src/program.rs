//! The program as its users run it: built in release mode, in a folder that goes away, spoken to
//! over HTTP on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

/// No start takes this long.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The program beside this one: `cargo xtask bench` builds both.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("kiemtin");
    ensure!(path.is_file(), "{} is not built: cargo build --release", path.display());
    Ok(path)
}

/// Runs a command to its end; its words are shown when it fails.
pub(crate) fn run(args: &[&str]) -> anyhow::Result<String> {
    let out = Command::new(binary()?).args(args).output()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    ensure!(out.status.success(), "{args:?}: {text}{}", String::from_utf8_lossy(&out.stderr));
    Ok(text)
}

/// A folder that goes with its owner.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("kiemtin-bench-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path)); // Left by a process of the same number, if at all.
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn desk(&self) -> String {
        self.path("desk").display().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<String> {
        let path = self.path(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0)); // A folder left behind spoils no figure.
    }
}

/// A running `serve` or `demo`. Dropping it ends it.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first page.
    pub(crate) started_in: Duration,
}

impl Server {
    /// Starts it and waits until its front page answers.
    pub(crate) fn start(command: &str, desk: &str) -> anyhow::Result<Self> {
        Self::with(command, desk, &[])
    }

    /// The same with more options.
    pub(crate) fn with(command: &str, desk: &str, more: &[&str]) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begin = Instant::now();
        let child = Command::new(binary()?)
            .args([command, "--data", desk, "--listen", &address.to_string()])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        while begin.elapsed() < START_TIMEOUT {
            if let Ok(mut http) = Http::connect(address)
                && http.get("/vi").is_ok_and(|it| it.0 == 200)
            {
                server.started_in = begin.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("{command} ended before it served: {status}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("{command} did not serve within {START_TIMEOUT:?}")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes.
    pub(crate) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone after this.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One kept-alive connection. Small on purpose: the load shares the cores with what it measures.
pub(crate) struct Http {
    stream: BufReader<TcpStream>,
    line: String,
}

impl Http {
    pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, ANSWER_TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream), line: String::new() })
    }

    /// Status and body.
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"))
    }

    /// Sends a form and asks for JSON.
    pub(crate) fn post(&mut self, path: &str, form: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    /// Sends a whole request; status and body, as it comes.
    pub(crate) fn ask(&mut self, request: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.next_line()?.split(' ').nth(1).context("no status")?.parse()?;
        let (mut n_bytes, mut chunked) = (0, false);
        loop {
            let line = self.next_line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(it) = line.strip_prefix("content-length:") {
                n_bytes = it.trim().parse()?;
            }
            chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        let mut body = Vec::new();
        if !chunked {
            body.resize(n_bytes, 0);
            self.stream.read_exact(&mut body)?;
            return Ok((status, body));
        }
        loop {
            let n_chunk = usize::from_str_radix(self.next_line()?.trim(), 16)?;
            let begin = body.len();
            body.resize(begin + n_chunk, 0);
            self.stream.read_exact(&mut body[begin..])?;
            self.next_line()?;
            if n_chunk == 0 {
                return Ok((status, body));
            }
        }
    }

    fn next_line(&mut self) -> anyhow::Result<&str> {
        self.line.clear();
        ensure!(self.stream.read_line(&mut self.line)? != 0, "the connection was closed");
        Ok(self.line.trim_end())
    }
}
