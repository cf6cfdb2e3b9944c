//! Front matter: every text is read or reported, and places are within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat::content::{Document, read, report_cut_texts};
use prakat::diagnostics::Diagnostics;

fuzz_target!(|text: &str| {
    let mut diagnostics = Diagnostics::default();
    let text = format!("---\n{text}");
    let lines = text.split('\n').count();
    let Some(document) = Document::of_edited("content/news/a.md", text, &mut diagnostics) else {
        assert!(diagnostics.has_errors());
        return;
    };
    let source = document.front_matter();
    let reading = read(&source, &mut diagnostics);
    report_cut_texts(&source, &mut diagnostics);
    for diagnostic in diagnostics.iter() {
        assert!(diagnostic.place.line as usize <= lines + 1, "{diagnostic:?}");
    }
    drop(reading);
});
