//! Wraps the YAML parser: typed values, readable errors, and the positions of values.
//!
//! The parser reports where parsing failed, but not where a value is. To find a value, a
//! deserializer walks to it and returns an error on purpose, and the parser reports the position of
//! that error.
//!
//! This is the only module that uses the YAML crate.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, IgnoredAny, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// Why a text could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// The message of the parser, without positions and with Thai letters readable.
    pub message: String,
    /// The byte offset at which the error was noticed.
    pub at: Option<usize>,
    /// The byte offset at which an unfinished construct begins, for example a quotation mark.
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
pub enum YamlStep<'k> {
    /// The value of a key.
    Key(&'k str),
    /// An element of a list.
    Index(usize),
}

/// Parses a text as a type.
pub(crate) fn parse_yaml<T: DeserializeOwned>(yaml: &str) -> Result<T, YamlError> {
    serde_yaml::from_str(yaml).map_err(|error| YamlError::new(yaml, &error))
}

/// Passes a text to a seed. Errors are left out.
pub(super) fn walk_yaml<'y, S: DeserializeSeed<'y>>(yaml: &'y str, seed: S) -> Option<S::Value> {
    seed.deserialize(serde_yaml::Deserializer::from_str(yaml)).ok()
}

/// The maximum number of values in a text, and of their bytes. Aliased values count each time they
/// are used.
const MAX_VALUES: usize = 20_000;
const MAX_BYTES: usize = 256 * 1024;

/// Returns whether a text expands to more values than that. An anchor (`&a`) used repeatedly (`*a`)
/// can turn a few lines into gigabytes. The parser limits how often aliases are used, but not the
/// size of the result.
pub(super) fn is_bomb(yaml: &str) -> bool {
    if !yaml.contains('&') || !yaml.contains('*') {
        return false;
    }
    let (left, bytes) = (Cell::new(MAX_VALUES), Cell::new(MAX_BYTES));
    let count = |piece: YamlPiece| {
        if let YamlPiece::Value(value) = piece {
            left.set(left.get().saturating_sub(1));
            bytes.set(bytes.get().saturating_sub(value.to_string().len()));
        }
        left.get() > 0 && bytes.get() > 0
    };
    let walk = Walk { each: &count }.deserialize(serde_yaml::Deserializer::from_str(yaml));
    // All other errors are reported when the values are read.
    walk.is_err_and(|error| {
        left.get() == 0 || bytes.get() == 0 || error.to_string().contains("repetition limit")
    })
}

/// All values of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Values {
    /// Keys and values in order, one per line, with the beginning and end of lists and maps.
    pub text: String,
    /// Whether the walk ended at a tag: `!name`.
    has_tag: bool,
}

/// Returns all values of a text. Returns `None` if it cannot be parsed.
pub(super) fn values(yaml: &str) -> Option<Values> {
    let text = RefCell::new(String::new());
    let has_tag = Cell::new(false);
    let note = |piece: YamlPiece| {
        has_tag.set(matches!(piece, YamlPiece::Tag));
        if let YamlPiece::Value(value) | YamlPiece::End(value) = piece {
            let _ = fmt::Write::write_fmt(&mut *text.borrow_mut(), format_args!("{value}\n"));
        }
        !has_tag.get()
    };
    let walk = Walk { each: &note }.deserialize(serde_yaml::Deserializer::from_str(yaml));
    let is_read = walk.is_ok() || has_tag.get();
    is_read.then(|| Values { text: text.take(), has_tag: has_tag.get() })
}

/// Returns whether two texts have the same values, apart from spaces and from characters that are not
/// ASCII. All that means something in YAML is ASCII. Returns `false` if one cannot be parsed.
pub(crate) fn same_yaml_shape(yaml: &str, other: &str) -> bool {
    let shape = |yaml| {
        let text = (!is_bomb(yaml)).then(|| values(yaml)).flatten()?.text;
        Some(text.chars().filter(|c| c.is_ascii() && *c != ' ').collect::<String>())
    };
    shape(yaml).is_some_and(|own| shape(other) == Some(own))
}

/// Returns where the first tag begins (`!name`, `!!str`, `!<uri>`). The parser silently ignores
/// most tags. This function therefore replaces a `!` by a letter and compares the values: in a text
/// or a comment only that letter changes, while a tag becomes a text.
pub(super) fn first_tag(yaml: &str) -> Option<usize> {
    let marks: Vec<usize> = yaml.match_indices('!').map(|(at, _)| at).collect();
    if marks.is_empty() {
        return None;
    }
    let plain = values(yaml)?;
    let letter = ('\u{F0000}'..).find(|c| !yaml.contains(*c))?.to_string();
    let has_tag = |count: usize| {
        let end = marks[count - 1] + 1;
        let changed = yaml[..end].replace('!', &letter) + &yaml[end..];
        let changed = values(&changed);
        changed.map(|v| Values { text: v.text.replace(&letter, "!"), ..v }).as_ref() != Some(&plain)
    };
    let (mut without, mut with) = (0, marks.len());
    if !has_tag(with) {
        return None;
    }
    while with - without > 1 {
        let middle = usize::midpoint(without, with);
        if has_tag(middle) {
            with = middle;
        } else {
            without = middle;
        }
    }
    Some(marks[with - 1])
}

/// An event of the walk over all values.
enum YamlPiece<'a> {
    Value(fmt::Arguments<'a>),
    /// The beginning or end of a list or map.
    End(fmt::Arguments<'a>),
    Tag,
}

/// Walks over all keys and values until `each` returns `false`.
#[derive(Clone, Copy)]
struct Walk<'c> {
    each: &'c dyn Fn(YamlPiece) -> bool,
}

impl Walk<'_> {
    fn one<E: serde::de::Error>(self, value: fmt::Arguments) -> Result<(), E> {
        let goes_on = (self.each)(YamlPiece::Value(value));
        if goes_on { Ok(()) } else { Err(E::custom("repetition limit exceeded")) }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.one(format_args!("{value}"))
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.one(format_args!("\"{value}\""))
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.one(format_args!("~"))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.one(format_args!("{{"))?;
        while map.next_key_seed(self)?.is_some() {
            map.next_value_seed(self)?;
        }
        (self.each)(YamlPiece::End(format_args!("}}")));
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.one(format_args!("["))?;
        while seq.next_element_seed(self)?.is_some() {}
        (self.each)(YamlPiece::End(format_args!("]")));
        Ok(())
    }
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        if !(self.each)(YamlPiece::Tag) {
            return Err(A::Error::custom("a tag"));
        }
        let ((), value) = data.variant_seed(self)?;
        value.newtype_variant_seed(self)
    }
}

/// Parses a map as a type. Returns also its keys, in order.
pub(super) fn parse_with_keys<T: DeserializeOwned>(
    yaml: &str,
) -> Result<(T, Vec<String>), YamlError> {
    let mut keys = Vec::new();
    let read = WithKeys { keys: &mut keys, read: PhantomData };
    let read = read.deserialize(serde_yaml::Deserializer::from_str(yaml));
    read.map(|value| (value, keys)).map_err(|error| YamlError::new(yaml, &error))
}

/// Parses a map as a type and records its keys.
struct WithKeys<'k, T> {
    keys: &'k mut Vec<String>,
    read: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for WithKeys<'_, T> {
    type Value = T;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for WithKeys<'_, T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("lines of the form `key: value`")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(NotedMap { map, keys: self.keys }))
    }
}

/// Records the keys of a map as they are read.
struct NotedMap<'k, A> {
    map: A,
    keys: &'k mut Vec<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NotedMap<'_, A> {
    type Error = A::Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(key) = self.map.next_key::<String>()? else { return Ok(None) };
        let value = seed.deserialize(key.as_str().into_deserializer())?;
        self.keys.push(key);
        Ok(Some(value))
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// Returns the keys of a map in order, including duplicates.
pub fn yaml_keys(yaml: &str) -> Result<Vec<String>, YamlError> {
    parse_yaml::<KeyList>(yaml).map(|KeyList(keys)| keys)
}

/// Parses the value of the entry at an index as a type. Errors in other entries are ignored.
pub(super) fn entry<T: DeserializeOwned>(yaml: &str, index: usize) -> Result<T, YamlError> {
    let pick = NthValue { index, found: PhantomData };
    let read = pick.deserialize(serde_yaml::Deserializer::from_str(yaml));
    read.map_err(|error| YamlError::new(yaml, &error))
}

/// Returns the byte offset at which a value begins.
pub(super) fn place_of(yaml: &str, steps: &[YamlStep]) -> Option<usize> {
    let deserializer = serde_yaml::Deserializer::from_str(yaml);
    PlaceProbe { steps }.deserialize(deserializer).err()?.location().map(|at| at.index())
}

/// Returns the byte offset at which the key at an index begins.
pub(crate) fn place_of_key(yaml: &str, index: usize) -> Option<usize> {
    let deserializer = serde_yaml::Deserializer::from_str(yaml);
    NthKey { index }.deserialize(deserializer).err()?.location().map(|at| at.index())
}

/// Returns the first key that is written twice in one map inside the value of a top-level key, and the
/// byte at which it is repeated.
pub(super) fn repeated_key(yaml: &str, within: &'static str) -> Option<(String, usize)> {
    let repeated = RefCell::new(None);
    let search = RepeatedKeys { within: Some(within), repeated: &repeated };
    let error = search.deserialize(serde_yaml::Deserializer::from_str(yaml)).err()?;
    Some((repeated.take()?, error.location()?.index()))
}

/// Returns the offset of the unclosed quotation mark. The parser's message ends with its line and
/// column.
fn opening_mark(yaml: &str, message: &str) -> Option<usize> {
    let (_, last) = message.rsplit_once(" at line ")?;
    let (line, column) = last.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let start: usize = yaml.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let text = yaml.get(start..)?.lines().next()?;
    Some(start + text.char_indices().nth(column.checked_sub(1)?)?.0)
}

/// Returns the parser's message without positions, which count within the YAML only, and with Thai
/// letters unescaped.
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

/// Walks to a value and fails there, so that the parser reports its position.
struct PlaceProbe<'s> {
    steps: &'s [YamlStep<'s>],
}

impl<'de> DeserializeSeed<'de> for PlaceProbe<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PlaceProbe<'_> {
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
        let Some((YamlStep::Key(wanted), rest)) = self.steps.split_first() else {
            return Err(A::Error::custom("here"));
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(PlaceProbe { steps: rest })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((YamlStep::Index(wanted), rest)) = self.steps.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*wanted {
            seq.next_element::<IgnoredAny>()?;
        }
        seq.next_element_seed(PlaceProbe { steps: rest })?;
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// The top-level keys in order, including duplicates.
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

/// Fails at the key at an index.
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
        map.next_key_seed(PlaceProbe { steps: &[] })?;
        Ok(())
    }
}

/// Parses the value at an index and skips the others.
struct NthValue<T> {
    index: usize,
    found: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for NthValue<T> {
    type Value = T;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for NthValue<T> {
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

/// Walks over a value and fails at the first key that its map has already.
#[derive(Clone, Copy)]
struct RepeatedKeys<'r> {
    /// The only key of this map whose value is examined. `None` examines all.
    within: Option<&'static str>,
    repeated: &'r RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for RepeatedKeys<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RepeatedKeys<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i128<E>(self, _: i128) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u128<E>(self, _: u128) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { within, repeated } = self;
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key_seed(NewKey { keys: &keys, within, repeated })? {
            if within.is_none_or(|within| key == within) {
                map.next_value_seed(RepeatedKeys { within: None, repeated })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            keys.insert(key);
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }
}

/// Reads a key and fails if the map has it already. Keys at the top are compared by the reader of
/// front matter.
struct NewKey<'k> {
    keys: &'k HashSet<String>,
    within: Option<&'static str>,
    repeated: &'k RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = String;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NewKey<'_> {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        if self.within.is_none() && self.keys.contains(key) {
            self.repeated.replace(Some(key.to_owned()));
            return Err(E::custom("here"));
        }
        Ok(key.to_owned())
    }
}
