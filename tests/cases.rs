//! Golden cases: a folder each, see tests/README.md.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::support::{NOW, Portal, copy_tree, tree};

/// All case folders, sorted.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

/// What a case expects, by file name; a missing file is an empty text (status: 0).
fn expected(case: &Path, name: &str) -> String {
    fs::read_to_string(case.join(name)).unwrap_or_default()
}

fn check(case: &Path, update: bool) -> Result<(), String> {
    let portal = Portal::new();
    copy_tree(&case.join("in"), portal.root());
    let arguments = match expected(case, "args") {
        text if text.trim().is_empty() => format!("check -q --at {NOW}"),
        text => text,
    };
    let run = portal.run(&arguments);
    let found = [
        ("stderr", run.stderr),
        ("stdout", run.stdout),
        ("status", if run.status == 0 { String::new() } else { format!("{}\n", run.status) }),
    ];
    let mut problems = String::new();
    for (name, text) in found {
        if update {
            let path = case.join(name);
            if text.is_empty() {
                let _ = fs::remove_file(path);
            } else {
                fs::write(path, &text).unwrap();
            }
        } else if text != expected(case, name) {
            problems += &format!("--- {name}\n{}\n+++ found\n{text}\n", expected(case, name));
        }
    }
    if !problems.is_empty() {
        problems += "To write what was found: UPDATE=1, then read it.\n";
    }
    let wanted = tree(&case.join("out"));
    for (path, bytes) in tree(&portal.path("public")) {
        if wanted.contains_key(&path) && wanted[&path] != bytes {
            if update {
                fs::write(case.join("out").join(&path), &bytes).unwrap();
            } else {
                problems +=
                    &format!("--- out/{path} differs\n{}\n", String::from_utf8_lossy(&bytes));
            }
        }
    }
    for path in wanted.keys().filter(|path| !portal.path("public").join(path).exists()) {
        problems += &format!("--- out/{path} was not made\n");
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\n{problems}", case.display())) }
}

/// A trial for each case, and one for the codes that they show.
pub(crate) fn trials() -> Vec<Trial> {
    let trial = |case: PathBuf| {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        Trial::test(format!("cases::{name}"), move || Ok(check(&case, crate::update())?))
    };
    let mut trials: Vec<Trial> = cases().into_iter().map(trial).collect();
    assert!(!trials.is_empty());
    trials.push(Trial::test("every_code_has_a_case", || {
        every_code_has_a_case();
        Ok(())
    }));
    trials
}

/// Every code has its message, in full, in a golden case or in a test that makes what a folder in
/// Git cannot hold.
fn every_code_has_a_case() {
    let mut texts = String::new();
    for case in cases() {
        texts += &expected(&case, "stderr");
        texts += &expected(&case, "stdout");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            texts += &fs::read_to_string(path).unwrap();
        }
    }
    let catalog = prakat::report::Catalog::new(prakat::report::ReportLanguage::English);
    for (_, code) in prakat::diagnostics::Code::ALL {
        // A failure is printed without its code: look for the fixed beginning of its message.
        let message = catalog.find(code, "message", &[]).unwrap();
        let fixed = message.split('{').max_by_key(|part| part.len()).unwrap();
        let fixed = fixed.split('}').next_back().unwrap().trim();
        let is_shown = texts.contains(&format!("[{code}]"))
            || (code.starts_with("environment/") && texts.contains(fixed));
        assert!(is_shown, "no case shows {code}");
    }
}
