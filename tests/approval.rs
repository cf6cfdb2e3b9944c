//! Approval that holds: what was sealed or signed is what is published, and any change shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE};

const ITEM: &str = "content/procurement/road/index.md";

/// An item with files next to it, in a category that wants a strength.
fn portal(strength: &str, keys: &str) -> Portal {
    let site = SITE
        .replace(
            "title = \"จัดซื้อจัดจ้าง\"\n",
            &format!("title = \"จัดซื้อจัดจ้าง\"\napproval = \"{strength}\"\n"),
        )
        .replace("approves = [\"*\"]\n", &format!("approves = [\"*\"]\n{keys}\n"));
    Portal::new()
        .file("site.toml", site)
        .file(
            ITEM,
            "---\n# งานถนน\ntitle: \"ประกาศ: ถนน\"   # คงไว้\ncategory: procurement\n\
             publish_from: 2569-06-25\npublish_until: 2569-12-31\n\
             attachments:\n  - file: a.csv\n    title: ราคา\n---\nข้อความ **หนึ่ง**\n\n[ภาพ](b.csv)\n",
        )
        .file("content/procurement/road/a.csv", "1,2\n")
        .file("content/procurement/road/b.csv", "3,4\n")
        .item("content/news/other.md", "")
}

fn verdict(portal: &Portal) -> (String, Vec<String>) {
    let json = portal.run(&format!("status --format json --at {NOW}")).json();
    let items = json["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["file"] == ITEM).unwrap();
    let reasons = item["reasons"].as_array().unwrap().iter();
    let reasons = reasons.map(|reason| reason.as_str().unwrap().to_owned()).collect();
    (item["verdict"].as_str().unwrap().to_owned(), reasons)
}

fn approve(portal: &Portal) {
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
}

/// The same where a signature is asked for, which is made elsewhere.
fn prepare(portal: &Portal) {
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(3);
}

#[test]
fn approving_adds_three_lines_and_shows_what_it_covers() {
    let portal = portal("sealed", "");
    assert_eq!(verdict(&portal).0, "unapproved");
    let before = fs::read_to_string(portal.path(ITEM)).unwrap();
    let run = portal.run(&format!("approve {ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    let after = fs::read_to_string(portal.path(ITEM)).unwrap();
    let seal = after.lines().find_map(|line| line.strip_prefix("seal: ")).unwrap().to_owned();
    let lines = format!("approver: mayor\napproved_on: 2569-06-20\nseal: {seal}\n---\nข้อความ");
    assert_eq!(after, before.replace("---\nข้อความ", &lines));
    run.expect_stderr(&format!(
        "Will be approved by mayor: {ITEM}\n  title: ประกาศ: ถนน\n  \
         window: 25 June 2026 until 31 December 2026\n  files: a.csv, b.csv\n  seal: {seal}\nApproved: 1"
    ));
    assert_eq!(verdict(&portal), ("published".to_owned(), vec![]));
    portal.build();
    assert!(portal.output().contains_key("procurement/road/a.csv"));
}

/// The example in `docs/approval.md` is what the program makes, and what `sha256sum` makes.
#[test]
fn the_statement_is_as_documented() {
    let doc = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/approval.md");
    let doc = fs::read_to_string(doc).unwrap();
    let block = |name: &str| {
        let (_, rest) = doc.split_once(&format!("```text {name}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let site = SITE.replace("language = \"th\"", "id = \"example\"\nlanguage = \"th\"");
    let (item, seal) = (block("item"), block("seal"));
    let portal = Portal::new()
        .file("site.toml", site)
        .file("content/news/tender/index.md", item.replace("(any)", seal.trim()))
        .file("content/news/tender/a.csv", "1,2\r\n");
    let run = portal.run("statement content/news/tender/index.md").expect_status(0);
    assert_eq!(run.stdout, block("statement"));
    let json = portal.run(&format!("status --format json --at {NOW}")).json();
    assert_eq!(json["items"][0]["verdict"], "published");
    let script = doc.split_once("```sh\ncd content/news/tender\n").unwrap().1;
    let script = script.split_once("```").unwrap().0;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).current_dir(portal.path("content/news/tender"));
    let output = shell.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).split(' ').next(), Some(seal.trim()));
}

#[test]
fn comments_order_and_line_ends_stay() {
    let portal = portal("sealed", "");
    let text = fs::read_to_string(portal.path(ITEM)).unwrap().replace('\n', "\r\n");
    let text = text.replace("category:", "approver:  clerk  # ร่าง\r\ncategory:");
    portal.write(ITEM, format!("\u{FEFF}{text}"));
    approve(&portal);
    let after = fs::read_to_string(portal.path(ITEM)).unwrap();
    let changed = after.replace("approver:  mayor  # ร่าง", "approver:  clerk  # ร่าง");
    let added =
        changed.lines().filter(|line| line.starts_with("approved_on") || line.starts_with("seal"));
    assert_eq!(added.count(), 2);
    let kept: String = changed
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("approved_on") && !line.starts_with("seal"))
        .collect();
    assert_eq!(kept, format!("\u{FEFF}{text}"));
    assert_eq!(verdict(&portal).0, "published");
    // The same file with other line ends is the same approval.
    portal.write(ITEM, after.replace("\r\n", "\n"));
    assert_eq!(verdict(&portal).0, "published");
}

#[test]
fn any_change_of_files_breaks_the_seal() {
    let portal = portal("sealed", "");
    approve(&portal);
    let path = |name: &str| portal.path(&format!("content/procurement/road/{name}"));
    let changed = "changed since the approval of 20 June 2026: have it approved again";
    let check = |what: &str| {
        let (verdict, reasons) = verdict(&portal);
        assert_eq!((verdict.as_str(), reasons), ("unapproved", vec![changed.to_owned()]), "{what}");
    };
    fs::write(path("b.csv"), "3,5\n").unwrap();
    check("a file changed");
    fs::write(path("b.csv"), "3,4\n").unwrap();
    assert_eq!(verdict(&portal).0, "published");
    fs::write(path("c.csv"), "").unwrap();
    check("a file was added");
    fs::remove_file(path("c.csv")).unwrap();
    // Clutter, hidden files and signatures are nobody's content.
    fs::write(path("Thumbs.db"), "x").unwrap();
    fs::write(path(".hidden"), "x").unwrap();
    assert_eq!(verdict(&portal).0, "published");
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write(
        "site.toml",
        site.replace("[[categories]]\nid = \"news\"", "[static]\n\n[[categories]]\nid = \"news\""),
    );
    assert_eq!(verdict(&portal).0, "published", "settings are not under the seal");
    portal.write(
        "site.toml",
        site.replace("timezone = \"Asia/Bangkok\"", "timezone = \"Asia/Tokyo\""),
    );
    check("the window means other instants");
    portal.write(
        "site.toml",
        site.replace("base_url = \"https://test.", "base_url = \"https://other."),
    );
    check("another portal");
    portal.write("site.toml", &site);
    let moved = fs::read(portal.path(ITEM)).unwrap();
    fs::create_dir_all(portal.path("content/procurement/copy")).unwrap();
    for (name, bytes) in
        [("index.md", moved), ("a.csv", b"1,2\n".to_vec()), ("b.csv", b"3,4\n".to_vec())]
    {
        fs::write(portal.path(&format!("content/procurement/copy/{name}")), bytes).unwrap();
    }
    let json = portal.run(&format!("status --format json --at {NOW}")).json();
    let copy = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["file"].as_str().unwrap().contains("copy"));
    assert_eq!(copy.unwrap()["verdict"], "unapproved", "a copy is not approved");
}

#[test]
fn withdrawing_needs_no_new_seal() {
    let portal = portal("sealed", "");
    approve(&portal);
    let text = fs::read_to_string(portal.path(ITEM)).unwrap();
    let withdrawn = "withdrawn:\n  on: 2569-07-01\n  reason: ผิดแบบ\ncategory:";
    portal.write(ITEM, text.replace("category:", withdrawn));
    let (verdict_now, reasons) = verdict(&portal);
    assert_eq!(verdict_now, "withdrawn");
    assert!(!reasons.iter().any(|reason| reason.contains("changed")), "{reasons:?}");
    let before = portal.run("status --format json --at 2026-06-28").json();
    let item = before["items"].as_array().unwrap().iter().find(|i| i["file"] == ITEM).unwrap();
    assert_eq!(item["verdict"], "published");
    // A value named there and used elsewhere would slip past the seal.
    let run = |portal: &Portal| portal.run(&format!("statement {ITEM}"));
    let alias = "withdrawn: { on: 2570-07-01, reason: &t ชื่อใหม่ }\ncategory:";
    portal.write(ITEM, text.replace("category:", alias));
    assert_eq!(verdict(&portal).0, "unapproved");
    run(&portal).expect_status(1).expect_in_stderr("[content/not-sealable]");
}

#[test]
fn an_item_approved_before_asks_what_changed() {
    let portal = portal("sealed", "");
    approve(&portal);
    let first = fs::read_to_string(portal.path(ITEM)).unwrap();
    let seal = first.lines().find_map(|line| line.strip_prefix("seal: ")).unwrap();
    portal.write(ITEM, first.replace("หนึ่ง", "สอง"));
    let again = format!("approve {ITEM} --as mayor --on 2569-07-01");
    portal.run(&again).expect_status(2).expect_in_stderr("was approved before");
    let command = || {
        let mut command = portal.command(&again);
        command.args(["--note", "แก้ \"จำนวน\": สอง"]);
        command
    };
    assert!(command().output().unwrap().status.success());
    let second = fs::read_to_string(portal.path(ITEM)).unwrap();
    assert!(
        second
            .contains(&format!("approvals:\n  - {{ by: mayor, on: 2569-06-20, seal: {seal} }}\n")),
        "{second}"
    );
    assert!(
        second.contains("changes:\n  - { on: 2569-07-01, note: \"แก้ \\\"จำนวน\\\": สอง\" }\n"),
        "{second}"
    );
    assert_eq!(verdict(&portal).0, "published");
    portal.build();
    let page = String::from_utf8(portal.output()["procurement/road/index.html"].clone()).unwrap();
    assert!(page.contains("แก้ &quot;จำนวน&quot;: สอง"));
    assert!(!page.contains(seal), "a former approval is not published");
    portal.run(&format!("{again} --no-note")).expect_status(0);
    let third = fs::read_to_string(portal.path(ITEM)).unwrap();
    assert_eq!(third.matches("- { by: mayor").count(), 2);
    assert_eq!(verdict(&portal).0, "published");
}

/// What the next run would refuse is not written, and the message names the option that is wrong.
#[test]
fn words_that_a_file_may_not_hold_are_refused_before_anything_is_written() {
    let portal = portal("sealed", "");
    let before = fs::read(portal.path(ITEM)).unwrap();
    let long = "x".repeat(40_000);
    let quotes = "\"".repeat(20_000);
    for (option, value) in [
        ("--note", "a\u{202E}b"),
        ("--note", "a\u{200E}b"),
        ("--note", "a\u{E0041}b"),
        ("--note", "a\u{FDD0}b"),
        ("--note", "a\u{2028}b"),
        ("--note", "a\u{85}b"),
        ("--note", "a\u{1}b"),
        ("--note", &long),
        ("--note", &quotes),
        ("--on", "2026-01-01\nsummary: x"),
        ("--on", "2026-01-01\n"),
        ("--on", "2026-01-01\u{2028}"),
        ("--on", "2026-01-01 # x"),
        ("--on", "2026-01-01, note: x"),
        ("--on", ""),
    ] {
        let mut command = portal.command(&format!("approve {ITEM} --as mayor"));
        let output = command.args([option, value]).output().unwrap();
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{option} {value:.20?}: {shown}");
        assert!(shown.contains(&format!("cannot be approved: {option} ")), "{shown}");
        assert_eq!(fs::read(portal.path(ITEM)).unwrap(), before);
    }
}

/// What no build reads, or would refuse, is not approved; a file that is named twice is approved once.
#[test]
fn only_items_that_a_build_publishes_are_approved() {
    let portal = portal("sealed", "");
    let before = fs::read(portal.path(ITEM)).unwrap();
    for path in ["draft.md", "content/news/.draft.md", "themes/a.md"] {
        portal.write(path, &before);
        portal
            .run(&format!("approve {path} --as mayor --on 2569-06-20"))
            .expect_status(2)
            .expect_in_stderr("is not an item of this portal");
        assert_eq!(fs::read(portal.path(path)).unwrap(), before);
    }
    let mut command = portal.command(&format!("approve {ITEM} --as mayor --on 2569-06-20"));
    let output = command.args(["--note", "เลขประจำตัวประชาชน 1-2001-00412-34-0"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && shown.contains("private number"), "{shown}");
    assert!(!shown.contains("00412"), "{shown}");
    portal.write(ITEM, format!("{}a\u{202E}b\n", String::from_utf8_lossy(&before)));
    portal
        .run(&format!("approve {ITEM} --as mayor --on 2569-06-20"))
        .expect_status(1)
        .expect_in_stderr("error[text/bidi-control]");
    portal.write(ITEM, &before);
    portal.run(&format!("approve {ITEM} ./{ITEM} --as mayor --on 2569-06-20")).expect_status(0);
    assert_eq!(verdict(&portal).0, "published");
}

/// The file may become too large by what an approval adds, and is refused as it would be read.
#[test]
fn a_file_that_would_become_too_large_is_not_approved() {
    let portal = portal("sealed", "");
    let text = fs::read_to_string(portal.path(ITEM)).unwrap();
    let lines = "x".repeat(99) + "\n";
    let filled = (2_000_000 - text.len()) / 100;
    let rest = "x".repeat(2_000_000 - text.len() - filled * 100);
    portal.write(ITEM, text + &lines.repeat(filled) + &rest);
    let before = fs::read(portal.path(ITEM)).unwrap();
    portal
        .run(&format!("approve {ITEM} --as mayor --on 2569-06-20"))
        .expect_status(1)
        .expect_in_stderr("error[source/too-large]");
    assert_eq!(fs::read(portal.path(ITEM)).unwrap(), before);
}

/// What was written as a seal before does not change what YAML reads of the entry.
#[test]
fn a_former_seal_with_braces_is_quoted() {
    let portal = portal("named", "");
    let text = fs::read_to_string(portal.path(ITEM)).unwrap();
    let former = "approver: mayor\napproved_on: 2569-06-19\nseal: 'x }'\npublish_from";
    portal.write(ITEM, text.replacen("publish_from", former, 1));
    let mut command = portal.command(&format!("approve {ITEM} --as mayor --on 2569-06-20"));
    let output = command.args(["--note", "a"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(portal.path(ITEM)).unwrap();
    assert!(text.contains("on: 2569-06-19, seal: \"x }\" }"), "{text}");
    assert_eq!(verdict(&portal).0, "published");
}

#[test]
fn what_the_gate_would_refuse_is_not_approved_and_all_or_none_are() {
    let portal = portal("sealed", "");
    let before = fs::read(portal.path(ITEM)).unwrap();
    for (person, on, reason) in [
        ("clerk", "2569-06-20", "cannot be approved: `clerk` may not approve the category"),
        ("mayor", "2599-06-20", "still to come"),
    ] {
        let run = portal.run(&format!("approve {ITEM} --as {person} --on {on}")).expect_status(2);
        assert!(run.stderr.contains(reason), "{}", run.stderr);
    }
    portal
        .run(&format!("approve {ITEM} --as mayer"))
        .expect_status(2)
        .expect_stderr(
            "error[environment/approve-nobody]: `mayer`, given with --as, is not an id under [people] in the settings
  help: nothing was changed; the nearest ids are: mayor, clerk",
        );
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-13-01")).expect_status(1);
    portal.write("content/news/bad.md", "---\ntitle: ก\n---\n");
    portal.run(&format!("approve {ITEM} content/news/bad.md --as mayor")).expect_status(1);
    portal.write(
        "content/news/list.md",
        "---\ntitle: ก\ncategory: news\npublish_from: 2569-01-01\napprover: >\n  mayor\n---\n",
    );
    portal
        .run(&format!("approve {ITEM} content/news/list.md --as mayor"))
        .expect_status(2)
        .expect_in_stderr(
            "`approver` in content/news/list.md is not written on a line of its own, so it cannot be changed safely",
        );
    assert_eq!(fs::read(portal.path(ITEM)).unwrap(), before);
    let left = fs::read_dir(portal.path("content/procurement/road")).unwrap().count();
    assert_eq!(left, 3, "no temporary file is left");
}

fn keygen(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let mut child = Command::new("ssh-keygen")
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .ok()?;
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

/// A new key; its private file and its public line.
fn key(folder: &Path, name: &str, kind: &[&str]) -> Option<(String, String)> {
    let file = folder.join(name).to_str().unwrap().to_owned();
    keygen(&[&["-q", "-N", "", "-C", name, "-f", &file, "-t"], kind].concat(), b"")?;
    let public = fs::read_to_string(format!("{file}.pub")).unwrap();
    Some((file, public.trim().to_owned()))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of wrong signatures")]
fn only_the_approvers_own_signature_over_this_item_counts() {
    let folder = tempfile::tempdir().unwrap();
    let Some((mayor, mayor_pub)) = key(folder.path(), "mayor", &["ed25519"]) else {
        eprintln!("skipped: there is no ssh-keygen");
        return;
    };
    let (second, second_pub) = key(folder.path(), "second", &["ecdsa", "-b", "256"]).unwrap();
    let (clerk, clerk_pub) = key(folder.path(), "clerk", &["ed25519"]).unwrap();
    let (old, old_pub) = key(folder.path(), "old", &["ed25519"]).unwrap();
    let (lost, lost_pub) = key(folder.path(), "lost", &["ed25519"]).unwrap();
    let (stranger, _) = key(folder.path(), "stranger", &["ed25519"]).unwrap();
    let (rsa, _) = key(folder.path(), "rsa", &["rsa", "-b", "2048"]).unwrap();
    let keys = format!(
        "keys = [\"{mayor_pub}\", {{ key = \"{second_pub}\", from = \"2569-06-01\" }}, \
         {{ key = \"{old_pub}\", until = \"2569-05-31\" }}, {{ key = \"{lost_pub}\", revoked = true }}]"
    );
    let portal = portal("signed", &keys);
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write(
        "site.toml",
        site.replace(
            "approves = [\"news\"]\n",
            &format!("approves = [\"news\"]\nkeys = [\"{clerk_pub}\"]\n"),
        ),
    );
    prepare(&portal);
    assert_eq!(
        verdict(&portal).1,
        ["a signature is required, and there is no `.sig` file next to the item"]
    );
    let statement = portal.run(&format!("statement {ITEM}")).expect_status(0).stdout;
    let sign = |key: &str, namespace: &str, text: &str| {
        keygen(&["-q", "-Y", "sign", "-n", namespace, "-f", key], text.as_bytes()).unwrap()
    };
    let sig = format!("{ITEM}.sig");
    for right in [&mayor, &second] {
        portal.write(&sig, sign(right, "prakat", &statement));
        assert_eq!(verdict(&portal), ("published".to_owned(), vec![]), "{right}");
    }
    let bad = "the signature does not match the item as it is now";
    let foreign = "the signature was made with a key that is not the approver's";
    let good = String::from_utf8(sign(&mayor, "prakat", &statement)).unwrap();
    let damaged = good.replacen("U1NIU0lH", "U1NIU0lI", 1);
    let wrong: [(&str, Vec<u8>, &str); 12] = [
        ("another namespace", sign(&mayor, "file", &statement), bad),
        ("another item", sign(&mayor, "prakat", &statement.replace("road", "rood")), bad),
        ("another portal", sign(&mayor, "prakat", &statement.replace("test.", "other.")), bad),
        ("another window", sign(&mayor, "prakat", &statement.replace("2026", "2027")), bad),
        ("a letter less", sign(&mayor, "prakat", statement.trim_end()), bad),
        ("damaged", damaged.into_bytes(), bad),
        ("no signature", b"hello".to_vec(), bad),
        ("empty", Vec::new(), bad),
        ("somebody else's key", sign(&clerk, "prakat", &statement), foreign),
        ("an unknown key", sign(&stranger, "prakat", &statement), foreign),
        (
            "a key of before",
            sign(&old, "prakat", &statement),
            "the key with which `mayor` signed was not valid on 20 June 2026",
        ),
        (
            "a revoked key",
            sign(&lost, "prakat", &statement),
            "the key with which `mayor` signed was revoked",
        ),
    ];
    for (what, bytes, reason) in wrong {
        portal.write(&sig, bytes);
        let (verdict, reasons) = verdict(&portal);
        assert_eq!((verdict.as_str(), reasons), ("unapproved", vec![reason.to_owned()]), "{what}");
    }
    portal.write(&sig, sign(&rsa, "prakat", &statement));
    assert!(verdict(&portal).1[0].contains("RSA"));
    // `approve --key` signs by itself; what changes afterwards is not what was signed.
    fs::remove_file(portal.path(&sig)).unwrap();
    portal
        .run(&format!("approve {ITEM} --as mayor --on 2569-06-21 --no-note --key {mayor}"))
        .expect_status(0);
    assert_eq!(verdict(&portal), ("published".to_owned(), vec![]));
    portal.build();
    assert!(
        !portal.output().keys().any(|path| path.ends_with(".sig")),
        "signatures are not published"
    );
    portal.write("content/procurement/road/b.csv", "9\n");
    assert_eq!(verdict(&portal).1.len(), 2);
}

/// The gate judges the new signature before anything is written.
#[test]
fn a_key_that_would_not_count_approves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some((mayor, mayor_pub)) = key(folder.path(), "mayor", &["ed25519"]) else {
        eprintln!("skipped: there is no ssh-keygen");
        return;
    };
    let (clerk, clerk_pub) = key(folder.path(), "clerk", &["ed25519"]).unwrap();
    let (old, old_pub) = key(folder.path(), "old", &["ed25519"]).unwrap();
    let (lost, lost_pub) = key(folder.path(), "lost", &["ed25519"]).unwrap();
    let (stranger, _) = key(folder.path(), "stranger", &["ed25519"]).unwrap();
    let (rsa, _) = key(folder.path(), "rsa", &["rsa", "-b", "2048"]).unwrap();
    let (large, _) = key(folder.path(), "large", &["ecdsa", "-b", "384"]).unwrap();
    let fingerprint = |key: &str| {
        let line = keygen(&["-l", "-f", &format!("{key}.pub")], b"").unwrap();
        String::from_utf8(line).unwrap().split(' ').nth(1).unwrap().to_owned()
    };
    let keys = format!(
        "keys = [\"{mayor_pub}\", {{ key = \"{old_pub}\", until = \"2569-05-31\" }}, \
         {{ key = \"{lost_pub}\", revoked = true }}]"
    );
    let foreign = "the signature was made with a key that is not the approver's";
    // A signature that is there is always checked, so a wrong one is refused where none is asked for.
    for strength in ["signed", "sealed", "named"] {
        let portal = portal(strength, &keys);
        let site = fs::read_to_string(portal.path("site.toml")).unwrap();
        let of_clerk = format!("approves = [\"news\"]\nkeys = [\"{clerk_pub}\"]\n");
        portal.write("site.toml", site.replace("approves = [\"news\"]\n", &of_clerk));
        let before = crate::support::tree(&portal.path("content"));
        for (key, reason) in [
            (&clerk, foreign),
            (&stranger, foreign),
            (&old, "the key with which `mayor` signed was not valid on 20 June 2026"),
            (&lost, "the key with which `mayor` signed was revoked"),
            (
                &rsa,
                "the signature was made with an RSA key: make an ed25519 key (ssh-keygen -t ed25519)",
            ),
        ] {
            let run = format!("approve {ITEM} --as mayor --on 2569-06-20 --key {key}");
            portal.run(&run).expect_status(2).expect_stderr(&format!(
                "error[environment/approve-refused]: {ITEM} cannot be approved: {reason}\n  help: \
                 nothing was changed; the key used is {}; the approver's keys that are valid on that day: {}",
                fingerprint(key),
                fingerprint(&mayor)
            ));
            assert_eq!(crate::support::tree(&portal.path("content")), before, "{strength}: {key}");
        }
        // Before the older key ended, both count; nobody else's do.
        let run = format!("approve {ITEM} --as mayor --on 2569-05-31 --key {clerk}");
        let both = format!("that day: {}, {}", fingerprint(&mayor), fingerprint(&old));
        portal.run(&run).expect_status(2).expect_in_stderr(&both);
        let run = format!("approve {ITEM} --as mayor --key {large}");
        portal.run(&run).expect_status(2).expect_stderr(
            "error[environment/signing]: the signature could not be made: keys of this kind are not accepted; \
             use an ed25519 or P-256 key (ssh-keygen -t ed25519)\n  help: nothing was changed; try it by \
             hand: prakat statement FILE | ssh-keygen -Y sign -n prakat -f KEY",
        );
        assert_eq!(crate::support::tree(&portal.path("content")), before, "{strength}");
        let run = format!("approve {ITEM} --as mayor --on 2569-06-20 --key {mayor}");
        let report = portal.run(&run).expect_status(0).stderr;
        assert!(report.ends_with("\nApproved: 1\n"), "{report}");
        assert_eq!(verdict(&portal), ("published".to_owned(), vec![]), "{strength}");
    }
    let portal = portal("signed", "");
    let run = format!("approve {ITEM} --as mayor --lang th --key {mayor}");
    let none = format!(
        "กุญแจที่ใช้คือ {} ผู้อนุมัติไม่มีกุญแจที่ใช้ได้ในวันนั้น ให้เพิ่มกุญแจไว้ใต้ชื่อบุคคลในการตั้งค่า",
        fingerprint(&mayor)
    );
    portal.run(&run).expect_status(2).expect_in_stderr(&none);
}

/// What still needs a signature is not approved.
#[test]
fn without_its_signature_an_item_is_only_prepared() {
    let report = |portal: &Portal, arguments: &str| {
        let run = portal.run(&format!("approve --as mayor --on 2569-06-20 {arguments}"));
        let (status, stderr) = (run.status, run.stderr);
        (status, stderr.lines().last().unwrap().to_owned(), stderr)
    };
    let missing = "signature still missing: sign as shown above; until then it is withheld";
    let signed = portal("signed", "");
    let (status, last, all) = report(&signed, ITEM);
    assert_eq!((status, last), (3, format!("Prepared: 1, {missing}")));
    let next = format!(
        "needs a signature: prakat statement {ITEM} | ssh-keygen -Y sign -n prakat -f KEY > {ITEM}.sig"
    );
    assert!(all.contains(&next) && !all.contains("Approved"), "{all}");
    assert_eq!(verdict(&signed).0, "unapproved");
    let thai = report(&signed, &format!("{ITEM} --no-note --lang th")).1;
    assert_eq!(thai, "เตรียมไว้ 1 เรื่อง แต่ยังขาดลายมือชื่อ: ลงลายมือชื่อตามคำสั่งข้างต้น ก่อนนั้นจะยังไม่เผยแพร่");
    // Of several items some may be whole.
    let signed = portal("signed", "");
    let (status, last, all) = report(&signed, &format!("{ITEM} content/news/other.md"));
    assert_eq!((status, last), (3, format!("Prepared: 1, {missing}")));
    assert!(all.contains("\nApproved: 1\n"), "{all}");
    // A signature of before is there, so it is checked, whatever is asked for.
    for strength in ["named", "sealed"] {
        let portal = portal(strength, "");
        portal.write(&format!("{ITEM}.sig"), "of another edition");
        let (status, last, _) = report(&portal, ITEM);
        assert_eq!((status, last), (3, format!("Prepared: 1, {missing}")), "{strength}");
        assert_eq!(verdict(&portal).0, "unapproved", "{strength}");
    }
}

/// Keys in OpenSSH's own file count as in site.toml: for the person named, for prakat, in their time.
#[test]
fn keys_may_stand_in_a_file_of_allowed_signers() {
    let folder = tempfile::tempdir().unwrap();
    let Some((private, public)) = key(folder.path(), "mayor", &["ed25519"]) else {
        eprintln!("skipped: there is no ssh-keygen");
        return;
    };
    let portal = portal("signed", "");
    prepare(&portal);
    let statement = portal.run(&format!("statement {ITEM}")).expect_status(0).stdout;
    let arguments = ["-q", "-Y", "sign", "-n", "prakat", "-f", &private];
    portal.write(&format!("{ITEM}.sig"), keygen(&arguments, statement.as_bytes()).unwrap());
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write("site.toml", format!("[policy]\nallowed_signers = \"keys/signers\"\n{site}"));
    // The item was approved on 20 June 2026.
    for (line, counts) in [
        (format!("mayor {public}"), true),
        (format!("# all of us\n\nclerk,mayor {public}"), true),
        (format!("mayor namespaces=\"git,prakat\" {public}"), true),
        (format!("mayor valid-after=\"20260601\",valid-before=\"20260621Z\" {public}"), true),
        (format!("mayor Valid-Before=\"202606200001\" {public}"), true),
        (format!("mayor valid-before=\"20260620\" {public}"), false),
        (format!("mayor valid-after=\"20260621\" {public}"), false),
        (format!("mayor namespaces=\"git\" {public}"), false),
        (format!("clerk {public}"), false),
        (String::new(), false),
    ] {
        portal.write("keys/signers", &line);
        assert_eq!(verdict(&portal).0 == "published", counts, "{line}: {:?}", verdict(&portal));
    }
    let twice = format!("mayor valid-before=\"20250101\" {public}\nmayor {public}");
    portal.write("keys/signers", twice);
    assert_eq!(verdict(&portal).0, "published", "one of its entries covers the approval");
    for wrong in [
        "*",
        "mayor",
        "mayor cert-authority",
        "mayor valid-after=20260601",
        "mayor a=\"b\"",
        "!mayor,mayor",
        "mayor namespaces=\"!prakat,*\"",
        "mayor namespaces=\"git\",namespaces=\"prakat\"",
        "mayor valid-before=\"20250101\",valid-before=\"20300101\"",
    ] {
        portal.write("keys/signers", format!("{wrong} {public}").replace("mayor ssh", "mayorssh"));
        let report = portal.run(&format!("check --at {NOW}"));
        let is_reported = report.stderr.contains("keys/signers:1:1");
        assert!(
            is_reported && report.stderr.contains("settings/signers"),
            "{wrong}: {}",
            report.stderr
        );
        assert_eq!(verdict(&portal).0, "unapproved", "{wrong}");
    }
    // A key that site.toml takes back under anybody stays taken back.
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    let lost = format!("keys = [{{ key = \"{public}\", revoked = true }}]");
    let others =
        site.replace("approves = [\"news\"]\n", &format!("approves = [\"news\"]\n{lost}\n"));
    portal.write("keys/signers", format!("mayor {public}"));
    portal.write("site.toml", others);
    assert_eq!(verdict(&portal).0, "unapproved");
    portal.write("site.toml", site);
    portal.write("keys/signers", format!("mayor {public}"));
    let revoked = format!("keys = [{{ key = \"{public}\", revoked = true }}]");
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    let site = site.replace("approves = [\"*\"]\n", &format!("approves = [\"*\"]\n{revoked}\n"));
    portal.write("site.toml", site);
    assert_eq!(verdict(&portal).0, "unapproved");
}

/// A trust file brings its own signers, from the folder that contains it; every command on items takes one.
#[test]
fn a_trust_file_names_its_own_signers_and_goes_with_every_command() {
    let portal = portal("named", "");
    let outside = tempfile::tempdir().unwrap();
    let trust = outside.path().join("trust.toml");
    let people = "[people.auditor]\nname = \"นางตรวจ ทดสอบ\"\napproves = [\"*\"]\n";
    fs::write(&trust, format!("[policy]\nallowed_signers = \"signers\"\n{people}")).unwrap();
    let trusted = format!("--trust {}", trust.display());
    let refused = portal.run(&format!("explain {ITEM} {trusted}")).expect_status(1);
    let wanted = outside.path().join("signers").display().to_string();
    refused
        .expect_in_stderr(
            "error[settings/signers-missing]: there is no allowed_signers file `signers`",
        )
        .expect_in_stderr("trust.toml:2:19")
        .expect_in_stderr(&wanted);
    fs::write(outside.path().join("signers"), "# nobody yet\n").unwrap();
    let digest = |portal: &Portal| {
        portal.run(&format!("status --format json {trusted} --at {NOW}")).json()["trust"].clone()
    };
    let before = digest(&portal);
    fs::write(outside.path().join("signers"), "# nobody\n").unwrap();
    assert_ne!(digest(&portal), before, "the digest covers the signers");

    portal.write(
        "content/news/other.md",
        "---\ntitle: a\ncategory: news\npublish_from: 2569-06-25\n---\n",
    );
    portal.run(&format!("approve {ITEM} --as auditor")).expect_status(2);
    portal.run(&format!("approve {ITEM} --as auditor --on 2569-06-20 {trusted}")).expect_status(0);
    let report = portal.run(&format!("explain {ITEM} {trusted} --at {NOW}")).expect_status(0);
    assert!(report.stdout.contains("published"), "{}", report.stdout);
    portal.run(&format!("statement {ITEM} {trusted}")).expect_status(0);
    portal.run(&format!("explain {ITEM} {trusted} --trust-digest 00")).expect_status(2);
}

#[test]
fn trust_comes_from_outside_the_portal() {
    let portal = portal("named", "");
    let text = fs::read_to_string(portal.path(ITEM)).unwrap();
    portal.write(ITEM, text.replace("category:", "approver: intruder\ncategory:"));
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write(
        "site.toml",
        format!("{site}\n[people.intruder]\nname = \"ผู้บุกรุก\"\napproves = [\"*\"]\n"),
    );
    assert_eq!(verdict(&portal).0, "published", "whoever edits site.toml can publish");
    let outside = tempfile::tempdir().unwrap();
    let trust = outside.path().join("trust.toml");
    fs::write(&trust, "[people.mayor]\nname = \"นางสมใจ ทดสอบ\"\napproves = [\"*\"]\n").unwrap();
    let trusted = format!("--trust {} --at {NOW}", trust.display());
    portal.run(&format!("check {trusted}")).expect_status(1).expect_in_stderr("unknown-person");
    // Strengths from there are asked for, too, and never weaker ones.
    portal.write(ITEM, text.replace("category:", "approver: mayor\ncategory:"));
    let status = |portal: &Portal| {
        let json = portal.run(&format!("status --format json {trusted}")).json();
        let items = json["items"].as_array().unwrap().clone();
        let item = items.into_iter().find(|item| item["file"] == ITEM).unwrap();
        (item["verdict"].as_str().unwrap().to_owned(), json["trust"].as_str().unwrap().to_owned())
    };
    let (verdict, digest) = status(&portal);
    assert_eq!(verdict, "published");
    let people = fs::read_to_string(&trust).unwrap();
    fs::write(&trust, format!("[categories]\nprocurement = \"sealed\"\n{people}")).unwrap();
    let (verdict, other) = status(&portal);
    assert_eq!(verdict, "unapproved");
    assert_ne!(digest, other);
    let build =
        |digest: &str| portal.run(&format!("build -q -o site {trusted} --trust-digest {digest}"));
    build(&other).expect_status(0);
    build(&digest).expect_status(2).expect_in_stderr(
        "settings, theme, static or trust file do not match the given digest; their digest is",
    );
    fs::write(&trust, "[policy]\napproval = \"strong\"\nseparate = true\n").unwrap();
    let run = portal.run(&format!("check {trusted}")).expect_status(1);
    assert!(
        run.stderr.contains("trust.toml:2:12") && run.stderr.contains("trust.toml:3:1"),
        "{}",
        run.stderr
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// One character changed, put in or taken out anywhere in a sealed item or its files.
    #[test]
    fn every_edit_shows(at in 0..10_000_usize, kind in 0..3_u8, letter in prop::char::any(), file in 0..3_usize) {
        let portal = sealed();
        let names = ["index.md", "a.csv", "b.csv"];
        let path = portal.path(&format!("content/procurement/road/{}", names[file]));
        let text = fs::read_to_string(&path).unwrap();
        let chars: Vec<char> = text.chars().collect();
        let at = at % chars.len();
        let mut edited = chars.clone();
        match kind {
            0 => edited[at] = letter,
            1 => edited.insert(at, letter),
            _ => { edited.remove(at); }
        }
        let edited: String = edited.into_iter().collect();
        // CRLF is LF to the seal, and so are the lines of `seal` itself.
        let plain = |text: &str| {
            let text = text.replace("\r\n", "\n");
            text.lines().filter(|line| !line.starts_with("seal")).collect::<Vec<_>>().join("\n")
        };
        prop_assume!(edited != text && (file > 0 || plain(&edited) != plain(&text)));
        fs::write(&path, &edited).unwrap();
        let json = portal.run(&format!("status --format json --at {NOW}")).json();
        let item = json["items"].as_array().unwrap().iter().find(|i| i["file"] == ITEM).cloned();
        fs::write(&path, &text).unwrap();
        let verdict = item.unwrap()["verdict"].as_str().unwrap().to_owned();
        prop_assert!(verdict != "published", "{edited}");
    }
}

/// One sealed portal for all edits; each puts back what it changed.
fn sealed() -> std::sync::MutexGuard<'static, Portal> {
    use std::sync::{LazyLock, Mutex, PoisonError};
    static SEALED: LazyLock<Mutex<Portal>> = LazyLock::new(|| {
        let portal = portal("sealed", "");
        approve(&portal);
        Mutex::new(portal)
    });
    SEALED.lock().unwrap_or_else(PoisonError::into_inner)
}
