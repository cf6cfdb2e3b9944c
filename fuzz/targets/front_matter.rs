//! Front matter: every text is read or told of, and places lie within it.
#![no_main]

use std::cell::Cell;

use libfuzzer_sys::fuzz_target;
use prakat::diagnostics::Diagnostics;
use prakat::content::{Source, read, split_front_matter, tell_cut_texts};

fuzz_target!(|text: &str| {
    let mut told = Diagnostics::default();
    let text = format!("---\n{text}");
    let Some(parts) = split_front_matter("content/news/a.md", &text, &mut told) else {
        assert!(told.has_errors());
        return;
    };
    let (path, looked_up) = ("content/news/a.md", Cell::new(0));
    let source = Source { path, text: &text, yaml: parts.yaml, looked_up };
    let reading = read(&source, &mut told);
    tell_cut_texts(&source, &mut told);
    let lines = text.split('\n').count();
    for found in told.iter() {
        assert!(found.place.line as usize <= lines + 1, "{found:?}");
    }
    drop(reading);
});
