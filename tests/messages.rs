//! Keys and placeholders of messages are strings, which the compiler does not compare with the code
//! that uses them. These tests do, as far as a text search can.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use prakat::diagnostics::Code;

/// Arguments that no message shows: the build reads them.
const INTERNAL_ARGUMENTS: [&str; 2] = ["item", "other_item"];

/// The codes as messages name them, by their names in the source.
static CODES: LazyLock<BTreeMap<String, &'static str>> =
    LazyLock::new(|| Code::ALL.iter().map(|(code, word)| (format!("{code:?}"), *word)).collect());

type Sentences = BTreeMap<String, BTreeMap<String, String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sentences() -> Sentences {
    let path = root().join("src/report/messages/en.toml");
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The code of every file, without comments and unit tests.
fn sources() -> Vec<(PathBuf, String)> {
    let entries = walkdir::WalkDir::new(root().join("src")).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| entry.unwrap().into_path());
    let is_source = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("code.rs")
    };
    let mut sources = Vec::new();
    for path in paths.filter(is_source) {
        let text = fs::read_to_string(&path).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap();
        let lines = product.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.map(|line| format!("{line}\n")).collect();
        sources.push((path, code));
    }
    sources
}

/// The functions of a file, from `fn` to the brace that closes it.
fn functions(code: &str) -> Vec<String> {
    let mut functions = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in code.lines() {
        let indent = line.len() - line.trim_start().len();
        let begins = indent <= 4 && line.split('(').next().unwrap().contains("fn ");
        if open.is_none() && begins {
            open = Some((indent, String::new()));
        }
        let Some((start, text)) = &mut open else { continue };
        text.push_str(line);
        text.push('\n');
        let is_one_line = begins && line.ends_with('}');
        if is_one_line || (indent == *start && line.trim() == "}") {
            functions.extend(open.take().map(|(_, text)| text));
        }
    }
    functions
}

/// The string literals that follow a piece of code.
fn literals_after<'c>(code: &'c str, before: &'c str) -> impl Iterator<Item = &'c str> {
    code.match_indices(before).filter_map(move |(at, _)| {
        let rest = code[at + before.len()..].trim_start().strip_prefix('"')?;
        rest.split_once('"').map(|(literal, _)| literal)
    })
}

/// The keys `help…` that some code names.
fn help_keys(code: &str) -> BTreeSet<&str> {
    let keys = code.match_indices("\"help").filter_map(|(at, _)| code[at + 1..].split('"').next());
    keys.filter(|key| *key == "help" || key.starts_with("help-")).collect()
}

/// The names of arguments that some code gives to messages: `.arg("name", …)` and `("name", …)`.
fn arguments(code: &str) -> BTreeSet<&str> {
    literals_after(code, "(").collect()
}

/// The codes of diagnostics and failures that some code names, as in messages.
fn codes(code: &str) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    for (at, before) in code.match_indices("Code::") {
        let rest = &code[at + before.len()..];
        let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        codes.extend(CODES.get(name));
    }
    codes
}

fn placeholders(sentence: &str) -> BTreeSet<&str> {
    let parts = sentence.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name).collect()
}

/// Whether one of some codes has a help text.
fn has_help(sentences: &Sentences, codes: &BTreeSet<&str>, key: &str) -> bool {
    codes.iter().any(|code| sentences[*code].contains_key(key))
}

/// A help key must exist for a code of its own statement. If the statement names no code, for a code of the
/// file; if the file has none, for any code.
#[test]
fn every_help_exists_for_its_code() {
    let sentences = sentences();
    let all: BTreeSet<&str> = Code::ALL.iter().map(|(_, code)| *code).collect();
    let mut count = 0;
    for (path, code) in sources() {
        let in_file = codes(&code);
        for statement in code.split(';') {
            let in_statement = codes(statement);
            for key in help_keys(statement) {
                count += 1;
                let exists = match (in_statement.len(), literals_after(statement, ".help(").count())
                {
                    (1, 1..) => has_help(&sentences, &in_statement, key),
                    _ => has_help(&sentences, &in_file, key) || has_help(&sentences, &all, key),
                };
                assert!(exists, "{}: `{key}` of {in_statement:?}", path.display());
            }
        }
    }
    assert!(count > 100, "{count} help keys");
}

#[test]
fn every_help_text_is_used() {
    let code: String = sources().into_iter().map(|(_, code)| code).collect();
    let used = help_keys(&code);
    for (code, keys) in &sentences() {
        for key in keys.keys().filter(|key| key.starts_with("help-")) {
            assert!(used.contains(key.as_str()), "nothing names `{key}` of {code}");
        }
    }
}

/// The folder of a file that is a part of a module within a stage: `markdown/typos`.
fn module_of(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    (folder.parent()?.parent()? == root().join("src")).then_some(folder)
}

/// A placeholder must have an argument in the file or module that makes the message. The arguments of some messages are
/// added in other files.
#[test]
fn every_placeholder_has_an_argument() {
    let (sentences, sources) = (sentences(), sources());
    let all: String = sources.iter().map(|(_, code)| code.as_str()).collect();
    let all = arguments(&all);
    let mut elsewhere = BTreeSet::new();
    for (path, source) in &sources {
        // A module in a folder of its own makes its messages in one of its files.
        let is_near = |other: &Path| other == path || other.parent() == module_of(path);
        let near = sources.iter().filter(|(other, _)| is_near(other));
        let near: String = near.map(|(_, code)| code.as_str()).collect();
        let arguments = arguments(&near);
        for code in codes(source) {
            for name in placeholders(&sentences[code]["message"]) {
                assert!(all.contains(name), "nothing fills `{{{name}}}` of {code}");
                if !arguments.contains(name) {
                    elsewhere.insert(code);
                }
            }
        }
    }
    assert!(elsewhere.len() < 20, "filled in other files: {elsewhere:?}");
}

#[test]
fn every_argument_is_a_placeholder() {
    let sentences = sentences();
    let texts = sentences.values().flat_map(BTreeMap::values);
    let names: BTreeSet<&str> = texts.flat_map(|text| placeholders(text)).collect();
    for (path, code) in sources() {
        // Arguments of other programs are none of a message.
        let runs_programs = code.contains("process::{Command") || code.contains("process::Command");
        for name in literals_after(&code, ".arg(").filter(|_| !runs_programs) {
            let is_known = names.contains(name) || INTERNAL_ARGUMENTS.contains(&name);
            assert!(is_known, "{}: no message shows `{name}`", path.display());
        }
    }
}

/// The sentences of reports are named by literals, with their arguments in the same function.
#[test]
fn every_sentence_of_a_report_exists_and_is_filled() {
    let sentences = sentences();
    let mut count = 0;
    for (path, code) in sources() {
        for function in functions(&code) {
            let arguments = arguments(&function);
            for code in literals_after(&function, ".text(") {
                count += 1;
                let keys = sentences.get(code);
                let keys = keys.unwrap_or_else(|| panic!("{}: no `{code}`", path.display()));
                for name in placeholders(&keys["text"]) {
                    let is_filled = arguments.contains(name);
                    assert!(is_filled, "{}: `{{{name}}}` of {code}", path.display());
                }
            }
        }
    }
    assert!(count > 15, "{count} sentences of reports");
}

/// A placeholder without an argument is left as it is.
#[test]
fn no_golden_case_shows_a_placeholder() {
    let sentences = sentences();
    let texts = sentences.values().flat_map(BTreeMap::values);
    // An example in a sentence may have braces, too: `{ file: notice.pdf }`.
    let is_name = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let names: BTreeSet<&str> = texts.flat_map(|text| placeholders(text)).filter(is_name).collect();
    let mut count = 0;
    for entry in fs::read_dir(root().join("tests/cases")).unwrap() {
        let path = entry.unwrap().path().join("stderr");
        let Ok(report) = fs::read_to_string(&path) else { continue };
        count += 1;
        // Lines of the writer's own file may have braces.
        let is_ours = |line: &&str| !line.contains(" | ");
        let report: String =
            report.lines().filter(is_ours).map(|line| format!("{line}\n")).collect();
        let left = names.intersection(&placeholders(&report)).next().cloned();
        assert_eq!(left, None, "{}", path.display());
    }
    assert!(count > 50, "{count} golden cases");
}
