//! Who may do what: one table of role × deed.
//!
//! A role says what a member may do at all; which organisation may do it in a given case is
//! `organisation` and `sign_off`. Not here: what a deed does to a case (`workflow`).

/// What a member is to their organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Brings tips and evidence.
    Contributor,
    /// Sorts the queue, gives opinions, signs.
    Checker,
    /// Words claims and reviews as well.
    Editor,
    /// Runs the program: accounts, organisations, backups. No say in content.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Contributor, Self::Checker, Self::Editor, Self::Operator];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contributor => "contributor",
            Self::Checker => "checker",
            Self::Editor => "editor",
            Self::Operator => "operator",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Something that a member can do in the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Read the queue and the cases.
    ReadDesk,
    /// Enter a tip by hand.
    EnterTip,
    /// Add evidence to a case.
    AddEvidence,
    /// Tie a group to a claim, or undo that.
    TieGroup,
    /// Merge and split groups, merge claims, and undo that.
    MergeAndSplit,
    /// Take a case from the inbox, or reopen one.
    TakeCase,
    /// Close a case with a public reason.
    DismissCase,
    /// Say what harm a claim may do, and who sees to it.
    SortQueue,
    /// Keep the tasks and notes of a case.
    KeepTasks,
    /// Ask organisations for their opinions.
    AskOpinions,
    /// Give one's organisation's written opinion.
    GiveOpinion,
    /// Write or change a draft, submit it, send it back, start a correction.
    EditDraft,
    /// Show a claim's sentence to readers before it has an answer, or take that back.
    ReleaseSentence,
    /// Sign a draft for one's organisation.
    SignDraft,
    /// Mark an organisation as involved, or lift such a mark with a public reason.
    MarkInvolved,
    /// Look at contests and decide them.
    DecideContest,
    /// Change the desk's policy pages.
    EditPolicy,
    /// Create organisations.
    ManageOrganisations,
    /// Invite members and end their access.
    ManageMembers,
    /// Add, stop and take up sources that texts are collected from.
    ManageSources,
    /// Make and end keys for programs of partners; for which organisations, and what such a key
    /// opens, is `api_key`.
    ManageKeys,
    /// Back up, restore, reindex.
    RunProgram,
}

impl Deed {
    /// Every deed, in the order of the table.
    pub const ALL: [Self; 22] = [
        Self::ReadDesk,
        Self::EnterTip,
        Self::AddEvidence,
        Self::TieGroup,
        Self::MergeAndSplit,
        Self::TakeCase,
        Self::DismissCase,
        Self::SortQueue,
        Self::KeepTasks,
        Self::AskOpinions,
        Self::GiveOpinion,
        Self::EditDraft,
        Self::ReleaseSentence,
        Self::SignDraft,
        Self::MarkInvolved,
        Self::DecideContest,
        Self::EditPolicy,
        Self::ManageOrganisations,
        Self::ManageMembers,
        Self::ManageSources,
        Self::ManageKeys,
        Self::RunProgram,
    ];
}

/// The table: whether a role may do a deed at all.
pub fn may(role: Role, deed: Deed) -> bool {
    use {Deed as D, Role as R};
    match deed {
        D::ReadDesk => true,
        D::EnterTip | D::AddEvidence => matches!(role, R::Contributor | R::Checker | R::Editor),
        D::TieGroup | D::MergeAndSplit | D::TakeCase | D::DismissCase => {
            matches!(role, R::Checker | R::Editor)
        }
        D::SortQueue | D::KeepTasks => matches!(role, R::Checker | R::Editor),
        D::AskOpinions | D::GiveOpinion | D::SignDraft | D::MarkInvolved | D::DecideContest => {
            matches!(role, R::Checker | R::Editor)
        }
        D::EditDraft | D::ReleaseSentence | D::EditPolicy => matches!(role, R::Editor),
        D::ManageSources | D::ManageKeys => matches!(role, R::Editor | R::Operator),
        D::ManageOrganisations | D::ManageMembers | D::RunProgram => matches!(role, R::Operator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for deed in Deed::ALL {
            let marks = Role::ALL.map(|role| if may(role, deed) { 'x' } else { '-' });
            table += &format!("{:20} {}\n", format!("{deed:?}"), String::from_iter(marks));
        }
        println!("{table}");
        // Columns: contributor, checker, editor, operator.
        let expected = "\
ReadDesk             xxxx
EnterTip             xxx-
AddEvidence          xxx-
TieGroup             -xx-
MergeAndSplit        -xx-
TakeCase             -xx-
DismissCase          -xx-
SortQueue            -xx-
KeepTasks            -xx-
AskOpinions          -xx-
GiveOpinion          -xx-
EditDraft            --x-
ReleaseSentence      --x-
SignDraft            -xx-
MarkInvolved         -xx-
DecideContest        -xx-
EditPolicy           --x-
ManageOrganisations  ---x
ManageMembers        ---x
ManageSources        --xx
ManageKeys           --xx
RunProgram           ---x
";
        assert_eq!(table, expected);
    }

    #[test]
    fn an_operator_has_no_say_in_content() {
        let content = [Deed::TieGroup, Deed::GiveOpinion, Deed::EditDraft, Deed::SignDraft];
        assert!(content.iter().all(|&deed| !may(Role::Operator, deed)));
    }
}
