//! `kiemtin serve`, and the serving part of `demo`.

use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::permission::Role;
use kiemtin_store::members::Invitation;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{handover, say};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::app::folder::WriterLock;
use crate::app::mail::Mailer;
use crate::app::provider::Provider;
use crate::collect::{Collector, Habits};
use crate::config::{Outside, Place, Serving};
use crate::fetch::{Fetcher, Guard, Setup};
use crate::jobs::{self, Reach};
use crate::log::witness::{Witness, Witnesses};
use crate::{site, web};

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
    pub(super) async fn run(mut self) -> anyhow::Result<()> {
        let listener = listen(&mut self.serving).await?;
        let lock = lock(&self.place)?;
        let (public_url, clock) = (self.serving.public_url(), Arc::new(SystemClock));
        let provider = Provider::new(&self.serving.openid, &public_url)?;
        let app = App::open(&self.place, &public_url, clock, false).await?;
        if let Some(provider) = provider {
            app.provider.get_or_init(|| provider);
        }
        let here = self.serving.here();
        let desk = if app.store.members().await?.is_empty() {
            let first = Invitation { org: None, role: Role::Operator };
            let token = app.invite(&first).await?;
            format!("first member  {here}/desk/join/{token} (works once)")
        } else {
            format!("desk          {here}/desk")
        };
        let links = format!("public site   {here}/vi\n{desk}");
        serve(app, listener, &self.serving, lock, &links).await
    }
}

/// Binds the address before anything else: a port in use is told before a folder is made.
/// From then on `serving` names the port that it really got.
pub(super) async fn listen(serving: &mut Serving) -> anyhow::Result<TcpListener> {
    let address = serving.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: choose another address with --listen, or end what uses it"
        )
    })?;
    serving.listen = listener.local_addr()?;
    Ok(listener)
}

/// Takes the writer's lock of the folder; several nodes on PostgreSQL each have a folder.
pub(super) fn lock(place: &Place) -> anyhow::Result<WriterLock> {
    crate::app::folder::Folder::make(&place.data)?.lock()
}

/// Serves until a signal, then finishes what is being done. `links` are printed once pages, the
/// socket and the signal are seen to: whoever reads them may use them.
pub(super) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    serving: &Serving,
    lock: WriterLock,
    links: &str,
) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let signal = stop_signal()?;
    set_outside(&app, &serving.outside)?;
    let reach = Arc::new(reach(&app.public_url, &serving.outside)?);
    // What strangers may have fetched knows none of the operator's exceptions.
    app.fetcher.set(plain_fetcher(&app.public_url)?).expect("a desk is served once");
    let collecting = collect(&app, &reach, &serving.outside, &stop);
    let work = tokio::spawn(jobs::work(app.clone(), reach, stop.clone()));
    let door = handover::open(app.clone(), stop.clone())?;
    let stopping = stop.clone();
    tokio::spawn(async move {
        signal.await;
        stopping.cancel();
    });
    say!("{links}");
    let header = serving.client_header.clone();
    web::listen::serve(listener, site::router(app.clone()), header, stop).await;
    work.await.context("the worker failed")?;
    collecting.await.context("collecting failed")?;
    door.await.context("the socket failed")?;
    app.close().await?;
    drop(lock);
    Ok(())
}

/// Asks the sources until told to stop.
pub(super) fn collect(
    app: &Arc<App>,
    reach: &Reach,
    outside: &Outside,
    stop: &CancellationToken,
) -> JoinHandle<()> {
    let habits = Habits { subscribes: true, ..Habits::usual(outside.search_key.clone()) };
    let collector = Arc::new(Collector::new(app.clone(), reach.fetcher.clone(), habits));
    let stop = stop.clone();
    tokio::spawn(async move { collector.run(&stop).await })
}

/// The way to members' mail boxes and to the hub of the feeds, where the operator configured them.
pub(super) fn set_outside(app: &App, outside: &Outside) -> anyhow::Result<()> {
    if let Some(mailer) = Mailer::of(outside)? {
        app.mail.set(mailer).expect("a desk is served once");
    }
    if let Some(hub) = &outside.websub_hub {
        app.hub.set(hub.clone()).expect("a desk is served once");
    }
    Ok(())
}

/// What jobs reach outside, with what the operator allows.
pub(super) fn reach(public_url: &str, outside: &Outside) -> anyhow::Result<Reach> {
    let Outside {
        public_url: _,
        allow_fetch,
        witness,
        timestamp_url,
        websub_hub: _,
        search_key: _,
        smtp_url: _,
        mail_from: _,
    } = outside;
    let url = Url::parse(public_url).context("--public-url is no address")?;
    let guard = Guard::new(&url, allow_fetch)?;
    let timestamp_url = timestamp_url.clone();
    let fetcher = Fetcher::new(Setup { timestamp_url, ..Setup::new(guard, url) })?;
    let all = witness.iter().map(|it| Witness::parse(it)).collect::<anyhow::Result<_>>();
    Ok(Reach { fetcher, witnesses: Witnesses::new(all.context("--witness")?)? })
}

fn plain_fetcher(public_url: &str) -> anyhow::Result<Fetcher> {
    let url = Url::parse(public_url).context("--public-url is no address")?;
    Fetcher::new(Setup::new(Guard::new(&url, &[])?, url))
}

/// What sites that are fetched are told by a process that serves nothing.
pub(super) const UNSERVED: &str = "http://127.0.0.1";

/// The same with no exceptions, for commands that serve nothing.
pub(super) fn plain_reach() -> anyhow::Result<Reach> {
    reach(UNSERVED, &Outside::default())
}

/// Catches Ctrl-C and the signal that a service manager sends from now on; what it returns waits
/// for one of them.
pub(super) fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch signals")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
