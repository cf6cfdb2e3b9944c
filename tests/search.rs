//! Search: the contents of the index, how an edit changes it, and what the script of the search page
//! finds. Tests of the script need Node, and are skipped without it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{Portal, SITE, item};

/// Creates a portal with search.
fn portal() -> Portal {
    let settings = SITE.replace("[search]\nenabled = false", "[search]\nenabled = true");
    assert_ne!(settings, SITE);
    Portal::new().file("site.toml", settings)
}

/// Runs a script of `tests/js` and returns its output. Returns `None` if Node is not installed.
fn node(arguments: &[&str]) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/js");
    let run = Command::new("node").current_dir(folder).args(arguments).output();
    let Ok(run) = run else {
        eprintln!("skipped: there is no node");
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
    Some(text(&run.stdout))
}

/// Returns what the script finds for each query: the URLs, with the field and the rest.
fn ask(portal: &Portal, folder: &str, queries: &[&str]) -> Option<Vec<Vec<[String; 4]>>> {
    let folder = portal.path("site").join(folder);
    let mut arguments = vec!["ask.mjs", folder.to_str().unwrap()];
    arguments.extend(queries);
    let line = |line: &str| -> Vec<[String; 4]> {
        let all: Vec<Vec<serde_json::Value>> = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        all.iter().map(|one| [0, 1, 2, 3].map(|n| text(&one[n]))).collect()
    };
    node(&arguments).map(|out| out.lines().map(line).collect())
}

fn urls(found: &[[String; 4]]) -> Vec<&str> {
    found.iter().map(|one| one[0].as_str()).collect()
}

/// Returns the files of the search, without its pages.
fn files(portal: &Portal) -> BTreeMap<String, Vec<u8>> {
    let mut files = portal.output();
    files.retain(|path, _| path.contains("search/") && !path.ends_with(".html"));
    files
}

#[test]
fn the_script_does_as_the_program_does() {
    node(&["--test", "."]);
}

#[test]
fn every_part_of_a_word_is_found_everywhere() {
    let body = "โครงการติดตั้งหอ**กระจาย**ข่าวไร้สาย\n\n## การจัดซื้อจัดจ้าง\n\nตามแผนปี พ.ศ. ๒๕๕๒ \
        ณ กองวิชาการฯ\n\n| รายการ | จำนวน |\n| --- | --- |\n| ลำโพงฮอร์น | 1,250 ตัว |\n\n\
        ![ป้ายหน้าสํานักงาน](p.png)\n";
    let picture =
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 0, 9, 0, 0, 0, 9], b"IEND"].concat();
    let portal = portal()
        .item_with(
            "content/news/tower/index.md",
            "title: ประกาศเชิญชวน\ntags: [เสียงตามสาย]\ndocument_number: นศ 52001/ว 77\n\
             attachments: [{ file: a.txt, title: แบบแปลนเสา }]\nsummary: งานชุมชน",
            body,
        )
        .file("content/news/tower/p.png", picture)
        .file("content/news/tower/a.txt", "x")
        .item_with("content/news/other.md", "title: Flood relief 2026", "e-Bidding of pumps");
    portal.build();
    let tower = [
        "หอกระจายข่าว",
        "กระจายข",
        "จายข่",
        "จัดจ้าง",
        "ซื้อจัดจ้าง",
        "จัดซื้อจัดจ้า",
        "จัดซ",
        "๒๕๕๒",
        "2552",
        "55",
        "กองวิชาการฯ",
        "กองวิชาการ",
        "ลําโพง",
        "ลำโพ",
        "ฮอร์น",
        "1,250",
        "1,2",
        "1250",
        "๑,๒๕๐",
        "250",
        "ป้ายหน้าส",
        "สำนักงาน",
        "สํานัก",
        "เชิญช",
        "เสียงตาม",
        "52001",
        "ว 77",
        "แบบแปลน",
        "ณ",
        "งานชุมชน",
        "หอกระจายข่าว พ.ศ. ๒๕๕๒",
        "จัดจ้าง\u{200b} ลำโพง",
    ];
    let other = ["flood", "FLOOD", "lood", "oo", "e-bid", "Bidding", "pump", "pum", "f"];
    let none = ["หอกระจายเสียง", "2553", "flood หอกระจายข่าว", "1251", "zzz", "ว่างเปล่า"];
    let empty = ["", " ", "...", "ฯ"];
    let Some(found) = ask(&portal, "search", &tower) else { return };
    for (query, found) in tower.iter().zip(&found) {
        assert_eq!(urls(found), ["news/tower/"], "{query}");
    }
    for (query, found) in other.iter().zip(ask(&portal, "search", &other).unwrap()) {
        assert_eq!(urls(&found), ["news/other/"], "{query}");
    }
    for query in none.into_iter().chain(empty) {
        assert!(ask(&portal, "search", &[query]).unwrap()[0].is_empty(), "{query:?}");
    }
    // A match below a heading has the title of the heading.
    let under = &ask(&portal, "search", &["๒๕๕๒"]).unwrap()[0][0];
    assert_eq!((under[1].as_str(), under[2].as_str()), ("2", "การจัดซื้อจัดจ้าง"));
}

#[test]
fn titles_come_before_headings_before_texts_and_the_newest_first() {
    let dated = |day: &str, rest: &str| format!("publish_from: 2569-{day}\n{rest}");
    let portal = portal()
        .item_with("content/news/a.md", &dated("01-05", "title: a"), "น้ำประปา")
        .item_with("content/news/b.md", &dated("03-05", "title: b"), "การน้ำประปาเมือง")
        .item_with("content/news/c.md", &dated("02-05", "title: c"), "## น้ำประปา\n\nx")
        .item_with("content/news/d.md", &dated("01-02", "title: แจ้งหยุดจ่ายน้ำประปา"), "x")
        .item_with("content/news/e.md", &dated("01-03", "title: น้ำประปา"), "x")
        .item_with("content/news/f.md", &dated("01-06", "title: f"), "ประปาและน้ำ")
        .item_with("content/news/g.md", &dated("09-05", "title: น้ำ"), "ประปา");
    portal.build();
    let Some(found) = ask(&portal, "search", &["น้ำประปา", "น้ำ ประปา"])
    else {
        return;
    };
    let wanted = ["e", "d", "c", "b", "a"].map(|name| format!("news/{name}/"));
    assert_eq!(urls(&found[0]), wanted);
    let wanted = ["e", "d", "c", "g", "b", "f", "a"].map(|name| format!("news/{name}/"));
    assert_eq!(urls(&found[1]), wanted);
}

/// Returns sentences that differ from item to item.
fn sentences(n: usize) -> String {
    let objects = ["ถนนคอนกรีต", "ท่อระบายน้ำ", "หอกระจายข่าว", "ศูนย์พัฒนาเด็กเล็ก", "ลานกีฬา", "ระบบประปา"];
    let verbs = ["จัดซื้อ", "จัดจ้าง", "ปรับปรุง", "ตรวจรับ", "ซ่อมแซม"];
    let object = objects[n % 6];
    format!(
        "เทศบาล{}{object} หมู่ที่ {} งบประมาณ {} บาท\n\n## {} {object}\n\nรหัส X{}Y ปี ๒๕{:02}",
        verbs[n % 5],
        n % 11,
        n * 7919,
        verbs[n % 4],
        n * 104_729 % 99_991,
        n % 70
    )
}

#[test]
fn nothing_that_a_plain_search_finds_is_missed() {
    let mut portal = portal();
    // More than the head of a long list.
    for n in 0..700 {
        let lines = format!("title: ประกาศ {n}\npublish_from: 2568-{:02}-01", n % 12 + 1);
        let codes =
            [7919, 104_729, 15_485_863].map(|prime| format!("รหัสงาน{:05} ", n * prime % 99_991));
        let text = sentences(n) + "\n\n" + &codes.concat();
        portal = portal.item_with(&format!("content/news/x-{n}.md"), &lines, &text);
    }
    portal.build();
    let is_shard = |path: &str| path.contains("/index/") && !path.ends_with("s.txt");
    let index = files(&portal).into_iter().filter(|(path, _)| is_shard(path));
    let lines: String = index.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    let marked =
        |mark: &str| lines.lines().any(|line| line.split('\t').next().unwrap().ends_with(mark));
    let has_long =
        lines.lines().any(|line| line.split('\t').nth(4).is_some_and(|count| !count.is_empty()));
    assert!(has_long && marked("+") && marked(">"), "all kinds of lines are tried");
    node(&["recall.mjs", portal.path("site").to_str().unwrap(), "300"]);
}

#[test]
fn the_index_depends_on_nothing_but_what_is_published() {
    let mut portal = portal();
    for n in 0..40 {
        portal = portal.item(&format!("content/news/x-{n}.md"), &sentences(n));
    }
    let built = |arguments: &str| {
        portal.run(&format!("build -o site --at 2026-11-22 {arguments}")).expect_status(0);
        files(&portal)
    };
    let first = built("-j 1");
    assert!(first.len() > 40 + 8, "{:?}", first.keys());
    std::fs::remove_dir_all(portal.path("site")).unwrap();
    assert_eq!(first, built("-j 4"));
    portal.write("content/news/draft.md", item("content/news/draft.md", "approver: -", "ลับ zq"));
    assert_eq!(first, built(""));
}

#[test]
fn an_edit_changes_the_files_of_what_was_edited() {
    let mut portal = portal();
    for n in 0..200 {
        portal = portal.item(&format!("content/news/x-{n}.md"), &sentences(n));
    }
    portal.build();
    let before = files(&portal);
    let path = "content/news/x-30.md";
    portal.write(path, item(path, "", &(sentences(30) + " ใหม่")));
    portal.build();
    let after = files(&portal);
    let changed: Vec<&String> = after.keys().filter(|p| before.get(*p) != after.get(*p)).collect();
    let texts = changed.iter().filter(|path| path.contains("/text/")).count();
    assert_eq!((before.len(), texts), (after.len(), 1), "{changed:?}");
    assert!(changed.len() <= 12, "{changed:?}");
    // A new item takes no number from another.
    portal.write("content/news/new.md", item("content/news/new.md", "", "ใหม่"));
    portal.build();
    let with_new = files(&portal);
    let texts = with_new
        .iter()
        .filter(|(path, bytes)| path.contains("/text/") && after.get(*path) != Some(bytes));
    assert_eq!((texts.count(), with_new.len()), (1, after.len() + 1));
}

#[test]
fn without_search_there_is_only_the_list() {
    let portal = Portal::new().item("content/news/a.md", "x");
    portal.build();
    for (path, bytes) in portal.output() {
        assert!(!path.contains("search") || path == "search/index.html", "{path}");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!path.ends_with(".html") || !text.contains("role=\"search\""), "{path}");
    }
}

#[test]
fn the_list_may_be_left_out_only_where_there_is_no_search() {
    let settings = |lines: &str| SITE.replace("[search]\nenabled = false", lines);
    let bare = settings("[search]\nenabled = false\nlist = false");
    let portal = Portal::new().file("site.toml", bare).item("content/news/a.md", "x");
    portal.build();
    for (path, bytes) in portal.output() {
        assert!(!path.starts_with("search"), "{path}");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("search/\""), "{path}");
    }
    let linking = portal.item("content/news/b.md", "[x](/search/)");
    linking.run("check").expect_status(1).expect_in_stderr("error[links/dead]");
    let both = linking.file("site.toml", settings("[search]\nlist = false"));
    let run = both.run("check").expect_status(1).expect_in_stderr("error[settings/choice]");
    run.expect_in_stderr("`search.list` cannot be `false`");
}

#[test]
fn every_page_leads_to_the_search_and_the_search_to_every_item() {
    let settings = "\n[languages.en]\ntitle = \"Test\"\n";
    let site = SITE.replace("[search]\nenabled = false", settings);
    let mut portal = Portal::new().file("site.toml", site);
    for n in 0..70 {
        portal = portal.item(&format!("content/news/x-{n}.md"), "x");
    }
    let portal = portal.item("content/news/x-1.en.md", "wording").item("content/about.md", "x");
    portal.build();
    let output = portal.output();
    let page = |path: &str| String::from_utf8(output[path].clone()).unwrap();
    assert!(page("index.html").contains("action=\"./search/\""));
    assert!(page("news/x-3/index.html").contains("action=\"../../search/\""));
    assert!(page("en/news/x-1/index.html").contains("action=\"../../../en/search/\""));
    assert!(page("404.html").contains("action=\"/search/\""));
    let lists = page("search/index.html") + &page("search/page/2/index.html");
    for n in 0..70 {
        assert!(lists.contains(&format!("/news/x-{n}/\"")), "x-{n}");
    }
    assert!(lists.contains("/about/\""));
    assert!(page("search/index.html").contains("method=\"get\""));
    assert!(page("search/index.html").contains("hreflang=\"en\""));
    assert!(!output.contains_key("search/page/3/index.html"));
    // A language's search finds what is in that language.
    let Some(found) = ask(&portal, "en/search", &["word"]) else { return };
    assert_eq!(urls(&found[0]), ["en/news/x-1/"]);
    assert!(ask(&portal, "search", &["word"]).unwrap()[0].is_empty());
}

#[test]
fn nothing_else_may_have_the_url_of_the_search() {
    for (path, lines) in [
        ("content/search.md", ""),
        ("content/news/a.md", "aliases: [/search/]"),
        ("content/news/a.md", "aliases: [/search/text/40000/]"),
    ] {
        let portal = portal().item_with(path, lines, "x");
        let run = portal.run("check -q --at 2026-11-22").expect_status(1);
        run.expect_in_stderr("content/same-url");
    }
    let category = "[[categories]]\nid = \"search\"\ntitle = \"x\"\n\n[people.mayor]";
    let settings = SITE.replace("enabled = false", "enabled = true");
    let portal = portal().file("site.toml", settings.replace("[people.mayor]", category));
    let run = portal.run("check -q --at 2026-11-22").expect_status(1);
    run.expect_in_stderr("content/same-url");
}

/// Asks the portal questions, each with the pages of which one must be among the first three.
fn expect_answers(portal: &Portal, questions: &[(&str, &str)]) {
    let lines = questions.iter().map(|(query, wanted)| format!("{query}\t{wanted}\n"));
    portal.write("questions.tsv", lines.collect::<String>());
    let (site, list) = (portal.path("site"), portal.path("questions.tsv"));
    node(&["questions.mjs", site.to_str().unwrap(), list.to_str().unwrap(), "100"]);
}

#[test]
fn plain_questions_find_their_page() {
    let settings =
        SITE.replace("[search]\nenabled = false", "[search]\nsynonyms = [\"ตู้ยา = คลังเวชภัณฑ์\"]");
    let mut portal = Portal::new().file("site.toml", settings);
    for year in 2560..2570 {
        let lines = format!("title: เทศบัญญัติงบประมาณ พ.ศ. {year}\npublish_from: {}-01-05", year - 1);
        portal = portal.item_with(&format!("content/news/budget-{year}.md"), &lines, "x");
    }
    for n in 0..30 {
        let lines = format!("title: ข่าวการประชุมเรื่องที่ {n} ปีงบประมาณ 2569\npublish_from: 2569-03-05");
        portal = portal.item_with(&format!("content/news/n-{n}.md"), &lines, "งบประมาณและถนน");
    }
    let portal = portal
        .item_with("content/news/old.md", "title: คู่มือเบี้ยยังชีพผู้สูงอายุ", "x")
        .item_with("content/news/stock.md", "title: รายการคลังเวชภัณฑ์", "x")
        .item_with("content/news/form.md", "title: แบบ ก\nkeywords: [จับสุนัขจรจัด]", "x");
    portal.build();
    expect_answers(
        &portal,
        &[
            // The newest of a series, though ten titles and thirty texts have the word.
            ("งบประมาณ", "news/budget-2569/"),
            ("งบประมาณปีนี้", "news/budget-2569/"),
            ("งบประมาณ2563", "news/budget-2563/"),
            // What people say, in a question.
            ("ขอเบี้ยคนแก่ที่ไหน", "news/old/"),
            ("ตู้ยาอยู่ไหน", "news/stock/"),
            ("จับสุนัขจรจัด", "news/form/"),
            // One slip: a letter, a tone mark, two changed about, the other keyboard.
            ("งบประมาน", "news/budget-2569/"),
            ("คลังเวชภัณ์ฑ", "news/stock/"),
            ("ผุ้สูงอายุ", "news/old/"),
            ("'[xitk,I", "news/budget-2569/"),
        ],
    );
    // The withheld leave nothing that ranks or is suggested.
    let before = files(&portal);
    let path = "content/news/secret.md";
    portal.write(path, item(path, "title: ลับสุดยอด\nkeywords: [ลับเฉพาะ]\napprover: -", "x"));
    portal.build();
    assert_eq!(before, files(&portal));
}

#[test]
fn a_set_of_synonyms_has_two_words() {
    for set in ["ตู้ยา", "ตู้ยา =", "= ", "a = = b"] {
        let settings = format!("[search]\nsynonyms = [\"{set}\"]");
        let settings = SITE.replace("[search]\nenabled = false", &settings);
        let run = Portal::new().file("site.toml", settings).run("check").expect_status(1);
        run.expect_in_stderr("error[settings/type]: `search.synonyms` must be a set of words");
    }
}
