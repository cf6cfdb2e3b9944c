//! The order of lists, by every column. The script of lists is held to the same orders: `tests/js/lists.json` has
//! them, and `tests/js/lists/list.json` is what the script gets.
//!
//! `UPDATE=1 cargo test --test main list_order` writes both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Portal, SITE, item};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/js").join(name)
}

/// A portal with the same items in a category for each of some orders: `list-0`, `list-1` …
fn portal(vectors: &Value, orders: &[&str]) -> Portal {
    let columns: Vec<&str> = words(vectors).filter(|word| !word.starts_with('-')).collect();
    let mut settings = SITE.to_owned() + vectors["kinds"].as_str().unwrap();
    for (n, sort) in orders.iter().enumerate() {
        settings += &format!(
            "\n[[categories]]\nid = \"list-{n}\"\ntitle = \"List {n}\"\nview = \"table\"\n\
             columns = {columns:?}\nsort = \"{sort}\"\n"
        );
    }
    let portal = Portal::new().file("site.toml", settings);
    for n in 0..orders.len() {
        let write = |name: &str, lines: &str| {
            let path = format!("content/list-{n}/{name}.md");
            portal.write(&path, item(&path, lines, ""));
        };
        for (name, lines) in vectors["items"].as_object().unwrap() {
            write(name, lines.as_str().unwrap());
        }
        write("draft", "approver: -");
        write("zz-draft", "approver: -");
    }
    portal.build();
    portal
}

fn words(vectors: &Value) -> impl Iterator<Item = &str> {
    vectors["orders"].as_object().unwrap().keys().map(String::as_str)
}

/// The names of the items on the first page of a list, in order.
fn shown(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let heads = page.split("<th scope=\"row\"><a href=\"").skip(1);
    heads.map(name_of).collect::<Vec<&str>>().join(" ")
}

/// The last folder of the address at the start of a text.
fn name_of(text: &str) -> &str {
    let address = text.split('"').next().unwrap();
    address.trim_end_matches('/').rsplit('/').next().unwrap()
}

#[test]
fn lists_are_sorted_by_every_column() {
    let text = fs::read_to_string(path("lists.json")).unwrap();
    let mut vectors: Value = serde_json::from_str(&text).unwrap();
    let sorts: Vec<&str> = words(&vectors).chain(["weight"]).collect();
    let output = portal(&vectors, &sorts).output();
    let orders: BTreeMap<String, String> = (0..)
        .zip(words(&vectors))
        .map(|(n, word): (usize, &str)| {
            (word.to_owned(), shown(&output[&format!("list-{n}/index.html")]))
        })
        .collect();
    let written = &output[&format!("list-{}/list.json", sorts.len() - 1)];
    if std::env::var_os("UPDATE").is_some() {
        vectors["orders"] = json!(orders);
        let text = serde_json::to_string_pretty(&vectors).unwrap();
        fs::write(path("lists.json"), text + "\n").unwrap();
        fs::create_dir_all(path("lists")).unwrap();
        fs::write(path("lists/list.json"), written).unwrap();
    }
    assert_eq!(vectors["orders"], json!(orders));
    assert_eq!(fs::read(path("lists/list.json")).unwrap(), *written);
}
