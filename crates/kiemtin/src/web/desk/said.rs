//! What a case's page says of the right of reply, of meetings, and of opinions that are late.

use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::time::Timestamp;
use kiemtin_store::cases::Case;
use kiemtin_store::meetings::Meeting;
use kiemtin_store::organisations::Org;

use super::actor::Actor;
use super::case::name_of;
use super::halt::Answer;
use crate::app::App;
use crate::web::codes::{ReplyWords, reply};

/// The part of the page, as one member sees it.
pub(super) struct Said {
    pub(super) reply: Option<ReplyWords>,
    pub(super) meetings: Vec<MeetingRow>,
    /// Organisations that were asked and did not answer in time.
    pub(super) late: Vec<String>,
    /// Whether this member records replies and meetings, and makes the latter public.
    pub(super) can_record: bool,
    pub(super) can_publish: bool,
}

/// One meeting.
pub(super) struct MeetingRow {
    pub(super) id: String,
    pub(super) held: String,
    pub(super) orgs: Vec<String>,
    pub(super) agreed: Vec<(Lang, String)>,
    pub(super) minutes: String,
    pub(super) is_public: bool,
}

impl Said {
    pub(super) async fn of(
        app: &App,
        actor: &Actor,
        case: &Case,
        orgs: &[Org],
        is_involved: bool,
    ) -> Answer<Self> {
        let lang = actor.lang;
        let is_open = case.takes_evidence() && !is_involved;
        let late = app.store.late_opinions(case.id, app.now()).await?;
        let meetings = app.store.meetings(case.id).await?.into_iter();
        Ok(Self {
            reply: app.store.reply(case.id).await?.map(|it| reply(lang, &it)),
            meetings: meetings.map(|it| row(lang, it, orgs)).collect(),
            late: late.iter().map(|it| name_of(orgs, *it)).collect(),
            can_record: is_open && may(actor.member.role, Deed::AskOpinions),
            can_publish: is_open && may(actor.member.role, Deed::EditDraft),
        })
    }
}

fn row(lang: Lang, it: Meeting, orgs: &[Org]) -> MeetingRow {
    let Meeting { id, held, orgs: present, agreed, minutes, is_public } = it;
    MeetingRow {
        id: id.to_string(),
        held: Timestamp::parse(&held).map_or(held, |it| it.date(lang)),
        orgs: present.iter().map(|it| name_of(orgs, *it)).collect(),
        agreed: agreed.each(),
        minutes,
        is_public,
    }
}
