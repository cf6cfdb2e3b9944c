//! The layout of the source: stages import only from earlier stages, outside crates are used only
//! in their rooms, no file is long, and documentation and program list the same things.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The stages in the order of lib.rs.
fn stages() -> Vec<String> {
    let text = fs::read_to_string(root().join("lib.rs")).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once("mod ").map(|(_, name)| name));
    lines.map(|line| line.trim_end_matches(';').to_owned()).collect()
}

/// All files of a stage: `publish.rs`, or every file below `site/`.
fn files(stage: &str) -> Vec<PathBuf> {
    let single = root().join(format!("{stage}.rs"));
    if single.exists() {
        return vec![single];
    }
    let walk = walkdir::WalkDir::new(root().join(stage)).sort_by_file_name();
    let paths = walk.into_iter().map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The name of a file from `src/`, without its extension; a folder's `mod.rs` has the folder's name.
fn name(file: &Path) -> String {
    let path = file.strip_prefix(root()).unwrap().with_extension("");
    let path = path.to_str().unwrap();
    path.strip_suffix("/mod").unwrap_or(path).to_owned()
}

/// The code of a file, without comments and unit tests.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]").next().unwrap();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    product.lines().filter(is_code).map(|line| format!("{line}\n")).collect()
}

fn code_of(file: &Path) -> String {
    code(&fs::read_to_string(file).unwrap())
}

/// The paths after `crate::` in some code, as far as they are names of modules; of `a::{b, c}` both.
fn imports(code: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let mut found = BTreeSet::new();
    for (at, crate_) in code.match_indices("crate::") {
        let rest = &code[at + crate_.len()..];
        let end = rest.find(|c| !is_name(c) && c != ':').unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(':').replace("::", "/");
        let group = rest[end..].strip_prefix('{').filter(|_| rest[..end].ends_with("::"));
        let names = group.map_or("", |group| group.split('}').next().unwrap()).split(',');
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        let (modules, types): (Vec<&str>, Vec<&str>) =
            names.partition(|name| name.chars().all(is_name));
        found.extend(modules.into_iter().map(|name| format!("{path}/{name}")));
        if group.is_none() || !types.is_empty() {
            found.insert(path);
        }
    }
    found
}

fn stage_of(import: &str) -> &str {
    import.split('/').next().unwrap()
}

/// The first import of a file that its stage does not allow.
fn wrong_import(stages: &[String], stage: &str, code: &str) -> Option<String> {
    let place = stages.iter().position(|other| other == stage).unwrap();
    let is_wrong =
        |import: &String| !stages[..=place].iter().any(|other| other == stage_of(import));
    imports(code).into_iter().find(is_wrong)
}

#[test]
fn a_stage_imports_only_from_earlier_stages() {
    let stages = stages();
    assert!(stages.len() > 15, "lib.rs lists the stages");
    for stage in &stages {
        for file in files(stage) {
            let wrong = wrong_import(&stages, stage, &code_of(&file));
            assert_eq!(wrong, None, "{} imports what comes later", file.display());
        }
    }
}

#[test]
fn a_planted_import_is_found() {
    let stages = stages();
    let wrong = |stage, code: &str| wrong_import(&stages, stage, code);
    assert_eq!(wrong("gate", "use crate::render::Theme;\n").as_deref(), Some("render"));
    assert_eq!(wrong("gate", "fn f() -> crate::cli::X {}\n").as_deref(), Some("cli"));
    assert_eq!(wrong("gate", "use crate::content::Item;\n"), None);
}

/// Within a folder, too, files have an order: none imports, by whatever way, what imports it.
#[test]
fn no_files_import_each_other() {
    for stage in stages() {
        let files = files(&stage);
        let names: BTreeSet<String> = files.iter().map(|file| name(file)).collect();
        let mut open: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in &files {
            let own = name(file);
            let wanted = imports(&code_of(file)).into_iter().filter_map(|import| {
                let mut known = names
                    .iter()
                    .filter(|name| import == **name || import.starts_with(&format!("{name}/")));
                known.next_back().cloned()
            });
            open.insert(own.clone(), wanted.filter(|import| *import != own).collect());
        }
        while !open.is_empty() {
            let free =
                open.iter().find(|(_, wanted)| wanted.is_empty()).map(|(own, _)| own.clone());
            let free = free.unwrap_or_else(|| panic!("files import each other: {open:#?}"));
            open.remove(&free);
            open.values_mut().for_each(|wanted| {
                wanted.remove(&free);
            });
        }
    }
}

#[test]
fn every_entry_of_the_source_is_a_stage() {
    let stages: BTreeSet<String> = stages().into_iter().collect();
    let entries: Vec<_> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(entries.len() <= 22, "{} entries in src/", entries.len());
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        let name = name.strip_suffix(".rs").unwrap_or(&name);
        assert!(stages.contains(name) || ["lib", "main"].contains(&name), "{name}");
    }
}

/// The number of lines that a file of the source may have.
const MOST_LINES: usize = 600;

/// Files that may be longer, because each is one idea that gets worse when it is cut. At most two.
const ONE_IDEA: &[&str] = &[];

#[test]
fn no_file_is_long() {
    assert!(ONE_IDEA.len() <= 2, "cut a file instead: {ONE_IDEA:?}");
    let mut long = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root()) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            long.insert(name(&path), lines);
        }
    }
    long.retain(|_, lines| *lines > MOST_LINES);
    for file in ONE_IDEA {
        assert!(long.remove(*file).is_some(), "{file} is not long any more");
    }
    assert!(long.is_empty(), "cut these files along their types: {long:?}");
}

/// Which other stages a stage may import from, where that is a promise.
#[test]
fn stages_that_decide_see_little() {
    let promises: [(&str, &[&str]); 2] = [
        ("gate", &["content", "config", "text"]),
        ("publish", &["build", "output", "diagnostics"]),
    ];
    for (stage, allowed) in promises {
        for file in files(stage) {
            for import in imports(&code_of(&file)) {
                let import = stage_of(&import);
                assert!(import == stage || allowed.contains(&import), "{stage} imports {import}");
            }
        }
    }
}

/// Where a crate or a function may be used: files, and folders with a slash at the end.
#[test]
fn outside_crates_are_used_in_their_rooms() {
    let rooms: &[(&str, &[&str])] = &[
        ("serde_yaml", &["content/yaml"]),
        ("tera::", &["render/", "render", "build/examine", "commands/form", "serve/dashboard"]),
        ("unicode_normalization", &["config/people", "text/chars", "text/normal"]),
        ("unicode_width", &["text/chars"]),
        ("clap", &["cli/args", "cli/usage", "cli/tips", "cli"]),
        ("csv::", &["files/extract/texts", "render/list_data"]),
        ("encoding_rs", &["files/extract/decode"]),
        ("zip::", &["files/extract"]),
        ("flate2", &["files/picture_metadata/png"]),
        ("catch_unwind", &["files/extract"]),
        ("lopdf", &["files/pdf/", "files/pdf"]),
        ("roxmltree", &["files/active"]),
        ("walkdir", &["source", "source/stamp"]),
        ("rustix", &["source", "output/folder"]),
        ("annotate_snippets", &["report/human"]),
        ("tempfile", &["commands/atomic_write"]),
        (
            "pulldown_cmark",
            &[
                "markdown/emphasis",
                "markdown/lints/",
                "markdown/lints",
                "markdown/numbering/lines",
                "markdown/proofread/blocks",
                "markdown/options",
                "markdown/typos/protected",
                "markdown/writer/",
                "markdown/writer",
                "markdown/table",
                "markdown/footnotes",
                "markdown",
            ],
        ),
        ("ammonia", &["markdown/sanitize"]),
        ("ssh_key", &["ssh"]),
        ("std::process::Command", &["commands/approve", "commands/diff", "serve"]),
        ("imagesize", &["markdown/images"]),
        ("icu_collator", &["site/order"]),
        ("include_dir", &["render/theme"]),
        ("hyper::", &["serve/http/request", "serve/http/response", "serve/http"]),
        ("http_body_util", &["serve/http"]),
        ("tokio", &["serve/http"]),
        ("notify::", &["serve/watch"]),
        ("similar::", &["commands/diff", "commands/fix"]),
        ("admit_all_for_preview", &["gate", "serve/preview"]),
        ("admit_for_rehearsal", &["gate", "render/rehearsal"]),
        ("std::env", &["cli/terminal", "cli/paths", "cli"]),
        ("Timestamp::now", &["cli/session", "cli/serve"]),
    ];
    let files: Vec<(String, String)> = stages()
        .iter()
        .flat_map(|stage| files(stage))
        .map(|file| (name(&file), code_of(&file)))
        .collect();
    for (found, allowed) in rooms {
        for (name, code) in &files {
            let is_allowed = allowed.iter().any(|room| {
                if room.ends_with('/') { name.starts_with(room) } else { name == room }
            });
            assert!(is_allowed || !code.contains(found), "{name} uses {found}");
        }
    }
}

#[test]
fn both_languages_say_everything() {
    use prakat::report::{Catalog, ReportLanguage};
    let names = |text: &str| -> BTreeSet<String> {
        let pieces = text.split('{').skip(1).filter_map(|piece| piece.split_once('}'));
        pieces.map(|(name, _)| name.to_owned()).collect()
    };
    let sentences = |language| -> BTreeSet<(String, String, BTreeSet<String>)> {
        let catalog = Catalog::new(language);
        let all = catalog.sentences();
        all.map(|(code, key, text)| (code.to_owned(), key.to_owned(), names(text))).collect()
    };
    let (thai, english) = (sentences(ReportLanguage::Thai), sentences(ReportLanguage::English));
    let only =
        |a: &BTreeSet<_>, b: &BTreeSet<_>| format!("{:?}", a.difference(b).collect::<Vec<_>>());
    assert_eq!(
        thai,
        english,
        "only Thai: {}, only English: {}",
        only(&thai, &english),
        only(&english, &thai)
    );
    let catalog = Catalog::new(ReportLanguage::English);
    for (_, code) in prakat::diagnostics::Code::ALL {
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
    for key in prakat::content::KEYS {
        assert!(
            text.contains(&format!("\n## {key}\n")),
            "docs/front-matter.md says nothing of {key}"
        );
    }
}
