//! The command line: one file a command. Errors become one sentence on standard error and a
//! non-zero exit code.

mod backup;
mod bar;
mod collect;
mod completions;
mod demo;
mod doctor;
mod embed;
mod eval;
mod explain;
mod export;
mod extract;
mod handover;
mod import;
mod log;
mod match_text;
mod mcp;
mod member;
mod quality;
mod reindex;
mod serve;
mod source;
mod table;
mod temp_dir;
mod verify_log;
mod witness;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Kiểm Tin: check rumours together, in the open, and answer them.
///
/// Begin with `kiemtin demo`: it makes a desk with a sample, shows what matched what and why, and
/// serves the site on this machine. A real desk begins with `kiemtin serve`.
#[derive(Debug, Parser)]
#[command(name = "kiemtin", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a desk with the bundled sample, show what matches what, and serve it.
    Demo(demo::Demo),
    /// Serve the site and the desk; does the jobs as well.
    Serve(serve::Serve),
    /// Do jobs without serving: further nodes on one PostgreSQL database.
    Work(work::Work),
    /// Take messages, claims or other desks' reviews from files or addresses.
    Import(import::Import),
    /// Print title, date and text of files, folders and addresses; stores nothing.
    Extract(extract::Extract),
    /// Where texts come from by themselves: add, list, stop and take up sources.
    Source(source::SourceCommand),
    /// Ask the sources that are due and take in what is new.
    Collect(collect::Collect),
    /// Say which claims a text makes, how sure that is, and why.
    Match(match_text::MatchText),
    /// Let an assistant on this machine search and read what was published.
    Mcp(mcp::Mcp),
    /// Measure ranking and decisions on a test collection.
    Eval(eval::Eval),
    /// Show how well the matcher does on the desk's own decisions.
    Quality(quality::Quality),
    /// Write the open data into a folder: answers, versions, evidence, statistics.
    Export(export::Export),
    /// Write the whole desk into one file, while it runs.
    Backup(backup::Backup),
    /// Make a desk from a backup.
    Restore(backup::Restore),
    /// Build the index anew.
    Reindex(reindex::Reindex),
    /// Make the vectors of all claims now, with an embedding model.
    Embed(embed::Embed),
    /// The public log: its key, a copy of it, and what to do after a restore.
    Log(log::LogCommand),
    /// Check a desk's public log: signature, entries, tiles, versions and what was published.
    VerifyLog(verify_log::VerifyLog),
    /// Be a witness of other desks' logs.
    Witness(witness::Witness),
    /// Organisations, members and one-time links.
    Member(member::MemberCommand),
    /// Look whether the desk is well, and say what to do.
    Doctor(doctor::Doctor),
    /// Print completions for a shell.
    Completions(completions::Completions),
}

impl Command {
    /// What goes to standard error unless `KIEMTIN_LOG` says otherwise: short commands speak for
    /// themselves, those that stay tell what they do.
    fn log(&self) -> &'static str {
        match self {
            Self::Demo(_) | Self::Serve(_) | Self::Work(_) | Self::Witness(_) => {
                "warn,kiemtin=info,sqlx=error"
            }
            _ => "warn,sqlx=error",
        }
    }
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter =
        EnvFilter::try_from_env("KIEMTIN_LOG").unwrap_or_else(|_| cli.command.log().into());
    // This library repeats what it cannot read, which is what somebody asked.
    let filter = filter.add_directive("rmcp=off".parse().expect("a directive"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&err.into()),
    };
    match runtime.block_on(dispatch(cli.command)) {
        Ok(code) => code,
        Err(err) => fail(&err),
    }
}

async fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(it) => it.run().await?,
        Command::Serve(it) => it.run().await?,
        Command::Work(it) => it.run().await?,
        Command::Import(it) => return it.run().await,
        Command::Extract(it) => it.run().await?,
        Command::Source(it) => it.run().await?,
        Command::Collect(it) => it.run().await?,
        Command::Match(it) => it.run().await?,
        Command::Mcp(it) => it.run().await?,
        Command::Eval(it) => it.run()?,
        Command::Quality(it) => it.run().await?,
        Command::Export(it) => it.run().await?,
        Command::Backup(it) => it.run().await?,
        Command::Restore(it) => it.run().await?,
        Command::Reindex(it) => it.run().await?,
        Command::Embed(it) => it.run().await?,
        Command::Log(it) => it.run().await?,
        Command::VerifyLog(it) => return it.run().await,
        Command::Witness(it) => it.run().await?,
        Command::Member(it) => it.run().await?,
        Command::Doctor(it) => return it.run().await,
        Command::Completions(it) => it.run(),
    }
    Ok(ExitCode::SUCCESS)
}

fn fail(err: &anyhow::Error) -> ExitCode {
    eprintln!("kiemtin: {err:#}");
    ExitCode::FAILURE
}

/// Prints a line; a reader that went away (`| head`) is no error of ours.
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        // Nobody reads any more: there is nobody to tell.
        drop(writeln!(std::io::stdout(), $($arg)*));
    }};
}
pub(crate) use say;
