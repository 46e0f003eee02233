//! Who must show a second factor, and what a session still lacks before it may do anything.

use crate::permission::Role;

/// What a session still lacks. Until it has it, it opens no page of the desk but the one for this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// A code of the second factor.
    Code,
    /// A second factor: the role needs one, and the member has none.
    Factor,
}

/// A session and the member who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the member may do.
    pub role: Role,
    /// Whether the member has a second factor.
    pub has_factor: bool,
    /// Whether it was shown in this session.
    pub passed_factor: bool,
    /// Whether the desk is a demo, which nobody relies on: it waives the need, never a factor that
    /// is there.
    pub is_demo: bool,
}

/// Whether members of this role must have a second factor: those who word what is published, and
/// those who make members. A checker alone publishes nothing and may have one.
pub fn is_required(role: Role) -> bool {
    match role {
        Role::Editor | Role::Operator => true,
        Role::Contributor | Role::Checker => false,
    }
}

/// What a session lacks; asked at each request, so that a new role counts from the next one on.
pub fn lacking(it: Standing) -> Option<Lacking> {
    match (it.has_factor, it.passed_factor) {
        (true, true) => None,
        (true, false) => Some(Lacking::Code),
        (false, _) => (is_required(it.role) && !it.is_demo).then_some(Lacking::Factor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for (has_factor, passed_factor, is_demo) in [
            (false, false, false),
            (false, false, true),
            (true, false, false),
            (true, false, true),
            (true, true, false),
        ] {
            let lacks = |role| match lacking(Standing { role, has_factor, passed_factor, is_demo })
            {
                None => '-',
                Some(Lacking::Code) => 'c',
                Some(Lacking::Factor) => 'f',
            };
            table += &format!("{}\n", String::from_iter(Role::ALL.map(lacks)));
        }
        // Columns: contributor, checker, editor, operator. Rows: no factor, none in a demo, not
        // shown, not shown in a demo, shown.
        assert_eq!(table, "--ff\n----\ncccc\ncccc\n----\n");
    }
}
