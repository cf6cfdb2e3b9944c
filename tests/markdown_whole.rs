//! Nothing that a writer typed vanishes: each letter and digit of a text is on its page, in its order,
//! or a diagnostic names its line. Source and page are read here without the parsers of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use prakat::markdown::fix_lints;

use crate::support::{NOW, Portal, item, tree};

/// How many random texts are tried.
const TEXTS: usize = 5_000;

/// How many letters of a page may stand between two letters of the source: a label of the theme, the
/// type and size of a file.
const MAX_GAP: usize = 120;

/// What begins the caption of a table.
const CAPTIONS: [&str; 2] = ["Table:", "ตาราง:"];

/// A letter or digit of a source, and its line in the file.
type Letter = (char, usize);

/// The letters of a source.
#[derive(Debug, Default, PartialEq)]
struct Source {
    letters: Vec<Letter>,
    /// Lines whose letters stand elsewhere on the page: footnotes at its end, captions before their
    /// tables.
    moved: BTreeSet<usize>,
}

/// The letters and digits of a Markdown body that a reader has to see.
///
/// Left out are destinations of links, comments, definitions of destinations, names of footnotes,
/// tags, entities, numbers of list items, boxes of tasks, and the language of code.
fn letters(body: &str, first_line: usize) -> Source {
    let mut source = Source::default();
    let mut in_comment = false;
    // The line of the footnote or caption that is being read. Its further lines belong to it.
    let (mut moved, mut after_blank) = (None, false);
    for (line_number, line) in (first_line..).zip(body.lines()) {
        let text = line.trim_start_matches([' ', '>']);
        let is_caption = CAPTIONS.iter().any(|word| text.starts_with(word));
        if text.starts_with("[^") || (is_caption && moved.is_none()) {
            moved = Some(line_number);
            source.moved.insert(line_number);
        } else if (begins_block(line) && !is_caption)
            || (after_blank && !is_indented(line) && !line.trim().is_empty())
        {
            moved = None;
        }
        after_blank = line.trim().is_empty();
        let number = moved.unwrap_or(line_number);
        let mut rest = if in_comment { line } else { without_marker(line) };
        while let Some(c) = rest.chars().next() {
            let len = match hidden_len(rest) {
                _ if in_comment => {
                    let end = rest.find("-->").map(|at| at + 3);
                    in_comment = end.is_none();
                    end.unwrap_or(rest.len())
                }
                Some(len) => len,
                None => {
                    in_comment = rest.starts_with("<!--");
                    source.letters.extend(c.is_alphanumeric().then_some((c, number)));
                    c.len_utf8()
                }
            };
            rest = &rest[len..];
        }
    }
    source
}

fn is_indented(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

/// Whether a line begins a block of its own, so that it does not belong to the paragraph above.
fn begins_block(line: &str) -> bool {
    let text = line.trim_start();
    let is_heading = text.starts_with('#') && text.trim_start_matches('#').starts_with(' ');
    let is_marked = [">", "- ", "* ", "+ ", "```", "~~~"].iter().any(|mark| text.starts_with(mark));
    !is_indented(line) && (is_heading || is_marked || without_marker(line) != text)
}

/// A line without what marks its block: the mark of a list, of a caption or of code.
fn without_marker(line: &str) -> &str {
    let mut text = line.trim_start_matches([' ', '\t', '>']);
    let mut is_item = false;
    loop {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_number = (1..10).contains(&digits)
            && [". ", ") "].iter().any(|end| text[digits..].starts_with(end));
        let rest = if is_number {
            &text[digits + 1..]
        } else if let Some(rest) = text.strip_prefix(['-', '*', '+']).filter(|r| r.starts_with(' '))
        {
            rest
        } else {
            break;
        };
        is_item = true;
        text = rest.trim_start();
        if text.is_empty() {
            break;
        }
    }
    let marks = if is_item { ["[ ] ", "[x] "] } else { CAPTIONS };
    let text = marks.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    let fence = text.trim_start_matches(['`', '~']);
    let is_language =
        fence.len() + 3 <= text.len() && fence.chars().all(|c| c.is_ascii_graphic() && c != '`');
    if is_language { "" } else { text }
}

/// The length of what stands here and is not for readers, if anything.
fn hidden_len(rest: &str) -> Option<usize> {
    if rest.starts_with("](") || rest.starts_with("][") {
        let close = if rest.starts_with("](") { ')' } else { ']' };
        return rest[2..].find(close).map(|at| at + 3);
    }
    if rest.starts_with("[^") || rest.starts_with("{#") {
        return rest.find([']', '}']).map(|at| at + 1);
    }
    let tag = rest.strip_prefix('<').map(|tag| tag.trim_start_matches('/'));
    if tag.is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_lowercase())) {
        return rest.find('>').map(|at| at + 1).filter(|len| !rest[..*len].contains("://"));
    }
    let entity = rest.strip_prefix('&')?;
    let len = entity.find(';').filter(|len| *len < 10)?;
    let is_entity = entity[..len].chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
    is_entity.then_some(len + 2)
}

/// The letters and digits of a piece of HTML: its text, and the descriptions of its pictures.
fn page_letters(html: &str) -> Vec<char> {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        if let Some((_, alt)) = rest[at..end].split_once(" alt=\"") {
            text.push_str(alt.split('"').next().unwrap());
        }
        rest = &rest[end..];
    }
    text.push_str(rest);
    for (entity, c) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")]
    {
        text = text.replace(entity, c);
    }
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The part of a page with the text of the item.
fn body_of(html: &str) -> &str {
    let Some((_, after)) = html.split_once("data-prakat=\"body\">") else { return "" };
    after.split(" data-prakat=").next().unwrap().split("</article>").next().unwrap()
}

/// The first letter of a source that is not on the page, in order, and on no line of `named`.
fn lost(source: &Source, page: &[char], named: &BTreeSet<usize>) -> Option<Letter> {
    let (mut at, mut skipped) = (0, 0);
    for (letter, line) in &source.letters {
        if named.contains(line) || source.moved.contains(line) {
            skipped += 1;
            continue;
        }
        let reach = &page[at..page.len().min(at + MAX_GAP + skipped)];
        let Some(found) = reach.iter().position(|c| c == letter) else {
            return Some((*letter, *line));
        };
        (at, skipped) = (at + found + 1, 0);
    }
    let moved = source.moved.difference(named);
    moved.copied().find_map(|line| {
        let letters: Vec<char> = source
            .letters
            .iter()
            .filter(|(_, at)| *at == line)
            .map(|(letter, _)| *letter)
            .collect();
        let first = *letters.first()?;
        (0..page.len()).all(|at| !stands_at(&letters, &page[at..])).then_some((first, line))
    })
}

/// Whether letters stand at the start of a page, with gaps between them.
fn stands_at(letters: &[char], page: &[char]) -> bool {
    let mut at = 0;
    letters.iter().all(|letter| {
        let reach = &page[at..page.len().min(at + MAX_GAP)];
        reach.iter().position(|c| c == letter).map(|found| at += found + 1).is_some()
    })
}

/// The lines that diagnostics name, by file.
fn named_lines(json: &serde_json::Value) -> BTreeMap<String, BTreeSet<usize>> {
    let mut lines: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for diagnostic in json["diagnostics"].as_array().unwrap() {
        let file = diagnostic["file"].as_str().unwrap().to_owned();
        let line = usize::try_from(diagnostic["line"].as_u64().unwrap()).unwrap();
        lines.entry(file).or_default().insert(line);
    }
    lines
}

/// Pseudorandom numbers (Marsaglia, "Xorshift RNGs", 2003). The same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const WORDS: [&str; 12] = [
    "ประกาศ",
    "เทศบาล",
    "480,000 บาท",
    "ข้อ ๒",
    "งบประมาณ 2570",
    "**สำคัญ**",
    "road",
    "(ร่าง)",
    "e-GP",
    "`โค้ด`",
    "*เน้น*",
    "~~ยกเลิก~~",
];

/// What begins a line, and what stands in or after it.
const STARTS: [&str; 34] = [
    "", "", "", "## ", "##", "#### ", "- ", "-", "* ", "• ", "1. ", "2) ", "2.1 ", "๓. ", "(ก) ",
    "> ", "    ", "\t", "| ", "|", "~~~", "```", "```text ", ": ", ":", "[ก]: ", "[^1]: ", "---\n",
    "===\n", "- [x] ", "Table: ", "-\u{A0}", "\\", "> - ",
];
const JOINTS: [&str; 22] = [
    " ",
    " ",
    "\n",
    "\n\n",
    " | ",
    "\t",
    "**",
    "*",
    "~~",
    "_",
    "`",
    "](b.md)",
    "[",
    "]",
    "[^1]",
    "&nbsp;",
    " {#id}",
    " {ร่าง}",
    "  \n",
    " <!-- ลับ --> ",
    "|\n|---|---|\n|",
    "~",
];

/// A text of a few lines, with marks in right and in wrong places.
fn random_text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(6) {
        text += random.one(&STARTS);
        for _ in 0..=random.below(4) {
            text += random.one(&WORDS);
            text += random.one(&JOINTS);
        }
        text += random.one(&["\n", "\n\n"]);
    }
    text
}

/// Random texts, some in each body. A text with a fence is the last of its body, as all that follows may
/// be code.
fn random_bodies(random: &mut Random) -> Vec<String> {
    const EACH: usize = 8;
    let mut bodies = vec![String::new()];
    let mut count = 0;
    for n in 0..TEXTS {
        let text = random_text(random);
        let text = text.replace("[^1]", &format!("[^{n}]")).replace("[ก]:", &format!("[ก{n}]:"));
        *bodies.last_mut().unwrap() += &format!("{text}\n\n***\n\n");
        count += 1;
        if count == EACH || text.contains("~~~") || text.contains("```") {
            bodies.push(String::new());
            count = 0;
        }
    }
    bodies
}

#[test]
fn no_letter_of_a_random_text_vanishes_in_silence() {
    let bodies = random_bodies(&mut Random(0x2545_F491_4F6C_DD1D));
    let mut portal = Portal::new().item("content/news/b.md", "ข");
    for (n, body) in bodies.iter().enumerate() {
        portal = portal.item(&format!("content/news/t{n}.md"), body);
    }
    let run = portal.run(&format!("build -o site --keep-going --format json --at {NOW}"));
    let named = named_lines(&run.json());
    let first_line = item("content/news/t0.md", "", "").lines().count();
    let mut shown = 0;
    for (n, body) in bodies.iter().enumerate() {
        let file = format!("content/news/t{n}.md");
        let Ok(html) = fs::read_to_string(portal.path(&format!("site/news/t{n}/index.html")))
        else {
            assert!(named.contains_key(&file), "{file} vanished");
            continue;
        };
        shown += 1;
        let lines = named.get(&file).cloned().unwrap_or_default();
        let lost = lost(&letters(body, first_line), &page_letters(body_of(&html)), &lines);
        let line = lost.and_then(|(_, line)| body.lines().nth(line - first_line));
        assert_eq!(lost, None, "{line:?} of\n{body}\nis not in\n{}", body_of(&html));
    }
    assert!(shown * 2 > bodies.len(), "only {shown} of {} bodies had a page", bodies.len());
}

#[test]
fn a_correction_changes_no_letter_and_needs_no_other() {
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut corrected = 0;
    for _ in 0..TEXTS {
        let text = random_text(&mut random);
        let Some(fixed) = fix_lints(&text) else { continue };
        corrected += 1;
        assert_eq!(letters(&fixed), letters(&text), "{text}\nbecomes\n{fixed}");
        assert_eq!(fix_lints(&fixed), None, "{text}\nbecomes\n{fixed}");
    }
    assert!(corrected > TEXTS / 10, "only {corrected} texts were corrected");
}

#[test]
fn no_letter_of_the_demonstration_portal_vanishes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    let run = crate::support::program()
        .current_dir(root)
        .args(["build", "--format", "json", "--at", "2026-11-28T09:00:00+07:00", "-o"])
        .arg(out.path().join("site"))
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let named = named_lines(&json);
    let pages = tree(&out.path().join("site"));
    let mut seen = 0;
    for item in json["items"].as_array().unwrap() {
        let (Some(file), Some(url)) = (item["file"].as_str(), item["url"].as_str()) else {
            continue;
        };
        let url = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').unwrap().1);
        let page = format!("{}index.html", url.trim_start_matches('/'));
        // The page of an item that was taken back has no text.
        let is_published = item["verdict"] == "published";
        let Some(html) = pages.get(&page).filter(|_| is_published) else { continue };
        let source = fs::read_to_string(root.join(file)).unwrap();
        let (front, body) = source[4..].split_once("\n---\n").unwrap();
        let html = std::str::from_utf8(html).unwrap();
        let none = BTreeSet::new();
        let letters = letters(body, front.lines().count() + 3);
        let lost = lost(&letters, &page_letters(body_of(html)), named.get(file).unwrap_or(&none));
        assert_eq!(lost, None, "{file}");
        seen += usize::from(!letters.letters.is_empty());
    }
    assert!(seen > 100, "only {seen} pages had a text");
}

#[test]
fn a_lost_letter_is_noticed() {
    let none = BTreeSet::new();
    let source = letters("ก ข\nค\n\n[^1]: ง", 7);
    assert_eq!(source.letters, [('ก', 7), ('ข', 7), ('ค', 8), ('ง', 10)]);
    let page = |html| lost(&source, &page_letters(html), &none);
    assert_eq!(page("<p>ก ข ค</p> ง"), None);
    assert_eq!(page("<p>ก ค</p> ง"), Some(('ข', 7)));
    assert_eq!(page("<p>ข ก ค ง"), Some(('ข', 7)));
    assert_eq!(page("<p>ก ข ค"), Some(('ง', 10)));
    assert_eq!(lost(&source, &page_letters("<p>ค ง"), &BTreeSet::from([7])), None);
    let source = letters("1. [x](y) <!-- z --> [^1] &amp; **a**{#id}", 1);
    assert_eq!(source.letters, [('x', 1), ('a', 1)]);
}
