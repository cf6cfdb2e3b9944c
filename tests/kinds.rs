//! Kinds as data: the example of docs/kinds.md, done as it says; printed declarations; the list of kinds.

use std::fs;
use std::path::Path;

use crate::support::{NOW, Portal, SITE};

/// A block of docs/kinds.md: what follows its three backquotes, and its text.
fn blocks() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kinds.md");
    let text = fs::read_to_string(path).unwrap();
    let parts: Vec<&str> = text.split("```").collect();
    let fenced = parts.iter().skip(1).step_by(2).map(|part| part.split_once('\n').unwrap());
    fenced.map(|(info, block)| (info.to_owned(), block.to_owned())).collect()
}

/// The blocks that belong into a file.
fn blocks_of(file: &str) -> String {
    let blocks = blocks();
    let mut found =
        blocks.iter().filter(|(info, _)| info.split(' ').nth(1) == Some(file)).peekable();
    assert!(found.peek().is_some(), "docs/kinds.md has no block for {file}");
    found.map(|(_, block)| format!("\n{block}")).collect()
}

const ITEM: &str = "content/equipment/pump-02.md";

/// A new portal after the steps of docs/kinds.md up to the item.
fn register() -> Portal {
    let portal = Portal::empty();
    portal.run("init --lang th -q").expect_status(0);
    let site = fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write("site.toml", &(site + &blocks_of("site.toml")));
    portal.run(&format!("new equipment/pump-02 --kind asset --at {NOW}")).expect_status(0);
    portal
}

#[test]
fn an_asset_register_is_made_as_the_document_says() {
    let portal = register();
    let begun = fs::read_to_string(portal.path(ITEM)).unwrap();
    for line in ["\nkind: asset\n", "\n  purchase_price: ", "\n  # - repair = ชำรุด รอซ่อม\n"]
    {
        assert!(begun.contains(line), "{line}\n{begun}");
    }
    // What is not filled in yet stops no build, but cannot be approved.
    let approve = format!("approve {ITEM} --as mayor --on 2569-11-22");
    portal.run(&format!("build --allow-empty -o site --at {NOW}")).expect_status(0);
    portal.run(&approve).expect_status(1).expect_in_stderr("front-matter/missing-key");
    portal.write(ITEM, blocks_of(ITEM).trim_start());
    portal.run(&format!("check --at {NOW}")).expect_status(0);
    portal.run(&format!("build --allow-empty -o site --at {NOW}")).expect_status(0);
    assert!(!portal.path("site/equipment/pump-02").exists());
    assert!(!page(&portal, "equipment/index.html").contains("148,500"));

    portal.run(&approve).expect_status(0);
    portal.run(&format!("build -o site --at {NOW}")).expect_status(0);
    let facts = ["เลขครุภัณฑ์", "063-59-0002", "เครื่องสูบน้ำ", "148,500", "ชำรุด รอซ่อม"];
    let pages = ["pump-02/index.html", "index.html", "by/condition/repair/index.html"];
    for path in pages {
        let page = page(&portal, &format!("equipment/{path}"));
        for fact in facts {
            assert!(page.contains(fact), "{path}: {fact}");
        }
    }
    let list = page(&portal, "equipment/list.csv");
    assert!(list.starts_with('\u{feff}') && list.contains(",2016-03-14,148500,"), "{list}");
    let list: serde_json::Value =
        serde_json::from_str(&page(&portal, "equipment/list.json")).unwrap();
    assert_eq!(list["items"][0]["fields"]["condition"], "repair");
    assert_eq!(list["items"][0]["fields"]["purchase_price"], 148_500);
    let columns = list["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 9, "those of the list, and all other short fields");
    let condition = columns.iter().find(|column| column["id"] == "condition").unwrap();
    let repair = serde_json::json!({ "id": "repair", "label": "ชำรุด รอซ่อม" });
    assert!(condition["choices"]["asset"].as_array().unwrap().contains(&repair), "{condition}");
}

fn page(portal: &Portal, path: &str) -> String {
    fs::read_to_string(portal.path(&format!("site/{path}"))).unwrap()
}

#[test]
fn mistakes_in_the_register_are_found_where_they_are() {
    let portal = register();
    let item = blocks_of(ITEM);
    let item = item.trim_start();
    let wrong = blocks().into_iter().find(|(info, _)| info == "text wrong").unwrap().1;
    for (right, wrong, code) in [
        ("condition: repair", wrong.trim(), "front-matter/"),
        ("price: 148,500", "price: -1", "front-matter/"),
        ("bought_on:", "bougth_on:", "front-matter/unknown-key"),
        ("  supplier:", "  warranty_until: 2559-01-01\n  supplier:", "front-matter/"),
    ] {
        portal.write(ITEM, item.replace(right, wrong));
        let run = portal.run(&format!("check --at {NOW} --lang en")).expect_status(1);
        run.expect_in_stderr(code).expect_in_stderr(ITEM);
    }
}

#[test]
fn other_declarations_of_the_document_are_right() {
    let site = SITE.to_owned() + &blocks_of("site.toml");
    let group = blocks().into_iter().find(|(_, block)| block.contains("\"photos\"")).unwrap().1;
    let texts = blocks().into_iter().find(|(_, b)| b.contains("[languages.en.kinds.asset]"));
    let texts = texts.unwrap().1;
    let cut = site.find("\n[[categories]]\nid = \"equipment\"").unwrap();
    let (declaration, category) = site.split_at(cut);
    let language =
        if site.contains("[languages.en]") { "" } else { "[languages.en]\ntitle = \"A\"\n" };
    let site = format!("{declaration}\n{group}{category}\n{language}{texts}");
    let portal = Portal::new().file("site.toml", site).item("content/news/a.md", "Text.");
    portal.run(&format!("check --at {NOW}")).expect_status(0);
    let printed = portal.run("kinds asset").expect_status(0).stdout;
    for line in [
        "title = { en = \"Asset\", th = \"ครุภัณฑ์\" }",
        "help = { en = \"In baht.\" }",
        "  { id = \"repair\", label = { en = \"To be repaired\", th = \"ชำรุด รอซ่อม\" } },",
        "alt = \"picture_text\"",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
    }
}

/// Whatever is printed, `site.toml` may contain, and it is printed again as it is.
#[test]
fn printed_declarations_stay_as_they_are() {
    let outside = Portal::empty();
    let listed = outside.run("kinds --format json").expect_status(0).stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let ids = listed["kinds"].as_array().unwrap().iter().map(|kind| kind["id"].as_str().unwrap());
    let ids: Vec<&str> = ids.collect();
    let printed =
        |portal: &Portal, id: &str| portal.run(&format!("kinds {id}")).expect_status(0).stdout;
    let all: Vec<String> = ids.iter().map(|id| printed(&outside, id)).collect();
    let portal = Portal::new().file("site.toml", SITE.to_owned() + "\n" + &all.join("\n"));
    for (id, before) in ids.iter().zip(&all) {
        assert_eq!(printed(&portal, id), *before);
    }
    let lists = portal.run("kinds --lang en").expect_status(0).stdout;
    assert_eq!(lists.lines().count(), ids.len());
    let tender = lists.lines().find(|line| line.starts_with("tender ")).unwrap();
    assert!(
        tender.contains("  Invitation to tender  ") && tender.ends_with("  site.toml"),
        "{tender}"
    );
    let lists = outside.run("kinds --lang th").expect_status(0).stdout;
    assert!(
        lists.lines().all(|line| line.contains(" ช่อง ") && line.ends_with("  prakat")),
        "{lists}"
    );
}

#[test]
fn a_portal_with_mistakes_prints_no_kinds() {
    let broken = Portal::new().file("site.toml", SITE.to_owned() + "\n[[kinds]]\nid = \"a\"\n");
    let run = broken.run("kinds tender --lang en").expect_status(1);
    let run = run.expect_in_stderr("error[settings/missing-key]: `kinds.title` is missing");
    assert!(run.stdout.is_empty());
}

/// Bounds are compared as numbers, however many decimals they have.
#[test]
fn bounds_that_are_equal_are_no_mistake() {
    let field = |min: &str, max: &str| {
        let kind = "[[kinds]]\nid = \"fee\"\ntitle = \"ค่าธรรมเนียม\"\n[[kinds.fields]]\nid = \"amount\"\n\
                    label = \"จำนวน\"\ntype = \"money\"\n";
        let portal =
            Portal::new().file("site.toml", format!("{SITE}\n{kind}min = {min}\nmax = {max}\n"));
        portal.run(&format!("check --at {NOW}")).stderr.contains("min")
    };
    assert!(!field("\"5.00\"", "5"));
    assert!(!field("5", "\"5.00\""));
    assert!(field("\"5.01\"", "5"));
}

/// A list has so many columns and facets that the number of a facet fits into a byte.
#[test]
fn there_are_not_too_many_facets() {
    let with = |key: &str, count: usize| {
        let ids: Vec<String> = (0..count).map(|n| format!("f{n}")).collect();
        let fields: String = ids
            .iter()
            .map(|id| {
                format!("[[kinds.fields]]\nid = \"{id}\"\nlabel = \"ก\"\ntype = \"boolean\"\n")
            })
            .collect();
        let listed = format!("id = \"news\"\n{key} = {ids:?}");
        let settings = SITE.replacen("id = \"news\"", &listed, 1);
        let kind = format!("{settings}\n[[kinds]]\nid = \"form\"\ntitle = \"แบบ\"\n{fields}");
        let portal = Portal::new().file("site.toml", kind);
        portal.run(&format!("check --at {NOW}"))
    };
    for key in ["facets", "columns"] {
        assert!(!with(key, 100).stderr.contains(key));
        let run = with(key, 300).expect_status(1);
        assert!(run.stderr.contains("100") && run.stderr.contains(key), "{}", run.stderr);
    }
}
