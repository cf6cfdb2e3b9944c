//! Official numbering changes no word: the lists have the words of the source, in the same order.

use prakat::markdown::{Numbered, OPTIONS};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag};

/// Numbers a text as the renderer does: not at all if a number would be lost.
fn numbered(source: &str) -> Numbered<'_> {
    let numbered = Numbered::new(source);
    let events = Parser::new_ext(&numbered.text, OPTIONS).into_offset_iter();
    let items = events.filter(|(event, range)| {
        let offset = numbered.original(range.clone()).start;
        *event == Event::Start(Tag::Item) && numbered.clause_at(offset).is_some()
    });
    if items.count() == numbered.clause_count() {
        return numbered;
    }
    Numbered::as_written(source, numbered.problems)
}

/// Returns the text of a parse, with the numbers of lists, without white space.
fn letters(source: &str) -> String {
    let numbered = numbered(source);
    let mut out = String::new();
    let mut ordered = Vec::new();
    for (event, range) in Parser::new_ext(&numbered.text, OPTIONS).into_offset_iter() {
        let range = numbered.original(range);
        match event {
            Event::Start(Tag::List(first)) => ordered.push(first.is_some()),
            Event::End(pulldown_cmark::TagEnd::List(_)) => {
                ordered.pop();
            }
            Event::Start(Tag::Item) => match numbered.clause_at(range.start) {
                Some(clause) => out.push_str(&source[clause.label.clone()]),
                None if ordered.last() == Some(&true) => {
                    let digits = source[range.start..].find(['.', ')']).unwrap();
                    out.push_str(&source[range.start..=range.start + digits]);
                }
                None => out.push('-'),
            },
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            _ => {}
        }
    }
    bare(&out)
}

/// Removes white space and the marks of headings.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}' && *c != '#').collect()
}

fn line() -> impl Strategy<Value = String> {
    let indent = prop_oneof![
        4 => Just(String::new()),
        2 => (0..10_usize).prop_map(|n| " ".repeat(n)),
        1 => (0..6_usize).prop_map(|n| "\u{A0}".repeat(n)),
    ];
    let label = prop::sample::select(vec![
        "",
        "",
        "",
        "1. ",
        "2. ",
        "3.",
        "1.1 ",
        "1.2",
        "1.10  ",
        "๑. ",
        "๑.๑ ",
        "๒.\u{A0}",
        "(1) ",
        "(๒)",
        "(ก) ",
        "ก. ",
        "ข. ",
        "ค. ",
        "1) ",
        "2) ",
        "1.5 ล้าน",
        "08.30 ",
        "- ",
        "## ",
    ]);
    let word = prop::sample::select(vec!["ข้อความ", "งาน 2. จ้าง", "ตามข้อ 3 ", "แผน  1.2 ก", "ก"]);
    let filled = (indent, label, word).prop_map(|(i, l, w)| format!("{i}{l}{w}"));
    prop_oneof![5 => filled, 1 => Just(String::new()), 1 => Just("\u{A0} ".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_word_changes(lines in prop::collection::vec(line(), 0..14)) {
        let source = lines.join("\n");
        prop_assert_eq!(letters(&source), bare(&source), "{}", source);
    }

    /// Offsets are mapped to the source in order, and within it.
    #[test]
    fn offsets_are_mapped_to_the_source(lines in prop::collection::vec(line(), 0..14)) {
        let source = lines.join("\n");
        let numbered = Numbered::new(&source);
        let mut last = 0;
        for at in (0..=numbered.text.len()).filter(|at| numbered.text.is_char_boundary(*at)) {
            let offset = numbered.original(at..at).start;
            prop_assert!(offset >= last && offset <= source.len() && source.is_char_boundary(offset));
            last = offset;
        }
    }
}
