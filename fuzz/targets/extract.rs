//! Files from anywhere: read or refused, within time and memory, and what is found in them is hidden.
//! The first byte says how the rest is read. A panic of a reader is caught where it is called.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use prakat::files::{FileFormat, Metadata, extract_text, is_extracting, picture_metadata, without_metadata};
use prakat::privacy::{Checker, Context, Masking};

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::everything);

fuzz_target!(
    init: {
        let stop = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !is_extracting() {
                stop(panic);
            }
        }));
    },
    |data: &[u8]| {
        let Some((kind, bytes)) = data.split_first() else { return };
        if *kind >= 0xC0 {
            // A picture: what was cleaned has nothing more to clean. No reader of pictures panics.
            let _ = picture_metadata(bytes);
            if let Some(clean) = without_metadata(bytes) {
                assert_eq!(picture_metadata(&clean), Metadata::default());
            }
            return;
        }
        let formats = [
            FileFormat::Csv,
            FileFormat::Text,
            FileFormat::Archive,
            FileFormat::Pdf,
            FileFormat::Json,
            FileFormat::Mail,
            FileFormat::Markup,
            FileFormat::Unknown,
        ];
        let mut pieces = Vec::new();
        let _ = extract_text(formats[usize::from(*kind) % formats.len()], bytes, &mut |piece| {
            pieces.push((piece.text.to_owned(), piece.head.clone()));
        });
        for (text, head) in &pieces {
            let near = |_| Context { near: head.clone(), ..Context::default() };
            let found = CHECKER.find(text, text, near);
            let masked = CHECKER.masked(text, Masking::Thorough);
            assert_eq!(masked.chars().count(), text.chars().count());
            let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
            assert!(found.is_empty() || digits(&masked) < digits(text));
        }
    }
);
