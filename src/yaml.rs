//! The YAML parser behind a small door: typed values, errors that can be read, and places.
//!
//! The parser tells where a *parse* failed, not where a value stands. So a value is asked to fail:
//! a deserializer walks to it and returns an error on purpose, and the parser says where that was.
//!
//! This is the only module that names the YAML crate.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// What the parser says, without places and with Thai letters readable.
    pub message: String,
    /// The byte at which it noticed.
    pub at: Option<usize>,
    /// The byte at which what it could not finish began: a quotation mark, say.
    pub opened: Option<usize>,
}

impl YamlError {
    fn new(yaml: &str, error: &serde_yaml::Error) -> Self {
        let at = error.location().map(|at| at.index()).filter(|at| *at > 0);
        Self { message: readable(error), at, opened: opening_mark(yaml, &error.to_string()) }
    }
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// The value of a key.
    Key(&'static str),
    /// An element of a list.
    Index(usize),
}

/// Reads a text as a type.
pub fn parse<T: DeserializeOwned>(yaml: &str) -> Result<T, YamlError> {
    serde_yaml::from_str(yaml).map_err(|error| YamlError::new(yaml, &error))
}

/// The most values that a text may come to, named ones counted as often as they are used.
const MAX_VALUES: usize = 20_000;

/// Whether a text comes to more values than that. A value that is named (`&a`) and used again and
/// again (`*a`) can make gigabytes of a few lines: the parser limits how often names are used, not
/// what that comes to.
pub fn is_bomb(yaml: &str) -> bool {
    if !yaml.contains('&') || !yaml.contains('*') {
        return false;
    }
    let left = Cell::new(MAX_VALUES);
    let count = Count { left: &left }.deserialize(serde_yaml::Deserializer::from_str(yaml));
    // What else is wrong is told by whoever reads the values.
    count.is_err_and(|error| left.get() == 0 || error.to_string().contains("repetition limit"))
}

/// Counts values, and fails when there are too many.
#[derive(Clone, Copy)]
struct Count<'c> {
    left: &'c Cell<usize>,
}

impl Count<'_> {
    fn one<E: serde::de::Error>(self) -> Result<(), E> {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        if left == 0 { Err(E::custom("repetition limit exceeded")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.one()
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.one()
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.one()
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.one()
    }
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.one()
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.one()
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.one()?;
        while map.next_key_seed(self)?.is_some() {
            map.next_value_seed(self)?;
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.one()?;
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }
}

/// The keys of a map in their order, duplicates included.
pub fn keys(yaml: &str) -> Result<Vec<String>, YamlError> {
    parse::<KeyList>(yaml).map(|KeyList(keys)| keys)
}

/// Reads the value of the entry with a number as a type, whatever is wrong with the others.
pub fn entry<T: DeserializeOwned>(yaml: &str, index: usize) -> Result<T, YamlError> {
    let pick = Pick { index, found: std::marker::PhantomData };
    let read = pick.deserialize(serde_yaml::Deserializer::from_str(yaml));
    read.map_err(|error| YamlError::new(yaml, &error))
}

/// The byte at which a value stands.
pub fn place_of(yaml: &str, steps: &[Step]) -> Option<usize> {
    let deserializer = serde_yaml::Deserializer::from_str(yaml);
    Probe { steps }.deserialize(deserializer).err()?.location().map(|at| at.index())
}

/// The byte at which the key with a number stands.
pub fn place_of_key(yaml: &str, index: usize) -> Option<usize> {
    let deserializer = serde_yaml::Deserializer::from_str(yaml);
    NthKey { index }.deserialize(deserializer).err()?.location().map(|at| at.index())
}

/// Where the quotation mark stands that was not closed: the parser names it last, by line and
/// column.
fn opening_mark(yaml: &str, message: &str) -> Option<usize> {
    let (_, last) = message.rsplit_once(" at line ")?;
    let (line, column) = last.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let start: usize = yaml.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let text = yaml.get(start..)?.lines().next()?;
    Some(start + text.char_indices().nth(column.checked_sub(1)?)?.0)
}

/// The parser's message without its locations (they count within the YAML), Thai letters readable
/// again.
fn readable(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let mut pieces = text.split(" at line ");
    let mut plain = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let place = |c: char| c.is_ascii_digit() || c == ' ';
        let rest = piece.trim_start_matches(place).trim_start_matches("column");
        plain.push_str(rest.trim_start_matches(place));
    }
    let text = plain.as_str();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        out.push_str(before);
        let decoded = after.split_once('}').and_then(|(digits, tail)| {
            Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, tail))
        });
        match decoded {
            Some((letter, tail)) => {
                out.push(letter);
                rest = tail;
            }
            None => {
                out.push_str("\\u{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Walks to a value and fails there, so that the parser says where it was.
struct Probe<'s> {
    steps: &'s [Step],
}

impl<'de> DeserializeSeed<'de> for Probe<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Probe<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("here"))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((Step::Key(wanted), rest)) = self.steps.split_first() else {
            return Err(A::Error::custom("here"));
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(Probe { steps: rest })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((Step::Index(wanted), rest)) = self.steps.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*wanted {
            seq.next_element::<IgnoredAny>()?;
        }
        seq.next_element_seed(Probe { steps: rest })?;
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// The top-level keys in their order, duplicates included.
struct KeyList(Vec<String>);

impl<'de> Deserialize<'de> for KeyList {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = KeyList;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("lines of the form `key: value`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyList, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    map.next_value::<IgnoredAny>()?;
                    keys.push(key);
                }
                Ok(KeyList(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Fails at the key with a number.
struct NthKey {
    index: usize,
}

impl<'de> DeserializeSeed<'de> for NthKey {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for NthKey {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        for _ in 0..self.index {
            map.next_entry::<IgnoredAny, IgnoredAny>()?;
        }
        map.next_key_seed(Probe { steps: &[] })?;
        Ok(())
    }
}

/// Reads the value with a number as a type and passes over the others.
struct Pick<T> {
    index: usize,
    found: std::marker::PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Pick<T> {
    type Value = T;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Pick<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        for _ in 0..self.index {
            map.next_entry::<IgnoredAny, IgnoredAny>()?;
        }
        map.next_key::<IgnoredAny>()?;
        let value = map.next_value()?;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(value)
    }
}
