//! Limits of the tables of one body.

/// The most blocks of tables in a body.
const MAX_BLOCKS: usize = 200;

/// The most rows that all tables of a body have together.
const MAX_ROWS: usize = 200_000;

/// How many bytes of a file that cannot be read count as a row.
const BYTES_PER_ROW: usize = 50;

/// What is left for further tables of a body.
#[derive(Debug, Default)]
pub(in crate::markdown) struct TableBudget {
    blocks: usize,
    rows: usize,
    is_told: bool,
}

impl TableBudget {
    /// Counts a block. When it is the first one too many, returns the help that says so; for the blocks after it,
    /// returns `Err(None)`.
    pub(in crate::markdown) fn take(&mut self) -> Result<(), Option<&'static str>> {
        self.blocks += 1;
        let help = match () {
            () if self.blocks > MAX_BLOCKS => "help-blocks",
            () if self.rows > MAX_ROWS => "help-body",
            () => return Ok(()),
        };
        Err((!std::mem::replace(&mut self.is_told, true)).then_some(help))
    }

    /// Counts the rows of a table, or the bytes of a file without one.
    pub(in crate::markdown) fn spend(&mut self, rows: Option<usize>, bytes: usize) {
        self.rows += rows.unwrap_or(bytes / BYTES_PER_ROW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_told_once() {
        let mut blocks = TableBudget::default();
        assert!((0..MAX_BLOCKS).all(|_| blocks.take().is_ok()));
        assert_eq!((blocks.take(), blocks.take()), (Err(Some("help-blocks")), Err(None)));
        let mut rows = TableBudget::default();
        rows.spend(Some(MAX_ROWS), 0);
        assert_eq!(rows.take(), Ok(()));
        rows.spend(None, BYTES_PER_ROW);
        assert_eq!((rows.take(), rows.take()), (Err(Some("help-body")), Err(None)));
    }
}
