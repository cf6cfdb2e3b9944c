//! Fields on pages: where their links lead, and that they show nothing of withheld items.

use std::collections::BTreeMap;

use crate::support::{Portal, SITE, item};

/// A kind with fields that print links, alone and in groups.
const RECORD: &str = r#"
[[kinds]]
id = "record"
title = "ทะเบียน"
fields = [
    { id = "founded_on", label = "เรื่องเดิม", type = "item" },
    { id = "of_unit", label = "เจ้าของ", type = "unit" },
    { id = "web", label = "แบบฟอร์ม", type = "url" },
    { id = "dial", label = "สอบถาม", type = "phone" },
    { id = "paper", label = "หนังสือ", type = "file" },
    { id = "all", label = "เรื่องทั้งหมด", type = "item", list = true },
    { id = "rows", label = "รายการ", type = "group", list = true, fields = [
        { id = "founded_on", label = "เรื่องเดิม", type = "item" },
        { id = "all", label = "ทั้งหมด", type = "item", list = true },
        { id = "note", label = "หมายเหตุ", type = "text" },
    ] },
    { id = "one", label = "รายการเดียว", type = "group", fields = [
        { id = "founded_on", label = "เรื่องเดิม", type = "item" },
        { id = "of_unit", label = "เจ้าของ", type = "unit" },
    ] },
]
"#;

/// A portal with a list that has `view` and shows every field that fits into a column.
fn portal(view: &str) -> Portal {
    let list = format!(
        "id = \"news\"\nview = \"{view}\"\nper_page = 5\nfacets = [\"kind\", \"unit\"]\n\
         columns = [\"founded_on\", \"of_unit\", \"web\", \"dial\", \"unit\", \"tags\"]"
    );
    let settings = SITE.replacen("id = \"news\"", &list, 1) + RECORD;
    Portal::new().file("site.toml", settings)
}

/// Returns the path to which a link on a page leads, below the output. Returns `None` for links to other sites.
fn target(page: &str, href: &str) -> Option<String> {
    let href = href.split(['#', '?']).next().unwrap();
    let is_absolute = href.contains(':');
    if is_absolute || href.is_empty() {
        return None;
    }
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in href.split('/') {
        match part {
            ".." => drop(folders.pop().expect("links stay within the output")),
            "." => {}
            part => folders.push(part),
        }
    }
    let path = folders.join("/");
    Some(if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path })
}

#[test]
fn every_link_of_a_list_and_of_fields_leads_to_a_page() {
    for view in ["table", "cards", "list"] {
        let portal = portal(view);
        let fields = "extra: { founded_on: a-0/index.md, of_unit: กองคลัง, web: \"HTTPS://Example.com/ก\", \
                      dial: 0 5600 0111, paper: a.txt, all: [a-1/index.md], rows: [{ founded_on: a-2/index.md, \
                      all: [a-3/index.md] }], one: { founded_on: a-4/index.md, of_unit: กองช่าง } }";
        for n in 0..12 {
            let folder = format!("content/news/a-{n}");
            let lines = if n < 6 {
                "unit: กองคลัง"
            } else {
                "unit: กองคลัง\nkind: record\n"
            };
            let lines = if n < 6 {
                lines.to_owned()
            } else {
                format!("{lines}{}", fields.replace("a-", "../a-"))
            };
            portal.write(&format!("{folder}/index.md"), item(&folder, &lines, ""));
            portal.write(&format!("{folder}/a.txt"), "ข้อความ");
        }
        portal.build();
        let output = portal.output();
        for (path, bytes) in
            output.iter().filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
        {
            let page = String::from_utf8_lossy(bytes);
            for href in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let Some(target) = target(path, href) else { continue };
                let target = percent_encoding::percent_decode_str(&target).decode_utf8_lossy();
                assert!(output.contains_key(target.as_ref()), "{view}: {path} links to {href}");
            }
        }
        let shown = String::from_utf8_lossy(&output["news/a-6/index.html"]).into_owned();
        assert!(shown.contains("href=\"https://example.com/%E0%B8%81\""), "{shown}");
    }
}

#[test]
fn a_withheld_item_leaves_no_trace_in_fields() {
    let pages = |fields: &str| -> BTreeMap<String, Vec<u8>> {
        let portal = portal("table");
        portal.write("content/news/secret.md", item("content/news/secret.md", "approver: -", ""));
        let lines = format!("kind: record\nextra: {{ of_unit: กองคลัง{fields} }}");
        portal.write("content/news/a.md", item("content/news/a.md", &lines, ""));
        portal.build();
        portal.output()
    };
    let without = pages("");
    for fields in [
        "founded_on: secret.md",
        "all: [secret.md]",
        "rows: [{ founded_on: secret.md }]",
        "rows: [{ all: [secret.md] }, { founded_on: secret.md }]",
        "one: { founded_on: secret.md }",
    ] {
        let with = pages(&format!(", {fields}"));
        let changed = with.iter().filter(|(path, bytes)| without.get(*path) != Some(bytes));
        let changed: Vec<&String> = changed.map(|(path, _)| path).collect();
        assert_eq!(changed, Vec::<&String>::new(), "{fields}");
    }
    let [one, both] = ["{ note: ก }", "{ note: ก }, { founded_on: secret.md }"]
        .map(|rows| pages(&format!(", rows: [{rows}]")));
    assert_eq!(one["news/a/index.html"], both["news/a/index.html"]);
}
