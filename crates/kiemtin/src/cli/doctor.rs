//! `kiemtin doctor`: is the desk well, and what should be done.

use std::process::ExitCode;

use clap::Args;
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_core::second_factor::is_required;
use kiemtin_store::Check;
use kiemtin_store::vectors::Kept;
use sha2::{Digest as _, Sha256};

use super::log::held_words;
use super::say;
use crate::app::App;
use crate::app::folder::Folder;
use crate::app::model::GivenModel;
use crate::config::Place;
use crate::pdftotext::Pdftotext;

/// Look whether the desk is well, and say what to do. Changes nothing.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Print the table of who may do what as well.
    #[arg(long)]
    permissions: bool,
}

impl Doctor {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        let folder = Folder::find(&self.place.data)?;
        let app = App::read(&self.place).await?;
        let mut is_well = true;
        for Check { name, ok, detail } in app.store.checks().await? {
            is_well &= ok;
            line(ok, name, &meaning(name, ok, detail));
        }
        let missing = missing_blobs(&app, &folder).await?;
        is_well &= missing.is_empty();
        let detail = match missing.first() {
            None => "every archived page is there and is what its hash says".to_owned(),
            Some(first) => format!(
                "{} missing or damaged, for example {first}: restore a backup",
                missing.len()
            ),
        };
        line(missing.is_empty(), "blobs", &detail);
        let (ok, detail) = model(&app).await?;
        is_well &= ok;
        line(ok, "model", &detail);
        let (n_claims, n_groups, n_bytes) = app.index.size();
        let mib = n_bytes as f64 / f64::from(1 << 20);
        line(true, "index", &format!("{n_claims} claims, {n_groups} groups, {mib:.1} MiB"));
        let (ok, detail) = signed_log(&app).await?;
        is_well &= ok;
        line(ok, "signed log", &detail);
        let in_use = if folder.lock().is_err() { "held by a running desk" } else { "free" };
        line(true, "writer's lock", in_use);
        match app.reader().await {
            Ok(_) => line(true, "pictures", "text in them is read, in Vietnamese and English"),
            Err(absent) => note("pictures", &absent.to_string()),
        }
        match Pdftotext::find().await {
            Ok(_) => line(true, "PDF", "documents of sources and of `extract` are read"),
            Err(absent) => note("PDF", &absent.to_string()),
        }
        if self.permissions {
            permissions();
        }
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What a setting of the database is for: its value says nothing to whoever did not write it.
fn meaning(name: &str, ok: bool, detail: String) -> String {
    let (needed, what_for) = match name {
        "journal_mode" => ("wal", "reading and writing do not wait for each other"),
        "synchronous" => ("2", "what was acknowledged survives a power cut"),
        "foreign_keys" => ("1", "no row names another that is not there"),
        "secure_delete" => ("1", "what is erased is overwritten on the disk"),
        "trusted_schema" => ("0", "a tampered file cannot call functions of the program"),
        "fsync" => ("on", "what was acknowledged survives a power cut"),
        "synchronous_commit" => ("on", "a commit is on the disk before it is acknowledged"),
        "full_page_writes" => ("on", "a page that was half written is made whole after a crash"),
        _ => return detail,
    };
    match ok {
        true => format!("{detail}: {what_for}"),
        false => format!("{detail}, and must be {needed}, so that {what_for}"),
    }
}

/// The model that was given, and what the store has of it and of others.
async fn model(app: &App) -> anyhow::Result<(bool, String)> {
    let n_claims = app.store.n_claims().await?;
    let kept = app.store.models().await?;
    let of = |it: &Kept| {
        let how = if it.complete { "complete" } else { "being made" };
        format!("{} of {n_claims} claims have vectors, {how}", it.n_claims)
    };
    let short = |hash: &[u8]| hex::encode(&hash[..4.min(hash.len())]);
    Ok(match &app.model {
        GivenModel::Broken(why) => (false, format!("{why}; matching goes by words alone")),
        GivenModel::Ready(model) => {
            let own = kept.iter().find(|it| it.hash == model.hash());
            let how = own.map_or("no vectors yet: serve or embed makes them".to_owned(), of);
            let (name, hash, about) = (model.name(), short(&model.hash()), model.about());
            (true, format!("{name} {hash}: {about}; {how}"))
        }
        GivenModel::None => {
            let of_one = |it: &Kept| format!("; of {} {}: {}", it.name, short(&it.hash), of(it));
            (true, format!("none given{}", kept.iter().map(of_one).collect::<String>()))
        }
    })
}

/// How much of the log is signed, and whether it is held.
async fn signed_log(app: &App) -> anyhow::Result<(bool, String)> {
    let n = app.store.n_log_entries().await?;
    let Some(signed) = app.store.signed_log().await? else {
        return Ok((true, "nothing is signed yet".to_owned()));
    };
    Ok(match signed.held {
        None => (true, format!("{} of {n} entries", signed.size)),
        Some(held) => (false, format!("held: {}", held_words(held))),
    })
}

fn line(ok: bool, name: &str, detail: &str) {
    let mark = if ok { "ok  " } else { "BAD " };
    say!("{mark} {name:18} {detail}");
}

/// What a desk can be without.
fn note(name: &str, detail: &str) {
    say!("note {name:18} {detail}");
}

async fn missing_blobs(app: &App, folder: &Folder) -> anyhow::Result<Vec<String>> {
    let all = app.store.blob_hashes().await?;
    let mut missing = Vec::new();
    for sha256 in all {
        if folder.blob(&sha256).is_err() && !is_in_database(app, &sha256).await? {
            missing.push(sha256);
        }
    }
    Ok(missing)
}

/// On PostgreSQL the database has all pages, and a folder those that its node has seen.
async fn is_in_database(app: &App, sha256: &str) -> anyhow::Result<bool> {
    let bytes = app.store.blob_bytes(sha256).await?;
    Ok(bytes.is_some_and(|it| hex::encode(Sha256::digest(it)) == sha256))
}

fn permissions() {
    say!("\n{:45} {}", "", Role::ALL.map(Role::code).join("  "));
    for deed in Deed::ALL {
        let marks = Role::ALL.map(|role| {
            let mark = if may(role, deed) { "x" } else { "-" };
            format!("{mark:width$}", width = role.code().len())
        });
        say!("{:45} {}", in_words(deed), marks.join("  "));
    }
    let must: Vec<_> =
        Role::ALL.into_iter().filter(|it| is_required(*it)).map(Role::code).collect();
    say!("must have a second factor: {}", must.join(", "));
}

fn in_words(deed: Deed) -> &'static str {
    match deed {
        Deed::ReadDesk => "read the queue and the cases",
        Deed::EnterTip => "enter a tip by hand",
        Deed::AddEvidence => "add evidence to a case",
        Deed::TieGroup => "tie a group to a claim, or undo that",
        Deed::MergeAndSplit => "merge and split groups, merge claims",
        Deed::TakeCase => "take a case, or reopen one",
        Deed::DismissCase => "put aside or close, with a public reason",
        Deed::SortQueue => "say what harms and who sees to what",
        Deed::KeepTasks => "keep the tasks and notes of a case",
        Deed::AskOpinions => "ask organisations for their opinions",
        Deed::GiveOpinion => "give the organisation's opinion",
        Deed::EditDraft => "word claims and drafts, submit, correct",
        Deed::ReleaseSentence => "put a sentence on the waiting list",
        Deed::SignDraft => "sign a draft for the organisation",
        Deed::MarkInvolved => "mark an organisation as involved, or lift it",
        Deed::DecideContest => "look at contests and decide them",
        Deed::EditPolicy => "change the policy pages",
        Deed::ManageOrganisations => "add organisations",
        Deed::ManageMembers => "invite members and end their access",
        Deed::ManageSources => "add, stop and take up sources",
        Deed::ManageKeys => "make and end keys for programs",
        Deed::RunProgram => "back up, restore, build the index anew",
    }
}
