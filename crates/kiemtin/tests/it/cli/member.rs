//! `kiemtin member`: beside a desk that is served, beside a worker, and alone.

use std::process::Stdio;

use crate::helper::desk::TempFolder;
use crate::helper::program::{Served, command, run};

#[test]
fn organisations_are_added_and_members_invited() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works().says("no organisation yet");
    let add = ["member", "add-org", "so-y-te", "Sở Y tế", "--kind", "authority"];
    run(&data, &add).works().says("added Sở Y tế (so-y-te)");
    let below = ["member", "add-org", "benh-vien", "Bệnh viện", "--parent", "so-y-te"];
    run(&data, &below).works();
    run(&data, &add).fails("there is one already");
    run(&data, &["member", "list"]).works().says("Sở Y tế (so-y-te, authority)");
    let invite = ["member", "invite", "so-y-te", "--role", "checker"];
    run(&data, &invite).works().says("/desk/join/").says("(works once, for 7 days)");
    run(&data, &["member", "invite", "no", "--role", "checker"])
        .fails("there is no organisation no: see `kiemtin member list`");
    run(&data, &["member", "reset", "nobody"]).fails("no member signs in as nobody");
    run(&data, &["member", "end", "nobody"]).fails("no member signs in as nobody");
    run(&data, &["member", "role", "nobody", "editor"]).fails("no member signs in as nobody");
    run(&data, &["member", "role", "nobody", "admin"]).ends(2);
    run(&data, &["member", "add-org", "Xấu!", "Xấu"]).ends(1);
    let add =
        |place| ["member", "add-org", "phuong", "Phường", "--topic", "city", "--place", place];
    run(&data, &add("atlantis")).fails("there is no province or ward “atlantis”");
    run(&data, &add("hàng bông")).fails("(00070), ").fails("give the code");
    run(&data, &add("hang bac")).works().says("added Phường (phuong)");
    run(&data, &["member", "add-org", "x1", "X", "--topic", "atlantis"]).ends(2);
}

#[test]
fn a_member_gets_another_role_and_the_machine_may_end_the_last_operator() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "add-org", "to", "Tổ"]).works();
    let desk = Served::ready(&data);
    let ran = run(&data, &["member", "invite", "to", "--role", "operator"]).works();
    let link = ran.out.split(' ').next().unwrap_or_default();
    let path = link.strip_prefix(&format!("http://{}", desk.address)).expect("it leads here");
    let password = "con ngựa đi qua cầu";
    let form = [("login", "minh"), ("password", password), ("again", password)];
    let joined = desk.post(path, &form).expect("an answer");
    assert!(joined.contains("location: /desk/second-factor"), "{joined}");
    for flag in [None, Some("--second-factor")] {
        let reset: Vec<&str> = ["member", "reset", "minh"].into_iter().chain(flag).collect();
        run(&data, &reset).works().says("/desk/join/");
    }
    run(&data, &["member", "role", "minh", "editor"]).works().says("minh is editor from the next");
    run(&data, &["member", "role", "minh", "editor"]).fails("minh is editor already");
    run(&data, &["member", "end", "minh"]).works().says("minh has no access any more");
    desk.end();
}

#[test]
fn a_provider_that_is_half_configured_is_refused_before_anything_is_made() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let issuer = ["--oidc-issuer", "http://id.example/", "--oidc-client-id", "desk"];
    run(&data, &[&serve[..], &issuer].concat()).fails("--oidc-issuer must begin with https://");
    run(&data, &[&serve[..], &issuer[..2]].concat()).ends(2);
    let gone = ["--oidc-client-secret-file", "/no/such/file"];
    let issuer = ["--oidc-issuer", "https://id.example/", "--oidc-client-id", "desk"];
    run(&data, &[&serve[..], &issuer, &gone].concat()).fails("cannot read /no/such/file");
}

#[test]
fn a_link_of_a_served_desk_leads_to_it() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "add-org", "to", "Tổ"]).works();
    let desk = Served::ready(&data);
    let ran = run(&data, &["member", "invite", "to", "--role", "editor"]).works();
    let link = ran.out.split(' ').next().unwrap_or_default();
    let path = link.strip_prefix(&format!("http://{}", desk.address)).expect("it leads here");
    assert!(desk.get(path).expect("a page").starts_with("HTTP/1.1 200"));
    desk.end();
}

#[test]
fn a_worker_takes_what_is_handed_to_it() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let text = data.to_str().expect("UTF-8");
    let mut worker = Served::of(command(&["work", "--data", text]).stderr(Stdio::null()));
    worker.rest_until("working; end it with Ctrl-C");
    run(&data, &["member", "add-org", "to", "Tổ"]).works().says("added Tổ");
    std::fs::write(folder.path("in.txt"), "Mai cúp nước cả huyện\n").expect("written");
    let file = folder.path("in.txt");
    run(&data, &["import", file.to_str().expect("UTF-8")]).works().says("1 taken");
    worker.end();
    // A worker listens to nobody.
    run(&data, &["work", "--listen", "127.0.0.1:0"]).ends(2);
}
