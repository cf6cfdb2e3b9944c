//! A finding in a body, and its correction.

use std::ops::Range;

use crate::diagnostics::Code;

/// The argument of a lint that is reported once in a body, at its first place: the number of its places.
pub(super) const COUNT: &str = "count";

/// A finding in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The kind of finding.
    pub code: Code,
    /// Its range in the source.
    pub range: Range<usize>,
    /// The arguments of its message.
    pub(super) args: Vec<(&'static str, String)>,
    /// The key of its help.
    help: &'static str,
    /// Replacements that correct it. Empty if a person must decide.
    pub(super) fix: Vec<Replacement>,
}

impl Lint {
    pub(super) fn new(code: Code, range: Range<usize>) -> Self {
        Self { code, range, args: Vec::new(), help: "help", fix: Vec::new() }
    }

    pub(super) fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    pub(super) fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// Removes its correction.
    pub(super) fn drop_fix(&mut self) {
        self.fix.clear();
    }

    /// Returns the key of its help. `is_offered` says whether `check --fix` corrects it.
    pub(super) fn help_key(&self, is_offered: bool) -> &'static str {
        match self.help {
            help if !is_offered => help,
            "help-blank" => "help-blank-fix",
            "help-cell" => "help-cell-fix",
            "help-tabs" => "help-tabs-fix",
            _ => "help-fix",
        }
    }

    /// Returns whether it is reported once in a body, with its number of places.
    pub(super) fn is_counted(&self) -> bool {
        self.args.iter().any(|(name, _)| *name == COUNT)
    }

    pub(super) fn fix(mut self, range: Range<usize>, text: impl Into<String>) -> Self {
        self.fix.push(Replacement { range, text: text.into() });
        self
    }
}

/// A part of the source, and what replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    pub range: Range<usize>,
    pub text: String,
}
