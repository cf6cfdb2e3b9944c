//! The words of a search that are not in the texts: what people call things, and what says nothing about them.
//!
//! A set is a line of words that mean the same, with `=` between them. The sets that come with the program are in
//! `th.toml` and `en.toml`; a portal adds its own in `site.toml`.

use serde::Deserialize;
use serde_json::json;

use crate::text::nfc;

/// Words of a language.
#[derive(Deserialize)]
struct Words {
    /// Sets of words that mean the same.
    synonyms: Vec<String>,
    /// Words of questions.
    ignored: Vec<String>,
    /// What means the year and the month of the newest document.
    year: Vec<String>,
    month: Vec<String>,
    /// What stands in many titles and is not what they are about.
    weak: Vec<String>,
}

/// Returns the content of the file with the words of a language: the sets, the portal's own first, the ignored words, those
/// for this year and this month, and what is weak in a title.
pub(super) fn content(language: &str, own: &[String]) -> String {
    let english = Words::built_in(include_str!("en.toml"));
    // People type English words on Thai pages, too.
    let words = if language == "th" { Some(Words::built_in(include_str!("th.toml"))) } else { None };
    let all = || words.iter().chain([&english]);
    let built_in = all().flat_map(|words| &words.synonyms);
    let sets: Vec<String> = own.iter().chain(built_in).map(|line| nfc(line).to_string()).collect();
    let joined = |list: fn(&Words) -> &[String]| -> Vec<&str> {
        all().flat_map(|words| list(words)).map(String::as_str).collect()
    };
    let whole = json!([
        sets,
        joined(|words| &words.ignored),
        joined(|words| &words.year),
        joined(|words| &words.month),
        joined(|words| &words.weak),
    ]);
    format!("{whole}\n")
}

impl Words {
    /// Reads a file that comes with the program. A test reads all of them.
    fn built_in(text: &str) -> Self {
        toml::from_str(text).unwrap_or_else(|_| Self {
            synonyms: Vec::new(),
            ignored: Vec::new(),
            year: Vec::new(),
            month: Vec::new(),
            weak: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_of_the_program_are_sets() {
        for (text, least) in [(include_str!("th.toml"), 150), (include_str!("en.toml"), 50)] {
            let words: Words = toml::from_str(text).unwrap();
            assert!(words.synonyms.len() >= least, "{}", words.synonyms.len());
            for line in &words.synonyms {
                let words = || line.split(" = ");
                assert!(words().count() > 1 && words().all(|word| !word.contains('=') && word.trim() == word && !word.is_empty()), "{line}");
            }
        }
    }
}
