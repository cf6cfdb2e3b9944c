//! Changes that programs make to the bytes of a text on its way, without changing what it says: Git
//! its line ends, editors its byte order mark and its last line end.

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What differs between two versions of a text that say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteChange {
    /// Lines end with CRLF, and ended with LF.
    ToCrlf,
    /// Lines end with LF, and ended with CRLF.
    ToLf,
    /// A byte order mark was added or removed.
    Mark,
    /// The last line end was added or removed.
    LastLineEnd,
    /// More than one of these.
    Several,
}

impl ByteChange {
    /// Returns what changed between two versions. Returns `None` if nothing did, or if they say other
    /// things.
    pub(crate) fn between(old: &[u8], new: &[u8]) -> Option<Self> {
        let (old, new) = (Shape::of(old)?, Shape::of(new)?);
        (old.plain == new.plain).then(|| old.change_to(&new)).flatten()
    }

    /// Returns the versions of a text that such a change could have led from, each with the change.
    /// Returns none for bytes that are not text, or if some of its lines end with LF and some with
    /// CRLF.
    pub(crate) fn former_versions(bytes: &[u8]) -> Vec<(Self, Vec<u8>)> {
        let Some(now) = Shape::of(bytes) else { return Vec::new() };
        let mut versions = Vec::new();
        for number in 0..8 {
            let former = Shape {
                plain: now.plain.clone(),
                has_crlf: number & 1 != 0,
                has_mark: number & 2 != 0,
                ends_line: number & 4 != 0,
            };
            if let Some(change) = former.change_to(&now) {
                versions.push((change, former.bytes()));
            }
        }
        versions
    }

    /// Returns the key of the message that names the change.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ToCrlf | Self::ToLf => "line-ends",
            Self::Mark => "mark",
            Self::LastLineEnd => "last-line-end",
            Self::Several => "several",
        }
    }
}

/// A text, and how its bytes are written.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    /// The text with LF, without a byte order mark and without the last line end.
    plain: Vec<u8>,
    has_crlf: bool,
    has_mark: bool,
    ends_line: bool,
}

impl Shape {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.contains(&0) {
            return None;
        }
        let rest = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut plain = with_lf(rest);
        let all = plain.iter().filter(|byte| **byte == b'\n').count();
        let crlf = rest.len() - plain.len();
        let ends_line = plain.last() == Some(&b'\n');
        plain.truncate(plain.len() - usize::from(ends_line));
        let has_mark = rest.len() < bytes.len();
        (crlf == 0 || crlf == all).then_some(Self {
            plain,
            has_crlf: crlf > 0,
            has_mark,
            ends_line,
        })
    }

    fn change_to(&self, new: &Self) -> Option<ByteChange> {
        let line_ends = if new.has_crlf { ByteChange::ToCrlf } else { ByteChange::ToLf };
        let has_lines = self.plain.contains(&b'\n') || (self.ends_line && new.ends_line);
        let changes = [
            (self.has_crlf != new.has_crlf && has_lines).then_some(line_ends),
            (self.has_mark != new.has_mark).then_some(ByteChange::Mark),
            (self.ends_line != new.ends_line).then_some(ByteChange::LastLineEnd),
        ];
        let mut changes = changes.into_iter().flatten();
        let first = changes.next()?;
        Some(if changes.next().is_some() { ByteChange::Several } else { first })
    }

    fn bytes(self) -> Vec<u8> {
        let mut text = self.plain;
        if self.ends_line {
            text.push(b'\n');
        }
        let mut bytes = if self.has_mark { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
        for byte in text {
            if byte == b'\n' && self.has_crlf {
                bytes.push(b'\r');
            }
            bytes.push(byte);
        }
        bytes
    }
}

/// Returns a text with LF for CRLF.
pub(crate) fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let kept = bytes.iter().zip(next).filter(|pair| *pair != (&b'\r', Some(&b'\n')));
    kept.map(|(byte, _)| *byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_named() {
        use ByteChange::{LastLineEnd, Mark, Several, ToCrlf, ToLf};
        let both = |old: &str, new: &str| ByteChange::between(old.as_bytes(), new.as_bytes());
        assert_eq!(both("1\n2\n", "1\r\n2\r\n"), Some(ToCrlf));
        assert_eq!(both("1\r\n2\r\n", "1\n2\n"), Some(ToLf));
        assert_eq!(both("1\r\n2", "1\n2"), Some(ToLf));
        assert_eq!(both("1\n", "\u{FEFF}1\n"), Some(Mark));
        assert_eq!(both("1\n2", "1\n2\n"), Some(LastLineEnd));
        assert_eq!(both("1\r\n", "1"), Some(LastLineEnd));
        assert_eq!(both("\u{FEFF}1\r\n2\r\n", "1\n2"), Some(Several));
        assert_eq!(both("1\n", "1\n"), None);
        assert_eq!(both("1\n2\n", "1\r\n3\r\n"), None);
        assert_eq!(both("1\n\n", "1"), None);
        assert_eq!(both("a\0\n", "a\0\r\n"), None);
    }

    #[test]
    fn every_change_can_be_undone() {
        let versions = ["a\nb", "a\r\nb\r\n", "\u{FEFF}a\nb\n", "\u{FEFF}a\r\nb"];
        for old in versions {
            for new in versions.into_iter().filter(|new| *new != old) {
                let formers = ByteChange::former_versions(new.as_bytes());
                let found = formers.iter().find(|(_, bytes)| bytes == old.as_bytes());
                let change = ByteChange::between(old.as_bytes(), new.as_bytes());
                assert_eq!(found.map(|(change, _)| *change), change, "{old:?} {new:?}");
                assert!(change.is_some());
            }
        }
    }
}
