//! Finds the markup of other programs, and links that are typed in another way.

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::markdown::lints::text_block::TextLine;
use crate::markdown::prescan::has;

/// What begins markup of other programs: shortcodes of Hugo, Zola, Jekyll and WordPress, links of
/// wikis, alerts of GitHub, blocks of other Markdown programs.
const FOREIGN: [&str; 20] = [
    "{{<",
    "{{%",
    "{%",
    "{{",
    "[[",
    "[!NOTE]",
    "[!TIP]",
    "[!IMPORTANT]",
    "[!WARNING]",
    "[!CAUTION]",
    ":::",
    "!!! ",
    "[TOC]",
    "[toc]",
    "{:",
    "^[",
    "[b]",
    "[url",
    "[img",
    "[center]",
];

/// Shortcodes of WordPress.
const SHORTCODES: [&str; 8] =
    ["gallery", "caption", "embed", "audio", "video", "playlist", "button", "contact-form"];

/// Reports the markup of another program, which is shown as it is typed, and links that are typed in
/// another way.
pub(super) fn check(line: &TextLine, found: &mut Vec<Lint>) {
    let bytes = line.text.as_bytes();
    if memchr::memchr3(b'{', b'[', b'!', bytes).is_some() || bytes.starts_with(b":::") {
        foreign_markup(line, found);
        mistyped_link(line, found);
    }
}

fn foreign_markup(line: &TextLine, found: &mut Vec<Lint>) {
    let text = line.text;
    let mark = FOREIGN.into_iter().find(|mark| match *mark {
        ":::" | "!!! " => text.starts_with(mark),
        mark => has(text, mark),
    });
    // `[[1]](…)` is a link.
    let mark = mark.filter(|mark| *mark != "[[" || !has(text, "]]("));
    let shown = mark.map(|mark| (text.find(mark).unwrap_or(0), mark.trim_end().len()));
    let shown = shown.or_else(|| shortcode(text));
    if let Some((at, len)) = shown.filter(|(at, _)| !is_code(&text[..*at])) {
        let lint = Lint::new(Code::ForeignMarkup, line.part(at..at + len));
        found.push(lint.arg("markup", &text[at..at + len]).arg("count", 1));
    }
}

/// Returns whether the end of a text is inside code, or escaped.
fn is_code(before: &str) -> bool {
    before.matches('`').count() % 2 == 1 || before.ends_with('\\')
}

/// Finds a shortcode of WordPress: its offset and length.
fn shortcode(text: &str) -> Option<(usize, usize)> {
    text.match_indices('[').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let name = SHORTCODES.iter().find(|name| rest.starts_with(**name))?;
        let end = rest.find(']')?;
        let is_name = rest[name.len()..].starts_with([' ', ']']);
        let is_link = rest[end + 1..].starts_with(['(', '[', ':']);
        (is_name && !is_link).then_some((at, end + 2))
    })
}

/// Reports a link whose parts are typed in the wrong order, or with a space between them.
fn mistyped_link(line: &TextLine, found: &mut Vec<Lint>) {
    const ADDRESSES: [&str; 5] = ["http://", "https://", "www.", "mailto:", "/"];
    let text = line.text;
    let find = |mark: &str| memchr::memmem::find(text.as_bytes(), mark.as_bytes());
    let spaced = find("] (").map(|at| (at, "] (", "help-space"));
    let reversed = || find(")[").map(|at| (at, ")[", "help-order"));
    let Some((at, mark, help)) = spaced.or_else(reversed) else { return };
    let dest = &text[at + mark.len()..];
    if ADDRESSES.iter().any(|begins| dest.starts_with(begins)) && !is_code(&text[..at]) {
        found.push(Lint::new(Code::BrokenLink, line.part(at..at + mark.len())).help(help));
    }
}
