//! Texts as values of YAML.

use crate::content::parse_yaml;

/// Returns a text as a YAML value on one line, in quotation marks if it needs them.
pub(super) fn yaml_text(text: &str) -> String {
    let read = parse_yaml::<serde_json::Value>(&format!("title: {text}\n"));
    if read.is_ok_and(|value| value == serde_json::json!({ "title": text })) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_yaml_needs_it() {
        for (text, written) in [
            ("ปิดสะพาน", "ปิดสะพาน"),
            ("A (2)", "A (2)"),
            ("ประกาศ: งดจ่ายน้ำ", "\"ประกาศ: งดจ่ายน้ำ\""),
            ("ประกาศ #2", "\"ประกาศ #2\""),
            ("2569", "\"2569\""),
            ("yes", "yes"),
            ("true", "\"true\""),
            ("~", "\"~\""),
            ("- a", "\"- a\""),
            ("\"a\" \\", "\"\\\"a\\\" \\\\\""),
            ("[a", "\"[a\""),
        ] {
            assert_eq!(yaml_text(text), written);
        }
    }
}
