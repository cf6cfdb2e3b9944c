//! A page of the manual, taken apart.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::tree;

/// The languages of the manual: the name of a page's file, and the tag.
pub(super) const LANGUAGES: [(&str, &str); 2] = [("index.md", "th"), ("index.en.md", "en")];

/// A Markdown file of the manual.
pub(super) struct Page {
    /// The path below `docs/site/content/`.
    pub(super) path: String,
    /// `th` or `en`.
    pub(super) language: &'static str,
    pub(super) text: String,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    /// The word after the fence, such as `console`.
    pub(super) language: String,
    pub(super) text: String,
    /// The last file that the paragraph before the block names.
    pub(super) file: Option<String>,
}

pub(super) fn manual() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/site")
}

/// All pages but those of the categories and the home page, in the order of their paths.
pub(super) fn pages() -> Vec<Page> {
    let folder = manual().join("content");
    let mut pages = Vec::new();
    for (path, bytes) in tree(&folder) {
        let name = path.rsplit('/').next().unwrap();
        if let Some((_, language)) = LANGUAGES.into_iter().find(|(file, _)| *file == name) {
            pages.push(Page { path, language, text: String::from_utf8(bytes).unwrap() });
        }
    }
    pages
}

impl Page {
    pub(super) fn named(path: &str) -> Self {
        let text = fs::read_to_string(manual().join("content").join(path)).unwrap();
        let language = if path.ends_with(".en.md") { "en" } else { "th" };
        Self { path: path.to_owned(), language, text }
    }

    /// The README of the repository in a language.
    pub(super) fn readme(language: &'static str) -> Self {
        let path = if language == "th" { "README.th.md" } else { "README.md" };
        let text = fs::read_to_string(manual().join("../..").join(path)).unwrap();
        Self { path: path.to_owned(), language, text }
    }

    /// The blocks in their order.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut paragraph = String::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            let Some(language) = line.strip_prefix("```") else {
                let begins = line.is_empty() || paragraph.ends_with("\n\n");
                if begins && !line.is_empty() {
                    paragraph.clear();
                }
                paragraph += &format!("{line}\n");
                continue;
            };
            let inside = lines.by_ref().take_while(|line| *line != "```");
            let text: String = inside.map(|line| format!("{line}\n")).collect();
            let file = last_file(&paragraph);
            blocks.push(Block { language: language.trim().to_owned(), text, file });
            paragraph.clear();
        }
        blocks
    }

    /// The lines outside blocks.
    pub(super) fn prose(&self) -> Vec<&str> {
        let mut is_code = false;
        let mut lines = Vec::new();
        for line in self.text.lines() {
            if line.starts_with("```") {
                is_code = !is_code;
            } else if !is_code {
                lines.push(line);
            }
        }
        lines
    }

    /// The levels of the headings.
    pub(super) fn headings(&self) -> Vec<usize> {
        let heading = |line: &&str| line.starts_with("## ") || line.starts_with("### ");
        let level = |line: &str| line.split(' ').next().unwrap().len();
        self.prose().into_iter().filter(heading).map(level).collect()
    }

    /// The targets of links and pictures, as the Thai page writes them.
    pub(super) fn targets(&self) -> Vec<String> {
        // Every second part of a line is code.
        let text = |line: &str| line.split('`').step_by(2).collect::<Vec<_>>().join("…");
        let prose = self.prose().into_iter().map(text).collect::<Vec<_>>().join("\n");
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let thai = |(target, _): (&str, &str)| {
            let file = target.split('#').next().unwrap();
            file.replace(".en.md", ".md").replace("-en.png", ".png").replacen("/en/", "/", 1)
        };
        targets.map(thai).collect()
    }

    /// The entries of the front matter that the twins share.
    pub(super) fn common_keys(&self) -> Vec<&str> {
        let front = self.text.split("---\n").nth(1).unwrap();
        let is_common = |line: &&str| {
            ["category:", "weight:", "approver:"].iter().any(|key| line.starts_with(key))
        };
        front.lines().filter(is_common).collect()
    }

    /// The rows of tables.
    pub(super) fn rows(&self) -> Vec<&str> {
        self.prose().into_iter().filter(|line| line.starts_with('|')).collect()
    }
}

/// Commands of a block: each with the lines that it prints.
pub(super) fn commands(block: &Block) -> Vec<(&str, Vec<&str>)> {
    let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in block.text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command, Vec::new()));
        } else if let Some((_, printed)) = commands.last_mut() {
            printed.push(line);
        } else {
            panic!("a console block begins with a command, not with {line:?}");
        }
    }
    commands
}

/// The texts between backticks.
pub(super) fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn last_file(paragraph: &str) -> Option<String> {
    let is_file =
        |span: &&str| *span == "site.toml" || span.starts_with("content/") && is_name(span);
    code_spans(paragraph).filter(is_file).last().map(str::to_owned)
}

/// Says whether a path is that of a file, not of a folder.
fn is_name(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}
