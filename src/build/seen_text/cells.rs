//! Finds numbers that are spread over the cells of a table.

use crate::text::{FEWEST, FEWEST_PRINTED, seen_digit};

/// Group sizes in which numbers are printed. If the groups are spread over the cells of a table,
/// they are still read as one number.
const SPREAD: [&[usize]; 3] = [&[1, 4, 5, 2, 1], &[3, 3, 4], &[3, 1, 5, 1]];

/// The maximum number of consecutive cells that are read as one number with a digit in each.
const MAX_BOXES: usize = 20;

/// Returns numbers whose groups, or single digits, are in consecutive cells of a row. `heads` are the
/// cells of the table's first row.
pub(super) fn spread(cells: &[String], heads: &[String]) -> Vec<String> {
    let digits_only = |cell: &String| {
        let is_one = |c: char| seen_digit(c).is_some();
        (!cell.is_empty() && cell.chars().all(is_one)).then(|| cell.chars().count())
    };
    let sizes: Vec<Option<usize>> = cells.iter().map(digits_only).collect();
    let mut found = Vec::new();
    for (start, _) in sizes.iter().enumerate() {
        for shape in SPREAD {
            let fits = sizes.get(start..start + shape.len());
            if fits.is_some_and(|sizes| sizes.iter().zip(shape).all(|(a, b)| *a == Some(*b))) {
                found.push(cells[start..start + shape.len()].join("-"));
            }
        }
    }
    let boxes: Vec<usize> = (0..cells.len()).filter(|n| sizes[*n] == Some(1)).collect();
    for row in boxes.chunk_by(|a, b| a + 1 == *b) {
        if (FEWEST..=MAX_BOXES).contains(&row.len()) {
            found.push(joined(cells, row));
        }
        // Another digit in front, such as the number of the row, has a header of its own.
        let head = |n: usize| heads.get(n).map_or("", String::as_str);
        for part in row.chunk_by(|a, b| head(*a) == head(*b)) {
            if part.len() == FEWEST_PRINTED && part.len() < row.len() {
                found.push(joined(cells, part));
            }
        }
    }
    found
}

fn joined(cells: &[String], boxes: &[usize]) -> String {
    boxes.iter().map(|n| cells[*n].as_str()).collect()
}
