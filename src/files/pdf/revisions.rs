//! Finds the earlier versions that a PDF file still contains (ISO 32000-1, 7.5.6).
//!
//! A version ends where its table of objects is named. A file may also contain an object twice
//! without a table in between. Then the older copy belongs to a version of its own. So every copy of
//! every object is the newest one in some version.

use std::collections::BTreeSet;

use memchr::{memchr2, memmem};

/// The maximum number of objects that are compared.
const MAX_OBJECTS: usize = 1_000_000;

/// A version of the file other than the one that viewers show.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Revision {
    /// Where it ends.
    pub(super) end: usize,
    /// Where the newer copies of its objects begin. They are not part of it.
    pub(super) hidden: Vec<usize>,
    /// Whether its table of objects must be rebuilt from the objects themselves.
    pub(super) is_rebuilt: bool,
    /// Whether it may be the first part of a linearized file, which is not a whole document.
    pub(super) is_part: bool,
}

/// A mark found in the file.
#[derive(Debug, Clone, Copy)]
enum Mark {
    /// An object begins.
    Object { at: usize, number: u32 },
    /// A version ends.
    End { at: usize, is_complete: bool, is_dummy: bool },
}

/// A place between two marks where a version ends.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// After the mark of an end.
    After(usize),
    /// Before an object of which this version has an older copy.
    Before { mark: usize, from: usize },
}

/// Returns at most this many versions, the last ones of the file, and whether there are more.
pub(super) fn earlier_revisions(bytes: &[u8], limit: usize) -> (Vec<Revision>, bool) {
    let marks = marks(bytes);
    let (mut cuts, is_hidden) = cuts(&marks);
    let is_more = cuts.len() > limit || marks.len() >= MAX_OBJECTS;
    cuts.drain(..cuts.len().saturating_sub(limit));
    let mut revisions: Vec<Revision> =
        cuts.into_iter().rev().filter_map(|cut| revision(cut, &marks, bytes.len())).collect();
    if is_hidden {
        let (end, hidden) = (bytes.len(), Vec::new());
        revisions.push(Revision { end, hidden, is_rebuilt: true, is_part: false });
    }
    (revisions, is_more)
}

fn revision(cut: Cut, marks: &[Mark], size: usize) -> Option<Revision> {
    match cut {
        Cut::After(mark) => {
            let Mark::End { at, is_complete, is_dummy } = *marks.get(mark)? else { return None };
            let hidden = Vec::new();
            Some(Revision { end: at, hidden, is_rebuilt: !is_complete, is_part: is_dummy })
        }
        Cut::Before { mark, from } => {
            let number_of = |mark: &Mark| match *mark {
                Mark::Object { at, number } => Some((at, number)),
                Mark::End { .. } => None,
            };
            let own: BTreeSet<u32> =
                marks[from..mark].iter().filter_map(number_of).map(|(_, number)| number).collect();
            let later = marks[mark..].iter().filter_map(number_of);
            let hidden = later.filter(|(_, number)| own.contains(number)).map(|(at, _)| at);
            let hidden = hidden.collect();
            Some(Revision { end: size, hidden, is_rebuilt: true, is_part: false })
        }
    }
}

/// Returns where versions end, and whether a viewer may miss the newest copies of objects.
fn cuts(marks: &[Mark]) -> (Vec<Cut>, bool) {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut own = BTreeSet::new();
    let (mut from, mut has_objects) = (0, false);
    let mut is_hidden = false;
    let is_complete = |cut: &Cut| match cut {
        Cut::After(n) => matches!(marks[*n], Mark::End { is_complete: true, .. }),
        Cut::Before { .. } => false,
    };
    for (n, mark) in marks.iter().enumerate() {
        match *mark {
            Mark::Object { number, .. } => {
                if !own.insert(number) {
                    cuts.push(Cut::Before { mark: n, from });
                    own = BTreeSet::from([number]);
                    from = n;
                    is_hidden = true;
                }
                has_objects = true;
            }
            Mark::End { .. } if has_objects => {
                cuts.push(Cut::After(n));
                own.clear();
                (from, has_objects) = (n + 1, false);
            }
            // An end that follows another one without objects in between is the same end.
            Mark::End { .. } => {
                if let Some(last @ Cut::After(_)) =
                    cuts.last_mut().filter(|last| !is_complete(last))
                {
                    *last = Cut::After(n);
                }
            }
        }
    }
    let mut ends_well = !has_objects;
    if !has_objects && let Some(Cut::After(_)) = cuts.last() {
        // The last version is the file itself.
        ends_well = cuts.pop().as_ref().is_some_and(is_complete);
    }
    is_hidden |= !ends_well && cuts.iter().any(is_complete);
    (cuts, is_hidden)
}

/// Finds the marks of a file in one pass. The contents of streams are skipped.
fn marks(bytes: &[u8]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let (mut at, mut object) = (0, 0);
    let mut has_more_streams = true;
    while at < bytes.len() && marks.len() < MAX_OBJECTS {
        let line_end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let line = &bytes[at..line_end];
        let start = at + line.len() - line.trim_ascii_start().len();
        if let Some(number) = number_of_object(&bytes[start..]) {
            marks.push(Mark::Object { at: start, number });
            object = start;
        }
        if let Some(end) = end_in(bytes, at, line) {
            marks.push(end);
        }
        at = line_end + 1;
        if has_more_streams && line.ends_with(b"stream") && !line.ends_with(b"endstream") {
            match end_of_stream(bytes, object, line_end) {
                Some(end) => at = end,
                None => has_more_streams = false,
            }
            object = at;
        }
    }
    marks
}

/// Returns the number of the object that begins here: `12 0 obj`.
fn number_of_object(bytes: &[u8]) -> Option<u32> {
    const DIGITS: usize = 10;
    let (number, rest) = digits(bytes, DIGITS)?;
    let (_, rest) = digits(after_space(rest)?, DIGITS)?;
    let rest = after_space(rest)?.strip_prefix(b"obj")?;
    rest.first().is_none_or(|next| !next.is_ascii_alphanumeric()).then_some(number)
}

/// Reads a number of a few digits. Returns it and what follows.
fn digits(bytes: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let count = bytes.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = bytes.split_at_checked(count)?;
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}

fn after_space(bytes: &[u8]) -> Option<&[u8]> {
    const MOST: usize = 16;
    let count = bytes.iter().take(MOST).take_while(|byte| byte.is_ascii_whitespace()).count();
    (count > 0).then(|| &bytes[count..])
}

/// Returns the end of a version that is marked in a line.
fn end_in(bytes: &[u8], at: usize, line: &[u8]) -> Option<Mark> {
    const START: &[u8] = b"startxref";
    const END: &[u8] = b"%%EOF";
    if let Some(found) = memmem::find(line, START) {
        let after = at + found + START.len();
        let (offset, rest) = digits(after_space(&bytes[after..])?, 10)?;
        let is_complete = rest.trim_ascii_start().starts_with(END);
        let space = rest.len() - rest.trim_ascii_start().len();
        let end = bytes.len() - rest.len() + if is_complete { space + END.len() } else { 0 };
        return Some(Mark::End { at: end, is_complete, is_dummy: offset == 0 });
    }
    let found = memmem::find(line, END)?;
    Some(Mark::End { at: at + found + END.len(), is_complete: true, is_dummy: false })
}

/// Returns where the stream ends whose keyword ends here. Its length is believed if the stream
/// really ends there, because it may contain another PDF file.
fn end_of_stream(bytes: &[u8], object: usize, keyword_end: usize) -> Option<usize> {
    const END: &[u8] = b"endstream";
    let eol = if bytes[keyword_end..].starts_with(b"\r\n") { 2 } else { 1 };
    let start = (keyword_end + eol).min(bytes.len());
    let declared = memmem::rfind(&bytes[object.min(keyword_end)..keyword_end], b"/Length ")
        .and_then(|found| digits(&bytes[object + found + b"/Length ".len()..], 9))
        .map(|(length, _)| start.saturating_add(length as usize));
    if let Some(rest) = declared.and_then(|end| bytes.get(end..)) {
        let space = rest.iter().take(3).take_while(|byte| byte.is_ascii_whitespace()).count();
        if rest[space..].starts_with(END) {
            return Some(bytes.len() - rest.len() + space + END.len());
        }
    }
    memmem::find(&bytes[start..], END).map(|end| start + end + END.len())
}
