//! Mails one member what waits for them and they were not told of: a line for each thing, in one
//! mail. Running twice is harmless: what was mailed is written down together with the job's end, and
//! a mail that went out before a crash comes again under the same id.

use kiemtin_core::ids::MemberId;
use kiemtin_core::lang::Lang;
use kiemtin_store::jobs::Leased;
use kiemtin_store::members::Member;
use kiemtin_store::waiting::Waiting;

use crate::app::App;
use crate::app::admission::hmac;
use crate::app::mail::Notice;
use crate::locale;

/// The name of this deed.
pub(super) const SEND_NOTICE: &str = "send_notice";

pub(super) async fn run(app: &App, job: &Leased) -> anyhow::Result<()> {
    let id: MemberId = serde_json::from_str(&job.payload)?;
    let members = app.store.members().await?;
    let things = match members.iter().find(|it| it.id == id) {
        Some(member) => tell(app, member).await?,
        None => Vec::new(),
    };
    Ok(app.store.end_mailing(job, id, &things, app.now()).await?)
}

/// Sends the mail, where there is something new; returns what it told of.
async fn tell(app: &App, member: &Member) -> anyhow::Result<Vec<String>> {
    let settings = app.store.member_settings(member.id).await?;
    let Some((to, reads)) = settings.and_then(|it| Some((it.notice_address?, it.reads))) else {
        return Ok(Vec::new());
    };
    let now = app.now();
    let told = app.store.mailed(member.id).await?;
    let mut waiting = app.store.waiting_for(member).await?;
    waiting.retain(|it| !told.contains(&it.key(now)));
    let keys: Vec<String> = waiting.iter().map(|it| it.key(now)).collect();
    if keys.is_empty() {
        return Ok(keys);
    }
    // A node without the setting leaves the job to one that has it.
    let mailer = app.mail.get().ok_or_else(|| anyhow::anyhow!("this node sends no mail"))?;
    let lang = reads.first().copied().unwrap_or(Lang::Vi);
    let things: Vec<_> = waiting.iter().map(|it| line(app, lang, it)).collect();
    let id = hex::encode(hmac(app.key(), "notice", &[&member.login, &keys.join(" ")]));
    let notice = Notice { to: &to, lang, things: &things, id: &id[..32] };
    mailer.send(&notice).await?;
    Ok(keys)
}

/// What kind of thing waits, and where: an address says nothing of what is in the case.
fn line(app: &App, lang: Lang, it: &Waiting) -> (String, String) {
    let mut what = locale::text(lang, &format!("wait-{}", it.thing.code()));
    if let Some(stage) = it.stage(app.now()) {
        what = format!("{what} ({})", locale::text(lang, &format!("wait-stage-{}", stage.code())));
    }
    (what, format!("{}/desk/cases/{}", app.public_url, it.case))
}
