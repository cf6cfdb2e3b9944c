//! Findings that a folder in Git cannot show, whole runs, and the examples of `docs/diagnostics.md`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use prakat::diagnostics::Code;

use crate::support::{NOW, Portal, Run, item};

impl Portal {
    /// What `check -q` says.
    fn check(&self) -> Run {
        self.run(&format!("check -q --at {NOW}"))
    }

    /// A build into a folder, which cannot be put on a command line of [`Portal::run`].
    fn build_into(&self, output: impl AsRef<OsStr>) -> Run {
        let mut command = self.command(&format!("build -q --at {NOW}"));
        Run::of(command.arg("-o").arg(output).output().unwrap(), self.root())
    }
}

/// A portal with one item that is published.
fn good() -> Portal {
    Portal::new().item("content/news/ประชุมสภา.md", "กำหนดการประชุมสภาเทศบาล")
}

/// The first entry without a number is named, in site.toml and in the trust file.
#[test]
fn more_entries_than_numbers_are_an_error() {
    let settings = fs::read_to_string(good().path("site.toml")).unwrap();
    let letters = || (b'a'..=b'z').map(char::from);
    let codes = letters().flat_map(|a| letters().map(move |b| format!("x{a}{b}")));
    let languages: String =
        codes.take(256).map(|code| format!("\n[languages.{code}]\ntitle = \"x\"")).collect();
    let many = Portal::new().file("site.toml", format!("{settings}\n{languages}\n"));
    many.check().expect_status(1).expect_in_stderr(
        "error[settings/too-many-entries]: there are more than 255 entries under `languages`",
    );
    let people = (0..65_537).map(|n| format!("[people.p{n}]\nname = \"x\"\n"));
    let portal = good().file("trust.toml", people.collect::<String>());
    let run =
        portal.run(&format!("check -q --at {NOW} --trust {}", portal.path("trust.toml").display()));
    run.expect_status(1).expect_in_stderr(
        "error[settings/too-many-entries]: there are more than 65536 entries under `people`",
    );
}

/// A trust file is outside the portal, and its conflicts are named like those of site.toml.
#[test]
fn a_conflict_in_the_trust_file_is_named() {
    let portal = good().file("trust.toml", "<<<<<<< HEAD\n[people.a]\n=======\n>>>>>>> b\n");
    let run =
        portal.run(&format!("check -q --at {NOW} --trust {}", portal.path("trust.toml").display()));
    run.expect_status(1).expect_in_stderr("error[source/conflict-mark]: ");
}

// ---- files

#[test]
fn links_are_refused_wherever_they_stand() {
    let portal = good()
        .file("elsewhere/ลับ.md", item("content/news/ลับ.md", "", "ข้อความลับ"))
        .file("static/logo.svg", "<svg/>");
    symlink("../../elsewhere/ลับ.md", portal.path("content/news/ประกาศ.md")).unwrap();
    symlink("../elsewhere", portal.path("content/แฟ้มเก่า")).unwrap();
    symlink("../site.toml", portal.path("static/icon.svg")).unwrap();
    symlink("nowhere", portal.path("static/lost.svg")).unwrap();
    portal.check().expect_status(1).expect_stderr(
        "error[source/symlink]: this is a symbolic link; links are not followed
--> content/news/ประกาศ.md
 = help: put the file itself here, or remove the link

error[source/symlink]: this is a symbolic link; links are not followed
--> content/แฟ้มเก่า
 = help: put the file itself here, or remove the link

error[source/symlink]: this is a symbolic link; links are not followed
--> static/icon.svg
 = help: put the file itself here, or remove the link

error[source/symlink]: this is a symbolic link; links are not followed
--> static/lost.svg
 = help: put the file itself here, or remove the link",
    );
}

/// A pipe that nobody writes to would stop a reader for ever.
#[test]
fn a_pipe_is_refused_and_not_read() {
    let portal = good();
    let made = Command::new("mkfifo").arg(portal.path("content/news/รอ.md")).status().unwrap();
    assert!(made.success());
    portal.check().expect_status(1).expect_stderr(
        "error[source/special-file]: this is not a regular file (a pipe, a socket or a device)
--> content/news/รอ.md
 = help: remove it",
    );
}

#[test]
fn a_name_in_an_old_encoding_is_refused() {
    let portal = good();
    // "ข่าว.md" in TIS-620.
    let name = OsStr::from_bytes(b"\xa2\xe8\xd2\xc7.md");
    if fs::write(portal.path("content/news").join(name), "ข้อความ").is_err() {
        return; // This file system takes UTF-8 only.
    }
    portal.check().expect_status(1).expect_stderr(
        "error[source/name-not-utf8]: the name of this file is not valid UTF-8
--> content/news/\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}.md
 = help: rename the file; old Thai systems wrote names in TIS-620",
    );
}

#[test]
fn a_name_with_a_control_character_is_refused() {
    let portal = good().file("content/news/บรรทัดแรก\nบรรทัดที่สอง.md", "ข้อความ");
    portal
        .check()
        .expect_status(1)
        .expect_in_stderr(
            "error[source/name-control]: the name of this file contains a control character\n",
        )
        .expect_in_stderr("help: rename the file\n");
}

#[test]
fn a_name_that_some_disks_cannot_hold_is_refused() {
    // 67 letters of 3 bytes, and 3 bytes for the extension.
    let (fits, long) = ("ก".repeat(65), "ก".repeat(67));
    let portal = good()
        .item(&format!("content/news/{fits}.md"), "ชื่อยาวที่สุดที่ใช้ได้")
        .item(&format!("content/news/{long}.md"), "ชื่อยาวเกินไป");
    portal.check().expect_status(1).expect_stderr(&format!(
        "error[source/long-name]: the name of this file is longer than 200 bytes (a Thai letter is 3)
--> content/news/{long}.md
 = help: give the file a shorter name"
    ));
}

#[test]
fn what_is_no_file_cannot_be_read() {
    let portal = Portal::empty().file("site.toml/note.txt", "");
    portal.check().expect_status(1).expect_stderr(
        "error[source/unreadable]: this cannot be read: not a regular file
--> site.toml
 = help: check that the file is there and that you may read it",
    );
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let portal = good().item("content/news/ลับ.md", "อ่านไม่ได้");
    let path = portal.path("content/news/ลับ.md");
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // Who runs the tests may read everything.
    }
    portal.check().expect_status(1).expect_stderr(
        "error[source/unreadable]: this cannot be read: Permission denied (os error 13)
--> content/news/ลับ.md
 = help: check that the file is there and that you may read it",
    );
}

#[test]
fn a_text_of_more_than_two_megabytes_is_refused() {
    let whole = item("content/news/ใหญ่.md", "", "");
    let fits = "กก\n".repeat((2_000_000 - whole.len()) / 7);
    let portal = good().item("content/news/ใหญ่.md", &fits);
    portal.check().expect_status(0).expect_stderr("");
    portal.write("content/news/ใหญ่.md", item("content/news/ใหญ่.md", "", &(fits + "กกกกก")));
    portal.check().expect_status(1).expect_stderr(
        "error[source/too-large]: this file is larger than 2 MB
--> content/news/ใหญ่.md
 = help: split the text into several items, or attach it as a document",
    );
}

#[test]
fn a_nul_is_refused() {
    let portal = good().item("content/news/ตลาด.md", "ย้ายไปที่ลาน\0หน้าศาล");
    portal.check().expect_status(1).expect_in_stderr(
        "error[source/forbidden-character]: the character U+0000 is not allowed in a text
--> content/news/ตลาด.md:7:13
",
    );
}

// ---- front matter

#[test]
fn front_matter_of_more_than_64_kilobytes_is_refused() {
    let summary = |letters: usize| format!("summary:\n{}", "  กกก\n".repeat(letters / 3));
    let portal = good().item_with("content/news/สรุป.md", &summary(14_000), "");
    portal.check().expect_status(0).expect_stderr("");
    portal.write("content/news/สรุป.md", item("content/news/สรุป.md", &summary(18_000), ""));
    portal.check().expect_status(1).expect_stderr(
        "error[front-matter/too-large]: the front matter is larger than 64 kB
 --> content/news/สรุป.md:1:1
  |
1 | ---
  | ^^^
  |
  = help: move text to the body, below the second `---`",
    );
}

/// Lines end as on Windows: places are the same, and no carriage return is printed.
#[test]
fn carriage_returns_move_nothing() {
    let text = item("content/news/ก.md", "publish_from: 31/12/2569", "ดู [แผนที่](map.md)");
    let unix = Portal::new().file("content/news/ก.md", &text).check();
    let windows = Portal::new().file("content/news/ก.md", text.replace('\n', "\r\n")).check();
    assert!(unix.stderr.contains("content/news/ก.md:5:15"), "{}", unix.stderr);
    assert_eq!(unix.stderr, windows.stderr);
}

// ---- output folders

#[test]
fn a_folder_that_prakat_did_not_make_is_left_alone() {
    let portal = good().file("www/index.html", "หน้าเว็บเดิม");
    portal.build_into("www").expect_status(2).expect_stderr(
        "error[environment/output-foreign]: ROOT/www is not empty and was not made by prakat, so it is left alone
  help: choose another folder with -o DIR, or empty this one yourself",
    );
    assert_eq!(fs::read_to_string(portal.path("www/index.html")).unwrap(), "หน้าเว็บเดิม");
}

#[test]
fn an_output_that_is_a_link_is_refused() {
    let portal = good().file("www/index.html", "หน้าเว็บเดิม");
    symlink("www", portal.path("public")).unwrap();
    portal.run(&format!("build --at {NOW}")).expect_status(2).expect_stderr(
        "error[environment/output-link]: ROOT/public is a symbolic link
  help: name the folder itself with -o DIR",
    );
    assert_eq!(fs::read_to_string(portal.path("www/index.html")).unwrap(), "หน้าเว็บเดิม");
}

#[test]
fn an_output_that_is_a_file_is_refused() {
    let portal = good().file("เว็บไซต์", "บันทึก");
    portal.build_into("เว็บไซต์").expect_status(2).expect_stderr(
        "error[environment/output-not-folder]: ROOT/เว็บไซต์ is not a folder
  help: choose another name with -o DIR",
    );
    assert_eq!(fs::read_to_string(portal.path("เว็บไซต์")).unwrap(), "บันทึก");
}

#[test]
fn a_repository_is_not_an_output_folder() {
    let portal = good().file("pages/.git/HEAD", "ref: refs/heads/main\n");
    portal.build_into("pages").expect_status(2).expect_stderr(
        "error[environment/output-git]: ROOT/pages contains a Git repository
  help: build into a folder inside it: -o ROOT/pages/public",
    );
}

#[test]
fn an_output_needs_a_name_in_utf8() {
    let portal = good();
    portal.build_into(OsStr::from_bytes(b"www\xff")).expect_status(2).expect_stderr(
        "error[environment/output-name]: `ROOT/www\u{FFFD}` cannot be an output folder
  help: name a folder, such as -o public",
    );
}

#[test]
fn an_output_inside_a_file_cannot_be_made() {
    let portal = good().file("บันทึก.txt", "");
    portal
        .build_into("บันทึก.txt/www")
        .expect_status(2)
        .expect_in_stderr("error[environment/io]: ROOT/บันทึก.txt: ")
        .expect_in_stderr(
            "help: the former output is unchanged; remove the cause and build again\n",
        );
}

/// In `/sys` nobody may make a folder, not even root; elsewhere, in a folder without permission.
#[test]
fn an_output_where_nobody_may_write_is_refused() {
    let portal = good();
    let (folder, kept) = (portal.path("locked"), Path::new("/sys"));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    let root = fs::write(folder.join("probe"), "").is_ok();
    if root && !kept.is_dir() {
        return;
    }
    let output = if root { kept.join("prakat-test") } else { folder.join("www") };
    portal
        .build_into(output)
        .expect_status(2)
        .expect_in_stderr("error[environment/not-allowed]: not allowed: ")
        .expect_in_stderr("help: check who owns the folder, or choose another with -o DIR\n");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
}

/// An item that is written again and again: what was judged must be what is published.
#[test]
fn an_item_that_changes_between_survey_and_rendering_stops_the_build() {
    let portal = good();
    let stop = AtomicBool::new(false);
    let write = || {
        for n in 0.. {
            let (next, path) = (portal.path("next.md"), portal.path("content/news/ตลาด.md"));
            fs::write(&next, item("content/news/ตลาด.md", "", &format!("ฉบับที่ {n}"))).unwrap();
            fs::rename(next, path).unwrap();
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
    };
    let stopped = std::thread::scope(|scope| {
        scope.spawn(write);
        let mut runs = (0..100).map(|_| portal.run(&format!("build -q --at {NOW}")));
        let stopped = runs.find(|run| run.status == 2);
        stop.store(true, Ordering::Relaxed);
        stopped
    });
    stopped.expect("not once in a hundred builds").expect_stderr(
        "error[environment/changed-while-building]: `content/news/ตลาด.md` changed while the site was being built
  help: nothing was published; build again",
    );
}

// ---- whole runs

/// `--keep-going` leaves out what is wrong, and nothing of it is in the output.
#[test]
fn what_is_left_out_is_not_in_the_output() {
    let portal = good()
        .item("content/news/zqfaulty.md", "zqbody [แผนที่](ไม่มี.md)")
        .item("content/procurement/zqtender/index.md", "![](zqplan.png)")
        .file("content/procurement/zqtender/zqplan.png", "PNG")
        .item("content/news/อีกเรื่อง.md", "อ่าน [เรื่องนี้](zqfaulty.md)");
    portal.run(&format!("build -q --keep-going -o site --at {NOW}")).expect_status(3);
    let output = portal.output();
    assert!(output.contains_key("news/ประชุมสภา/index.html"));
    assert!(output.contains_key("news/อีกเรื่อง/index.html"));
    for (path, bytes) in output {
        assert!(!path.contains("zq"), "{path}");
        assert!(!String::from_utf8_lossy(&bytes).contains("zq"), "{path}");
    }
}

/// `--redact` names nothing that is not published, in any form of report.
#[test]
fn redacted_reports_name_nothing_withheld() {
    let portal = good()
        .item_with("content/news/zqdraft.md", "approver: -", "ร่าง")
        .item_with("content/news/zqnext.md", "publish_from: 2570-01-01", "[zqlink](zqgone.md)")
        .item_with("content/zqfolder/zqwrong.md", "zqkey: zqvalue\ncategory: zqcategory", "")
        .item_with("content/news/zqpast.md", "publish_until: 2569-02-01", "<zqhtml>")
        .item("content/news/zqbroken.md", "[zqlink](zqdraft.md#zqheading) ![](zqpicture.png)");
    for format in ["human", "json", "github"] {
        for command in ["check", "build --strict", "build --keep-going", "status"] {
            let run = portal.run(&format!("{command} --redact --format {format} --at {NOW}"));
            let report = run.stdout + &run.stderr;
            assert!(!report.contains("zq"), "{command} {format}:\n{report}");
            assert!(report.contains("sha256"), "{command} {format}:\n{report}");
        }
    }
}

/// The same findings in the same order, with one thread and with many.
#[test]
fn threads_do_not_change_a_report() {
    let mut portal = good();
    for n in 0..50 {
        let body = format!("[หนึ่ง](ไม่มี{n}.md) [สอง](#ไม่มี) ![](รูป{n}.png)");
        portal = portal.item(&format!("content/news/ข่าว{n}.md"), &body);
    }
    let one = portal.run(&format!("check -j 1 --at {NOW}")).expect_status(1);
    let many = portal.run(&format!("check -j 8 --at {NOW}")).expect_status(1);
    assert_eq!(one.stderr, many.stderr);
}

// ---- docs/diagnostics.md

/// Codes of what no example in a text can show, apart from those of `environment/`.
const WITHOUT_EXAMPLE: &[&str] = &[
    "source/no-content",
    "settings/too-many-entries",
    "content/rewritten",
    "source/symlink",
    "source/special-file",
    "source/name-not-utf8",
    "source/name-control",
    "source/long-name",
    "source/unreadable",
    "source/changed",
    "source/too-large",
    "source/long-line",
    "source/not-utf8",
    "source/forbidden-character",
    "content/not-sealable",
    "settings/missing-file",
    "front-matter/too-large",
    "front-matter/too-deep",
    "front-matter/line-break",
    "content/same-name",
    "privacy/picture-position",
    "privacy/picture-device",
];

/// A section of the document: a code and the files of its examples.
#[derive(Debug)]
struct Section {
    code: String,
    examples: Vec<Example>,
}

/// A fenced block whose second word is `wrong`, `right` or `both`; the third is the file's path.
#[derive(Debug)]
struct Example {
    kind: String,
    path: String,
    text: String,
}

impl Section {
    /// A portal with the files of one kind.
    fn portal(&self, kind: &str) -> Portal {
        let files = self.examples.iter().filter(|e| e.kind == kind || e.kind == "both");
        files.fold(Portal::new(), |portal, e| portal.file(&e.path, &e.text))
    }

    fn has(&self, kind: &str) -> bool {
        self.examples.iter().any(|e| e.kind == kind)
    }

    /// The codes of what is found in the portal of one kind: of errors, and of warnings.
    fn found(&self, kind: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let command = match self.code.as_str() {
            "content/unapproved" => "build --strict",
            "content/empty-site" => "build",
            _ => "check",
        };
        let json = self.portal(kind).run(&format!("{command} --format json --at {NOW}")).json();
        assert!(json["failure"].is_null(), "{json}");
        let all = json["diagnostics"].as_array().unwrap();
        let of = |severity: &str| {
            let fits = all.iter().filter(|d| d["severity"] == severity);
            fits.map(|d| d["code"].as_str().unwrap().to_owned()).collect()
        };
        (of("error"), of("warning"))
    }
}

/// The sections of the document, in its order.
fn sections() -> Vec<Section> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    let text = fs::read_to_string(path).unwrap();
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(code) = line.strip_prefix("## ") {
            sections.push(Section { code: code.to_owned(), examples: Vec::new() });
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut words = info.split(' ');
        let language = words.next().unwrap_or("");
        let Some(kind) = words.next() else { continue };
        let path = match (words.next(), language) {
            (Some(path), _) => path,
            (None, "md") => "content/news/example.md",
            (None, "toml") => "site.toml",
            (None, _) => panic!("where does this file belong? {info}"),
        };
        sections.last_mut().unwrap().examples.push(Example {
            kind: kind.to_owned(),
            path: path.to_owned(),
            text: block.join("\n") + "\n",
        });
    }
    sections
}

#[test]
fn the_document_has_every_code_in_the_order_of_the_program() {
    let headings: Vec<String> = sections().into_iter().map(|section| section.code).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|(_, code)| *code).collect();
    assert_eq!(headings, codes);
}

#[test]
fn every_section_has_its_examples() {
    for section in sections() {
        let without = section.code.starts_with("environment/")
            || WITHOUT_EXAMPLE.contains(&section.code.as_str());
        let wanted = (!without, !without);
        assert_eq!((section.has("wrong"), section.has("right")), wanted, "{}", section.code);
    }
}

/// A wrong example shows its code and no other error; a right one no error, and the code neither
/// as an error nor as a warning.
#[test]
fn examples_are_as_wrong_and_as_right_as_they_say() {
    for section in sections().iter().filter(|section| section.has("wrong")) {
        let code = &section.code;
        let (errors, warnings) = section.found("wrong");
        assert!(errors.contains(code) || warnings.contains(code), "{code} not in wrong example");
        let own = |other: &String| other == code || other == "content/empty-site";
        assert!(errors.iter().all(own), "wrong example of {code}: {errors:?}");
        let (errors, warnings) = section.found("right");
        // A portal of settings alone is right, though it has nothing to publish yet.
        let errors: Vec<&String> = errors.iter().filter(|e| *e != "content/empty-site").collect();
        assert!(errors.is_empty(), "right example of {code}: {errors:?}");
        assert!(!warnings.contains(code), "right example of {code} warns of it");
    }
}

/// Characters that no page, feed or terminal should get are refused also where escapes bring them.
#[test]
fn characters_that_may_not_stand_are_refused_after_decoding() {
    for title in [r"A\uFDD0B", r"A\uFDD1main\uFDD1", r"a\x01b", r"s\e[31m", r"a\uFFFE", r"a\0"] {
        let portal = good().item_with("content/news/bad.md", &format!("title: \"{title}\""), "");
        let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
        assert!(run.stderr.contains("[source/forbidden-character]"), "{title}: {}", run.stderr);
    }
    let portal = good().item("content/news/e.md", "## &#xFDD0;one\n\n&#x1;two&#xFDD1;");
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(0);
    let page = String::from_utf8(portal.output()["news/e/index.html"].clone()).unwrap();
    assert!(page.contains("<h2 id=\"one\">one</h2>") && !page.contains(['\u{1}', '\u{FDD0}']));
}

/// Texts made to be slow are read in time, or refused.
#[test]
fn texts_made_to_be_slow_end_soon() {
    let deep = format!("title:\n{}", " [\n".repeat(20_000));
    let bomb =
        format!("extra:\n  a: &a [{}]\n  b: [{}]", "x,\n".repeat(5_000), "*a ,\n".repeat(8_000));
    // Few values, but megabytes of text.
    let text = format!("unit: &u \"{}\"\ntags:\n{}", "x".repeat(31_000), "- *u\n".repeat(6_000));
    for lines in [deep, bomb, text] {
        let portal = good().file("content/news/slow.md", format!("---\n{lines}\n---\n"));
        portal.run(&format!("check -q --at {NOW}")).expect_in_stderr("[front-matter/too-deep]");
    }
    let long = good().item("content/news/long.md", &"ก".repeat(11_000));
    long.run(&format!("check -q --at {NOW}"))
        .expect_in_stderr("error[source/long-line]: this line is longer than 32000 bytes");
    let many = "[a](nothing.md)\n".repeat(20_000);
    let run = good().item("content/news/many.md", &many).run(&format!("check -q --at {NOW}"));
    assert_eq!(run.stderr.matches("[links/dead]").count(), 20_000);
}

/// Nesting, openers without end, wide tables, footnotes in a circle: a page or an error, never a
/// crash. `cargo bench --bench texts` shows how the time grows.
#[test]
fn texts_made_to_break_a_reader_of_markdown_come_to_an_end() {
    let table = format!("{}\n{}\n", "|a".repeat(10_000), "|-".repeat(10_000));
    let circle = "[^a]\n\n[^a]: b[^b]\n\n[^b]: a[^a]\n\n[^c]: c[^c]\n".to_owned();
    let lines =
        [">", "[", "![", "*", "- ", "1. ", "a***", "`", "<![CDATA[", "[^", "[x](", "**ก:**ข"];
    let nested = lines.map(|unit| unit.repeat(30_000 / unit.len()));
    let many = ["[^a\n", "[x]: y\n[x] ", "> - 1. ก\n", "1.1 ก\n(ก) ข\n", "<div>\n\n"];
    let many = many.map(|unit| unit.repeat(60_000 / unit.len()));
    let long = ">".repeat(100_000);
    for text in nested.iter().chain(&many).chain([&table, &circle, &long]) {
        let run = good().item("content/news/hostile.md", text).run(&format!("check -q --at {NOW}"));
        let start: String = text.chars().take(20).collect();
        assert!(matches!(run.status, 0 | 1), "{start}: {}", run.status);
    }
}

/// Two names that look the same.
#[test]
fn names_that_differ_in_code_points_only_are_refused() {
    let portal = good().item_with("content/news/caf\u{e9}.md", "slug: one", "").item_with(
        "content/news/cafe\u{301}.md",
        "slug: two",
        "",
    );
    portal.run(&format!("check -q --at {NOW}")).expect_in_stderr("[content/same-name]");
}

/// A list's second page comes with the fifty-first item: its address is taken from the start.
#[test]
fn a_file_where_a_list_page_will_stand_is_refused() {
    let portal = good()
        .item_with(
            "content/news/page/index.md",
            "category: news\nattachments: [{ file: \"2\" }]",
            "",
        )
        .file("content/news/page/2", "two");
    portal.run(&format!("check -q --at {NOW}")).expect_in_stderr("[content/same-url]");
}

/// A template that fails on an item which is still to come is reported today.
#[test]
fn a_template_that_will_fail_tonight_is_told_today() {
    let portal = good()
        .file("themes/default/templates/item.html", "{{ item.extra.budget }}{{ body | safe }}")
        .item_with("content/news/now.md", "extra: { budget: 1 }", "")
        .item_with("content/news/later.md", "publish_from: 2570-01-05", "");
    fs::remove_file(portal.path("content/news/ประชุมสภา.md")).unwrap();
    portal
        .run(&format!("check -q --at {NOW}"))
        .expect_status(1)
        .expect_in_stderr("themes/default/templates/item.html:1:");
}

/// So is a template that fails on a correction which is not public yet.
#[test]
fn a_template_that_will_fail_on_a_correction_is_told_today() {
    let portal = good()
        .file("themes/default/templates/changes.html", "{{ item.changes[1].nope.x }}")
        .item_with("content/news/b.md", "changes: [{ on: 2569-12-15, note: x }]", "");
    for at in [NOW, "2026-12-15"] {
        portal
            .run(&format!("check -q --at {at}"))
            .expect_status(1)
            .expect_in_stderr("themes/default/templates/changes.html:1:");
    }
}

/// Whatever is wrong with a command line, a script that asks for JSON gets JSON, and nothing else.
#[test]
fn a_wrong_command_line_is_reported_in_the_form_that_it_asks_for() {
    let portal = Portal::empty();
    for arguments in [
        "build --format json --nope",
        "build --nope --format json",
        "build --nope --format=json",
        "--format json build",
        "--format json",
        "--root build --lang en -qj 4 biuld --format json",
        "check --format json --at",
        "check --format json content/news/a.md",
        "status --format json -j many",
        "build --format json --format json",
        "build --strict --strict --format json",
        "build -q -v --format json",
        "status --diff a.md --format json",
        "build --color --format json",
        "build --format json -- x",
    ] {
        let run = portal.run(arguments).expect_status(2);
        assert_eq!(run.stderr, "", "{arguments}");
        let failure = &run.json()["failure"];
        assert_eq!(failure["code"], "environment/wrong-use", "{arguments}: {failure}");
    }
    for arguments in [
        "approve --format json",
        "explain --format json a.md",
        "report form --format json",
        "build --form json",
        "build --format jsonn",
        "build --nope -- --format json",
        "build --output-dir=--format json",
    ] {
        let run = portal.run(arguments).expect_status(2);
        assert_eq!(run.stdout, "", "{arguments}");
        assert!(run.stderr.starts_with("error: "), "{arguments}: {}", run.stderr);
    }
    for answer in ["build --format json --help", "--version"] {
        portal.run(answer).expect_status(0);
    }
}

/// What is repeated of a command line steers no terminal and shows no private number.
#[test]
fn a_wrong_command_line_is_repeated_with_care() {
    let portal = Portal::empty();
    for word in
        ["--\u{1b}[31mred", "a\nerror: b", "1200100412340", "--no=1-2001-00412-34-0", "\u{202e}x"]
    {
        for format in ["human", "json", "github"] {
            for arguments in [
                vec!["build", "--format", format, word],
                vec!["build", "--format", format, "-j", word],
                vec![word, "--format", format],
                vec!["build", "--format", format, "--color", word],
            ] {
                let mut command = portal.command("");
                let run = crate::support::Run::of(
                    command.args(&arguments).output().unwrap(),
                    portal.root(),
                );
                let all = format!("{}{}", run.stdout, run.stderr).replace("1xxxxxxxxxxxx", "");
                let plain = |text: &str| !text.contains(['\u{1b}', '\u{202e}']);
                assert!(run.status == 2 && plain(&all), "{arguments:?}: {all}");
                assert!(
                    !all.contains("00100412") && !all.contains("00412-34"),
                    "{arguments:?}: {all}"
                );
                assert!(!all.contains("\nerror: b"), "{arguments:?}: {all}");
            }
        }
    }
}

/// Mistakes in site.toml are told in the language that it declares, if the environment asks for none.
#[test]
fn mistakes_in_settings_are_told_in_the_language_of_the_site() {
    let settings = fs::read_to_string(good().path("site.toml")).unwrap();
    let say = |settings: String| {
        let portal = good().file("site.toml", settings);
        let mut command = portal.command(&format!("check -q --at {NOW}"));
        let output = command.env("LANG", "C").output().unwrap();
        Run::of(output, portal.root()).expect_status(1)
    };
    let unknown = say(settings.replace("[search]", "[serch]"));
    unknown.expect_in_stderr("ข้อผิดพลาด[settings/unknown-key]");
    let unparsable = say(settings.clone() + "\n[check\n");
    unparsable.expect_in_stderr("ข้อผิดพลาด[settings/syntax]");
    let undeclared = say(settings.replace("language = \"th\"", ""));
    undeclared.expect_in_stderr("error[settings/missing-key]");
}
