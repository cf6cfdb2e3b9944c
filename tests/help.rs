//! What the command line says of itself, in Thai and in English: help, errors of arguments, manual pages,
//! completions.

use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::Value;

use crate::support::{Portal, Run, SITE};

const THAI: &[(&str, &str)] = &[("LANG", "th_TH.UTF-8")];

fn is_thai(c: char) -> bool {
    ('\u{e00}'..'\u{e7f}').contains(&c)
}

/// The documents of all commands, the outermost first.
fn all_commands(document: &Value) -> Vec<Value> {
    fn add(command: &Value, all: &mut Vec<Value>) {
        all.push(command.clone());
        for below in command["commands"].as_array().unwrap() {
            add(below, all);
        }
    }
    let mut all = Vec::new();
    add(&document["command"], &mut all);
    all
}

fn commands_in(language: &str) -> Vec<Value> {
    let run = Portal::empty().run(&format!("help --format json --lang {language}"));
    let document = run.expect_status(0).json();
    assert_eq!((&document["format"], &document["language"]), (&1.into(), &language.into()));
    all_commands(&document)
}

#[test]
fn help_is_in_thai_however_it_is_asked_for() {
    let portal = Portal::empty();
    let expected = "\
สร้างเว็บไซต์

วิธีใช้: prakat build [ตัวเลือก]

ตัวเลือก:
      --at <INSTANT>           ตรวจตามสถานะ ณ เวลานี้: เวลาแบบ RFC 3339
                               วันที่และเวลาท้องถิ่น หรือวันที่ (เวลาเริ่มต้นของวันนั้น)
";
    for arguments in ["build --help", "build -h", "help build", "-j 2 --quiet build --strict -h"] {
        let run = portal.run_with(arguments, THAI).expect_status(0);
        assert!(run.stdout.starts_with(expected), "{arguments}: {}", run.stdout);
        assert_eq!(run.stderr, "");
        for place in ["--lang th ", "--lang=th "] {
            let same = portal.run(&format!("{place}{arguments}")).expect_status(0);
            assert_eq!(same.stdout, run.stdout, "{place}{arguments}");
        }
    }
    let after = portal.run("build --help --lang th").expect_status(0);
    assert!(after.stdout.starts_with(expected));
    // Without a word on the language: that of the site.
    let site = Portal::new();
    let run = site.run_with("build --help", &[("LANG", "C")]).expect_status(0);
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    assert!(site.run("build --help").expect_status(0).stdout.starts_with("Build the site\n"));
}

#[test]
fn help_has_no_english_words_in_thai() {
    let portal = Portal::empty();
    for command in commands_in("th") {
        let name = command["name"].as_str().unwrap();
        let run = portal.run_with(&format!("{} --help", &name["prakat".len()..]), THAI);
        for word in
            ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "OPTIONS"]
        {
            assert!(!run.stdout.contains(word), "{name}: {}", run.stdout);
        }
        let mut texts = vec![&command["about"]];
        for argument in command["arguments"].as_array().unwrap() {
            texts.push(&argument["help"]);
            let values = argument["values"].as_array().unwrap();
            texts.extend(values.iter().map(|value| &value["help"]).filter(|help| !help.is_null()));
        }
        for text in texts {
            let text = text.as_str().unwrap();
            assert!(text.contains(is_thai), "{name}: {text}");
        }
    }
}

#[test]
fn both_languages_describe_the_same_commands() {
    let (thai, english) = (commands_in("th"), commands_in("en"));
    assert!(english.len() > 15);
    let shape = |command: &Value| {
        let arguments = command["arguments"].as_array().unwrap().iter();
        let arguments = arguments.map(|argument| {
            let mut argument = argument.clone();
            argument["help"].take();
            for value in argument["values"].as_array_mut().unwrap() {
                value["help"] = value["help"].is_null().into();
            }
            argument
        });
        (command["name"].clone(), arguments.collect::<Vec<Value>>())
    };
    for (thai, english) in thai.iter().zip(&english) {
        assert_eq!(shape(thai), shape(english));
        assert_ne!(thai["about"], english["about"]);
    }
    assert_eq!(thai.len(), english.len());
}

#[test]
fn help_as_json_describes_one_command() {
    let run = Portal::empty().run("help init --format json").expect_status(0);
    let document = run.json();
    let command = &document["command"];
    assert_eq!(command["name"], "prakat init");
    assert_eq!(command["usage"], "prakat init [OPTIONS] [DIR]");
    let find = |id: &str| {
        let arguments = command["arguments"].as_array().unwrap();
        arguments.iter().find(|argument| argument["id"] == id).unwrap().clone()
    };
    let expected = serde_json::json!({
        "id": "template", "long": "template", "short": null, "value_name": "TEMPLATE", "required": false,
        "repeatable": false, "global": false, "default": "municipality", "help": "What the portal begins with",
        "values": [
            { "name": "municipality",
              "help": "Categories of the Thai disclosure list (OIT), with an example of each kind of item" },
            { "name": "office", "help": "Categories of an office, with an example of each kind of item" },
            { "name": "minimal", "help": "One category and one item" },
        ],
    });
    assert_eq!(find("template"), expected);
    let jobs = find("jobs");
    assert_eq!(
        (&jobs["short"], &jobs["global"], &jobs["default"]),
        (&"j".into(), &true.into(), &"0".into())
    );
    let nested = Portal::empty().run("help theme eject --format json").expect_status(0);
    assert_eq!(nested.json()["command"]["name"], "prakat theme eject");
}

#[test]
fn help_of_an_unknown_command_suggests_one() {
    let portal = Portal::empty();
    let run = portal.run("help biuld").expect_status(2);
    run.expect_stderr(
        "error[environment/wrong-use]: the command line is wrong: there is no command `biuld`
  help: did you mean `build`?",
    );
    let failure = portal.run_with("help theme nope --format json", THAI).expect_status(2).json();
    let message = &failure["failure"]["message"];
    assert_eq!(message, "บรรทัดคำสั่งไม่ถูกต้อง: ไม่มีคำสั่ง `nope`");
}

/// A command line, and what is wrong with it in English and in Thai: the first line, and the advice if there is any.
#[rustfmt::skip]
const WRONG: &[(&str, [&str; 2])] = &[
    ("build --nope", ["error: there is no argument `--nope`", "ข้อผิดพลาด: ไม่รู้จัก `--nope`"]),
    ("build --ouput x", [
        "error: there is no argument `--ouput`\n  help: did you mean `--output-dir`?",
        "ข้อผิดพลาด: ไม่รู้จัก `--ouput`\n  วิธีแก้: หมายถึง `--output-dir` ใช่หรือไม่",
    ]),
    ("--strict build", [
        "error: there is no argument `--strict`\n  help: did you mean `build --strict`?",
        "ข้อผิดพลาด: ไม่รู้จัก `--strict`\n  วิธีแก้: หมายถึง `build --strict` ใช่หรือไม่",
    ]),
    ("-- build", [
        "error: there is no argument `build`\n  help: did you mean `prakat build`?",
        "ข้อผิดพลาด: ไม่รู้จัก `build`\n  วิธีแก้: หมายถึง `prakat build` ใช่หรือไม่",
    ]),
    ("chekc", [
        "error: there is no command `chekc`\n  help: did you mean `check`?",
        "ข้อผิดพลาด: ไม่มีคำสั่ง `chekc`\n  วิธีแก้: หมายถึง `check` ใช่หรือไม่",
    ]),
    ("theme ejct", [
        "error: there is no command `ejct`\n  help: did you mean `eject`?",
        "ข้อผิดพลาด: ไม่มีคำสั่ง `ejct`\n  วิธีแก้: หมายถึง `eject` ใช่หรือไม่",
    ]),
    ("build --color red", [
        "error: `red` is not a value of `--color <COLOR>`, which takes one of auto, always, never",
        "ข้อผิดพลาด: `--color <COLOR>` ใช้ค่า `red` ไม่ได้ ค่าที่ใช้ได้คือ auto, always, never",
    ]),
    ("build --format jsno", [
        "error: `jsno` is not a value of `--format <FORMAT>`, which takes one of human, json, github\n  help: did you mean `json`?",
        "ข้อผิดพลาด: `--format <FORMAT>` ใช้ค่า `jsno` ไม่ได้ ค่าที่ใช้ได้คือ human, json, github\n  วิธีแก้: หมายถึง `json` ใช่หรือไม่",
    ]),
    ("build -j many", [
        "error: `many` is not a value of `--jobs <N>`, which takes a number from 0 to 512",
        "ข้อผิดพลาด: `--jobs <N>` ใช้ค่า `many` ไม่ได้ ค่าที่ใช้ได้คือจำนวนเต็มตั้งแต่ 0 ถึง 512",
    ]),
    ("build --jobs 513", [
        "error: `513` is not a value of `--jobs <N>`, which takes a number from 0 to 512",
        "ข้อผิดพลาด: `--jobs <N>` ใช้ค่า `513` ไม่ได้ ค่าที่ใช้ได้คือจำนวนเต็มตั้งแต่ 0 ถึง 512",
    ]),
    ("serve -p 65536", [
        "error: `65536` is not a value of `--port <N>`, which takes a number from 0 to 65535",
        "ข้อผิดพลาด: `--port <N>` ใช้ค่า `65536` ไม่ได้ ค่าที่ใช้ได้คือจำนวนเต็มตั้งแต่ 0 ถึง 65535",
    ]),
    ("serve --interface here", [
        "error: `here` is not a value of `--interface <ADDR>`, which takes an IP address, such as 127.0.0.1",
        "ข้อผิดพลาด: `--interface <ADDR>` ใช้ค่า `here` ไม่ได้ ค่าที่ใช้ได้คือที่อยู่ IP เช่น 127.0.0.1",
    ]),
    ("build --at", [
        "error: a value is missing for `--at <INSTANT>`",
        "ข้อผิดพลาด: ยังไม่ได้ระบุค่าของ `--at <INSTANT>`",
    ]),
    ("build --color", [
        "error: a value is missing for `--color <COLOR>`, which takes one of auto, always, never",
        "ข้อผิดพลาด: ยังไม่ได้ระบุค่าของ `--color <COLOR>` ค่าที่ใช้ได้คือ auto, always, never",
    ]),
    ("build --strict=yes", [
        "error: `--strict` takes no value: `yes`",
        "ข้อผิดพลาด: `--strict` ไม่รับค่า แต่มีการระบุค่า `yes`",
    ]),
    ("approve", [
        "error: missing: `--as <PERSON>`, `<FILE>...`",
        "ข้อผิดพลาด: ยังขาด `--as <PERSON>`, `<FILE>...`",
    ]),
    ("build --strict --strict", ["error: `--strict` is given twice", "ข้อผิดพลาด: ระบุ `--strict` ซ้ำ"]),
    ("build -q -v", [
        "error: `--quiet` and `--verbose` exclude each other",
        "ข้อผิดพลาด: ใช้ `--quiet` พร้อมกับ `--verbose` ไม่ได้",
    ]),
    ("report -q", [
        "error: a command is missing after `prakat report`",
        "ข้อผิดพลาด: ยังไม่ได้ระบุคำสั่งต่อจาก `prakat report`",
    ]),
];

#[test]
fn errors_of_arguments_are_in_the_language_of_the_reader() {
    let portal = Portal::empty();
    for (arguments, [english, thai]) in WRONG {
        let run = portal.run(arguments).expect_status(2);
        let (wrong, rest) = run.stderr.split_once("\n\n").unwrap();
        assert_eq!(wrong, *english, "{arguments}");
        assert!(rest.ends_with("--help` lists what can be written\n"), "{arguments}: {rest}");
        let run = portal.run_with(arguments, THAI).expect_status(2);
        let (wrong, rest) = run.stderr.split_once("\n\n").unwrap();
        assert_eq!(wrong, *thai, "{arguments}");
        for line in rest.lines().filter(|line| !line.is_empty()) {
            let is_ours =
                line.starts_with("วิธีใช้: prakat") || line.starts_with("ดูคำที่ใช้ได้ทั้งหมดด้วย `prakat");
            assert!(is_ours && !line.contains("OPTIONS"), "{arguments}: {line}");
        }
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn an_error_of_arguments_is_complete() {
    let run = Portal::empty().run_with("approve a.md --keyy k", THAI).expect_status(2);
    run.expect_stderr(
        "ข้อผิดพลาด: ไม่รู้จัก `--keyy`
  วิธีแก้: หมายถึง `--key` ใช่หรือไม่

วิธีใช้: prakat approve --as <PERSON> --key <PATH> <FILE>...

ดูคำที่ใช้ได้ทั้งหมดด้วย `prakat approve --help`",
    );
}

#[test]
fn a_word_that_is_not_text_is_an_error_in_both_languages() {
    for (language, expected) in [
        ("en", "error: a word of the command line is not UTF-8"),
        ("th", "ข้อผิดพลาด: บรรทัดคำสั่งมีคำที่ไม่ใช่ UTF-8"),
    ] {
        let portal = Portal::empty();
        let mut command = portal.command(&format!("build --lang {language} --base-url"));
        let output = command.arg(std::ffi::OsStr::from_bytes(b"\xff")).output().unwrap();
        let run = Run::of(output, portal.root()).expect_status(2);
        assert_eq!(run.stderr.lines().next(), Some(expected));
    }
}

#[test]
fn without_a_command_the_help_is_shown_as_an_error() {
    let run = Portal::empty().run_with("", THAI).expect_status(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("\n\nวิธีใช้: prakat [ตัวเลือก] <คำสั่ง>\n"), "{}", run.stderr);
    let run = Portal::empty().run("theme").expect_status(2);
    assert!(run.stderr.contains("\n\nUsage: prakat theme [OPTIONS] <COMMAND>\n"), "{}", run.stderr);
}

#[test]
fn colours_only_if_they_are_asked_for() {
    let portal = Portal::empty();
    for arguments in ["build --help", "help", "build --nope"] {
        let text = |run: Run| run.stdout + &run.stderr;
        assert!(!text(portal.run(arguments)).contains('\u{1b}'), "{arguments}");
        let coloured = text(portal.run(&format!("--color always {arguments}")));
        assert!(coloured.contains("\u{1b}[1;4mUsage:\u{1b}[0m"), "{coloured}");
    }
}

#[test]
fn manual_pages_are_written_for_every_command() {
    for language in ["en", "th"] {
        let portal = Portal::empty();
        let run = portal.run(&format!("man --output-dir pages/man1 --lang {language}"));
        let written = run.expect_status(0).stdout;
        for command in commands_in(language) {
            let name = command["name"].as_str().unwrap().replace(' ', "-");
            assert!(written.contains(&format!("pages/man1/{name}.1\n")), "{written}");
            let page = fs::read_to_string(portal.path(&format!("pages/man1/{name}.1"))).unwrap();
            let name = name.replace('-', "\\-");
            let title = format!(".TH \"{}\" \"1\" \"\" \"prakat ", name.to_uppercase());
            assert!(page.starts_with(&title), "{page}");
            for argument in command["arguments"].as_array().unwrap() {
                let Some(long) = argument["long"].as_str() else { continue };
                let flag = format!("\\-\\-{}", long.replace('-', "\\-"));
                assert!(page.contains(&flag), "{name} does not explain {long}");
            }
            if language == "th" {
                let has_words =
                    |line: &&str| line.contains(char::is_alphabetic) && line.starts_with(".SH");
                for heading in page.lines().filter(has_words) {
                    assert!(heading.contains(is_thai), "{name}: {heading}");
                }
            }
        }
        let again = portal.run(&format!("man --output-dir pages/man1 --lang {language}"));
        assert_eq!(again.expect_status(0).stdout, written);
        let main = portal.run(&format!("man --lang {language}")).expect_status(0).stdout;
        assert_eq!(main, fs::read_to_string(portal.path("pages/man1/prakat.1")).unwrap());
    }
}

#[test]
fn manual_pages_are_not_written_over_a_link() {
    let portal = Portal::empty().file("other", "kept");
    fs::create_dir(portal.path("pages")).unwrap();
    std::os::unix::fs::symlink("../other", portal.path("pages/prakat.1")).unwrap();
    portal.run("man --output-dir pages").expect_status(2);
    assert_eq!(fs::read_to_string(portal.path("other")).unwrap(), "kept");
}

/// The answer to a shell that completes the last of some words, in English. Fish gets a line for each value, with its text.
fn complete(portal: &Portal, words: &[&str]) -> Vec<String> {
    complete_in(portal, words, &[])
}

fn complete_in(portal: &Portal, words: &[&str], environment: &[(&str, &str)]) -> Vec<String> {
    let mut command = portal.command("");
    command.env("PRAKAT_COMPLETE", "fish").envs(environment.iter().copied());
    let output = command.arg("--").arg("prakat").args(words).output().unwrap();
    let run = Run::of(output, portal.root()).expect_status(0);
    assert_eq!(run.stderr, "", "{words:?}");
    run.stdout.lines().map(str::to_owned).collect()
}

/// A portal with a bundle, a file that is no item, a withheld item and a file with a broken beginning.
fn portal() -> Portal {
    Portal::new()
        .item("content/news/flood.md", "x")
        .item_with(
            "content/news/draft.md",
            "title: \"ร่าง\u{1b}[31m 1200100412340\"\napprover: -",
            "x",
        )
        .file("content/news/odd.md", "no front matter")
        .item("content/procurement/road/index.md", "x")
        .file("content/procurement/road/map.png", "x")
        .file("content/news/.hidden.md", "x")
}

#[test]
fn words_are_completed_from_the_portal() {
    let portal = portal();
    let done = |words: &[&str]| complete(&portal, words);
    assert_eq!(done(&["approve", ""]), ["content/"]);
    assert_eq!(done(&["explain", "content/"]), ["content/news/", "content/procurement/"]);
    // Titles are shown as in reports: without control characters and private numbers.
    assert_eq!(
        done(&["status", "--diff", "content/news/"]),
        [
            "content/news/draft.md\tร่าง\u{fffd}[31m 1xxxxxxxxxxxx",
            "content/news/flood.md\tcontent/news/flood.md",
            "content/news/odd.md",
        ]
    );
    assert_eq!(done(&["report", "form", "content/procurement/road/"]).len(), 1);
    assert_eq!(
        done(&["approve", "content/news/flood.md", "content/pro"]),
        ["content/procurement/"]
    );
    assert_eq!(done(&["approve", "--as", "m"]), ["mayor\tนางสมใจ ทดสอบ, นายกเทศมนตรี"]);
    assert_eq!(done(&["new", ""]), ["news/\tข่าว", "procurement/\tจัดซื้อจัดจ้าง"]);
    assert_eq!(done(&["new", "procurement/r"]), ["procurement/road/"]);
    assert_eq!(done(&["new", "x", "--kind", "tend"]), ["tender\tInvitation to tender"]);
    assert_eq!(
        done(&["new", "x", "--kind", "cov"]),
        ["coverage\tA table of what must be disclosed"]
    );
    assert_eq!(done(&["kinds", "tend"]), ["tender\tInvitation to tender"]);
    assert!(done(&["kinds", "cov"]).is_empty());
    assert_eq!(done(&["export", "schema", "si"]), ["site"]);
    assert_eq!(done(&["export", "schema", "tend"]), ["tender\tInvitation to tender"]);
    assert_eq!(done(&["theme", "eject", "templates/item"]), ["templates/item.html"]);
    assert_eq!(done(&["help", "bui"]), ["build\tBuild the site"]);
    assert_eq!(done(&["bui"]), ["build\tBuild the site"]);
    assert_eq!(
        done(&["build", "--keep"]),
        ["--keep-going\tLeave out items with errors and publish the rest (exit code 3)"]
    );
    assert_eq!(done(&["init", "--template", "mini"]), ["minimal\tOne category and one item"]);
    let thai = complete_in(&portal, &["bui"], THAI);
    assert_eq!(thai, ["build\tสร้างเว็บไซต์"]);
}

#[test]
fn paths_are_completed_as_they_are_found() {
    let portal = portal();
    let done_in = |folder: &str, words: &[&str]| {
        let mut command = portal.command("");
        command.current_dir(portal.path(folder)).env("PRAKAT_COMPLETE", "fish");
        let output = command.args(["--", "prakat"]).args(words).output().unwrap();
        let run = Run::of(output, portal.root()).expect_status(0);
        let lines = run.stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned());
        lines.collect::<Vec<_>>()
    };
    let root = ["--root", "../..", "approve"];
    assert_eq!(done_in("content/news", &[&root[..], &["fl"]].concat()), ["flood.md"]);
    assert_eq!(done_in("content/news", &[&root[..], &["../proc"]].concat()), ["../procurement/"]);
    assert_eq!(done_in("content/news", &[&root[..], &["content/n"]].concat()), ["content/news/"]);
    // From outside: the path to the content, or from the root.
    let name = portal.root().file_name().unwrap().to_str().unwrap();
    let outside = |typed| done_in("..", &["--root", name, "approve", typed]);
    assert_eq!(outside(&name[..name.len() - 1]), [format!("{name}/")]);
    assert_eq!(outside("content/ne"), ["content/news/"]);
    assert_eq!(outside(&format!("{name}/content/ne")), [format!("{name}/content/news/")]);
    // Nothing outside of the content is listed as an item.
    assert!(
        done_in(".", &["approve", "../"]).iter().all(|word| word.ends_with(&format!("{name}/")))
    );
    assert!(done_in(".", &["approve", "/etc/"]).is_empty());
}

#[test]
fn a_broken_portal_gives_no_completions_and_no_errors() {
    let broken = Portal::new().file("site.toml", format!("{SITE}\n[people.mayor\n"));
    for words in [["approve", "--as", ""], ["new", "--kind", ""]] {
        assert!(complete(&broken, &words).is_empty(), "{words:?}");
    }
    // Nothing visible: flags are offered instead.
    assert!(complete(&broken, &["new", ""]).iter().all(|word| word.starts_with('-')));
    let none = Portal::empty();
    assert!(complete(&none, &["approve", "--as", ""]).is_empty());
    assert!(complete(&none, &["approve", "content/"]).is_empty());
    assert_eq!(complete(&none, &["kinds", "tend"]), ["tender\tInvitation to tender"]);
    assert!(complete(&none, &["--root", "/nowhere", "approve", "a.md", "--as", ""]).is_empty());
}

#[test]
fn of_a_large_folder_a_thousand_names_are_offered_without_titles() {
    let portal = Portal::new();
    fs::create_dir(portal.path("content/news")).unwrap();
    for n in 0..1500 {
        fs::write(portal.path(&format!("content/news/a{n:04}.md")), "---\ntitle: x\n---\n")
            .unwrap();
    }
    let names = complete(&portal, &["approve", "content/news/"]);
    assert_eq!(names.len(), 1000);
    assert_eq!(names.last().unwrap(), "content/news/a1499.md");
    assert_eq!(complete(&portal, &["approve", "content/news/a149"])[9], "content/news/a1499.md\tx");
}

#[test]
fn every_shell_gets_a_script_that_asks_the_program() {
    let portal = Portal::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = portal.run(&format!("completions {shell}")).expect_status(0);
        assert!(run.stdout.contains("PRAKAT_COMPLETE"), "{shell}: {}", run.stdout);
        let calls = ["prakat --", "\"prakat\" --"];
        assert!(calls.iter().any(|call| run.stdout.contains(call)), "{shell}: {}", run.stdout);
    }
}

/// Only the scripts begin a command line with `--`. A variable that somebody set must not turn a build into nothing.
#[test]
fn the_variable_alone_changes_no_command() {
    let portal = portal();
    for value in ["fish", "bash", "1", "nonsense"] {
        let run = portal.run_with("build --nope", &[("PRAKAT_COMPLETE", value)]);
        run.expect_status(2).expect_in_stderr("there is no argument");
    }
    let run = portal.run_with("-- approve", &[("PRAKAT_COMPLETE", "nonsense")]).expect_status(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

/// The reference of commands names each of them, with its flags.
#[test]
fn the_reference_has_every_command_and_flag() {
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md")).unwrap();
    for command in commands_in("en") {
        let name = command["name"].as_str().unwrap();
        assert!(text.contains(name), "docs/commands.md does not name `{name}`");
        for argument in command["arguments"].as_array().unwrap() {
            let Some(long) = argument["long"].as_str() else { continue };
            assert!(
                text.contains(&format!("--{long}")),
                "docs/commands.md does not explain --{long}"
            );
        }
    }
}
