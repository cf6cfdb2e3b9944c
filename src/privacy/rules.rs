//! The rules of countries, as their files contain them.

use serde::Deserialize;

use crate::privacy::other_kinds::OtherKind;
use crate::text::Digit;

/// The countries with rules, by the names that `[policy] privacy` accepts.
pub(crate) const COUNTRIES: &[(&str, &str)] = &[("th", include_str!("th.toml"))];

/// The rules of a country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Country {
    /// Words in names and titles of files that are probably copies of personal documents.
    pub(super) documents: Vec<String>,
    /// Numbers that have as many digits as private ones.
    #[serde(default)]
    pub(super) others: Vec<OtherKind>,
    pub(super) rules: Vec<PrivacyRule>,
}

/// The rule for one kind of number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrivacyRule {
    /// The code of the diagnostic.
    pub(super) code: String,
    /// The key of its name in the messages.
    pub(super) name: String,
    /// How the number may be written.
    pub(super) forms: Vec<NumberForm>,
    #[serde(default)]
    pub(super) checksum: Option<Checksum>,
    /// Whether digits may also be grouped in other ways, if no other digits are next to them.
    #[serde(default)]
    pub(super) any_grouping: bool,
    /// Words that indicate this kind of number.
    pub(super) words: Vec<String>,
    /// Further words that indicate this kind of number only as its label: a key, a header, the words
    /// before it.
    #[serde(default)]
    pub(super) labels: Vec<String>,
    /// Words right before another kind of number, unless one of `words` is between.
    #[serde(default)]
    pub(super) not_after: Vec<String>,
    /// Words near which the number may be published.
    #[serde(default)]
    pub(super) allowed_near: Vec<String>,
    /// Words in a heading under which the number may be published.
    #[serde(default)]
    pub(super) allowed_under: Vec<String>,
    /// The severity if one of `words` is near.
    pub(super) with_words: RuleLevel,
    /// The severity otherwise.
    pub(super) without_words: RuleLevel,
}

/// A form in which a number is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberForm {
    pub(super) digits: usize,
    /// The prefixes of the number. If there are none, any prefix is accepted.
    #[serde(default)]
    pub(super) starts: Vec<String>,
    /// Whether a `+` precedes the number.
    #[serde(default)]
    pub(super) plus: bool,
    /// Sizes of the groups of digits between separators: `1-4-5-2-1`.
    pub(super) groupings: Vec<String>,
    /// Whether the form counts only if one of the rule's words is near.
    #[serde(default)]
    pub(super) words_needed: bool,
}

/// How the check digit is computed from the other digits.
#[derive(Debug, Deserialize)]
#[serde(tag = "scheme", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Checksum {
    /// `(modulus - sum of digit × weight mod modulus) mod 10`.
    Weighted { weights: Vec<u32>, modulus: u32 },
}

impl Checksum {
    pub(super) fn is_right(&self, digits: &[Digit]) -> bool {
        let Self::Weighted { weights, modulus } = self;
        let Some((last, others)) = digits.split_last() else { return false };
        let sum: u32 = others.iter().zip(weights).map(|(digit, weight)| digit.value * weight).sum();
        last.value == (modulus - sum % modulus) % 10
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RuleLevel {
    Error,
    Warning,
}
