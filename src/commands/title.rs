//! Titles given on the command line.

use crate::text::{ends_line, is_invisible, may_stand, turns_direction};

/// Returns whether a text can be a title: one line, with something to read in it.
pub(super) fn is_title(text: &str) -> bool {
    let is_wrong = |c: char| ends_line(c) || c.is_control() || !may_stand(c) || turns_direction(c);
    text.chars().any(|c| !c.is_whitespace() && !is_invisible(c)) && !text.contains(is_wrong)
}
