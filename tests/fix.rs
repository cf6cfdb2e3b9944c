//! `check --fix` corrects what needs no choice, shows each line, and changes nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{NOW, Portal, item};

#[test]
fn typing_errors_are_fixed_and_shown_and_all_else_stays() {
    let crlf = item("content/news/a.md", "", "บรรทัดแรก\n\nที่่ดิน เเผน # คง  ไว้").replace('\n', "\r\n");
    let portal = Portal::new()
        .file("content/news/a.md", format!("\u{FEFF}{crlf}"))
        .item("content/news/b.md", "ไม่มีอะไรผิด")
        .item_with("content/news/sealed.md", "seal: sha256:00", "ที่่ดิน")
        .item("content/news/bidi.md", "ก\u{202E}ข\u{202C} นํ้า");
    let file = portal.path("content/news/a.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(portal.path("content/news/b.md")).unwrap().modified().unwrap();

    let run = portal.run(&format!("check -q --fix --at {NOW}")).expect_status(1);
    let shown = run.stderr.split("error").next().unwrap();
    assert_eq!(
        shown,
        "Corrected: content/news/a.md\n    9 - ที่่ดิน เเผน # คง  ไว้\n    9 + ที่ดิน แผน # คง  ไว้\n\
         Corrected: content/news/bidi.md\n    7 - ก\u{FFFD}ข\u{FFFD} นํ้า\n    7 + ก\u{FFFD}ข\u{FFFD} น้ำ\n\
         Not corrected, as a change would break its seal or signature: content/news/sealed.md\n\
         Look through the changes: what is approved was changed, too.\n\n"
    );
    let expected = crlf.replace("ที่่ดิน เเผน", "ที่ดิน แผน");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("\u{FEFF}{expected}"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::metadata(portal.path("content/news/b.md")).unwrap().modified().unwrap(), before);
    assert!(fs::read_to_string(portal.path("content/news/sealed.md")).unwrap().contains("ที่่ดิน"));
    let left = fs::read_dir(portal.path("content/news")).unwrap().count();
    assert_eq!(left, 4, "no temporary file is left");

    // A second time there is nothing to fix.
    let run = portal.run(&format!("check --fix --format json --at {NOW}")).expect_status(1);
    assert_eq!(run.json()["mended"], serde_json::json!([]));
}

#[test]
fn without_fix_nothing_is_written() {
    let portal = Portal::new().item("content/news/a.md", "ที่่ดิน");
    let before = fs::read(portal.path("content/news/a.md")).unwrap();
    let run = portal.run(&format!("check --format json --at {NOW}")).expect_status(0);
    assert!(run.json().get("mended").is_none());
    assert_eq!(fs::read(portal.path("content/news/a.md")).unwrap(), before);
}

#[test]
fn names_and_texts_stay_hidden_where_asked() {
    let portal = Portal::new().item("content/news/zqname.md", "ที่่ดิน zqtext");
    let run = portal.run(&format!("check --fix --redact --at {NOW}")).expect_status(0);
    assert!(run.stderr.contains("Corrected: "), "{}", run.stderr);
    assert!(!run.stderr.contains("zqtext") && !run.stderr.contains("zqname"), "{}", run.stderr);
}

/// A file keeps its name, so what names it stays: fixing must not break a link.
#[test]
fn names_of_files_addresses_and_code_stay() {
    let body =
        "[แผน](จัดทําแผน.csv) ทําได้\n\n![ภาพเเรก][p]\n\n[p]: เเผน.svg\n\n`เเ`\n\n~~~\nเเ\n~~~\n";
    let portal = Portal::new()
        .file("content/news/a/จัดทําแผน.csv", "1")
        .file(
            "content/news/a/เเผน.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>",
        )
        .item_with(
            "content/news/a/index.md",
            "title: จัดทํา\nslug: จัดทํา\nattachments:\n  - file: จัดทําแผน.csv\n    title: จัดทํา",
            body,
        );
    portal.run(&format!("check -q --fix --at {NOW}")).expect_status(0);
    let text = fs::read_to_string(portal.path("content/news/a/index.md")).unwrap();
    let fixed = body.replace("ทําได้", "ทำได้").replace("ภาพเเรก", "ภาพแรก");
    assert!(text.contains(&fixed), "{text}");
    assert!(text.contains("title: จัดทำ\n") && text.contains("    title: จัดทำ\n"), "{text}");
    assert!(text.contains("slug: จัดทํา\n") && text.contains("file: จัดทําแผน.csv\n"), "{text}");
}

#[test]
fn settings_that_cannot_be_read_stop_it_before_anything_changes() {
    let portal = Portal::new().item("content/news/a.md", "ที่่ดิน").file("site.toml", "[");
    let before = fs::read(portal.path("content/news/a.md")).unwrap();
    portal.run(&format!("check --fix --at {NOW}")).expect_status(1);
    assert_eq!(fs::read(portal.path("content/news/a.md")).unwrap(), before);
}

/// A signature that was made by hand needs no line `seal`.
#[test]
fn what_is_signed_without_a_seal_stays() {
    let portal = Portal::new()
        .item("content/news/a.md", "ที่่ดิน")
        .file("content/news/a.md.sig", "a signature")
        .item("content/news/b/index.md", "ที่่ดิน")
        .file("content/news/b/index.en.md.sig", "the signature of another file");
    let before = fs::read(portal.path("content/news/a.md")).unwrap();
    let run = portal.run(&format!("check --fix --at {NOW}"));
    assert_eq!(fs::read(portal.path("content/news/a.md")).unwrap(), before);
    let run = run.expect_in_stderr(
        "Not corrected, as a change would break its seal or signature: content/news/a.md\n",
    );
    run.expect_in_stderr("Corrected: content/news/b/index.md\n");
}

/// What is offered is done: after `--fix`, no message offers it again, and a second run changes nothing.
#[test]
fn what_is_offered_is_done() {
    let title = "title: จัดทํา\u{A0}เเผน\u{200B}งาน\u{A0}\u{A0}ใหม่";
    let body = "บรรทัดก่อน\n\u{200B}บรรทัดนี้\n\u{A0}\u{A0}\u{A0}“คำพูด”\n\n-\u{A0}\u{A0}เเผน\n\n\
                `\u{200B}` [เเ](<ท\u{200B}ี่.csv>)\n\n\u{200B}# ก\n\nท\u{F70A}ี \u{E001}";
    let portal = Portal::new()
        .file("content/news/a/ท\u{200B}ี่.csv", "1")
        .item_with("content/news/a/index.md", title, body)
        .item_with("content/news/b.md", "title: ก\u{A0}\u{A0}# ข\u{200B}: ค", "ก")
        .item_with("content/news/sealed.md", "seal: sha256:00", "ที่่ดิน \u{200B}");
    let run = portal.run(&format!("check --fix --lang en --at {NOW}"));
    let (path, other) = (portal.path("content/news/a/index.md"), portal.path("content/news/b.md"));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("title: จัดทำ\u{A0}แผนงาน ใหม่\n"), "{text}");
    let expected = "บรรทัดก่อน\nบรรทัดนี้\n“คำพูด”\n\n- แผน\n\n\
                    `\u{200B}` [แ](<ท\u{200B}ี่.csv>)\n\n\u{200B}# ก\n\nที่ \u{E001}";
    assert!(text.contains(expected), "{text}");
    // YAML would read a comment, and a map.
    assert!(fs::read_to_string(other).unwrap().contains("ก\u{A0}\u{A0}# ข\u{200B}: ค"));
    let offers = |stderr: &str| stderr.contains("prakat check --fix");
    assert!(!offers(&run.stderr), "{}", run.stderr);
    let run = portal.run(&format!("check --fix --lang en --at {NOW}"));
    assert!(!offers(&run.stderr) && !run.stderr.contains("Corrected:"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn what_markdown_would_misread_is_corrected() {
    let long = ["ข้อความยาว"; 16].join(" ");
    let body = format!("##หัวข้อ\n\n• ก\n• ข\n\n{long}\nสั้น\n{long}\n\n| ก | ข |\n| 1 | 2 |");
    let portal = Portal::new()
        .file("content/news/a.md", item("content/news/a.md", "", &body).replace('\n', "\r\n"))
        .item_with("content/news/sealed.md", "seal: sha256:00", "##หัวข้อ")
        .item("content/news/by-hand.md", "- ก\n\n      ข้อความ");
    let run = portal.run(&format!("check --fix --lang en --at {NOW}")).expect_status(0);
    let text = fs::read_to_string(portal.path("content/news/a.md")).unwrap();
    let fixed = format!(
        "## หัวข้อ\n\n- ก\n- ข\n\n{long}\n\nสั้น\n\n{long}\n\n| ก | ข |\n| --- | --- |\n| 1 | 2 |"
    );
    assert!(text.contains(&fixed.replace('\n', "\r\n")), "{text}");
    let expected =
        "Corrected: content/news/a.md\n    7 - ##หัวข้อ\n    7 + ## หัวข้อ\n    9 - • ก\n    9 + - ก\n";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    assert!(run.stderr.contains("\n   13 +\n"), "{}", run.stderr);
    assert!(!run.stderr.contains("prakat check --fix"), "{}", run.stderr);
    assert!(fs::read_to_string(portal.path("content/news/sealed.md")).unwrap().contains("##ห"));
    assert!(run.stderr.contains("a change would break its seal or signature"), "{}", run.stderr);
}

#[test]
fn links_to_own_files_with_spaces_are_links_afterwards() {
    let body = "[สรุปผล](สรุปผล ต.ค. 69.csv) [แผน (ร่าง)](แผน (1) ปี 70.csv)\n\n`[ก](แผน (1) ปี 70.csv)` [ข](ไม่มี ไฟล์.csv)";
    let portal = Portal::new()
        .file("content/news/a/สรุปผล ต.ค. 69.csv", "1")
        .file("content/news/a/แผน (1) ปี 70.csv", "1")
        .item("content/news/a/index.md", body);
    portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    portal.run(&format!("check -q --fix --at {NOW}")).expect_status(0);
    let text = fs::read_to_string(portal.path("content/news/a/index.md")).unwrap();
    let fixed = "[สรุปผล](<สรุปผล ต.ค. 69.csv>) [แผน (ร่าง)](<แผน (1) ปี 70.csv>)\n\n\
                 `[ก](แผน (1) ปี 70.csv)` [ข](ไม่มี ไฟล์.csv)";
    assert!(text.contains(fixed), "{text}");
}
