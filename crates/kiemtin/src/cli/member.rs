//! `kiemtin member`: organisations and one-time links, for the operator at the machine.

use clap::{Args, Subcommand, ValueEnum};
use kiemtin_core::gazetteer::{self, Hit, UnitCode};
use kiemtin_core::ids::OrgId;
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::remit::TOPICS;
use kiemtin_store::members::{Invitation, Member, Reset};
use kiemtin_store::organisations::Org;
use kiemtin_store::places::Introduction;
use serde::{Deserialize, Serialize};

use super::{handover, say};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::Token;
use crate::config::Place;

/// Places that a message names when a name means several.
const PLACES_SHOWN_MAX: usize = 6;

/// Organisations, members and one-time links.
#[derive(Debug, Args)]
pub(super) struct MemberCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// List organisations and their members.
    List,
    /// Add an organisation.
    AddOrg {
        /// Its part of the address: 2 to 40 of a-z, 0-9 and -.
        slug: String,
        /// Its name.
        name: String,
        /// What kind of body it is.
        #[arg(long, value_enum, default_value = "civil")]
        kind: Kind,
        /// The short name of the body it belongs to.
        #[arg(long)]
        parent: Option<String>,
        /// A province or ward that it is responsible for: its code, or its name if only one place
        /// has it. May be given again.
        #[arg(long = "place")]
        places: Vec<String>,
        /// A topic that it is responsible for. May be given again.
        #[arg(long = "topic", value_parser = clap::builder::PossibleValuesParser::new(TOPICS))]
        topics: Vec<String>,
    },
    /// Make a one-time link for a new member.
    Invite {
        /// The short name of the organisation.
        org: String,
        /// What the member may do.
        #[arg(long, value_enum)]
        role: RoleWord,
    },
    /// Make a one-time link for a member who lost the password.
    Reset {
        /// What they sign in with.
        login: String,
        /// For whoever lost the second factor as well: the link takes it away.
        #[arg(long)]
        second_factor: bool,
    },
    /// Give a member another role, from their next request on.
    Role {
        /// What they sign in with.
        login: String,
        /// What they may do from then on.
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// End a member's access; what they signed stays.
    End {
        /// What they sign in with.
        login: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Authority,
    Newsroom,
    Institute,
    Civil,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleWord {
    Contributor,
    Checker,
    Editor,
    Operator,
}

/// The same, as it is handed over.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum MemberWork {
    List,
    AddOrg {
        slug: String,
        name: String,
        kind: String,
        parent: Option<String>,
        places: Vec<String>,
        topics: Vec<String>,
    },
    Invite {
        org: String,
        role: String,
    },
    Reset {
        login: String,
        second_factor: bool,
    },
    Role {
        login: String,
        role: String,
    },
    End {
        login: String,
    },
}

impl MemberCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let work = match self.work {
            Work::List => MemberWork::List,
            Work::AddOrg { slug, name, kind, parent, places, topics } => {
                MemberWork::AddOrg { slug, name, kind: word(kind), parent, places, topics }
            }
            Work::Invite { org, role } => MemberWork::Invite { org, role: word(role) },
            Work::Reset { login, second_factor } => MemberWork::Reset { login, second_factor },
            Work::Role { login, role } => MemberWork::Role { login, role: word(role) },
            Work::End { login } => MemberWork::End { login },
        };
        say!("{}", handover::member(&self.place, work).await?);
        Ok(())
    }
}

fn word(it: impl ValueEnum) -> String {
    it.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
}

/// Does it on an open desk and says what came of it.
pub(super) async fn do_it(app: &App, work: MemberWork) -> anyhow::Result<String> {
    match work {
        MemberWork::List => list(app).await,
        MemberWork::AddOrg { slug, name, kind, parent, places, topics } => {
            let places: Vec<UnitCode> =
                places.iter().map(|it| place(it)).collect::<anyhow::Result<_>>()?;
            let parent = match parent {
                Some(slug) => Some(org(app, &slug).await?.id),
                None => None,
            };
            let kind = OrgKind::from_code(&kind);
            let kind = kind.ok_or_else(|| anyhow::anyhow!("no such kind of organisation"))?;
            let id = OrgId::new(app.now(), chance());
            let new = Org { id, slug: OrgSlug::parse(&slug)?, name, kind, parent };
            app.store.add_org(&new, app.now()).await?;
            for place in places {
                app.store.add_org_place(id, place, None, app.now(), chance()).await?;
            }
            if !topics.is_empty() {
                let (intro, topics) = (Introduction::default(), topics.into_iter().collect());
                app.store.describe_org(id, &intro, &topics, None, app.now(), chance()).await?;
            }
            Ok(format!("added {} ({slug})", new.name))
        }
        MemberWork::Invite { org: slug, role } => {
            let role = Role::from_code(&role).ok_or_else(|| anyhow::anyhow!("no such role"))?;
            let org = Some(org(app, &slug).await?.id);
            let token = app.invite(&Invitation { org, role }).await?;
            // Nothing is served: the operator knows in front of what this goes.
            Ok(format!("{}/desk/join/{token} (works once, for 7 days)", app.public_url))
        }
        MemberWork::Reset { login, second_factor } => {
            let member = member(app, &login).await?;
            let token = Token::new(chance());
            let resets = if second_factor { Reset::PasswordAndFactor } else { Reset::Password };
            let whom = (member.id, resets);
            app.store.invite_back(token.hash(), whom, None, app.now(), chance()).await?;
            Ok(format!("{}/desk/join/{} (works once, for 7 days)", app.public_url, token.as_str()))
        }
        MemberWork::Role { login, role } => {
            let to = Role::from_code(&role).ok_or_else(|| anyhow::anyhow!("no such role"))?;
            let member = member(app, &login).await?;
            anyhow::ensure!(member.role != to, "{login} is {role} already");
            app.store.change_role(member.id, to, None, app.now(), chance()).await?;
            Ok(format!("{login} is {role} from the next request on"))
        }
        MemberWork::End { login } => {
            let member = member(app, &login).await?;
            app.store.end_member(member.id, None, app.now(), chance()).await?;
            Ok(format!("{login} has no access any more"))
        }
    }
}

/// The one place of this code or name.
fn place(asked: &str) -> anyhow::Result<UnitCode> {
    if let Ok(code) = UnitCode::parse(asked) {
        return Ok(code);
    }
    let found = gazetteer::find(asked, PLACES_SHOWN_MAX);
    let names = |it: &Hit| format!("{} ({})", it.unit.full_name(), it.unit.code.as_str());
    match found.as_slice() {
        [] => anyhow::bail!("there is no province or ward “{asked}”"),
        [only] => Ok(only.unit.code),
        several => {
            let names: Vec<String> = several.iter().map(names).collect();
            anyhow::bail!("“{asked}” may be {}: give the code", names.join(", "))
        }
    }
}

async fn member(app: &App, login: &str) -> anyhow::Result<Member> {
    let found = app.store.member_by_login(login).await?;
    let (member, _) = found.ok_or_else(|| anyhow::anyhow!("no member signs in as {login}"))?;
    Ok(member)
}

async fn org(app: &App, slug: &str) -> anyhow::Result<Org> {
    let found = app.store.orgs().await?.into_iter().find(|it| it.slug.as_str() == slug);
    found.ok_or_else(|| {
        anyhow::anyhow!("there is no organisation {slug}: see `kiemtin member list`")
    })
}

async fn list(app: &App) -> anyhow::Result<String> {
    let members = app.store.members().await?;
    let mut text = String::new();
    for org in app.store.orgs().await? {
        text += &format!("{} ({}, {})\n", org.name, org.slug.as_str(), org.kind.code());
        for it in members.iter().filter(|it| it.org == org.id) {
            text += &format!("  {} ({})\n", it.login, it.role.code());
        }
    }
    if text.is_empty() {
        text =
            "no organisation yet: `kiemtin serve` prints the link for the first member".to_owned();
    }
    Ok(text.trim_end().to_owned())
}
