//! The house: a module imports only what stands above it, outside crates are named in their rooms,
//! documentation and program list the same things.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The modules in the order of lib.rs.
fn modules() -> Vec<String> {
    let text = source("lib.rs");
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "));
    lines.map(|line| line.trim_end_matches(';').to_owned()).collect()
}

/// What stands before the tests of a module.
fn product(module: &str) -> String {
    let text = source(&format!("{module}.rs"));
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

fn imports(module: &str) -> BTreeSet<String> {
    let text = product(module);
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let name: String = line[at + 7..]
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect();
            found.insert(name);
        }
    }
    found
}

#[test]
fn a_module_imports_only_from_those_above_it() {
    let modules = modules();
    for (place, module) in modules.iter().enumerate() {
        for import in imports(module) {
            let above = modules[..place].contains(&import);
            // `diagnostic` and `code` may be named before: lib.rs lists them first anyway.
            assert!(above, "{module} imports {import}, which does not stand above it");
        }
    }
    assert!(modules.len() > 15, "lib.rs lists the modules");
}

#[test]
fn every_file_is_in_the_list() {
    let listed: BTreeSet<String> = modules().into_iter().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs") {
            assert!(listed.contains(module) || ["lib", "main"].contains(&module), "{module}");
        }
    }
}

#[test]
fn the_gate_sees_cards_policy_and_time_only() {
    let allowed = ["card", "config"].map(str::to_owned).into();
    assert!(imports("gate").is_subset(&allowed), "{:?}", imports("gate"));
}

#[test]
fn publish_can_decide_nothing() {
    let allowed = ["pipeline", "tree", "folder", "diagnostic"].map(str::to_owned).into();
    assert!(imports("publish").is_subset(&allowed), "{:?}", imports("publish"));
}

#[test]
fn outside_crates_are_named_in_their_rooms() {
    let rooms: [(&str, &[&str]); 27] = [
        ("serde_yaml", &["yaml"]),
        ("tera::", &["theme", "kind_view", "view", "render", "press", "form", "desk"]),
        ("clap", &["args", "cli"]),
        ("csv::", &["extract"]),
        ("encoding_rs", &["extract"]),
        ("zip::", &["extract"]),
        ("flate2", &["picture_metadata"]),
        ("catch_unwind", &["extract"]),
        ("lopdf", &["letters", "pdf"]),
        ("roxmltree", &["active"]),
        ("walkdir", &["source"]),
        ("rustix", &["source", "folder"]),
        ("annotate_snippets", &["report"]),
        ("pulldown_cmark", &["emphasis", "numbering", "scan", "table", "footnotes", "markdown"]),
        ("ammonia", &["sanitize"]),
        ("ssh_key", &["signature"]),
        ("std::process::Command", &["approve", "history", "serve"]),
        ("imagesize", &["picture"]),
        ("icu_collator", &["site"]),
        ("include_dir", &["theme"]),
        ("hyper::", &["request", "reply", "http"]),
        ("tokio", &["http"]),
        ("notify::", &["watch"]),
        ("similar::", &["history"]),
        ("admit_all_for_preview", &["gate", "preview"]),
        ("std::env", &["cli"]),
        ("Timestamp::now", &["cli"]),
    ];
    for (name, allowed) in rooms {
        for module in modules() {
            let code: String =
                product(&module).lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            let found = code.contains(name);
            assert!(!found || allowed.contains(&module.as_str()), "{module} names {name}");
        }
    }
}

#[test]
fn both_languages_say_everything() {
    use prakat::message::{Catalog, Language};
    let names = |text: &str| -> BTreeSet<String> {
        let pieces = text.split('{').skip(1).filter_map(|piece| piece.split_once('}'));
        pieces.map(|(name, _)| name.to_owned()).collect()
    };
    let sentences = |language| -> BTreeSet<(String, String, BTreeSet<String>)> {
        let catalog = Catalog::new(language);
        let all = catalog.sentences();
        all.map(|(code, key, text)| (code.to_owned(), key.to_owned(), names(text))).collect()
    };
    let (thai, english) = (sentences(Language::Thai), sentences(Language::English));
    let only =
        |a: &BTreeSet<_>, b: &BTreeSet<_>| format!("{:?}", a.difference(b).collect::<Vec<_>>());
    assert_eq!(
        thai,
        english,
        "only Thai: {}, only English: {}",
        only(&thai, &english),
        only(&english, &thai)
    );
    let catalog = Catalog::new(Language::English);
    for (_, code) in prakat::code::Code::ALL {
        assert!(catalog.find(code, "message", &[]).is_some(), "{code} has no message");
    }
}

#[test]
fn the_interface_has_the_same_words_in_both_languages() {
    let words = |language: &str| -> BTreeSet<String> {
        let path = format!("themes/default/i18n/{language}.toml");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        table.keys().cloned().collect()
    };
    assert_eq!(words("th"), words("en"));
}

#[test]
fn the_front_matter_reference_has_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/front-matter.md");
    let text = fs::read_to_string(path).unwrap();
    for key in prakat::front_matter::KEYS {
        assert!(
            text.contains(&format!("\n## {key}\n")),
            "docs/front-matter.md says nothing of {key}"
        );
    }
}
