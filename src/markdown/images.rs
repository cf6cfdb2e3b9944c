//! Reads the sizes of pictures, so that a page does not jump while it loads.

use std::io::{BufReader, Read};

use crate::markdown::html::HtmlTag;
use crate::source::Portal;

/// How many bytes of an SVG file are read.
const MAX_HEAD: u64 = 8_192;

/// Width and height of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The content of a file with the name of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    /// A picture with a size.
    Sized(Size),
    /// A drawing without a size.
    Unsized,
    /// Not a picture, one of another type, or damaged.
    Foreign,
}

/// Reads the beginning of a picture in the portal. Returns `None` if it cannot be read.
pub(crate) fn probe_image(portal: &Portal, path: &str) -> Option<Picture> {
    let file = portal.open(path).ok()?;
    if path.to_ascii_lowercase().ends_with(".svg") {
        let mut head = Vec::new();
        file.take(MAX_HEAD).read_to_end(&mut head).ok()?;
        return Some(svg_size(&String::from_utf8_lossy(&head)));
    }
    let measured = imagesize::reader_size(BufReader::new(file)).ok();
    let size = measured.and_then(|size| {
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        (width > 0 && height > 0).then_some(Size { width, height })
    });
    Some(size.map_or(Picture::Foreign, Picture::Sized))
}

/// Returns the size of an SVG drawing: its `width` and `height` in pixels, else that of its
/// `viewBox` (SVG 2, section 8).
fn svg_size(head: &str) -> Picture {
    let tag = head.find("<svg").and_then(|at| HtmlTag::read(&head[at..]));
    let Some(tag) = tag else { return Picture::Foreign };
    let length = |name: &str| {
        let value = tag.attribute(name)?;
        let number = value.trim().trim_end_matches("px");
        number.parse::<f64>().ok().filter(|n| *n >= 1.0 && *n < 1e6)
    };
    let view_box = || {
        let view = tag.attribute("viewBox")?;
        let numbers = view.split([' ', ',']).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.map_while(|part| part.parse().ok()).collect();
        matches!(numbers[..], [_, _, w, h] if w >= 1.0 && h >= 1.0 && w < 1e6 && h < 1e6)
            .then(|| (numbers[2], numbers[3]))
    };
    let size = length("width").zip(length("height")).or_else(view_box);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1,000,000")]
    let whole = |n: f64| n.round() as u32;
    size.map_or(Picture::Unsized, |(width, height)| {
        Picture::Sized(Size { width: whole(width), height: whole(height) })
    })
}
