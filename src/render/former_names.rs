//! Former names of templates and of values in them. Themes that use one get an error that names the
//! present one: otherwise a part of the page would be missing silently.

use std::ops::Range;

/// Former names of templates, each with its present name.
pub(super) const TEMPLATES: [(&str, &str); 4] = [
    ("shell.html", "base.html"),
    ("reach.html", "contact.html"),
    ("spot.html", "location.html"),
    ("contents.html", "toc.html"),
];

/// Former names of values, each with its present name.
const VALUES: [(&str, &str); 3] = [
    ("item.spot", "item.location"),
    ("item.person.reach", "item.person.contact"),
    ("item.division.reach", "item.division.contact"),
];

/// The template whose includer sets a variable for it, and the former and present name of the variable.
const VARIABLE: (&str, (&str, &str)) = ("contact.html", ("reach", "contact"));

/// A former name of a value that a template uses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FormerValue {
    pub(super) old: &'static str,
    pub(super) new: &'static str,
    /// The place of its first use.
    pub(super) range: Range<usize>,
}

/// Returns the former names of values that a template uses, each at its first use.
pub(super) fn former_values(template: &str, text: &str) -> Vec<FormerValue> {
    let mut names = VALUES.to_vec();
    let (file, variable) = VARIABLE;
    if template == file && !text.contains(&format!("set {} ", variable.0)) {
        names.push(variable);
    }
    let tags = tags(text);
    let first = |(old, new): (&'static str, &'static str)| {
        let range = tags.iter().find_map(|tag| find_name(&text[tag.clone()], old, tag.start))?;
        Some(FormerValue { old, new, range })
    };
    names.into_iter().filter_map(first).collect()
}

/// Returns the ranges of the code in a template: what is inside `{{ … }}` and `{% … %}`.
pub(super) fn tags(text: &str) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        let (is_code, close) = match text.as_bytes().get(open + 1) {
            Some(b'{') => (true, "}}"),
            Some(b'%') => (true, "%}"),
            Some(b'#') => (false, "#}"),
            _ => {
                at = open + 1;
                continue;
            }
        };
        let start = open + 2;
        let end = text[start..].find(close).map_or(text.len(), |length| start + length);
        if is_code {
            tags.push(start..end);
        }
        at = (end + close.len()).min(text.len());
    }
    tags
}

/// Returns the range of a name in the code of a tag that begins at `start`. Ignores longer names
/// that contain it, such as `item.extra.spot` or `item.spotted`.
fn find_name(code: &str, name: &str, start: usize) -> Option<Range<usize>> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let is_whole = |at: usize| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        !before.is_some_and(|c| is_of_name(c) || c == '.') && !after.is_some_and(is_of_name)
    };
    let (at, _) = code.match_indices(name).find(|(at, _)| is_whole(*at))?;
    Some(start + at..start + at + name.len())
}

#[cfg(test)]
mod tests {
    use super::former_values;

    fn found(template: &str, text: &str) -> Vec<(&'static str, usize)> {
        let values = former_values(template, text);
        values.into_iter().map(|value| (value.old, value.range.start)).collect()
    }

    #[test]
    fn former_names_are_found_in_code() {
        assert_eq!(found("item.html", "{%- if item.spot -%}"), [("item.spot", 7)]);
        assert_eq!(found("item.html", "ก {{ item.spot.url }}"), [("item.spot", 7)]);
        let set = "{% set reach = item.person.reach %}{{ reach.office }}";
        assert_eq!(found("person.html", set), [("item.person.reach", 15)]);
        assert_eq!(found("contact.html", "{{ reach.office }}"), [("reach", 3)]);
    }

    #[test]
    fn other_text_is_no_former_name() {
        for text in [
            "item.spot",
            "{# item.spot #}",
            "{{ item.extra.spot }} {{ item.spots }} {{ my_item.spot }}",
            "<script>{ item.spot }</script>",
            "{{ reach.office }}",
            "{{ item.location.url",
            "{",
        ] {
            assert_eq!(found("item.html", text), []);
        }
        assert_eq!(found("contact.html", "{% set reach = 1 %}{{ reach }}"), []);
    }
}
