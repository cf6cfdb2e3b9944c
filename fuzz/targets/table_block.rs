//! Blocks of tables and CSV files from anywhere: up to a zero byte what the block says, then the file.
//! Everything is shown or told, within time and memory, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat_fuzz::BENCHES;

fuzz_target!(|data: &[u8]| {
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (yaml, file) = data.split_at(cut);
    let Ok(yaml) = std::str::from_utf8(yaml) else { return };
    let file = file.get(1..).unwrap_or_default();
    let body = BENCHES[0].table("a.csv", file, yaml);
    // The same input has the same page.
    assert_eq!(body.html, BENCHES[0].table("a.csv", file, yaml).html);
});
