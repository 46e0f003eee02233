//! What the database and the routes promise by what is absent: no column that points to a person,
//! no route to one, no route that asks for removal. And where SQL and migrations stand.

use std::collections::BTreeMap;

use super::source::{Source, is_word, line_of};
use super::{all_sources, bites, files, read, refuse, sources};

/// Parts of a column's or table's name (`author_id` has two) that point to whoever said something.
pub(super) const PERSONS: &[&str] = &[
    "author",
    "authors",
    "handle",
    "handles",
    "username",
    "usernames",
    "account",
    "accounts",
    "follower",
    "followers",
    "ip",
    "device",
    "profile",
    "nickname",
    "phone",
    "telephone",
    "email",
    "mail",
    "address",
    "birthday",
    "gender",
    "user name",
    "user agent",
];
/// The one column of this kind: a member's own, who may leave it empty; gone with their access.
const ALLOWED_COLUMNS: &[&str] = &["notice_address"];
/// Parts of a route that point to a person or ask for removal. DESIGN.md section 2, 1 and 2.
const REFUSED_ROUTES: &[&str] = &[
    "author",
    "authors",
    "profile",
    "person",
    "persons",
    "user",
    "users",
    "follower",
    "followers",
    "remove",
    "removal",
    "takedown",
    "take down",
    "block",
    "ban",
    "report user",
    "denounce",
];

#[test]
fn sql_stands_only_in_the_store() {
    let outside =
        |it: &Source| !it.path.starts_with("crates/store/") && !it.path.contains("/tests/");
    let complaints: Vec<_> = all_sources().iter().filter(|it| outside(it)).flat_map(sql).collect();
    refuse(&complaints, "make it a method of the store, named for what the caller wants to know");
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let migrations = migrations();
    assert!(
        !has_file("crates/store/src/migrate.rs") || !migrations.is_empty(),
        "the store migrates and no .sql lies under crates/store: has the layout moved?"
    );
    refuse(
        &gaps(&migrations),
        "number it NNNN_what_it_does.sql, one after the last; never reuse one",
    );
}

#[test]
fn no_table_or_column_points_to_a_person() {
    let mut complaints: Vec<_> =
        migrations().iter().flat_map(|it| persons(it, &read(it))).collect();
    for source in sources("crates/store/src") {
        let schema = source.shipped().filter(|it| is_schema(&it.text));
        complaints.extend(schema.flat_map(|it| persons(&source.path, &it.text)));
    }
    refuse(
        &complaints,
        "the desk keeps claims, never persons: do not store it (DESIGN.md section 2.1)",
    );
}

#[test]
fn no_route_leads_to_a_person_or_a_removal() {
    let mut complaints = Vec::new();
    for source in sources("crates/kiemtin/src") {
        let routes =
            source.shipped().filter_map(|it| refused_route(&it.text).map(|at| (it.line, at)));
        complaints.extend(routes.map(|(line, route)| format!("{}:{line}: {route}", source.path)));
    }
    for path in files("crates/kiemtin").into_iter().filter(|it| it.ends_with(".html")) {
        let text = read(&path);
        let links = text.split(['"', '\'']).filter_map(refused_route);
        complaints.extend(links.map(|it| format!("{path}: {it}")));
    }
    refuse(&complaints, "the desk answers in public and does nothing else (DESIGN.md section 2)");
}

#[test]
fn each_promise_bites() {
    let text = "fn a() { b(\"select id from x\"); c(\"Select one from the list\"); d(\"update\\n  x\\n set y = 1\");\n\
                e(\"insert into x values ($1)\"); f(\"DELETE FROM x\"); g(\"select a file\") }";
    let expected = ["a.rs:1: select", "a.rs:1: update", "a.rs:2: insert", "a.rs:2: DELETE"];
    bites(&sql(&Source::parse("a.rs", text)), &expected);

    let names = |it: &[&str]| it.iter().map(|it| format!("m/{it}")).collect::<Vec<_>>();
    bites(&gaps(&names(&["0001_desk.sql", "0002_jobs.sql"])), &[]);
    bites(&gaps(&names(&["0001_a.sqlite.sql", "0001_a.postgres.sql", "0002_b.sql"])), &[]);
    bites(&gaps(&names(&["0001_desk.sql", "0003_jobs.sql"])), &["0002"]);
    bites(&gaps(&names(&["0001_a.sql", "0001_b.sql", "desk.sql"])), &["two", "desk.sql"]);
    bites(
        &gaps(&names(&["postgres/0001_a.sql", "sqlite/0001_a.sql", "sqlite/0002_b.sql"])),
        &["m/postgres"],
    );

    let schema = "create table m (\n id blob, -- the author is dropped\n author_id text, client_ip text,\n\
                  notice_address text, handled_at integer, description text check (kind in ('ip', 'handle')), user_agent text)";
    let expected = ["m.sql:3: author_id", "m.sql:3: client_ip", "m.sql:4: user_agent"];
    bites(&persons("m.sql", schema), &expected);

    let is_refused = |it: &str| refused_route(it).is_some();
    assert!(is_refused("/desk/cases/{id}/remove") && is_refused("/{lang}/author/{slug}"));
    assert!(is_refused("/report-user") && is_refused("/api/v1/take-down"));
    assert!(
        !is_refused("/desk/reports") && !is_refused("/a/blockage") && !is_refused("please remove")
    );
}

fn has_file(path: &str) -> bool {
    super::root().join(path).is_file()
}

/// Complaints about literals that are statements: keywords all small or all large, not prose.
fn sql(source: &Source) -> Vec<String> {
    let statement = |text: &str| {
        let text = text.replace("\\n", " ");
        let words: Vec<&str> = text.split_whitespace().filter(|it| *it != "\\").collect();
        let small = |word: &str| words.contains(&word);
        let first = words.first().copied().unwrap_or_default();
        match (first, words.get(1).copied().unwrap_or_default()) {
            ("select", _) => small("from"),
            ("SELECT", _) => small("FROM"),
            ("update", _) => small("set"),
            ("UPDATE", _) => small("SET"),
            ("insert", "into") | ("delete", "from") | ("create" | "alter" | "drop", "table") => {
                true
            }
            ("INSERT", "INTO") | ("DELETE", "FROM") | ("CREATE" | "ALTER" | "DROP", "TABLE") => {
                true
            }
            _ => false,
        }
    };
    let found = source.shipped().filter(|it| statement(&it.text));
    found.map(|it| format!("{}:{}: {}", source.path, it.line, it.text)).collect()
}

fn migrations() -> Vec<String> {
    let migrations = files("crates/store").into_iter();
    migrations.filter(|it| it.contains("/migrations/") && it.ends_with(".sql")).collect()
}

/// Complaints about each folder of migrations, and about folders of engines that differ.
fn gaps(paths: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut folders: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
    for path in paths {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let name = file.split('.').next().unwrap_or_default();
        let number = name.split_once('_').filter(|(it, _)| it.len() == 4);
        let Some(number) = number.and_then(|(it, _)| it.parse().ok()) else {
            complaints.push(format!("{path} has no number of four digits"));
            continue;
        };
        let other = folders.entry(folder).or_default().insert(number, name);
        if other.is_some_and(|it| it != name) {
            complaints.push(format!("{path}: two migrations have the number {number:04}"));
        }
    }
    let n_most = folders.values().map(BTreeMap::len).max().unwrap_or_default();
    for (folder, numbers) in folders {
        let missing = (1..=n_most).find(|it| !numbers.contains_key(it));
        complaints.extend(missing.map(|it| format!("{folder} has no migration {it:04}")));
    }
    complaints
}

fn is_schema(literal: &str) -> bool {
    let literal = literal.to_lowercase();
    ["create table", "alter table"].iter().any(|it| literal.contains(it))
}

/// Complaints about the names in a schema; comments and quoted values are not names.
fn persons(path: &str, schema: &str) -> Vec<String> {
    let names_only: String = schema
        .lines()
        .map(|line| {
            let line = line.split("--").next().unwrap_or_default();
            line.split('\'').step_by(2).collect::<Vec<_>>().join(" ") + "\n"
        })
        .collect();
    let mut complaints = Vec::new();
    let mut at = 0;
    for name in names_only.split(|it: char| !(it.is_ascii() && is_word(it as u8))) {
        if has_part(name, '_', PERSONS) && !ALLOWED_COLUMNS.contains(&name) {
            complaints.push(format!("{path}:{}: {name}", line_of(&names_only, at)));
        }
        at += name.len();
        at += names_only[at..].chars().next().map_or(0, char::len_utf8);
    }
    complaints
}

fn refused_route(literal: &str) -> Option<String> {
    let is_route = literal.starts_with('/') && !literal.contains(char::is_whitespace);
    let parts = literal.split(['/', '{', '}', '?', '.', '#']);
    let refused = is_route && parts.into_iter().any(|it| has_part(it, '-', REFUSED_ROUTES));
    refused.then(|| literal.to_owned())
}

/// True when a part of the name, or two neighbours, are in the list.
pub(super) fn has_part(name: &str, between: char, list: &[&str]) -> bool {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(between).collect();
    let pairs = parts.windows(2).map(|it| it.join(" "));
    parts.iter().any(|it| list.contains(it)) || pairs.into_iter().any(|it| list.contains(&&*it))
}
