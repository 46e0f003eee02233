//! Pictures of running pages, as a phone and a desktop show them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::debian;
use crate::program::{Outcome, on_path, target};

/// Name, width and height of each screen.
const SCREENS: [(&str, u32, u32); 2] = [("phone", 360, 780), ("desktop", 1280, 900)];
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// A page that takes longer is reported, not waited for.
const PICTURE_TIMEOUT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
/// No network of the browser's own; `--no-sandbox` because CI runs as root.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// `cargo xtask screenshots URL…`
pub(crate) fn run(urls: &[String]) -> Outcome {
    if urls.is_empty() {
        return Err("give one or more addresses, as in http://127.0.0.1:8080/vi".to_owned());
    }
    let browser = browser()?;
    let folder = target().join("screenshots");
    fs::create_dir_all(&folder).map_err(|err| format!("{} : {err}", folder.display()))?;
    for url in urls {
        for (screen, width, height) in SCREENS {
            let picture = folder.join(format!("{}-{screen}.png", file_name(url)));
            take(&browser, url, (width, height), &picture)?;
            println!("{}", picture.display());
        }
    }
    Ok(())
}

/// The browser, installed first if that may be done.
pub(crate) fn browser() -> Outcome<PathBuf> {
    if let Some(found) = on_path(&NAMES) {
        return Ok(found);
    }
    debian::install(&["chromium"]).map_err(|why| format!("no browser: {why}"))?;
    on_path(&NAMES).ok_or_else(|| "the package chromium brought no browser".to_owned())
}

/// Takes one picture with a fresh profile, which is removed again.
fn take(browser: &Path, url: &str, (width, height): (u32, u32), picture: &Path) -> Outcome {
    let profile = std::env::temp_dir().join(format!("kiemtin-browser-{}", std::process::id()));
    let mut command = Command::new(browser);
    command.args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("--window-size={width},{height}"));
    command.arg(format!("--screenshot={}", picture.display()));
    command.arg(url).stdout(Stdio::null()).stderr(Stdio::null());
    // An old picture must not pass for a new one; that there is none yet is as good.
    let _ = fs::remove_file(picture);
    let res = command.spawn().map_err(|err| format!("the browser did not start: {err}"));
    let res = res.and_then(|browser| wait(browser, url));
    // A profile left behind is only a full temporary folder, not a wrong picture.
    let _ = fs::remove_dir_all(&profile);
    res?;
    if picture.is_file() { Ok(()) } else { Err(format!("no picture came of {url}")) }
}

fn wait(mut browser: Child, url: &str) -> Outcome {
    let start = Instant::now();
    while start.elapsed() < PICTURE_TIMEOUT {
        let lost = |err| format!("the browser was lost: {err}");
        match browser.try_wait().map_err(lost)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("the browser failed at {url} ({status})")),
            None => sleep(POLL),
        }
    }
    // It may have ended by itself in this moment; then there is nothing to kill.
    let _ = browser.kill().and_then(|()| browser.wait());
    Err(format!("{url} was not there within {} s", PICTURE_TIMEOUT.as_secs()))
}

/// The address without scheme and host, as a file name: `vi-claims-4`.
fn file_name(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    if name.is_empty() { "start".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_the_path_of_its_page() {
        assert_eq!(file_name("http://127.0.0.1:8080/vi/search?q=n%C6%B0"), "vi-search-q-n-C6-B0");
        assert_eq!(file_name("http://127.0.0.1:8080/"), "start");
        assert_eq!(file_name("http://127.0.0.1:8080"), "start");
        assert_eq!(file_name("https://kiemtin.example/vi/receipt"), "vi-receipt");
    }
}
