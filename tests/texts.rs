//! Texts and what becomes of them: `tests/texts/NAME.md` is a body, `NAME.html` what is in the
//! page, `NAME.txt` what is reported of it. `UPDATE=1` writes the last two.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::support::{NOW, Portal, SITE};

const ALLOW: &str = "\n[markdown]\nraw_html = \"allow\"\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts")
}

/// The page's text, and what a check says of it.
fn rendered(name: &str, body: &str) -> (String, String) {
    let allow = if name.contains("allow") { ALLOW } else { "" };
    let pictures: [(&str, &[u8]); 2] = [
        ("บึง.svg", br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"/>"#),
        ("dot.gif", b"GIF89a\x02\0\x03\0\0\0\0;"),
    ];
    let used = pictures.into_iter().filter(|(file, _)| body.contains(file));
    let portal = used.fold(Portal::new(), |portal, (file, bytes)| {
        portal.file(&format!("content/news/page/{file}"), bytes)
    });
    let portal = portal
        .file("site.toml", format!("{SITE}{allow}"))
        .item("content/news/other.md", "## หัวข้อ")
        .item_with("content/news/secret.md", "approver: -", "")
        .item("content/news/page/index.md", body);
    let check = portal.run(&format!("check --at {NOW}"));
    let run = portal.run(&format!("build -q -o site --at {NOW}"));
    if run.status != 0 {
        return (String::new(), findings(&check.stderr));
    }
    let page = fs::read_to_string(portal.path("site/news/page/index.html")).unwrap();
    let (_, prose) = page.split_once("data-prakat=\"body\">").unwrap();
    // The body ends where its own `div`s are balanced.
    let mut open = 1;
    let ends = prose.match_indices(['<']).find(|(at, _)| {
        let rest = &prose[*at..];
        open += i32::from(rest.starts_with("<div")) - i32::from(rest.starts_with("</div"));
        open == 0
    });
    (prose[..ends.unwrap().0].trim().to_owned() + "\n", findings(&check.stderr))
}

/// What a check says, without its summary.
fn findings(check: &str) -> String {
    let is_summary = |line: &&str| line.starts_with("Errors: ") || *line == "No mistakes found";
    let findings: Vec<&str> = check.lines().take_while(|line| !is_summary(line)).collect();
    findings.join("\n")
}

/// Compares a text with what is expected of it, or writes that.
fn check(path: &Path) -> Result<(), String> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let (html, findings) = rendered(name, &fs::read_to_string(path).unwrap());
    let mut differences = String::new();
    for (extension, text) in [("html", html), ("txt", findings)] {
        let path = path.with_extension(extension);
        if text == fs::read_to_string(&path).unwrap_or_default() {
            continue;
        }
        if crate::update() && text.is_empty() {
            fs::remove_file(&path).unwrap();
        } else if crate::update() {
            fs::write(&path, &text).unwrap();
        } else {
            differences += &format!("--- {}\n{text}\n", path.display());
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// A trial for each text, and one for what is left of texts that are gone.
pub(crate) fn trials() -> Vec<Trial> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let left = paths.iter().find(|path| !path.with_extension("md").exists()).cloned();
    let is_text = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Trial::test(format!("texts::{name}"), move || Ok(check(&path)?))
    };
    let mut trials: Vec<Trial> = paths.into_iter().filter(is_text).map(trial).collect();
    trials.push(Trial::test("texts_of_every_expected_file", move || match left {
        Some(path) => Err(format!("{} has no text", path.display()).into()),
        None => Ok(()),
    }));
    trials
}
