//! Files from anywhere: read or refused, within time and memory, and what is found in them is hidden.
//! The first byte says how the rest is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat::extract::{Format, read};
use prakat::privacy::{Checker, Context, Masking};

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    let formats = [Format::Csv, Format::Text, Format::Workbook, Format::Pdf];
    let checker = Checker::everything();
    let _ = read(formats[usize::from(*kind) % formats.len()], bytes, &mut |piece| {
        let near = |_| Context { near: piece.head.clone(), ..Context::default() };
        let found = checker.find(piece.text, piece.text, near);
        let masked = checker.masked(piece.text, Masking::Thorough);
        assert_eq!(masked.chars().count(), piece.text.chars().count());
        let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
        assert!(found.is_empty() || digits(&masked) < digits(piece.text));
    });
});
