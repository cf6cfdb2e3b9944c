//! Threads: the pages of items that are steps of one procedure list all published steps in order, and what
//! is missing.

use crate::support::{NOW, Portal, SITE, STEPS};

/// Prints a thread, a step in each pair of brackets: `*` marks the page's own item, `?` a missing one.
const THREAD: &str = "<ol>{% for s in item.thread.steps %}\
    [{% if s.missing %}?{% endif %}{% if s.current %}*{% endif %}{{ s.kind_title }}\
    {% if s.entry %}: {{ s.entry.title }}{% endif %}]{% endfor %}</ol>";

/// A portal with steps of procedures, and a theme that prints threads.
fn portal() -> Portal {
    let english = "\n[languages.en]\ntitle = \"Test\"\n";
    let item = "{% if item.thread %}{% include \"thread.html\" %}{% endif %}";
    Portal::new()
        .file("site.toml", format!("{SITE}{STEPS}{english}"))
        .file("themes/default/theme.toml", "name = \"t\"\ncontract = 1\nno_break = false\n")
        .file("themes/default/templates/item.html", item)
        .file("themes/default/templates/thread.html", THREAD)
}

/// Lines of an item of a kind in a project, published on a day of January.
fn step(kind: &str, project: &str, day: u8) -> String {
    format!("publish_from: 2569-01-{day:02}\nkind: {kind}\nextra: {{ project: \"{project}\" }}")
}

/// The steps of the thread on a page.
fn thread(portal: &Portal, page: &str) -> Vec<String> {
    let html = String::from_utf8(portal.output()[&format!("{page}/index.html")].clone()).unwrap();
    let Some((_, part)) = html.split_once("<main") else { panic!("{html}") };
    let Some((_, list)) = part.split_once("<ol>[") else { return Vec::new() };
    let list = list.split_once("]</ol>").unwrap().0;
    list.split("][").map(str::to_owned).collect()
}

#[test]
fn steps_stand_in_order_on_every_page_of_a_thread() {
    let portal = portal()
        .item_with("content/news/note.md", &step("note", "6801", 1), "")
        .item_with("content/news/winner.md", &step("winner", "6801", 9), "")
        .item_with("content/news/call2.md", &step("call", "๖๘๐๑", 5), "")
        .item_with("content/news/call1.md", &step("call", " 68 01 ", 4), "")
        .item_with("content/news/amend.md", &step("amend", "6801", 6), "")
        .item_with("content/procurement/intent.md", &step("intent", "6801", 7), "")
        .item_with("content/news/other.md", &step("call", "6802", 1), "")
        .item_with("content/news/empty.md", "kind: call", "");
    portal.build();
    let steps = [
        "แผนการจัดซื้อ: content/procurement/intent.md",
        "ประกาศเชิญชวน: content/news/call1.md",
        "ประกาศเชิญชวน: content/news/call2.md",
        "แก้ไขประกาศ: content/news/amend.md",
        "ประกาศผู้ชนะ: content/news/winner.md",
        "บันทึก: content/news/note.md",
    ];
    let pages = ["procurement/intent", "news/call1", "news/call2", "news/amend", "news/winner"];
    for (n, page) in pages.into_iter().chain(["news/note"]).enumerate() {
        let mut expected = steps.map(str::to_owned);
        expected[n].insert(0, '*');
        assert_eq!(thread(&portal, page), expected, "{page}");
    }
    let missing = "?แผนการจัดซื้อ".to_owned();
    assert_eq!(
        thread(&portal, "news/other"),
        [missing, "*ประกาศเชิญชวน: content/news/other.md".to_owned()]
    );
    assert!(thread(&portal, "news/empty").is_empty());
}

/// The pages of a thread that many share by mistake stay small.
#[test]
fn a_page_lists_the_items_around_its_own() {
    let mut portal = portal().item_with("content/news/dash.md", &step("note", "-", 1), "");
    portal = portal.item_with("content/news/dash2.md", &step("note", "–", 1), "");
    for n in 0..150 {
        portal = portal.item_with(&format!("content/news/n{n:03}.md"), &step("call", "a", 2), "");
    }
    portal.build();
    assert!(thread(&portal, "news/dash").is_empty());
    for (own, first) in [(0, 0), (50, 0), (51, 1), (99, 49), (100, 50), (149, 50)] {
        let steps = thread(&portal, &format!("news/n{own:03}"));
        assert_eq!(steps.len(), 101, "with one that is missing");
        assert_eq!(steps[0], "?แผนการจัดซื้อ");
        let own = format!("*ประกาศเชิญชวน: content/news/n{own:03}.md");
        assert!(steps.contains(&own), "{own}: {steps:?}");
        assert!(steps[1].ends_with(&format!("n{first:03}.md")), "{own}: {}", steps[1]);
    }
}

/// Only the steps before a published one are missing, optional ones never, and a thread of one item is
/// none.
#[test]
fn what_is_missing_comes_before_what_is_published() {
    let portal = portal()
        .item_with("content/news/first.md", &step("intent", "a", 1), "")
        .item_with("content/news/last.md", &step("winner", "b", 1), "")
        .item_with("content/news/note.md", &step("note", "c", 1), "");
    portal.build();
    assert!(thread(&portal, "news/first").is_empty(), "nothing is missing after it");
    assert!(thread(&portal, "news/note").is_empty(), "it is no step");
    assert_eq!(
        thread(&portal, "news/last"),
        [
            "?แผนการจัดซื้อ".to_owned(),
            "?ประกาศเชิญชวน".to_owned(),
            "*ประกาศผู้ชนะ: content/news/last.md".to_owned(),
        ]
    );
}

/// An item that is withheld counts as if it did not exist; what is not translated is not missing.
#[test]
fn steps_are_published_items_of_the_language() {
    let portal = portal()
        .item_with("content/news/intent.md", &step("intent", "a", 1), "")
        .item_with("content/news/call.md", &(step("call", "a", 1) + "\napprover: -"), "")
        .item_with("content/news/winner.md", &step("winner", "a", 1), "")
        .item_with("content/news/winner.en.md", &step("winner", "a", 1), "");
    portal.build();
    let missing = "?ประกาศเชิญชวน".to_owned();
    let winner = "*ประกาศผู้ชนะ: content/news/winner.md".to_owned();
    let intent = "แผนการจัดซื้อ: content/news/intent.md".to_owned();
    assert_eq!(thread(&portal, "news/winner"), [intent, missing, winner]);
    assert_eq!(
        thread(&portal, "en/news/winner"),
        ["?Call for bids", "*Winner: content/news/winner.en.md"]
    );
    // The same bytes as without the item that is withheld.
    let with = portal.output();
    std::fs::remove_file(portal.path("content/news/call.md")).unwrap();
    portal.build();
    assert_eq!(portal.output(), with);
}

/// A theme that fails on a step, or without a thread, fails before time or another item brings it about.
#[test]
fn templates_are_tried_with_a_thread_and_without() {
    let site = SITE.replace("[site]", "[site]\ntheme = \"t\"");
    for line in [
        "{% if item.thread %}{% for s in item.thread.steps %}{% if s.missing %}{{ s.such }}{% endif %}{% endfor %}{% endif %}",
        "{% if item.thread %}{% for s in item.thread.steps %}{% if s.entry and not s.current %}{{ s.such }}{% endif %}{% endfor %}{% endif %}",
        "{% for s in item.thread.steps %}{{ s.kind }}{% endfor %}",
    ] {
        let portal = Portal::new()
            .file("site.toml", format!("{site}{STEPS}"))
            .file("themes/t/theme.toml", "name = \"t\"\ncontract = 1\n")
            .item_with("content/news/a.md", &step("intent", "a", 1), "");
        portal.build();
        portal.write("themes/t/templates/item.html", format!("<p>{line}</p>"));
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{line}");
        run.expect_in_stderr("--> themes/t/templates/item.html");
    }
}
