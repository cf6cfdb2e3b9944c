//! Lists as files, and the lists of the home page.

use crate::support::{Portal, SITE, item};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn fields_of_two_types_have_two_columns() {
    let kinds = r#"
[[kinds]]
id = "first"
title = "หนึ่ง"
fields = [{ id = "size", label = "ขนาด", type = "integer" }, { id = "note", label = "หมายเหตุ", type = "text" }]

[[kinds]]
id = "second"
title = "สอง"
fields = [{ id = "size", label = "รุ่น", type = "text" }, { id = "note", label = "บันทึก", type = "text" }]
"#;
    let portal = Portal::new().file("site.toml", SITE.to_owned() + kinds);
    for (name, lines) in [
        ("a", "kind: first\nextra: { size: 5, note: ก }"),
        ("b", "kind: second\nextra: { size: ใหญ่, note: ข }"),
    ] {
        let path = format!("content/news/{name}.md");
        portal.write(&path, item(&path, lines, ""));
    }
    portal.build();
    let csv = text(&portal.output()["news/list.csv"]);
    let mut lines = csv.lines().map(|line| line.rsplitn(4, ',').collect::<Vec<&str>>());
    let mut ends = || {
        let parts = lines.next().unwrap();
        [parts[2], parts[1], parts[0]].join(",")
    };
    assert_eq!([ends(), ends(), ends()], ["ขนาด,หมายเหตุ,รุ่น", "5,ก,", ",ข,ใหญ่"]);
}

#[test]
fn items_of_one_day_have_one_order_on_pages_and_in_files() {
    for sort in ["state", "-state", "closes"] {
        let kind = "\n[[kinds]]\nid = \"call\"\ntitle = \"ประกาศ\"\n\
                    fields = [{ id = \"closes\", label = \"ถึง\", type = \"date\", role = \"deadline\" }]\n";
        let sorted = format!("id = \"news\"\nview = \"table\"\nsort = \"{sort}\"");
        let portal =
            Portal::new().file("site.toml", SITE.replacen("id = \"news\"", &sorted, 1) + kind);
        for (n, name) in ["d", "a", "c", "b"].into_iter().enumerate() {
            let path = format!("content/news/{name}.md");
            let lines = format!("title: Item {n}\nkind: call\nextra: {{ closes: 2569-12-01 }}");
            portal.write(&path, item(&path, &lines, ""));
        }
        portal.build();
        let output = portal.output();
        let order = |text: String| -> Vec<String> {
            text.split("Item ").skip(1).map(|rest| rest[..1].to_owned()).collect()
        };
        let page = text(&output["news/index.html"]);
        let list = page.split("data-prakat=\"list\"").nth(1).unwrap();
        let list = list.split("</table>").next().unwrap().to_owned();
        assert_eq!(order(list), ["0", "1", "2", "3"], "{sort}");
        assert_eq!(order(text(&output["news/list.json"])), ["0", "1", "2", "3"], "{sort}");
    }
}

#[test]
fn chosen_services_are_all_shown() {
    let home = |items: &str| {
        let home = format!("\n[[home]]\nblock = \"services\"\ntitle = \"Services\"\n{items}\n");
        let portal = Portal::new().file("site.toml", SITE.to_owned() + &home);
        for n in 0..8 {
            let path = format!("content/news/s{n}.md");
            portal.write(&path, item(&path, &format!("title: Serv {n}"), ""));
        }
        portal.write("content/news/draft.md", item("content/news/draft.md", "approver: -", ""));
        portal.build();
        text(&portal.output()["index.html"])
    };
    let paths: Vec<String> = (0..8).map(|n| format!("news/s{n}.md")).collect();
    let shown = home(&format!("items = {paths:?}"));
    assert_eq!(shown.matches("Serv ").count(), 8);
    assert_eq!(home(&format!("items = {paths:?}\nlimit = 3")).matches("Serv ").count(), 3);
    assert!(!home("items = [\"news/draft.md\"]").contains(">Services<"));
}

#[test]
fn items_name_the_addresses_of_their_values() {
    let facets = "id = \"news\"\nfacets = [\"kind\", \"unit\", \"tag\", \"fiscal_year\", \"state\", \"is_open\"]";
    let kind = "\n[[kinds]]\nid = \"register\"\ntitle = \"ทะเบียน\"\n\
                fields = [{ id = \"is_open\", label = \"เปิด\", type = \"boolean\" }]\n";
    let portal = Portal::new().file("site.toml", SITE.replacen("id = \"news\"", facets, 1) + kind);
    let tags = ["Straße", "ẞ1", "ΣΟΦΟΣ", "ſet", "ﬁne", "ŉa", "ᾳ", "Ⓐ", "ข่าว  ๑!"];
    let lines = format!(
        "kind: register\nunit: กอง ช่าง\nfiscal_year: 2569\ntags: [{}]\nextra: {{ is_open: true }}",
        tags.join(", ")
    );
    portal.write("content/news/a.md", item("content/news/a.md", &lines, ""));
    portal.write("content/news/b.md", item("content/news/b.md", "kind: อื่น ๆ", ""));
    portal.write(
        "content/news/draft.md",
        item("content/news/draft.md", "approver: -\ntags: [ลับ]", ""),
    );
    portal.build();
    let output = portal.output();
    let json: serde_json::Value = serde_json::from_slice(&output["news/list.json"]).unwrap();
    let items = json["items"].as_array().unwrap();
    let mut named = 0;
    for (facet, slugs) in items.iter().flat_map(|item| item["terms"].as_object().unwrap()) {
        for slug in slugs.as_array().unwrap() {
            let path = format!("news/by/{facet}/{}/index.html", slug.as_str().unwrap());
            assert!(output.contains_key(&path), "{path}");
            named += 1;
        }
    }
    let pages =
        output.keys().filter(|path| path.starts_with("news/by/") && path.ends_with("/index.html"));
    assert_eq!(named, pages.count());
    assert_eq!(named, tags.len() + 5);
}
