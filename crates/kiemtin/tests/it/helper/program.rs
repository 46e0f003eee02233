//! The program as its users run it: commands with what they print, and a desk that is served.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How long a served desk may take for a page before a test gives it up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a command printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program with these arguments, and nothing from the developer's environment.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiemtin"));
    command.args(args).stdin(Stdio::null());
    for name in [
        "DATA",
        "DATABASE",
        "MODEL",
        "LISTEN",
        "PUBLIC_URL",
        "ALLOW_FETCH",
        "LOG",
        "WITNESS",
        "WEBSUB_HUB",
        "SEARCH_KEY",
    ] {
        command.env_remove(format!("KIEMTIN_{name}"));
    }
    for name in ["ISSUER", "CLIENT_ID", "CLIENT_SECRET_FILE"] {
        command.env_remove(format!("KIEMTIN_OIDC_{name}"));
    }
    command
}

/// Runs a command on the desk in `data` to its end.
pub(crate) fn run(data: &Path, args: &[&str]) -> Ran {
    let data = data.to_str().expect("a path of UTF-8");
    Ran::of(&mut command(&[args, &["--data", data]].concat()))
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn works(self) -> Self {
        self.ends(0)
    }

    /// Fails with one clear sentence on standard error.
    #[track_caller]
    pub(crate) fn fails(self, sentence: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(self.err.starts_with("kiemtin: ") && self.err.contains(sentence), "{self:#?}");
        assert_eq!(self.err.trim_end().lines().count(), 1, "one sentence: {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "it does not say {text:?}: {self:#?}");
        self
    }
}

/// A desk that is served by a process of its own.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    /// All it printed until it was ready.
    pub(crate) printed: String,
    /// Where it listens; empty when it ended before that.
    pub(crate) address: String,
}

impl Served {
    /// Starts `serve`, without waiting for anything.
    pub(crate) fn start(data: &Path, stderr: Stdio) -> Self {
        let data = data.to_str().expect("a path of UTF-8");
        let mut command = command(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
        command.stderr(stderr);
        Self::of(&mut command)
    }

    /// Starts `serve` with more options and waits until it listens.
    pub(crate) fn with(data: &Path, more: &[&str]) -> Self {
        let data = data.to_str().expect("a path of UTF-8");
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data];
        let mut served = Self::of(&mut command(&[&serve, more].concat()));
        served.wait();
        assert!(!served.address.is_empty(), "it ended before it listened: {}", served.printed);
        served
    }

    /// Starts a command that serves.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, out, printed: String::new(), address: String::new() }
    }

    /// Starts `serve` and waits until it listens.
    pub(crate) fn ready(data: &Path) -> Self {
        let mut served = Self::start(data, Stdio::inherit());
        served.wait();
        assert!(!served.address.is_empty(), "it ended before it listened: {}", served.printed);
        served
    }

    /// Reads what it prints until it has named its address, or ended.
    pub(crate) fn wait(&mut self) {
        let mut line = String::new();
        while self.out.read_line(&mut line).expect("it prints UTF-8") != 0 {
            let address =
                line.strip_prefix("public site").and_then(|it| it.trim().split('/').nth(2));
            self.printed += &line;
            if let Some(address) = address {
                self.address = address.to_owned();
                return;
            }
            line.clear();
        }
    }

    /// What it prints from here on, up to a line that holds this.
    pub(crate) fn rest_until(&mut self, last: &str) -> String {
        let mut text = String::new();
        while !text.contains(last) {
            assert_ne!(self.out.read_line(&mut text).expect("UTF-8"), 0, "it ended: {text}");
        }
        text
    }

    pub(crate) fn get(&self, path: &str) -> std::io::Result<String> {
        ask(&self.address, &format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> std::io::Result<String> {
        post(&self.address, path, form, "")
    }

    /// SIGKILL: it does not get to do anything more.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM, as a service manager sends: it finishes what it does.
    pub(crate) fn end(mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").arg(&id).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("it ended");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended long ago; a test that fails must not leave a server behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a form, with further lines of the head, and returns the whole answer with its head.
pub(crate) fn post(
    address: &str,
    path: &str,
    form: &[(&str, &str)],
    head: &str,
) -> std::io::Result<String> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let head =
        format!("POST {path} HTTP/1.1\r\n{kind}\r\nContent-Length: {}\r\n{head}", body.len());
    ask(address, &head, &body)
}

/// Sends a body as it is, and returns the whole answer with its head.
pub(crate) fn raw_post(address: &str, path: &str, body: &str) -> std::io::Result<String> {
    ask(address, &format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len()), body)
}

fn ask(address: &str, head: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(
        format!("{head}Host: {address}\r\nConnection: close\r\n\r\n{body}").as_bytes(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The receipt on the page that answers a tip, if all of it came.
pub(crate) fn receipt(answer: &str) -> Option<String> {
    let (_, rest) = answer.split_once("<p class=\"receipt\"><code>")?;
    rest.split_once("</code>").map(|(words, _)| words.to_owned())
}
