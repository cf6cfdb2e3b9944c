//! Pages of expired, replaced and corrected items: what readers see of them, and what they do not.

use crate::support::{NOW, Portal, SITE};

fn page(portal: &Portal, path: &str) -> String {
    let bytes = portal.output().remove(path);
    String::from_utf8(bytes.unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

/// The settings, with notices ordered in the category of news.
fn ordering(notice_page: &str) -> String {
    SITE.replacen("id = \"news\"", &format!("id = \"news\"\nnotice_page = \"{notice_page}\""), 1)
}

#[test]
fn an_item_and_its_successor_show_each_other() {
    let portal = Portal::new()
        .item("content/news/old.md", "")
        .item_with("content/news/new/index.md", "replaces: ../old.md", "")
        .item_with("content/news/newer.md", "replaces: /news/old.md\npublish_from: 2569-07-01", "");
    portal.build().expect_status(0);
    let old = page(&portal, "news/old/index.html");
    assert!(
        old.contains(
            "data-prakat=\"replaced-by\">มีประกาศใหม่แทนที่ประกาศนี้แล้ว: \
             <a href=\"../../news/new/\">content/news/new/index.md</a>, \
             <a href=\"../../news/newer/\">content/news/newer.md</a></p>"
        ),
        "{old}"
    );
    for new in ["news/new/index.html", "news/newer/index.html"] {
        let new = page(&portal, new);
        let link = "data-prakat=\"replaces\">แทนที่ประกาศเดิม: <a href=\"../../news/old/\">";
        assert!(new.contains(link), "{new}");
    }
}

#[test]
fn a_successor_that_is_withheld_does_not_show_on_the_old_item() {
    for lines in ["approver: -", "publish_from: 2570-01-01", "publish_until: 2569-03-01"] {
        let lines = format!("replaces: old.md\n{lines}");
        let portal = Portal::new().item("content/news/old.md", "").item_with(
            "content/news/zqnew.md",
            &lines,
            "",
        );
        portal.build().expect_status(0);
        let pages = portal.output();
        let leak = pages.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("zqnew"));
        assert!(leak.is_none(), "{leak:?}");
        assert!(!page(&portal, "news/old/index.html").contains("replaced-by"));
    }
}

#[test]
fn what_an_ended_item_was_replaced_by_does_not_bring_it_back() {
    let portal = Portal::new()
        .item_with("content/news/zqold.md", "publish_until: 2569-03-01", "")
        .item_with("content/news/new.md", "replaces: zqold.md", "");
    portal.build().expect_status(0);
    assert!(!page(&portal, "news/new/index.html").contains("zqold"));
}

#[test]
fn corrections_are_in_the_feed() {
    let lines = "summary: งดจ่ายน้ำ\nchanges:\n  - { on: 2569-02-01, note: แก้ <วัน> }\n  - { on: 2569-02-03, note: แก้เวลา }";
    let portal = Portal::new().item_with("content/news/a.md", lines, "");
    portal.build().expect_status(0);
    let feed = page(&portal, "feed.xml");
    let summary =
        "<summary>งดจ่ายน้ำ\n3 กุมภาพันธ์ 2569: แก้เวลา\n1 กุมภาพันธ์ 2569: แก้ &lt;วัน&gt;</summary>";
    assert!(feed.contains(summary), "{feed}");
    assert!(feed.contains("<updated>2026-02-03T00:00:00+07:00</updated><summary>"), "{feed}");
}

/// A translation is over with its original, and leaves a notice like it.
#[test]
fn a_translation_leaves_a_notice_when_its_original_ends() {
    let settings = ordering("titled")
        + "\n[languages.en]\ntitle = \"Test\"\n[languages.en.categories]\nnews = \"News\"\n";
    let portal = Portal::new()
        .file("site.toml", settings)
        .item_with("content/news/a.md", "publish_until: 2569-03-01", "")
        .item_with("content/news/a.en.md", "title: zqtranslated", "zqbody")
        .item_with("content/news/b.md", "approver: -\npublish_until: 2569-03-01", "")
        .item("content/news/b.en.md", "")
        .item("content/news/c.md", "");
    portal.build().expect_status(0);
    let notice = page(&portal, "en/news/a/index.html");
    assert!(notice.contains("<h1 data-prakat=\"title\">zqtranslated</h1>"), "{notice}");
    assert!(
        notice.contains("lang=\"en\"") && notice.contains("taken off this website"),
        "{notice}"
    );
    assert!(!notice.contains("zqbody"), "{notice}");
    let files = portal.output();
    assert!(files.contains_key("news/a/index.html"));
    assert!(!files.keys().any(|path| path.contains("news/b/")), "{:?}", files.keys());
}

/// A template that fails on notices must be reported by day, while the item is still published.
#[test]
fn a_template_that_fails_on_notices_is_reported_before_the_first_one() {
    let portal = Portal::new()
        .file("site.toml", ordering("bare"))
        .file("themes/default/templates/notice.html", "{{ nothing.there }}")
        .item_with("content/news/a.md", "publish_until: 2570-03-01", "");
    let build = format!("build -o site --at {NOW}");
    portal.run(&build).expect_status(1).expect_in_stderr("notice.html:1:4");
    portal.write("themes/default/templates/notice.html", "<p>{{ ui.notice_text }}</p>");
    portal.run(&build).expect_status(0);
}

/// A notice is not an overdue page; an expired item that is still there is.
#[test]
fn a_notice_differs_from_a_page_that_should_be_gone() {
    let portal = Portal::new()
        .file("site.toml", ordering("titled"))
        .item_with("content/news/a.md", "publish_until: 2569-06-01", "")
        .item("content/news/b.md", "");
    let overdue = || portal.run("status --format json --at 2026-07-01").json()["overdue"].clone();
    portal.run("build -q --at 2026-05-01").expect_status(0);
    assert_eq!(overdue(), serde_json::json!(["news/a/"]));
    portal.run("build -q --at 2026-06-03").expect_status(0);
    assert_eq!(overdue(), serde_json::json!([]));
    let manifest = std::fs::read_to_string(portal.path("public/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert!(manifest.to_string().contains("news/a/index.html"));
}

/// A list of several pages may end as a whole: nothing is left of it, and that is no mistake.
#[test]
fn a_portal_of_which_everything_has_ended_is_built_empty() {
    let site = SITE.replace("enabled = false", "enabled = true");
    let mut portal = Portal::new().file("site.toml", site);
    for n in 0..60 {
        let path = format!("content/news/n{n}.md");
        portal = portal.item_with(&path, "publish_until: 2569-06-01", "");
    }
    portal.run("build -q -o site --at 2026-05-01").expect_status(0);
    assert!(portal.output().contains_key("news/page/2/index.html"));
    portal.run("build -q -o site --at 2026-07-01").expect_status(0);
    assert!(!portal.output().contains_key("news/page/2/index.html"));
}
