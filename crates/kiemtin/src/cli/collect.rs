//! `kiemtin collect`.

use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::lang::Lang;
use kiemtin_store::sources::{Round, Source};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::bar::{spinner, steps};
use super::{handover, say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::app::folder::{Folder, InUse};
use crate::collect::{Collector, Habits, trouble};
use crate::config::{Outside, Place};
use crate::jobs;

/// Ask the sources that are due, take in what is new, and sort it.
///
/// `serve` and `work` do this by themselves; this is for a desk that is not running. A host is asked
/// one thing at a time, as its robots.txt wants it.
#[derive(Debug, Args)]
pub(super) struct Collect {
    #[command(flatten)]
    place: Place,
    /// End when every source that is due was asked; without it go on until Ctrl-C.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    outside: Outside,
}

impl Collect {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let lock = match Folder::make(&self.place.data)?.lock() {
            Ok(lock) => lock,
            Err(err) if err.downcast_ref::<InUse>().is_some() => {
                say!("The process that holds this desk collects by itself. How it goes:\n");
                let list = super::source::SourceWork::List { json: false };
                say!("{}", handover::source(&self.place, list).await?);
                return Ok(());
            }
            Err(err) => return Err(err),
        };
        let url = self.outside.public_url.as_ref().map_or("", Url::as_str);
        let app = App::open(&self.place, url, Arc::new(SystemClock), false).await?;
        serve::set_outside(&app, &self.outside)?;
        let told = if url.is_empty() { serve::UNSERVED } else { url };
        let reach = Arc::new(serve::reach(told, &self.outside)?);
        let habits = Habits::usual(self.outside.search_key.clone());
        let collector = Arc::new(Collector::new(app.clone(), reach.fetcher.clone(), habits));
        let stop = CancellationToken::new();
        let working = tokio::spawn(jobs::work(app.clone(), reach.clone(), stop.clone()));
        let res = match self.once {
            true => once(&app, &collector).await,
            false => until_told(&collector, &stop).await,
        };
        stop.cancel();
        working.await.context("the worker failed")?;
        res?;
        if self.once {
            let bar = spinner("grouping and matching");
            jobs::drain(&app, &reach).await?;
            bar.finish_and_clear();
        }
        app.close().await?;
        drop(lock);
        Ok(())
    }
}

async fn until_told(collector: &Arc<Collector>, stop: &CancellationToken) -> anyhow::Result<()> {
    let signal = serve::stop_signal()?;
    say!("collecting; end it with Ctrl-C");
    let stopping = stop.clone();
    tokio::spawn(async move {
        signal.await;
        stopping.cancel();
    });
    collector.run(stop).await;
    Ok(())
}

async fn once(app: &App, collector: &Arc<Collector>) -> anyhow::Result<()> {
    let now = app.now();
    let all = app.store.sources().await?;
    let n_due = all.iter().filter(|it| it.ended.is_none() && it.next <= now).count();
    let bar = steps(n_due as u64, "asking sources");
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Source, Round)>();
    let asking = {
        let collector = collector.clone();
        tokio::spawn(async move { collector.once(sender).await })
    };
    let (mut n_asked, mut n_new) = (0, 0);
    while let Some((source, round)) = receiver.recv().await {
        bar.inc(1);
        n_asked += 1;
        n_new += round.n_new;
        let name = &source.new.stated.name;
        let counts = format!("{} new, {} known", round.n_new, round.n_known);
        bar.suspend(|| match &round.trouble {
            None => say!("{name}: {counts}"),
            Some(trouble) => say!("{name}: {counts}; {}", trouble::words(Lang::En, trouble)),
        });
    }
    bar.finish_and_clear();
    asking.await.context("collecting broke off")??;
    say!("{n_asked} of {} sources were due; {n_new} new texts", all.len());
    if let Some(next) = app.store.next_source_at().await? {
        say!("the next is due {}", next.date_time(Lang::En));
    }
    Ok(())
}
