//! A full disk: one sentence, and everything as it was.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Ran, Served, command, receipt, run};

/// A command that may write no file larger than so many blocks of 512 bytes: what a full disk
/// is to a program, without being root.
fn on_full_disk(blocks: u32, args: &[&str]) -> Command {
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let program = command(args);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(limited).arg(program.get_program()).args(program.get_args());
    shell.stdin(Stdio::null());
    shell
}

fn file_of_messages(path: &Path, n: usize) {
    let line = |it| format!("Tin đồn số {it}: ngày mai cả xã cúp nước đến hết tuần, trữ nước đi\n");
    fs::write(path, (0..n).map(line).collect::<String>()).expect("written");
}

#[tokio::test]
async fn an_import_onto_a_full_disk_says_so_and_keeps_what_was_there() {
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).expect("a folder");
    let (data, file) = (folder.path("desk"), folder.path("many.txt"));
    file_of_messages(&file, 5);
    let file = file.to_str().expect("UTF-8");
    run(&data, &["import", file]).works().says("5 taken");
    file_of_messages(&folder.path("many.txt"), 800);
    let import = ["import", file, "--data", data.to_str().expect("UTF-8")];
    let ran = Ran::of(&mut on_full_disk(700, &import));
    assert_ne!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("kiemtin: ") && ran.err.contains("disk"), "{ran:?}");
    run(&data, &["import", file]).works();
    run(&data, &["import", file]).works().says("0 taken, 800 already known");
    // What could not be sorted rests a moment before it is tried again.
    let desk = Served::ready(&data);
    let dump = Dump::when_quiet(&data).await;
    desk.end();
    dump.adds_up();
    assert_eq!(dump.rows("messages").len(), 800);
}

#[test]
fn a_backup_onto_a_full_disk_leaves_nothing_behind() {
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).expect("a folder");
    let (data, file) = (folder.path("desk"), folder.path("many.txt"));
    file_of_messages(&file, 500);
    run(&data, &["import", file.to_str().expect("UTF-8")]).works();
    let (data, target) = (data.to_str().expect("UTF-8"), folder.path("backup.tar.gz"));
    let target = target.to_str().expect("UTF-8");
    let ran = Ran::of(&mut on_full_disk(64, &["backup", target, "--data", data]));
    ran.fails("os error 27");
    let left: Vec<_> = fs::read_dir(folder.path("")).expect("a folder").collect();
    assert_eq!(left.len(), 2, "the desk and the messages: {left:?}");
}

#[test]
fn a_served_desk_outlives_a_full_disk() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let data = data.to_str().expect("UTF-8");
    run(&folder.path("desk"), &["member", "list"]).works();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    let mut desk = Served::of(on_full_disk(1_200, &serve).stderr(Stdio::null()));
    desk.wait();
    let (mut words, mut n_refused) = (Vec::new(), 0);
    for n in 0..200 {
        let tip = format!("Tin số {n}: {}", "nghe nói mai cúp nước cả xã ".repeat(100));
        let answer = desk.post("/vi/tip", &[("text", &tip)]).expect("it still answers");
        match receipt(&answer) {
            Some(it) => words.push(it),
            None => {
                n_refused += 1;
                assert!(answer.starts_with("HTTP/1.1 5"), "{answer}");
            }
        }
    }
    assert!(0 < n_refused && !words.is_empty(), "{n_refused} refused, {} taken", words.len());
    assert!(desk.get("/vi").expect("a page").starts_with("HTTP/1.1 200"));
    desk.kill();
    let desk = Served::ready(&folder.path("desk"));
    for it in &words {
        let page = desk.post("/vi/receipt", &[("words", it)]).expect("a page");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
}
