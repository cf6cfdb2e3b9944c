//! Extracts the texts of an item other than its body: the values of its front matter, and addresses.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::content::{FieldValue, Item};
use crate::text::{
    FEWEST, has_digits, has_long_number_in_html, is_invisible, seen_digit, web_address,
};

/// Appends a text as readers see it: runs of white space become one space, invisible characters are
/// removed, and `_`, with which programmers join digits, becomes a hyphen.
pub(super) fn add(text: &str, line: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if c == '_' {
            let is_between = line.ends_with(|c| seen_digit(c).is_some())
                && chars.peek().is_some_and(|next| seen_digit(*next).is_some());
            line.push(if is_between { '-' } else { c });
        } else if matches!(c, '*' | '~' | '`') && line.ends_with(|c| seen_digit(c).is_some()) {
            // Unresolved emphasis marks after a digit are skipped.
        } else if c == '\\' || !is_invisible(c) {
            line.push(c);
        }
    }
}

/// Returns an address, or a part of one, as readers see it: percent-encoded characters are decoded,
/// and the signs that Markdown would take for marks are like others. Encoded digits become wide ones,
/// to distinguish them from digits as programs write them.
pub(in crate::build) fn of_address(address: &str) -> String {
    let mut line = String::new();
    let mut pieces = address.split("%3");
    let mut marked = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let digit = piece.chars().next().filter(char::is_ascii_digit);
        let wide = digit.and_then(|digit| char::from_u32(u32::from(digit) + WIDE));
        match wide {
            Some(wide) => marked.extend([wide.to_string().as_str(), &piece[1..]]),
            None => marked.extend(["%3", piece]),
        }
    }
    let decoded = percent_decode_str(&marked).decode_utf8_lossy();
    add(&decoded.replace(['*', '~', '`'], "-"), &mut line);
    line
}

/// What the code of a wide digit (U+FF10) is above that of the Arabic one.
const WIDE: u32 = 0xFEE0;

/// Returns the published values of an item's front matter, each with its key.
pub(in crate::build) fn of_values(item: &Item) -> Vec<(&'static str, String)> {
    let details = &item.details;
    let mut values: Vec<(&'static str, &str)> = vec![
        ("title", &item.title),
        ("summary", &item.summary),
        ("unit", &details.unit),
        ("document_number", &details.document_number),
        ("kind", &details.kind),
        ("replaces", details.replaces.as_deref().unwrap_or("")),
    ];
    values.extend(item.tags.iter().map(|tag| ("tags", tag.as_ref())));
    values.extend(details.keywords.iter().map(|word| ("keywords", word.as_ref())));
    values.extend(details.changes.all().iter().map(|c| ("changes", c.note.as_ref())));
    values.extend(details.attachments.iter().map(|named| ("attachments", named.title.as_ref())));
    values.extend(details.meets.iter().map(|id| ("meets", id.as_ref())));
    let mut seen = Vec::new();
    let mut see = |key: &'static str, name: &str, text: &str| {
        let may_have_number =
            has_long_number_in_html(text) || text.contains('<') && has_digits(text, FEWEST);
        if may_have_number {
            let mut line = format!("{name}: ");
            add(text, &mut line);
            seen.push((key, line));
        }
    };
    for (key, text) in values {
        see(key, key, text);
    }
    for alias in &details.aliases {
        see("aliases", "aliases", &of_address(alias));
    }
    // Data files have numbers without the commas with which they may be written.
    details.fields.each(&mut |value| {
        if let FieldValue::Number(number) = value {
            see("extra", "extra", &number.to_string());
        }
    });
    for (name, value) in &details.extra {
        each_text(name, value, &mut |name, text| see("extra", name, text));
    }
    seen
}

/// Passes on the names and values inside a value, with numbers as they are printed.
fn each_text(name: &str, value: &Value, each: &mut dyn FnMut(&str, &str)) {
    /// The limit up to which a float represents every integer.
    const EXACT: f64 = 1e15;
    each("", name);
    match value {
        Value::String(text) => {
            each(name, text);
            if text.contains('%') && web_address(text.trim()).is_some() {
                each(name, &of_address(text));
            }
        }
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => {
                each(name, &format!("{float:.0}"));
            }
            _ => each(name, &number.to_string()),
        },
        Value::Array(list) => list.iter().for_each(|value| each_text(name, value, each)),
        Value::Object(map) => map.iter().for_each(|(name, value)| each_text(name, value, each)),
        Value::Null | Value::Bool(_) => {}
    }
}
