//! `kiemtin serve`, and the serving part of `demo`.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::permission::Role;
use kiemtin_store::members::Invitation;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{handover, say};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::app::folder::WriterLock;
use crate::config::{Place, Serving};
use crate::fetch::{Fetcher, Guard, Setup};
use crate::{jobs, web};

/// Serve the site and the desk; does the jobs as well.
///
/// An absent folder becomes a new desk, and a one-time link for its first member is printed.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    serving: Serving,
}

impl Serve {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let listener = listen(self.serving.listen).await?;
        let lock = lock(&self.place)?;
        let url = self.serving.public_url();
        let app = App::open(&self.place, url, Arc::new(SystemClock), false).await?;
        say!("public site   http://{}/vi", self.serving.listen);
        if app.store.members().await?.is_empty() {
            let first = Invitation { org: None, role: Role::Operator };
            let token = app.invite(&first).await?;
            say!("first member  http://{}/desk/join/{token} (works once)", self.serving.listen);
        } else {
            say!("desk          http://{}/desk", self.serving.listen);
        }
        serve(app, listener, &self.serving, lock).await
    }
}

/// Binds the address before anything else: a port in use is told before a folder is made.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: choose another address with --listen, or end what uses it"
        )
    })
}

/// Takes the writer's lock of the folder; several nodes on PostgreSQL each have a folder.
pub(super) fn lock(place: &Place) -> anyhow::Result<WriterLock> {
    crate::app::folder::Folder::make(&place.data)?.lock()
}

/// Serves until a signal, then finishes what is being done.
pub(super) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    serving: &Serving,
    lock: WriterLock,
) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let fetcher = Arc::new(fetcher(&app, serving)?);
    let work = tokio::spawn(jobs::work(app.clone(), fetcher, stop.clone()));
    let door = handover::open(app.clone(), stop.clone())?;
    let signal = stop.clone();
    tokio::spawn(async move {
        stop_signal().await;
        signal.cancel();
    });
    web::listen::serve(listener, web::router(app.clone()), stop).await;
    work.await.context("the worker failed")?;
    door.await.context("the socket failed")?;
    app.close().await?;
    drop(lock);
    Ok(())
}

/// The one way out to the network, with what the operator allows.
pub(super) fn fetcher(app: &App, serving: &Serving) -> anyhow::Result<Fetcher> {
    let url = Url::parse(&app.public_url).context("--public-url is no address")?;
    Fetcher::new(Setup::new(Guard::new(&url, &serving.allow_fetch)?, url))
}

/// A way out with no exceptions, for commands that serve nothing.
pub(super) fn plain_fetcher() -> anyhow::Result<Fetcher> {
    let url = Url::parse("http://127.0.0.1/")?;
    Fetcher::new(Setup::new(Guard::new(&url, &[])?, url))
}

/// Waits for Ctrl-C or the signal that a service manager sends.
pub(super) async fn stop_signal() {
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(it) => it,
            // Without a handler Ctrl-C still works.
            Err(_) => return drop(tokio::signal::ctrl_c().await),
        };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
