//! Finds what a browser would run, load or follow in an SVG drawing or an XML file.
//!
//! A browser that opens such a file renders it as a page. HTML and SVG elements are active there,
//! whatever the file name. Elements of a drawing are therefore compared with a list of those that
//! only draw, and references must point into the drawing itself.

use std::borrow::Cow;
use std::ops::Range;

use roxmltree::{Attribute, Document, Node, NodeType, ParsingOptions};

use crate::diagnostics::Place;

/// The maximum size of a file that is parsed, in bytes, and the maximum number of its nodes.
pub(crate) const MAX_MARKUP: u64 = 16_000_000;
const MAX_NODES: u32 = 2_000_000;

/// The maximum number of findings reported for a file.
const MAX_FINDINGS: usize = 10;

const SVG: &str = "http://www.w3.org/2000/svg";
const HTML: &str = "http://www.w3.org/1999/xhtml";
const MATH: &str = "http://www.w3.org/1998/Math/MathML";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Elements that draw, describe or animate (SVG 1.1 and 2, and the flowing text of Inkscape).
const DRAWING: &str = " a altGlyph altGlyphDef altGlyphItem animate animateColor animateMotion \
    animateTransform circle clipPath color-profile cursor defs desc ellipse feBlend feColorMatrix \
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap \
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge \
    feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence \
    filter flowDiv flowPara flowRegion flowRegionExclude flowRoot flowSpan font font-face \
    font-face-format font-face-name font-face-src font-face-uri g glyph glyphRef hatch hatchpath hkern \
    image line linearGradient marker mask mesh meshgradient meshpatch meshrow metadata missing-glyph \
    mpath path pattern polygon polyline radialGradient rect set solidColor solidcolor stop style svg \
    switch symbol text textPath title tref tspan use view vkern ";

/// Encodings in which the characters of XML syntax have their ASCII bytes.
const SINGLE_BYTE: [&str; 5] = ["us-ascii", "tis-620", "iso-8859-", "windows-125", "windows-874"];

/// Media types of `data:` URLs that a drawing may contain: raster pictures and fonts.
const INNER_DATA: [&str; 10] = [
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
    "image/avif",
    "font/",
    "application/font-",
    "application/x-font-",
    "application/vnd.ms-fontobject",
];

/// Constructs of style sheets that load something, apart from `url(`.
const LOADING: [&str; 6] =
    ["@import", "image-set(", "image(", "src(", "expression(", "-moz-binding"];

/// The type of a file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// An SVG drawing.
    Svg,
    /// XML data.
    Xml,
}

/// A problem with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not well-formed XML, or its encoding is not supported.
    Broken,
    /// Its root element is not `svg`.
    NotSvg,
    /// It is too large to be checked.
    TooLarge,
    /// It defines entities.
    Entities,
    /// It refers to a style sheet or a transformation.
    Sheet,
    /// An element that does more than draw.
    Element,
    /// An attribute that contains a script.
    Handler,
    /// A reference that leaves the file, or is changed by an animation.
    Reference,
    /// A style that loads something.
    Style,
}

/// A problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The name of the element or attribute, or the cause.
    pub name: String,
    /// Where it is.
    pub place: Place,
}

/// The maximum depth of elements, and the maximum number of attributes of one. The parser recurses
/// for each level, and compares each attribute with all others.
const MAX_DEPTH: usize = 256;
const MAX_ATTRIBUTES: usize = 1_000;

/// The maximum number of namespaces in scope, and the maximum number copied in a file. The parser
/// copies all namespaces in scope for each element that declares one.
const MAX_NAMESPACES: usize = 64;
const MAX_COPIED: usize = 4_000_000;

/// Returns whether the parser needs time proportional to the size of a text. Looks at the tags
/// only: a text that is not well-formed may pass, because the parser stops there.
fn is_bounded(text: &str) -> bool {
    let mut open: Vec<usize> = Vec::new();
    let (mut known, mut copied, mut rest) = (0, 0, text);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let tag = &rest[at..];
        let skip = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"), ("</", ">")];
        if let Some((start, end)) = skip.iter().find(|(start, _)| tag.starts_with(start)) {
            if *start == "</" {
                known -= open.pop().unwrap_or(0);
            }
            let Some(end_at) = memchr::memmem::find(&tag.as_bytes()[start.len()..], end.as_bytes())
            else {
                return true;
            };
            rest = &tag[start.len() + end_at + end.len()..];
            continue;
        }
        let (end, attributes, declared) = start_tag(tag);
        let is_empty = tag[..end].ends_with('/');
        known += declared;
        copied += if declared > 0 { known } else { 0 };
        let is_within = open.len() < MAX_DEPTH
            && attributes <= MAX_ATTRIBUTES
            && known <= MAX_NAMESPACES
            && copied <= MAX_COPIED;
        if !is_within {
            return false;
        }
        if is_empty {
            known -= declared
        } else {
            open.push(declared)
        }
        rest = tag.get(end + 1..).unwrap_or("");
    }
    true
}

/// Returns the end of a start tag, the number of its attributes, and how many of them declare a
/// namespace.
fn start_tag(tag: &str) -> (usize, usize, usize) {
    let bytes = tag.as_bytes();
    let (mut at, mut attributes, mut declared) = (1, 0, 0);
    while let Some(next) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        let mark = at + next;
        if bytes[mark] == b'>' {
            return (mark, attributes, declared);
        }
        attributes += 1;
        declared += usize::from(memchr::memmem::find(&bytes[at..mark], b"xmlns").is_some());
        let Some(close) = memchr::memchr(bytes[mark], &bytes[mark + 1..]) else { break };
        at = mark + 1 + close + 1;
    }
    (tag.len(), attributes, declared)
}

/// Finds active content in the bytes of a whole file.
pub fn find_active(path: &str, bytes: &[u8], markup: Markup) -> Vec<Finding> {
    let whole =
        |fault, name: &str| Finding { fault, name: name.to_owned(), place: Place::file(path) };
    let Some(text) = decoded(bytes) else { return vec![whole(Fault::Broken, "encoding")] };
    let at = |fault, name: &str, range: Range<usize>| {
        let place = Place::of_range(path, &text, range);
        Finding { fault, name: name.to_owned(), place }
    };
    let doctype = doctype(&text);
    if let Some(range) = doctype.clone().filter(|range| text[range.clone()].contains('[')) {
        return vec![at(Fault::Entities, "", range.start..range.start + "<!DOCTYPE".len())];
    }
    if !is_bounded(&text) {
        return vec![whole(Fault::TooLarge, "")];
    }
    let options = ParsingOptions { allow_dtd: doctype.is_some(), nodes_limit: MAX_NODES };
    let document = match Document::parse_with_options(&text, options) {
        Ok(document) => document,
        Err(roxmltree::Error::NodesLimitReached) => return vec![whole(Fault::TooLarge, "")],
        Err(error) => {
            let (line, column) = (error.pos().row, error.pos().col);
            let place = Place { file: path.to_owned(), line, column, width: 0 };
            return vec![Finding { fault: Fault::Broken, name: error.to_string(), place }];
        }
    };
    let root = document.root_element();
    if markup == Markup::Svg && !root.has_tag_name((SVG, "svg")) {
        let name = root.tag_name().name();
        return vec![at(Fault::NotSvg, name, name_of(&root))];
    }
    let mut faults = Vec::new();
    for node in document.descendants() {
        look_at_node(&node, markup, &mut faults);
    }
    let mut findings: Vec<Finding> = Vec::new();
    for (fault, name, range) in faults {
        let is_known = findings.iter().any(|known| known.fault == fault && known.name == name);
        if !is_known && findings.len() < MAX_FINDINGS {
            findings.push(at(fault, &name, range));
        }
    }
    findings
}

type Faults = Vec<(Fault, String, Range<usize>)>;

fn look_at_node(node: &Node, markup: Markup, faults: &mut Faults) {
    match node.node_type() {
        NodeType::PI => {
            let target = node.pi().map_or("", |instruction| instruction.target);
            if target.eq_ignore_ascii_case("xml-stylesheet") {
                faults.push((Fault::Sheet, target.to_owned(), node.range()));
            }
        }
        NodeType::Element => look_at_element(node, markup, faults),
        _ => {}
    }
}

fn look_at_element(node: &Node, markup: Markup, faults: &mut Faults) {
    let name = node.tag_name().name();
    let space = node.tag_name().namespace().unwrap_or("");
    let is_drawing = space == SVG;
    let draws = || markup == Markup::Svg && DRAWING.contains(&format!(" {name} "));
    if [HTML, MATH].contains(&space) || (is_drawing && !draws()) {
        faults.push((Fault::Element, name.to_owned(), name_of(node)));
        return;
    }
    for attribute in node.attributes() {
        let fault = match attribute.namespace() {
            // The base of all references inside the element.
            Some(XML) => (attribute.name() == "base" && !attribute.value().trim().is_empty())
                .then_some(Fault::Reference),
            _ if is_drawing => fault_of(&attribute),
            _ => None,
        };
        if let Some(fault) = fault {
            faults.push((fault, attribute.name().to_owned(), attribute.range()));
        }
    }
    if is_drawing && name == "style" {
        if let Some(child) = node.children().find(Node::is_element) {
            faults.push((Fault::Element, child.tag_name().name().to_owned(), name_of(&child)));
        }
        // A style sheet may be split into several texts by comments.
        let texts = node.children().filter(Node::is_text);
        let sheet: String = texts.filter_map(|child| child.text()).collect();
        if loads(&sheet) {
            faults.push((Fault::Style, name.to_owned(), name_of(node)));
        }
    }
}

/// Returns the problem with an attribute of a drawing element.
fn fault_of(attribute: &Attribute) -> Option<Fault> {
    let name = attribute.name().to_ascii_lowercase();
    let value = attribute.value();
    if name.starts_with("on") {
        return Some(Fault::Handler);
    }
    let animated = value.trim().rsplit(':').next().unwrap_or("").to_ascii_lowercase();
    let changes_reference = name == "attributename"
        && (["href", "src", "base"].contains(&animated.as_str()) || animated.starts_with("on"));
    let leads_out = ["href", "src", "ping"].contains(&name.as_str()) && !is_inner(value);
    if changes_reference || leads_out {
        return Some(Fault::Reference);
    }
    let is_for_people = ["id", "class", "title", "lang"].contains(&name.as_str())
        || name.starts_with("aria-")
        || name.starts_with("data-");
    let is_plain = attribute.namespace().is_some() || is_for_people;
    (!is_plain && loads(value)).then_some(Fault::Style)
}

/// Returns whether a style loads something from elsewhere. Comments are searched too, because where
/// a comment begins depends on strings.
fn loads(style: &str) -> bool {
    if !style.contains(['(', '@', '\\', '-']) {
        return false;
    }
    let style = unescaped(style).to_ascii_lowercase();
    LOADING.iter().any(|part| style.contains(part))
        || style.match_indices("url(").any(|(at, part)| !is_inner(&style[at + part.len()..]))
}

/// Returns whether a reference points into the file, or is itself a picture or a font.
fn is_inner(reference: &str) -> bool {
    let blank = [' ', '\t', '\n', '\r', '\u{c}'];
    let reference = reference.trim_start_matches(blank).trim_start_matches(['"', '\'']);
    let reference = reference.trim_start_matches(blank);
    if reference.is_empty() || reference.starts_with(['#', ')', '"', '\'']) {
        return true;
    }
    let start: String = reference.chars().take(60).collect::<String>().to_ascii_lowercase();
    let data = start.strip_prefix("data:");
    data.is_some_and(|data| INNER_DATA.iter().any(|kind| data.starts_with(kind)))
}

/// Resolves the escapes of a style (CSS Syntax 3, section 4.3.7).
fn unescaped(style: &str) -> Cow<'_, str> {
    if !style.contains('\\') {
        return Cow::Borrowed(style);
    }
    let mut plain = String::with_capacity(style.len());
    let mut rest = style.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let mut code = 0;
        let mut digits = 0;
        while let Some(digit) = rest.peek().and_then(|c| c.to_digit(16)).filter(|_| digits < 6) {
            code = code * 16 + digit;
            digits += 1;
            rest.next();
        }
        if digits > 0 {
            plain.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
            rest.next_if(|c| c.is_ascii_whitespace());
        } else {
            plain.extend(rest.next().filter(|c| *c != '\n'));
        }
    }
    Cow::Owned(plain)
}

/// Returns the range of the name in the start tag of an element.
fn name_of(node: &Node) -> Range<usize> {
    let start = node.range().start + 1;
    start..start + node.tag_name().name().len()
}

/// Returns the range of the document type declaration, which follows comments and instructions and
/// precedes the first element.
fn doctype(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!DOCTYPE") {
            break;
        } else {
            return None;
        };
        at += rest.find(end)? + end.len();
    }
    let mut quote = None;
    for (n, c) in text[at..].char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('[' | '>', None) => return Some(at..at + n + 1),
            _ => {}
        }
    }
    // A declaration without an end is not well-formed, which the parser reports.
    Some(at..at)
}

/// Decodes a file as a browser does. Returns `None` for encodings that hide the characters of XML
/// syntax.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |order: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok().map(Cow::Owned)
    };
    match bytes {
        [0xFF, 0xFE, ..] => return wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let declared = declared_encoding(bytes);
    let is_single = |name: &str| SINGLE_BYTE.iter().any(|known| name.starts_with(known));
    match (std::str::from_utf8(bytes), declared.as_deref()) {
        (Ok(text), None | Some("utf-8" | "utf8")) => Some(Cow::Borrowed(text)),
        (_, Some(name)) if is_single(name) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    }
}

/// Returns the encoding named by the XML declaration, in lower case.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    // A declaration that is not understood must not pass as one without an encoding.
    let unknown = || Some("?".to_owned());
    let Some(end) = memchr::memmem::find(rest, b"?>") else { return unknown() };
    let head = String::from_utf8_lossy(&rest[..end]).to_ascii_lowercase();
    let (_, value) = head.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=').map(str::trim_start);
    let quoted = value.and_then(|value| {
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
        value[1..].split_once(quote)
    });
    quoted.map_or_else(unknown, |(name, _)| Some(name.trim().to_owned()))
}
