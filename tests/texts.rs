//! Texts and what becomes of them: `tests/texts/NAME.md` is a body, `NAME.html` what stands in the
//! page, `NAME.txt` what is told of it. `UPDATE=1` writes the last two.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{NOW, Portal, SITE};

const ALLOW: &str = "\n[markdown]\nraw_html = \"allow\"\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts")
}

/// The page's text, and what a check tells of it.
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
    let told = portal.run(&format!("check --at {NOW}"));
    let run = portal.run(&format!("build -q -o site --at {NOW}"));
    if run.status != 0 {
        return (String::new(), findings(&told.stderr));
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
    (prose[..ends.unwrap().0].trim().to_owned() + "\n", findings(&told.stderr))
}

/// What a check tells, without its summary.
fn findings(told: &str) -> String {
    let is_summary = |line: &&str| line.starts_with("Errors: ") || *line == "No mistakes found";
    let findings: Vec<&str> = told.lines().take_while(|line| !is_summary(line)).collect();
    findings.join("\n")
}

#[test]
fn every_text_comes_out_as_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        count += 1;
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (html, told) = rendered(&name, &fs::read_to_string(&path).unwrap());
        for (extension, text) in [("html", html), ("txt", told)] {
            let path = path.with_extension(extension);
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if text == expected {
                continue;
            }
            if update && text.is_empty() {
                fs::remove_file(&path).unwrap();
            } else if update {
                fs::write(&path, &text).unwrap();
            } else {
                failures += &format!("--- {}\n{text}\n", path.display());
            }
        }
    }
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("md").exists(), "{} has no text", path.display());
    }
    assert!(failures.is_empty() && count > 5, "{failures}");
}
