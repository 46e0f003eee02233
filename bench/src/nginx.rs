//! Files served by nginx, as a measure of what this machine gives at best.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// Longer than any start.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A running nginx. Dropping it ends it with its workers.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Nginx {
    /// Serves a folder. `None` where nginx is not installed.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Option<Self>> {
        if Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_err() {
            return Ok(None);
        }
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let (config, log) = (folder.join("nginx.conf"), folder.join("nginx.log"));
        fs::write(&config, words(folder, address))?;
        let child = Command::new("nginx")
            .arg("-e")
            .arg(&log)
            .arg("-c")
            .arg(&config)
            .stderr(Stdio::null())
            .spawn()?;
        let mut nginx = Self { child, address };
        let begin = Instant::now();
        while begin.elapsed() < START_TIMEOUT {
            if TcpStream::connect(address).is_ok() {
                return Ok(Some(nginx));
            }
            if let Some(status) = nginx.child.try_wait()? {
                bail!("nginx ended: {status}: {}", fs::read_to_string(&log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("nginx did not serve within {START_TIMEOUT:?}")
    }

    /// The master and its workers.
    pub(crate) fn pids(&self) -> anyhow::Result<Vec<u32>> {
        let master = self.child.id();
        let path = format!("/proc/{master}/task/{master}/children");
        let workers = fs::read_to_string(&path).context(path)?;
        let workers = workers.split_whitespace().map(str::parse::<u32>);
        let workers: Vec<u32> = workers.collect::<Result<_, _>>()?;
        Ok([&[master], &*workers].concat())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // A master that is killed leaves its workers; one that is asked takes them along.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|it| it.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// As it comes, a worker for each core, compressing as the desk does; everything in the folder.
fn words(folder: &Path, address: SocketAddr) -> String {
    let dir = folder.display();
    let user = if is_root() { "user root;\n" } else { "" };
    let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temp = temp.map(|it| format!("  {it}_temp_path {dir}/{it};\n")).concat();
    format!(
        "{user}daemon off;\nworker_processes auto;\npid {dir}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\nhttp {{\n{temp}  access_log off;\n  \
         default_type text/html;\n  charset utf-8;\n  sendfile on;\n  gzip on;\n  \
         gzip_comp_level 6;\n  keepalive_requests 1000000;\n  \
         server {{ listen {address}; root {dir}/pages; }}\n}}\n"
    )
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}
