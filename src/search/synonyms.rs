//! The words of a search that are not in the texts: what people call things, and what says nothing about them.
//!
//! A set is a line of words that mean the same, with `=` between them. The sets that come with the program are in
//! `th.toml` and `en.toml`; a portal adds its own in `site.toml`.

use serde::Deserialize;
use serde_json::json;

use crate::search::tokens::fold;

/// Words of a language.
#[derive(Default, Deserialize)]
pub(super) struct Words {
    /// Sets of words that mean the same.
    synonyms: Vec<String>,
    /// Words of questions.
    ignored: Vec<String>,
    /// What means the newest of a series.
    newest: Vec<String>,
    /// What stands in many titles and is not what they are about.
    weak: Vec<String>,
}

impl Words {
    /// Returns the words for a language, with a portal's own sets. English ones are among them in any language, as people
    /// type them on any page.
    pub(super) fn of(language: &str, own: &[String]) -> Self {
        let mut words = Self { synonyms: own.to_vec(), ..Self::default() };
        if language == "th" {
            words.add(include_str!("th.toml"));
        }
        words.add(include_str!("en.toml"));
        words
    }

    /// Adds the words of a file that comes with the program. A test reads all of them.
    fn add(&mut self, text: &str) {
        let more: Self = toml::from_str(text).unwrap_or_default();
        self.synonyms.extend(more.synonyms);
        self.ignored.extend(more.ignored);
        self.newest.extend(more.newest);
        self.weak.extend(more.weak);
    }

    /// Returns what is weak in titles, folded.
    pub(super) fn weak(&self) -> Vec<String> {
        folded(&self.weak)
    }

    /// Returns the content of the file with words, folded: the sets, the ignored words, and those for the newest.
    pub(super) fn content(&self) -> String {
        let sets: Vec<Vec<String>> =
            self.synonyms.iter().map(|line| line.split('=').map(fold).collect()).collect();
        format!("{}\n", json!([sets, folded(&self.ignored), folded(&self.newest)]))
    }
}

fn folded(words: &[String]) -> Vec<String> {
    words.iter().map(|word| fold(word)).collect()
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
                assert!(
                    words().count() > 1
                        && words().all(|word| !word.contains('=')
                            && word.trim() == word
                            && !word.is_empty()),
                    "{line}"
                );
            }
        }
    }
}
