//! What lists show of their columns: only those with a value, and sums only of amounts that do not name the same
//! money twice.

use crate::support::{Portal, SITE};

const KINDS: &str = r#"
[[categories]]
id = "works"
title = "งานจ้าง"
view = "table"
columns = ["kind", "budget", "price", "offer", "deadline", "valid_until"]
facets = ["kind"]
sort = "deadline"

[[kinds]]
id = "call"
title = "ประกาศเชิญชวน"
fields = [
    { id = "budget", label = "วงเงิน", type = "money" },
    { id = "bids_until", label = "ยื่นข้อเสนอถึง", type = "datetime", role = "deadline" },
]

[[kinds]]
id = "contract"
title = "สัญญา"
fields = [
    { id = "budget", label = "วงเงิน", type = "money" },
    { id = "price", label = "ราคา", type = "money" },
    { id = "offer", label = "ราคาที่เสนอ", type = "money", total = false },
]

[[kinds]]
id = "draft"
title = "ร่าง"
fields = [{ id = "comments_until", label = "ส่งความเห็นถึง", type = "date", role = "deadline" }]
"#;

fn portal() -> Portal {
    let item = |kind: &str, extra: &str| format!("kind: {kind}\nextra: {{ {extra} }}");
    let portal = Portal::new()
        .file("site.toml", format!("{SITE}{KINDS}"))
        .item_with(
            "content/works/a.md",
            &item("call", "budget: 100, bids_until: 2569-12-01T12:00"),
            "",
        )
        .item_with(
            "content/works/b.md",
            &item("call", "budget: 50.50, bids_until: 2569-11-01T12:00"),
            "",
        )
        .item_with("content/works/c.md", &item("draft", "comments_until: 2569-11-25"), "")
        .item_with(
            "content/works/d.md",
            &item("contract", "budget: 100, price: 90, offer: 95"),
            "",
        );
    portal.build();
    portal
}

/// The text of a page from `<table` on.
fn table(portal: &Portal, page: &str) -> String {
    let html = String::from_utf8(portal.output()[page].clone()).unwrap();
    let (_, table) = html.split_once("<table").unwrap();
    table.split_once("</table>").unwrap().0.to_owned()
}

/// The ids of the columns that a table shows.
fn shown(table: &str) -> Vec<&str> {
    let heads = table.split("data-id=\"").skip(1).take_while(|head| !head.contains("<tbody>"));
    let last = table.split("data-id=\"").skip(1).find(|head| head.contains("<tbody>"));
    let heads =
        heads.chain(last).filter(|head| !head.split('>').next().unwrap().contains("hidden"));
    heads.map(|head| head.split('"').next().unwrap()).collect()
}

#[test]
fn columns_without_a_value_are_hidden() {
    let portal = portal();
    let whole = table(&portal, "works/index.html");
    assert_eq!(shown(&whole), ["title", "kind", "budget", "price", "offer", "deadline"]);
    let calls = table(&portal, "works/by/kind/call/index.html");
    assert_eq!(shown(&calls), ["title", "kind", "budget", "deadline"]);
    let drafts = table(&portal, "works/by/kind/draft/index.html");
    assert_eq!(shown(&drafts), ["title", "kind", "deadline"]);
    assert_eq!(whole.matches("<td").count() - calls.matches("<td").count(), 6 * 2 - 6);
}

#[test]
fn amounts_are_summed_within_a_kind_only() {
    let portal = portal();
    assert!(!table(&portal, "works/index.html").contains("<tfoot>"));
    assert!(table(&portal, "works/by/kind/call/index.html").contains(">150.50</td>"));
    let contracts = table(&portal, "works/by/kind/contract/index.html");
    let (_, foot) = contracts.split_once("<tfoot>").unwrap();
    assert!(foot.contains(">100</td>") && foot.contains(">90</td>"), "{foot}");
    assert!(!foot.contains(">95</td>"), "{foot}");
}

#[test]
fn deadlines_of_all_kinds_are_one_column() {
    let portal = portal();
    let whole = table(&portal, "works/index.html");
    let names: Vec<&str> = whole
        .split("<th scope=\"row\"><a href=\"")
        .skip(1)
        .map(|head| {
            head.split('"').next().unwrap().trim_end_matches('/').rsplit('/').next().unwrap()
        })
        .collect();
    assert_eq!(names, ["c", "a", "b", "d"], "open ones first, the next to close at the top");
    assert_eq!(whole.matches("data-l=\"วันปิดรับ\"").count(), 3);
}
