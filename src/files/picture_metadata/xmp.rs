//! XMP (XML), IPTC and comments.

use crate::files::picture_metadata::metadata::Metadata;

/// Returns what XMP reveals. Any XMP reveals a device or a program, and some of it a position.
pub(super) fn of_xmp(xmp: &[u8]) -> Metadata {
    const BEGINNINGS: [&str; 3] = ["<x:xmpmeta", "<rdf:RDF", "ns.adobe.com/xmp/"];
    // UTF-16 and UTF-32 are searched too.
    let plain: Vec<u8>;
    let has_nul = xmp.len() >= 4
        && xmp.iter().take(4_000).filter(|byte| **byte == 0).count() > xmp.len().min(4_000) / 4;
    let text = if has_nul {
        plain = xmp.iter().copied().filter(|byte| *byte != 0).collect();
        &plain
    } else {
        xmp
    };
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if !BEGINNINGS.iter().any(|word| has(word)) && !has("ns.adobe.com/xap/") {
        return Metadata::NONE;
    }
    Metadata::DEVICE | position_in_words(text)
}

/// Returns whether a text contains a key for a position.
pub(super) fn position_in_words(text: &[u8]) -> Metadata {
    const WORDS: [&str; 12] = [
        "GPSLatitude",
        "GPSLongitude",
        "GPSDest",
        "GPSCoordinates",
        "gpslatitude",
        "Iptc4xmpCore:Location",
        "LocationShown",
        "LocationCreated",
        "photoshop:City",
        "geo:lat",
        "GPano:PoseHeading",
        "GeoTag",
    ];
    let has = |word: &&str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if WORDS.iter().any(has) { Metadata::POSITION } else { Metadata::NONE }
}

/// Returns what IPTC reveals about the position: city, district, province.
pub(super) fn of_iptc(records: &[u8]) -> Metadata {
    let is_place = |record: &[u8]| matches!(record, [0x1C, 2, 90 | 92 | 95, high, low] if *high != 0 || *low != 0);
    if records.windows(5).any(is_place) { Metadata::BOTH } else { Metadata::NONE }
}

/// A comment. An empty one reveals nothing.
pub(super) fn text_of(text: &[u8]) -> Metadata {
    let is_empty = text.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n'));
    if is_empty { Metadata::NONE } else { Metadata::DEVICE }
}
