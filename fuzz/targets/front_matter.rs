//! Front matter: every text is read or told of, and places lie within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat::diagnostics::Diagnostics;
use prakat::content::{Document, read, report_cut_texts};

fuzz_target!(|text: &str| {
    let mut told = Diagnostics::default();
    let text = format!("---\n{text}");
    let lines = text.split('\n').count();
    let Some(document) = Document::of_edited("content/news/a.md", text, &mut told) else {
        assert!(told.has_errors());
        return;
    };
    let source = document.front_matter();
    let reading = read(&source, &mut told);
    report_cut_texts(&source, &mut told);
    for found in told.iter() {
        assert!(found.place.line as usize <= lines + 1, "{found:?}");
    }
    drop(reading);
});
