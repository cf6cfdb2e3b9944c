//! Numbers that are not written in digits. The parser returns `16` for `0x10`, and the same for `.nan` as for no
//! value.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::content::yaml::walk_yaml;

/// Returns the paths of numbers below a key that are not written in digits, as [`push_key`] and [`push_entry`] make them.
/// `read` is what the parser returns for the key.
pub(super) fn odd_numbers(yaml: &str, key: &str, read: &Map<String, Value>) -> Vec<String> {
    let mut odd = Vec::new();
    if may_have_odd_number(yaml) {
        let read = Value::Object(read.clone());
        let walk = Written { value: &read, path: key.to_owned(), odd: &mut odd };
        // All errors were reported when the values were read.
        let _ = walk_yaml(yaml, EntryOf { key, walk });
    }
    odd
}

/// Appends a key to a path: `extra.price`.
pub(super) fn push_key(path: &mut String, key: &str) {
    path.push('.');
    path.push_str(key);
}

/// Appends the place of an entry in a list, counted from 1: `extra.prices 2`.
pub(super) fn push_entry(path: &mut String, number: usize) {
    path.push_str(&format!(" {}", number + 1));
}

/// Returns `false` if no number of a text can be written in another way than in digits. `true` is not certain.
fn may_have_odd_number(yaml: &str) -> bool {
    yaml.as_bytes().windows(3).any(|three| match three {
        [b'0', b'x' | b'o' | b'b', _] => true,
        [b'.', second, _] => matches!(second, b'n' | b'N' | b'i' | b'I'),
        [first, b'e' | b'E', third] => {
            (first.is_ascii_digit() || *first == b'.')
                && (third.is_ascii_digit() || matches!(third, b'+' | b'-'))
        }
        _ => false,
    })
}

/// Returns whether a number is written in digits, with a sign or not.
fn is_in_digits(written: &str) -> bool {
    let number = written.strip_prefix(['-', '+']).unwrap_or(written);
    number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Walks to the value of a top-level key.
struct EntryOf<'s, 'o> {
    key: &'s str,
    walk: Written<'s, 'o>,
}

impl<'de> DeserializeSeed<'de> for EntryOf<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EntryOf<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                return map.next_value_seed(self.walk);
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Walks over a value again and asks for its numbers as they are written.
struct Written<'s, 'o> {
    value: &'s Value,
    path: String,
    odd: &'o mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Written<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.value {
            Value::Object(_) => deserializer.deserialize_map(self),
            Value::Array(_) => deserializer.deserialize_seq(self),
            Value::Number(_) | Value::Null => deserializer.deserialize_str(self),
            Value::String(_) | Value::Bool(_) => {
                deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ())
            }
        }
    }
}

impl<'de> Visitor<'de> for Written<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_str<E: serde::de::Error>(self, written: &str) -> Result<(), E> {
        let is_plain = match self.value {
            Value::Null => {
                written.is_empty() || written == "~" || written.eq_ignore_ascii_case("null")
            }
            _ => is_in_digits(written),
        };
        if !is_plain {
            self.odd.push(self.path);
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let Some(value) = self.value.get(&key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let mut path = self.path.clone();
            push_key(&mut path, &key);
            map.next_value_seed(Written { value, path, odd: self.odd })?;
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for (n, value) in self.value.as_array().into_iter().flatten().enumerate() {
            let mut path = self.path.clone();
            push_entry(&mut path, n);
            seq.next_element_seed(Written { value, path, odd: self.odd })?;
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::yaml::parse_yaml;

    fn odd(yaml: &str) -> Vec<String> {
        let value: Value = parse_yaml(yaml).unwrap();
        odd_numbers(yaml, "extra", value["extra"].as_object().unwrap())
    }

    #[test]
    fn numbers_in_other_signs_than_digits_are_found() {
        let yaml = "a: 0x10\nextra:\n  a: 0x10\n  b: [1, 0o17, .nan, -.inf]\n  c:\n    - { d: 1e3, e: 0b11 }\n  f: .NaN\n  \
                    g: +.INF\n  h: 1.5E-2\n";
        let found = [
            "extra.a",
            "extra.b 2",
            "extra.b 3",
            "extra.b 4",
            "extra.c 1.d",
            "extra.c 1.e",
            "extra.f",
            "extra.g",
            "extra.h",
        ];
        assert_eq!(odd(yaml), found);
    }

    #[test]
    fn digits_texts_and_empty_values_are_not() {
        let yaml = "extra:\n  a: 10\n  b: -1.50\n  c: \"0x10\"\n  d: .nan of all\n  e:\n  f: ~\n  g: null\n  h: NULL\n  i: [1e, x]\n  \
                    j: +5\n  k: .5\n  l: 5.\n";
        assert_eq!(odd(yaml), Vec::<String>::new());
    }

    #[test]
    fn an_alias_is_read_where_it_stands() {
        assert_eq!(odd("extra:\n  a: &n 0x10\n  b: *n\n"), ["extra.a", "extra.b"]);
    }
}
