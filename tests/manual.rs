//! The manual: complete in both languages, built without a warning, and true: its blocks run and its
//! messages are those of the program.

mod page;
mod reference;
mod walk;

use std::fs;

use prakat::report::ReportLanguage;

use crate::support::{Run, program, tree};
use page::{LANGUAGES, Page, code_spans, commands, manual, pages};
use walk::{Reader, is_line};

/// Messages that shells and other programs print.
const OF_OTHERS: [&str; 2] = ["prakat: command not found", "exec format error"];

/// The number of bytes that all pictures of the manual, and one of them, may have.
const PICTURES: usize = 1_500_000;
const PICTURE: usize = 60_000;

#[test]
fn every_page_of_the_manual_has_a_twin() {
    let all = pages();
    let (thai, english): (Vec<&Page>, Vec<&Page>) =
        all.iter().partition(|page| page.language == "th");
    let paths = |pages: &[&Page]| -> Vec<String> {
        pages.iter().map(|page| page.path.replace(".en.md", ".md")).collect()
    };
    assert!(thai.len() > 20);
    assert_eq!(paths(&thai), paths(&english));
    for (thai, english) in thai.iter().zip(english) {
        let path = &thai.path;
        assert_eq!(thai.headings(), english.headings(), "{path}: headings differ");
        assert_eq!(thai.targets(), english.targets(), "{path}: links differ");
        assert_eq!(thai.common_keys(), english.common_keys(), "{path}: keys differ");
        assert_eq!(thai.rows().len(), english.rows().len(), "{path}: rows of tables differ");
        let blocks = |page: &Page| -> Vec<String> {
            let block = |block: page::Block| format!("{} {}", block.language, begun(&block));
            page.blocks().into_iter().map(block).collect()
        };
        assert_eq!(blocks(thai), blocks(english), "{path}: blocks differ");
    }
}

#[test]
fn the_readme_says_the_same_in_thai() {
    let [thai, english] = ["th", "en"].map(Page::readme);
    assert_eq!(thai.headings(), english.headings(), "headings differ");
    let targets = |page: &Page| -> Vec<String> {
        page.targets().iter().map(|target| target.replace("README.th.md", "README.md")).collect()
    };
    assert_eq!(targets(&thai), targets(&english), "links differ");
    let first_cells = |page: &Page| -> Vec<String> {
        let cell = |row: &str| row.split('|').nth(1).unwrap().trim().to_owned();
        page.rows().into_iter().map(cell).filter(|cell| cell.starts_with('`')).collect()
    };
    assert_eq!(thai.rows().len(), english.rows().len(), "rows of tables differ");
    assert_eq!(first_cells(&thai), first_cells(&english), "commands differ");
    let blocks = |page: &Page| -> Vec<(String, String)> {
        let code = |line: &str| line.split('#').next().unwrap().trim_end().to_owned();
        let shown = |block: page::Block| match block.language.as_str() {
            "console" => (begun(&block), String::new()),
            _ => (block.language, block.text.lines().map(code).collect::<Vec<_>>().join("\n")),
        };
        page.blocks().into_iter().map(shown).collect()
    };
    assert_eq!(blocks(&thai), blocks(&english), "blocks differ");
}

/// The first two words of each command of a block, or the file that it is.
fn begun(block: &page::Block) -> String {
    if block.language != "console" {
        return block.file.clone().unwrap_or_default();
    }
    let two = |(command, _): (&str, _)| command.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let words: Vec<String> = commands(block).into_iter().map(two).collect();
    words.join("; ").replace("LANG=th_TH", "LANG=en_GB")
}

#[test]
fn the_manual_is_built_without_a_warning() {
    let output = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = program();
        command.args(arguments).args(["--at", "2026-11-27T09:00", "--format", "json"]);
        command.arg("--root").arg(manual());
        Run::of(command.output().unwrap(), &manual()).expect_status(0).json()
    };
    let checked = run(&["check"]);
    assert_eq!(checked["diagnostics"], serde_json::json!([]));
    let built = run(&["build", "-o", output.path().to_str().unwrap()]);
    assert_eq!(built["diagnostics"], serde_json::json!([]));
    assert_eq!(built["withheld"], 0);
    assert!(output.path().join("en/start/first-hour/index.html").exists());
}

#[test]
fn the_first_hour_ends_with_a_published_tender() {
    for file in ["start/first-hour/index.md", "start/first-hour/index.en.md"] {
        let page = Page::named(file);
        let mut reader = Reader::new(&page);
        reader.follow();
        let title = page.blocks().into_iter().find(|block| block.language == "markdown").unwrap();
        let title =
            title.text.lines().find_map(|line| line.strip_prefix("title: ")).unwrap().to_owned();
        let folder = "procurement/street-lamps";
        let html = fs::read_to_string(reader.in_output(&format!("{folder}/index.html"))).unwrap();
        assert!(html.contains(&title), "{file}: no {title}");
        assert!(html.contains("lamp.jpg") && html.contains("announcement.pdf"));
        for name in ["lamp.jpg", "announcement.pdf"] {
            assert!(reader.in_output(&format!("{folder}/{name}")).exists(), "{file}: no {name}");
        }
    }
}

#[test]
fn blocks_of_the_readme_run() {
    for page in ["th", "en"].map(Page::readme) {
        Reader::in_portal(&page).follow();
    }
}

#[test]
fn blocks_of_every_page_run() {
    for page in pages() {
        if page.path.starts_with("start/first-hour/") || page.path.starts_with("reference/") {
            continue;
        }
        if page.blocks().iter().any(|block| block.language == "console") {
            Reader::in_portal(&page).follow();
        }
    }
}

#[test]
fn messages_in_tables_are_those_of_the_program() {
    let sentences = |language: ReportLanguage| -> Vec<String> {
        let catalog: toml::Table = language.catalog_text().parse().unwrap();
        let texts =
            catalog.values().filter_map(|entry| entry.as_table()).flat_map(toml::Table::values);
        texts.filter_map(|text| text.as_str()).map(as_shown).collect()
    };
    let (thai, english) = (sentences(ReportLanguage::Thai), sentences(ReportLanguage::English));
    for page in pages() {
        let known = if page.language == "th" { &thai } else { &english };
        for row in rows_of_messages(&page) {
            for span in code_spans(row.split(" | ").next().unwrap()) {
                let is_known = known.iter().any(|sentence| is_line(sentence, span));
                assert!(
                    is_known || OF_OTHERS.contains(&span),
                    "{}: no message {span:?}",
                    page.path
                );
            }
        }
    }
}

/// A sentence of the catalog as a page shows it: without backticks, and `…` for what is filled in.
fn as_shown(sentence: &str) -> String {
    let mut parts = sentence.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    let shown = parts
        .fold(first, |text, part| text + "…" + part.split_once('}').map_or(part, |(_, rest)| rest));
    shown.replace('`', "")
}

/// The rows of tables whose head says that they are about messages.
fn rows_of_messages(page: &Page) -> Vec<&str> {
    let heads = ["| โปรแกรมแจ้งว่า |", "| The program says |"];
    let mut is_about_messages = false;
    let mut rows = Vec::new();
    for line in page.prose() {
        if heads.iter().any(|head| line.starts_with(head)) {
            is_about_messages = true;
        } else if !line.starts_with('|') {
            is_about_messages = false;
        } else if is_about_messages && !line.starts_with("| ---") {
            rows.push(line);
        }
    }
    rows
}

#[test]
fn reference_pages_are_what_the_program_knows() {
    for (file, tag) in LANGUAGES {
        for reference in reference::pages(tag) {
            let path = manual().join("content/reference").join(reference.slug).join(file);
            let text = reference.text(tag);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, &text).unwrap();
            }
            let stands = fs::read_to_string(&path).unwrap();
            assert_eq!(stands, text, "{}: run the test with UPDATE=1", path.display());
        }
    }
}

#[test]
fn pictures_of_the_manual_are_small() {
    let files = tree(&manual().join("content"));
    let pictures: Vec<_> = files.iter().filter(|(path, _)| !path.ends_with(".md")).collect();
    for (path, bytes) in &pictures {
        assert!(path.ends_with(".png"), "{path}: pictures of the manual are PNG");
        assert!(bytes.len() <= PICTURE, "{path}: {} bytes", bytes.len());
    }
    let total: usize = pictures.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total <= PICTURES, "{total} bytes");
}

#[test]
fn what_is_shown_is_compared() {
    use walk::shows;
    assert!(shows(&["…", "b …", "…"], &["a", "b 1", "c"]));
    assert!(shows(&[], &[]));
    assert!(!shows(&[], &["a"]));
    assert!(!shows(&["b"], &["b 1"]));
    assert!(!shows(&["…", "c"], &["a", "b"]));
    assert!(is_line("no … in … here", "no `a` in b here"));
    assert!(!is_line("no … here", "no a there"));
}

#[test]
fn settings_and_keys_are_set_as_a_page_says() {
    use walk::{with_keys, with_settings};
    let item = "---\ntitle: A\nattachments:\n  - { file: a.pdf }\nunit: B\n---\ntext\n";
    let set = with_keys(item, "attachments:\n  - { file: b.pdf }\nslug: c\n");
    let expected =
        "---\ntitle: A\nunit: B\nattachments:\n  - { file: b.pdf }\nslug: c\n---\ntext\n";
    assert_eq!(set, expected);
    let settings = "[site]\ntitle = \"A\"\n\n[policy]\napproval = \"sealed\"\nprivacy = []\n";
    let set = with_settings(settings, "[policy]\napproval = \"named\"\n");
    let expected = "[site]\ntitle = \"A\"\n\n[policy]\napproval = \"named\"\nprivacy = []\n";
    assert_eq!(set, expected);
    let set = with_settings(settings, "[[categories]]\nid = \"news\"\n");
    assert_eq!(set, format!("{settings}\n[[categories]]\nid = \"news\"\n"));
}
