//! Measures the work on texts: `cargo bench --bench texts`.
//!
//! 1. Emphasis, numbering, typos and private numbers, compared with Markdown alone, on 1,000 texts.
//! 2. Hostile texts: the time for 1 MB, and the growth from half of that. 2 is linear.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads its texts")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use prakat::markdown;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use prakat::markdown::{Numbered, OPTIONS, Repaired, without_helpers};
use prakat::privacy::{Checker, Context, Masking};
use prakat::render::NoBreak;

use pulldown_cmark::{Parser, html};

const ROUNDS: usize = 21;
const TEXTS: usize = 1_000;
const HOSTILE: usize = 1_000_000;

fn main() {
    let texts = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{TEXTS} texts of the demonstration portal, {} kB", bytes / 1000);
    let plain = median(|| texts.iter().for_each(|text| plain(text)));
    let emphasis = median(|| texts.iter().for_each(|text| repaired(text, text)));
    let numbering = median(|| texts.iter().for_each(|text| numbered(text)));
    let typos = median(|| {
        for text in &texts {
            black_box(markdown::typos(text));
        }
    });
    let checker = Checker::everything();
    let private = median(|| {
        for text in &texts {
            black_box(checker.find(text, "", |_| Context::default()));
        }
    });
    let pages: Vec<String> = texts.iter().map(String::as_str).map(html_of).collect();
    let names = ["สายธารา", "นางสายชล", "สมมติธารา", "หอกระจายข่าว", "กองยุทธศาสตร์และงบประมาณ"];
    let no_break = NoBreak::of(names);
    let kept_whole = median(|| {
        let mut out = Vec::new();
        for page in &pages {
            out.clear();
            no_break.set(page.as_bytes(), &mut out);
            black_box(&out);
        }
    });
    let percent = |time: Duration| 100.0 * time.as_secs_f64() / plain.as_secs_f64();
    println!("Markdown alone          {plain:>10.2?}");
    println!("+ emphasis repaired     {emphasis:>10.2?}   {:+.1} %", percent(emphasis) - 100.0);
    println!("+ official numbering    {numbering:>10.2?}   {:+.1} %", percent(numbering) - 100.0);
    println!("looking for typos       {typos:>10.2?}   {:+.1} %", percent(typos));
    println!("private numbers         {private:>10.2?}   {:+.1} %", percent(private));
    println!("names kept whole        {kept_whole:>10.2?}   {:+.1} %", percent(kept_whole));
    println!();
    println!("made to be slow             1 MB   growth");
    for (name, unit) in hostile() {
        let text = unit.repeat(HOSTILE / unit.len());
        let half = unit.repeat(HOSTILE / 2 / unit.len());
        let (whole, half) = (once(&text), once(&half));
        println!("{name:<22} {whole:>10.2?}   {:.1}", whole.as_secs_f64() / half.as_secs_f64());
    }
}

fn plain(text: &str) {
    black_box(html_of(text));
}

fn html_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    html::push_html(&mut out, Parser::new_ext(text, OPTIONS));
    out
}

fn numbered(text: &str) {
    repaired(text, &Numbered::new(text).text);
}

fn repaired(written: &str, text: &str) {
    let repaired = Repaired::new(text);
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let events = Parser::new_ext(&repaired.text, OPTIONS);
    if repaired.has_helpers() || written.contains("&#") {
        html::push_html(&mut out, events.map(without_helpers));
    } else {
        html::push_html(&mut out, events);
    }
    black_box(out);
}

fn once(text: &str) -> Duration {
    let checker = Checker::everything();
    let runs = (0..3).map(|_| {
        let start = Instant::now();
        numbered(text);
        black_box(markdown::typos(text));
        black_box(checker.find(text, text, |_| Context::default()));
        black_box(checker.masked(text, Masking::Plain));
        start.elapsed()
    });
    runs.min().unwrap_or_default()
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

/// Returns 1,000 texts: the bodies of the demonstration portal, repeated.
fn texts() -> Vec<String> {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let files = walkdir::WalkDir::new(content).sort_by_file_name().into_iter().flatten();
    let bodies: Vec<String> = files
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "md"))
        .filter_map(|file| {
            let text = std::fs::read_to_string(file.path()).ok()?;
            text.splitn(3, "---\n").nth(2).map(str::to_owned)
        })
        .collect();
    bodies.iter().cycle().take(TEXTS).cloned().collect()
}

/// Patterns that are slow in parsers that look back or ahead. All of them were bugs in parsers of
/// CommonMark.
fn hostile() -> [(&'static str, String); 20] {
    let unit = |text: &str| text.to_owned();
    [
        ("> > > >", unit("> ")),
        ("nested lists", unit("- ")),
        ("[[[[", unit("[")),
        ("![[[", unit("![")),
        ("a***a***", unit("a***")),
        ("**ก **ก", unit("**ก ")),
        ("ก**(ข)**ค", unit("ก**(ข)**ค ")),
        ("[^ at line starts", unit("[^a\n")),
        ("footnotes", unit("[^a]\n\n[^a]: b\n\n")),
        ("<![CDATA[", unit("<![CDATA[")),
        ("<!-- <!--", unit("<!-- ")),
        ("references", unit("[x]: y\n[x] ")),
        ("`` ` `` `", (1..200).map(|n| "`".repeat(n) + " ").collect()),
        ("| | | columns", unit("|a")),
        ("1. lines", unit("1. ก\n")),
        ("1.1 and 2.1 lines", unit("1.1 ก\n\n2.1 ข\n")),
        ("paragraphs, one number", format!("{}1.1 ข\n", "ก\n\n".repeat(2_000))),
        ("1 2 3 digits", unit("1 2 3 ")),
        ("telephones", unit("0812345678 ")),
        ("typos", unit("เเํา\u{200B}")),
    ]
}
