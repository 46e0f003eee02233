//! From names to addresses: asked once a connection, judged whole, and connected to as judged.
//!
//! The client has no other resolver, so there is no moment between the look at an address and
//! its use in which a name could come to mean another one.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Guard;

/// An answer that is on its way.
pub type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Knows which addresses a name has: the system's resolver in the desk, a table in tests.
pub trait Names: std::fmt::Debug + Send + Sync {
    /// All addresses of `host`, in the order in which to try them.
    fn addresses(&self, host: &str) -> Lookup;
}

/// The resolver of the operating system.
#[derive(Debug)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, host: &str) -> Lookup {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|it| it.ip()).collect())
        })
    }
}

/// A table of names, for tests: nothing outside is asked. A name can have several answers; each
/// is given once, in turn, and the last one for ever.
#[derive(Debug, Default)]
pub struct FixedNames {
    table: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    asked: Mutex<Vec<String>>,
}

impl FixedNames {
    /// Adds the next answer for `host`. Each address is written as text.
    #[must_use]
    pub fn with(self, host: &str, ips: &[IpAddr]) -> Self {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.entry(host.to_owned()).or_default().push_back(ips.to_vec());
        drop(table);
        self
    }

    /// The names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next_answer(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(host.to_owned());
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = table.get_mut(host).ok_or(io::ErrorKind::NotFound)?;
        let answer = if 1 < answers.len() { answers.pop_front() } else { answers.front().cloned() };
        answer.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Names for FixedNames {
    fn addresses(&self, host: &str) -> Lookup {
        let answer = self.next_answer(host);
        Box::pin(async move { answer })
    }
}

/// The client's only resolver.
#[derive(Clone, Debug)]
pub(super) struct JudgedNames {
    pub(super) names: Arc<dyn Names>,
    /// Judges every address; `None` for hosts that the operator allowed.
    pub(super) guard: Option<Arc<Guard>>,
}

impl Resolve for JudgedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.names.addresses(name.as_str());
        let guard = self.guard.clone();
        Box::pin(async move {
            let ips = lookup.await?;
            if ips.is_empty() {
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            }
            // One answer that is not public spoils all: it is how a rebinding attack looks.
            for &ip in &ips {
                guard.as_ref().map_or(Ok(()), |it| it.check_address(name.as_str(), ip))?;
            }
            let addrs: Addrs = Box::new(ips.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addrs)
        })
    }
}
