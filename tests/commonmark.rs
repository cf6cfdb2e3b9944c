//! Renders the examples of the CommonMark specification, with Thai emphasis, official numbering and
//! all extensions enabled. None of these may change the result, except in `OTHERWISE`.

use std::fs;
use std::path::Path;

use prakat::markdown::{Numbered, OPTIONS, Repaired, without_helpers};
use pulldown_cmark::{Parser, html};

/// Examples that are rendered otherwise, with the HTML and the reason.
const OTHERWISE: [(usize, &str); 2] = [
    // `003. ok`: a number is printed as written, by the writer of the page.
    (268, "<ol><li>ok</li></ol>"),
    // `5*6*78`: a star between digits multiplies them.
    (356, "<p>5*6*78</p>"),
];

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// Reads the examples. They are between lines of 32 backticks, and a line `.` separates Markdown from
/// HTML.
fn examples() -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commonmark/spec.txt");
    let text = fs::read_to_string(path).unwrap().replace('→', "\t");
    let fence = "`".repeat(32);
    let opening = format!("\n{fence} example\n");
    let blocks = text.split(&opening).skip(1);
    let examples = blocks.enumerate().map(|(n, block)| {
        let (example, _) = block.split_once(&format!("\n{fence}\n")).unwrap();
        let (markdown, html) = match example.strip_prefix(".\n") {
            Some(html) => ("", html),
            None => example
                .split_once("\n.\n")
                .or(example.strip_suffix("\n.").map(|m| (m, "")))
                .unwrap(),
        };
        Example { number: n + 1, markdown: format!("{markdown}\n"), html: html.to_owned() }
    });
    examples.collect()
}

fn rendered(markdown: &str) -> String {
    let numbered = Numbered::new(markdown);
    let repaired = Repaired::new(&numbered.text);
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(&repaired.text, OPTIONS).map(without_helpers));
    out
}

/// Removes differences without meaning: white space between tags, and escapes of quotation marks.
fn plain(html: &str) -> String {
    let html = html.replace("&quot;", "\"").replace("&#39;", "'");
    let mut out = String::new();
    for piece in html.split_inclusive('>') {
        let between = piece.trim_start();
        out.push_str(if between.starts_with('<') { between } else { piece });
    }
    out.trim().replace("\n<", "<")
}

#[test]
fn the_examples_of_commonmark_are_rendered_as_specified() {
    let examples = examples();
    assert!(examples.len() > 600, "{}", examples.len());
    let mut wrong = String::new();
    for example in &examples {
        let otherwise = OTHERWISE.iter().find(|(number, _)| *number == example.number);
        let expected = otherwise.map_or_else(|| plain(&example.html), |(_, html)| plain(html));
        let found = plain(&rendered(&example.markdown));
        if found != expected {
            wrong += &format!(
                "{}\n{}\n--- {found:?}\n+++ {expected:?}\n",
                example.number, example.markdown
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
