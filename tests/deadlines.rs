//! Deadlines on pages: the state changes at the deadline and nowhere else, and themes are tried in both
//! states.

use std::collections::BTreeMap;

use crate::support::{NOW, Portal, SITE, STEPS};

/// A portal with steps of procedures and a theme of its own.
fn portal(settings: &str) -> Portal {
    let site = SITE.replace("[site]", "[site]\ntheme = \"t\"");
    let site = site.replace("id = \"news\"", "id = \"news\"\nfacets = [\"state\"]");
    Portal::new()
        .file("site.toml", format!("{site}{STEPS}{settings}"))
        .file("themes/t/theme.toml", "name = \"t\"\ncontract = 1\nno_break = false\n")
}

fn call(closes: &str) -> String {
    format!("kind: call\nextra: {{ closes: {closes} }}")
}

const ITEM: &str = "<h1>{{ item.title }}</h1><p>{{ item.deadline_label }}|{% if item.deadline %}\
    {{ item.deadline.iso }}{% endif %}|{{ item.state }}</p>{{ body | safe }}";

fn built(portal: &Portal, at: &str) -> BTreeMap<String, String> {
    portal.run(&format!("build -q -o site --at {at}")).expect_status(0);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    portal.output().into_iter().map(|(path, bytes)| (path, text(bytes))).collect()
}

#[test]
fn an_item_is_closed_from_its_deadline_on_and_feeds_print_the_date() {
    let portal = portal("\n[languages.en]\ntitle = \"Test\"\n")
        .file("themes/t/templates/item.html", ITEM)
        .item_with("content/news/day.md", &call("2569-12-02"), "")
        .item_with("content/news/day.en.md", &call("2569-12-02"), "")
        .item_with("content/news/time.md", &call("2569-12-02T16:30"), "")
        .item("content/news/none.md", "");
    let outputs: Vec<BTreeMap<String, String>> = [
        "2026-12-02T16:29:59.999+07:00",
        "2026-12-02T16:30:00+07:00",
        "2026-12-02T23:59:59.999+07:00",
        "2026-12-03T00:00:00+07:00",
    ]
    .map(|at| built(&portal, at))
    .into();
    let states = |output: &BTreeMap<String, String>| {
        ["news/day", "en/news/day", "news/time", "news/none"].map(|item| {
            let page = &output[&format!("{item}/index.html")];
            page.split("<p>")
                .find_map(|part| part.split_once("</p>")?.0.split('|').nth(2))
                .unwrap()
                .to_owned()
        })
    };
    assert_eq!(states(&outputs[0]), ["open", "open", "open", ""]);
    assert_eq!(states(&outputs[1]), ["open", "open", "closed", ""]);
    assert_eq!(states(&outputs[2]), ["open", "open", "closed", ""]);
    assert_eq!(states(&outputs[3]), ["closed", "closed", "closed", ""]);
    assert_eq!(outputs[1], outputs[2], "no deadline between them");
    let page = &outputs[0]["news/day/index.html"];
    assert!(page.contains("<p>ยื่นข้อเสนอถึงวันที่|2026-12-02|open</p>"), "{page}");
    let page = &outputs[0]["en/news/day/index.html"];
    assert!(page.contains("<p>Bids until|2026-12-02|open</p>"), "{page}");
    let page = &outputs[0]["news/none/index.html"];
    assert!(page.contains("<p>||</p>"), "{page}");
    let action = r#""potentialAction":{"@type":"Action","endTime":"2026-12-03T00:00:00+07:00","name":"ยื่นข้อเสนอถึงวันที่"}"#;
    let feed = "<summary>ยื่นข้อเสนอถึงวันที่: 2 ธันวาคม 2569</summary>";
    for output in &outputs {
        assert!(output["news/day/index.html"].contains(action), "{output:?}");
        assert!(output["feed.xml"].contains(feed), "{}", output["feed.xml"]);
        assert!(output["feed.xml"].contains("ยื่นข้อเสนอถึงวันที่: 2 ธันวาคม 2569 เวลา 16.30 น."));
    }
    for path in ["feed.xml", "news/feed.xml", "en/feed.xml", "news/list.csv", "news/list.json"] {
        assert_eq!(outputs[0][path], outputs[3][path], "{path} has no state");
    }
}

/// A correction and a summary stand beside the deadline in feeds.
#[test]
fn a_feed_prints_summary_deadline_and_corrections() {
    let lines = "summary: สรุป\nchanges: [{ on: 2569-11-10, note: แก้ไขวงเงิน }]\n";
    let portal =
        portal("").item_with("content/news/a.md", &(lines.to_owned() + &call("2569-12-02")), "");
    let output = built(&portal, NOW);
    let expected =
        "<summary>สรุป\nยื่นข้อเสนอถึงวันที่: 2 ธันวาคม 2569\n10 พฤศจิกายน 2569: แก้ไขวงเงิน</summary>";
    assert!(output["feed.xml"].contains(expected), "{}", output["feed.xml"]);
}

/// A block of the home page with open items is tried, though all items are closed or still to come.
#[test]
fn blocks_are_tried_with_open_items() {
    let line = "{% for b in blocks %}{% for e in b.entries %}{{ e.such }}{% endfor %}{% endfor %}";
    let settings = "\n[[home]]\nblock = \"closing_soon\"\nkind = \"call\"\n";
    let closed = call("2569-11-02");
    let opens_later = format!("publish_from: 2569-12-01\n{}", call("2569-12-02"));
    for lines in [&closed, &opens_later] {
        let portal = portal(settings)
            .file("themes/t/templates/home.html", line)
            .item_with("content/news/a.md", lines, "")
            .item_with("content/news/b.md", "publish_from: 2569-02-01", "");
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{lines}");
        run.expect_in_stderr("--> themes/t/templates/home.html");
    }
}

/// What an item's page asks for may be gone one day, or come.
#[test]
fn templates_are_tried_without_the_items_that_they_ask_for() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let built_in = std::fs::read_to_string(root.join("templates/item.html")).unwrap();
    let opens_later = format!("publish_from: 2569-12-01\n{}", call("2569-12-02"));
    for (line, lines) in [
        ("{{ items(kind=\"call\")[0].title }}", call("2569-12-02")),
        ("{% for e in items(kind=\"call\") %}{{ e.such }}{% endfor %}", opens_later),
    ] {
        let portal = portal("")
            .file("themes/t/templates/item.html", format!("{built_in}{line}"))
            .item_with("content/news/a.md", &lines, "")
            .item_with("content/news/b.md", "publish_from: 2569-02-01", "");
        let run = portal.run(&format!("build -o site --at {NOW}"));
        assert_eq!(run.status, 1, "{line}");
        run.expect_in_stderr("--> themes/t/templates/item.html");
    }
}

/// A template that fails in one state only fails today, whichever state the items are in.
#[test]
fn templates_are_tried_in_both_states() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let open = call("2569-12-02");
    let closed = call("2569-11-02");
    let opens_later = format!("publish_from: 2569-12-01\n{open}");
    let of_list = |list: &str| {
        format!(
            "{{% for e in {list} %}}{{% if e.state == \"STATE\" %}}{{{{ e.such }}}}{{% endif %}}{{% endfor %}}"
        )
    };
    let each = [open.as_str(), &closed, &opens_later];
    for (template, line, tried) in [
        ("item", of_list("[item]"), &each[..]),
        ("category", of_list("entries"), &each),
        ("item", "{% if next %}LIST{% endif %}".replace("LIST", &of_list("[next]")), &each[..1]),
        ("term", of_list("entries"), &each),
        ("home", of_list("latest"), &each[..1]),
        ("search", of_list("entries"), &each[..1]),
        ("base", of_list("urgent"), &each[..1]),
        ("item", of_list("items(state=\"STATE\")"), &each),
        ("sitemap", of_list("items (kind=\"call\")"), &each),
        ("base", of_list("items(state=\"STATE\", limit=1)"), &each),
    ] {
        let path = format!("templates/{template}.html");
        let built_in = std::fs::read_to_string(root.join(&path)).unwrap();
        for (lines, state) in tried.iter().flat_map(|lines| ["open", "closed"].map(|s| (lines, s)))
        {
            let line = line.replace("STATE", state);
            let portal = portal("")
                .file(&format!("themes/t/{path}"), format!("{built_in}\n<p>{line}</p>\n"))
                .item_with("content/news/a.md", lines, "")
                .item_with("content/news/b.md", "publish_from: 2569-02-01", "");
            let run = portal.run(&format!("build -o site --at {NOW}"));
            assert_eq!(run.status, 1, "{template} {line} {lines}");
            run.expect_in_stderr(&format!("--> themes/t/{path}"));
        }
        // Nothing but the line is reported.
        let portal = portal("").file(&format!("themes/t/{path}"), built_in);
        portal.item_with("content/news/a.md", &open, "").build();
    }
}
