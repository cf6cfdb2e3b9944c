//! Metadata of pictures is reported, and removed without touching the picture.

use std::fs;

use prakat::files::{Metadata, picture_metadata, without_metadata};
use proptest::prelude::*;

use crate::support::{NOW, Portal};

const INDEX: &str = "content/news/list/index.md";
const FOLDER: &str = "content/news/list";

const NONE: Metadata = Metadata { position: false, device: false };
const DEVICE: Metadata = Metadata { position: false, device: true };
const POSITION: Metadata = Metadata { position: true, device: false };
const BOTH: Metadata = Metadata { position: true, device: true };

/// A scan, with a byte that looks like a marker.
const SCAN: &[u8] = b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0scan\xFF\0data\xFF\xD0more";
const FRAME: &[u8] = b"\xFF\xC0\0\x0B\x08\0\x06\0\x08\x01\x01\x11\0";
const ICC: &[u8] = b"ICC_PROFILE\0\x01\x01profile";

/// An EXIF structure: tags of the first directory with short values, and those of the position.
pub(crate) fn exif(is_big: bool, tags: &[(u16, u16)], position: &[(u16, u16)]) -> Vec<u8> {
    let two = |n: u16| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let directory = |tags: &[(u16, u16)], pointer: Option<u32>| {
        let count = tags.len() + usize::from(pointer.is_some());
        let mut out = two(u16::try_from(count).unwrap()).to_vec();
        for (tag, value) in tags {
            out.extend([two(*tag), two(3)].concat());
            out.extend(four(1));
            out.extend([two(*value), two(0)].concat());
        }
        if let Some(pointer) = pointer {
            out.extend([two(0x8825), two(4)].concat());
            out.extend([four(1), four(pointer)].concat());
        }
        out.extend(four(0));
        out
    };
    let mut out = if is_big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    out.extend(four(8));
    let length = directory(tags, Some(0)).len();
    let pointer = (!position.is_empty()).then_some(8 + u32::try_from(length).unwrap());
    out.extend(directory(tags, pointer));
    out.extend(directory(position, None));
    out
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker][..], &length, payload].concat()
}

pub(crate) fn jpeg(segments: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let head = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    [b"\xFF\xD8", head.as_slice(), &segments.concat(), FRAME, SCAN, b"\xFF\xD9", after].concat()
}

pub(crate) fn jpeg_exif(exif: &[u8]) -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", exif].concat())
}

fn chunk(kind: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(payload);
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[..], kind, payload, &sum.sum().to_be_bytes()].concat()
}

fn png(chunks: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let head = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
    let picture = [chunk(b"IDAT", b"picture"), chunk(b"IEND", b"")].concat();
    [b"\x89PNG\r\n\x1A\n", head.as_slice(), &chunks.concat(), &picture, after].concat()
}

fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    let flags: &[u8] = b"\x2C\0\0\0\0\0\0\0\0\0";
    for (kind, payload) in [(b"VP8X", flags), (b"VP8 ", b"pictures")].iter().chain(chunks) {
        body.extend_from_slice(*kind);
        body.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        body.extend_from_slice(payload);
        body.extend(vec![0; payload.len() % 2]);
    }
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

fn gif(blocks: &[&[u8]]) -> Vec<u8> {
    let picture: &[u8] = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x4C\x01\0";
    [b"GIF89a\x01\0\x01\0\0\0\0", blocks.concat().as_slice(), picture, b";"].concat()
}

fn packed(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

const XMP: &str = "<x:xmpmeta><rdf:RDF exif:GPSLatitude=\"13,1N\"/></x:xmpmeta>";

#[test]
fn what_a_jpeg_file_tells_is_known() {
    let photoshop = |id: u16, data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        let parts = [b"Photoshop 3.0\08BIM", &id.to_be_bytes()[..], b"\0\0", &length, data];
        segment(0xED, &parts.concat())
    };
    let xmp =
        |text: &str| segment(0xE1, format!("http://ns.adobe.com/xap/1.0/\0{text}").as_bytes());
    let nested = jpeg(&[jpeg_exif(&exif(false, &[], &[(2, 1)]))], b"");
    for (metadata, segments, after) in [
        (NONE, vec![], &b""[..]),
        (NONE, vec![segment(0xE2, ICC), segment(0xEE, b"Adobe\0d\0\0\0\0\x01")], b"\r\n"),
        (NONE, vec![jpeg_exif(&exif(false, &[(0x112, 6), (0x11A, 1)], &[]))], b""),
        (NONE, vec![jpeg_exif(&exif(true, &[(0x112, 6)], &[(0, 2)]))], b""),
        (DEVICE, vec![jpeg_exif(&exif(false, &[(0x110, 1)], &[]))], b""),
        (DEVICE, vec![jpeg_exif(&exif(true, &[(0x132, 1)], &[]))], b""),
        (DEVICE, vec![jpeg_exif(b"broken")], b""),
        (POSITION, vec![jpeg_exif(&exif(true, &[], &[(2, 1)]))], b""),
        (BOTH, vec![jpeg_exif(&exif(false, &[(0x10F, 1)], &[(2, 1), (4, 1)]))], b""),
        (BOTH, vec![xmp(XMP)], b""),
        (DEVICE, vec![xmp("<x:xmpmeta><rdf:RDF xmp:CreatorTool=\"a\"/>")], b""),
        (DEVICE, vec![segment(0xFE, b"CREATOR: a")], b""),
        (NONE, vec![segment(0xFE, b"\0")], b""),
        (DEVICE, vec![segment(0xE2, b"MPF\0II*\0")], b""),
        (DEVICE, vec![segment(0xEB, b"JP\0\0jumb c2pa")], b""),
        (NONE, vec![photoshop(0x3ED, b"\0\x48")], b""),
        (DEVICE, vec![photoshop(0x404, b"\x1C\x02\x50\0\x01a\0")], b""),
        (BOTH, vec![photoshop(0x404, b"\x1C\x02\x5A\0\x01a\0")], b""),
        (BOTH, vec![], &nested),
        (DEVICE, vec![], b"\0\0\0\x18ftypmp42"),
    ] {
        let bytes = jpeg(&segments, after);
        assert_eq!(picture_metadata(&bytes), metadata, "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(without_metadata(&bytes).is_some(), metadata != NONE);
        if let Some(clean) = without_metadata(&bytes) {
            assert_eq!(clean, jpeg(&[], b""));
        }
    }
}

#[test]
fn colours_and_the_turn_of_a_jpeg_file_stay() {
    let turned = exif(true, &[(0x112, 6), (0x110, 1)], &[(2, 1)]);
    let icc = segment(0xE2, ICC);
    let bytes = jpeg(&[jpeg_exif(&turned), icc.clone(), segment(0xFE, b"camera")], b"");
    let clean = without_metadata(&bytes).unwrap();
    let small = exif(false, &[(0x112, 6)], &[]);
    let small = &small[..small.len() - 6];
    let head = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let small = jpeg_exif(small);
    let wanted = [b"\xFF\xD8", small.as_slice(), &head, &icc, FRAME, SCAN, b"\xFF\xD9"];
    assert_eq!(clean, wanted.concat());
    assert_eq!(picture_metadata(&clean), NONE);
    // Upright, nothing need be said.
    let upright = jpeg(&[jpeg_exif(&exif(false, &[(0x112, 1), (0x110, 1)], &[]))], b"");
    assert_eq!(without_metadata(&upright).unwrap(), jpeg(&[], b""));
}

#[test]
fn png_files_are_read_and_cleaned() {
    let raw: String = exif(false, &[], &[(2, 1)]).iter().map(|b| format!("{b:02x}")).collect();
    let raw = format!("\nexif\n 20\n457869660000{raw}\n");
    let itxt =
        |flag: u8, text: &[u8]| [b"XML:com.adobe.xmp\0", &[flag, 0][..], b"\0\0", text].concat();
    let needed = chunk(b"iCCP", b"profile");
    for (metadata, extra) in [
        (NONE, chunk(b"pHYs", b"123456789")),
        (DEVICE, chunk(b"tEXt", b"Software\0a")),
        (DEVICE, chunk(b"tIME", b"1234567")),
        (POSITION, chunk(b"eXIf", &exif(true, &[], &[(2, 1)]))),
        (BOTH, chunk(b"iTXt", &itxt(0, XMP.as_bytes()))),
        (BOTH, chunk(b"iTXt", &itxt(1, &packed(XMP.as_bytes())))),
        (DEVICE, chunk(b"zTXt", &[b"Author\0\0", packed(b"a").as_slice()].concat())),
        (
            POSITION,
            chunk(
                b"zTXt",
                &[b"Raw profile type exif\0\0", packed(raw.as_bytes()).as_slice()].concat(),
            ),
        ),
        (DEVICE, chunk(b"caBX", b"jumb")),
    ] {
        let bytes = png(&[needed.clone(), extra], b"");
        assert_eq!(picture_metadata(&bytes), metadata, "{}", String::from_utf8_lossy(&bytes));
        if let Some(clean) = without_metadata(&bytes) {
            assert_eq!(clean, png(std::slice::from_ref(&needed), b""));
        }
    }
    // What was there before it was cut is no picture.
    assert_eq!(without_metadata(&png(&[], b"former picture")).unwrap(), png(&[], b""));
    let turned = png(&[chunk(b"eXIf", &exif(true, &[(0x112, 3), (0x110, 1)], &[]))], b"");
    let clean = without_metadata(&turned).unwrap();
    let small = exif(false, &[(0x112, 3)], &[]);
    assert_eq!(clean, png(&[chunk(b"eXIf", &small[..small.len() - 6])], b""));
}

#[test]
fn webp_and_gif_files_are_read_and_cleaned() {
    let position = exif(false, &[(0x112, 8)], &[(2, 1)]);
    let bytes = webp(&[(b"EXIF", &position), (b"XMP ", XMP.as_bytes())]);
    assert_eq!(picture_metadata(&bytes), BOTH);
    let clean = without_metadata(&bytes).unwrap();
    let small = exif(false, &[(0x112, 8)], &[]);
    let mut wanted = webp(&[(b"EXIF", &small[..small.len() - 6])]);
    wanted[20] = 0x28;
    assert_eq!(clean, wanted);
    let mut plain = webp(&[]);
    plain[20] = 0x20;
    assert_eq!(without_metadata(&webp(&[(b"XMP ", XMP.as_bytes())])).unwrap(), plain);
    assert_eq!(picture_metadata(&webp(&[(b"ICCP", ICC)])), NONE);

    let loops: &[u8] = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    assert_eq!(picture_metadata(&gif(&[loops])), NONE);
    let remark: &[u8] = b"\x21\xFE\x04made\0";
    assert_eq!(picture_metadata(&gif(&[loops, remark])), DEVICE);
    assert_eq!(without_metadata(&gif(&[loops, remark])).unwrap(), gif(&[loops]));
}

#[test]
fn files_whose_parts_are_not_told_apart_are_looked_into() {
    let tiff = exif(true, &[(0x100, 1), (0x101, 1)], &[(2, 1)]);
    assert_eq!((picture_metadata(&tiff), without_metadata(&tiff)), (POSITION, None));
    assert_eq!(picture_metadata(&exif(false, &[(0x131, 1)], &[])), DEVICE);
    let item = exif(true, &[(0x110, 1)], &[(2, 1)]);
    let heic =
        [b"\0\0\0\x18ftypheic\0\0\0\0mif1heicinfe Exif\0\0\0\0\x06Exif\0\0", item.as_slice()];
    assert_eq!(picture_metadata(&heic.concat()), BOTH);
    let avif =
        [b"\0\0\0\x18ftypavif\0\0\0\0mif1avifinfe\0Exif-----------------\0\0\0\0", item.as_slice()];
    assert_eq!(picture_metadata(&avif.concat()), BOTH);
    assert_eq!(picture_metadata(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif picture"), NONE);
    let wide: Vec<u8> = XMP.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(picture_metadata(&webp(&[(b"XMP ", &wide)])), BOTH);
}

/// A portal with a picture in its text.
fn with_picture(lines: &str, bytes: &[u8]) -> Portal {
    Portal::new().item_with(INDEX, lines, "![ตลาด](a.jpg)").file(&format!("{FOLDER}/a.jpg"), bytes)
}

fn found(portal: &Portal) -> Vec<String> {
    let json = portal.run(&format!("check --format json --at {NOW}")).json();
    let all = json["diagnostics"].as_array().unwrap().iter();
    all.map(|d| format!("{} {}", d["severity"].as_str().unwrap(), d["code"].as_str().unwrap()))
        .collect()
}

pub(crate) fn photograph() -> Vec<u8> {
    jpeg(&[jpeg_exif(&exif(false, &[(0x110, 1), (0x112, 6)], &[(2, 1)]))], b"")
}

#[test]
fn metadata_is_warned_of_and_removed() {
    let warnings = ["warning privacy/picture-device", "warning privacy/picture-position"];
    let portal = with_picture("", &photograph()).item("content/news/b.md", "ก");
    let mut seen = found(&portal);
    seen.sort();
    assert_eq!(seen, warnings);
    portal.build();
    let unused = format!("{FOLDER}/ไม่ใช้.jpg");
    let portal = portal.file(&unused, photograph());
    let run = portal.run(&format!("check --fix --at {NOW}")).expect_status(0);
    run.expect_in_stderr("Corrected: content/news/list/a.jpg\n");
    assert_eq!(found(&portal), ["warning files/unused"]);
    let clean = fs::read(portal.path(&format!("{FOLDER}/a.jpg"))).unwrap();
    assert_eq!(Some(clean), without_metadata(&photograph()));
    // What no item shows stays.
    assert_eq!(fs::read(portal.path(&unused)).unwrap(), photograph());
    let run = portal.run(&format!("check --fix --format json --at {NOW}"));
    assert_eq!(run.json()["mended"], serde_json::json!([]));
}

#[test]
fn attachments_and_portraits_are_looked_at() {
    let lines = "attachments: [{ file: a.jpg }]";
    let portal =
        Portal::new().item_with(INDEX, lines, "").file(&format!("{FOLDER}/a.jpg"), photograph());
    assert_eq!(found(&portal).len(), 2);
    let lines = "kind: person\nextra: { position: นายก, photo: a.jpg, photo_alt: ก }";
    let portal =
        Portal::new().item_with(INDEX, lines, "").file(&format!("{FOLDER}/a.jpg"), photograph());
    assert_eq!(found(&portal).len(), 2, "{:?}", found(&portal));
}

#[test]
fn pictures_under_a_seal_stay_and_the_way_out_is_told() {
    let portal = with_picture("", &photograph());
    portal.run(&format!("approve {INDEX} --as mayor --on 2569-06-20")).expect_status(0);
    let run = portal.run(&format!("check --fix --at {NOW}")).expect_status(0);
    let run = run.expect_in_stderr(
        "Not corrected, as a change would break its seal or signature: content/news/list/a.jpg",
    );
    run.expect_in_stderr("have the item approved again");
    assert_eq!(fs::read(portal.path(&format!("{FOLDER}/a.jpg"))).unwrap(), photograph());
}

#[test]
fn pictures_of_an_item_signed_without_a_seal_stay() {
    let portal = with_picture("", &photograph()).file(&format!("{INDEX}.sig"), "a signature");
    let run = portal.run(&format!("check --fix --at {NOW}"));
    run.expect_in_stderr(
        "Not corrected, as a change would break its seal or signature: content/news/list/a.jpg",
    );
    assert_eq!(fs::read(portal.path(&format!("{FOLDER}/a.jpg"))).unwrap(), photograph());
}

#[test]
fn metadata_is_waived_and_then_kept() {
    let waiver = |rule: &str| {
        format!("{{ rule: privacy/picture-{rule}, where: a.jpg, reason: ภาพข่าว, by: mayor }}")
    };
    let lines = format!("waive: [{}, {}]", waiver("position"), waiver("device"));
    let portal = with_picture(&lines, &photograph());
    portal.run(&format!("check --fix --at {NOW}"));
    assert_eq!(fs::read(portal.path(&format!("{FOLDER}/a.jpg"))).unwrap(), photograph());
    portal.run(&format!("approve {INDEX} --as mayor --on 2568-12-20")).expect_status(0);
    assert_eq!(found(&portal), [""; 0]);
}

proptest! {
    /// Whatever the bytes: read or refused, in any case without a panic; cleaned twice is cleaned once.
    #[test]
    fn damaged_pictures_are_read_within_bounds(
        which in 0..4_usize, at in 0..400_usize, byte: u8, cut in 0..400_usize,
    ) {
        let all = exif(which == 0, &[(0x112, 6), (0x110, 1)], &[(2, 1)]);
        let mut bytes = match which {
            0 => jpeg(&[jpeg_exif(&all), segment(0xFE, b"a")], b"after"),
            1 => png(&[chunk(b"eXIf", &all), chunk(b"tEXt", b"a\0b")], b"after"),
            2 => webp(&[(b"EXIF", &all), (b"XMP ", XMP.as_bytes())]),
            _ => gif(&[b"\x21\xFE\x04made\0"]),
        };
        let place = at % bytes.len();
        bytes[place] = byte;
        bytes.truncate(bytes.len().max(1) - cut.min(bytes.len() / 2) * usize::from(cut % 3 == 0));
        if let Some(clean) = without_metadata(&bytes) {
            prop_assert_eq!(picture_metadata(&clean), NONE);
            prop_assert_eq!(without_metadata(&clean), None);
        }
    }
}

/// Browsers turn a picture by the first structure alone, and by no text: so must what is left.
#[test]
fn a_picture_is_not_turned_by_cleaning_it() {
    let turned = exif(false, &[(0x112, 6), (0x110, 1)], &[]);
    for first in [exif(false, &[(0x112, 1)], &[]), exif(false, &[(0x110, 1)], &[])] {
        let bytes = jpeg(&[jpeg_exif(&first), jpeg_exif(&turned)], b"");
        assert_eq!(without_metadata(&bytes).unwrap(), jpeg(&[], b""));
    }
    let digits: String = turned.iter().map(|byte| format!("{byte:02x}")).collect();
    let profile = format!("\nexif\n{:8}\n457869660000{digits}\n", turned.len() + 6);
    let text = [b"Raw profile type exif\0\0", packed(profile.as_bytes()).as_slice()].concat();
    let bytes = png(&[chunk(b"zTXt", &text)], b"");
    assert_eq!(without_metadata(&bytes).unwrap(), png(&[], b""));
}

/// Entries may all name the same bytes: these are searched a few times, not thousands of times.
#[test]
fn a_directory_that_names_the_same_bytes_again_and_again_is_no_work() {
    let entries = 2_000_u16;
    let directory = 8_u32;
    let size = 4_000_000_u32;
    let mut bytes = [&b"II*\0"[..], &directory.to_le_bytes(), &entries.to_le_bytes()].concat();
    for _ in 0..entries {
        bytes.extend(0x02BC_u16.to_le_bytes());
        bytes.extend(1_u16.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.extend(0_u32.to_le_bytes());
    }
    // The directory is its own next.
    bytes.extend(directory.to_le_bytes());
    bytes.resize(size as usize, b' ');
    assert_eq!(picture_metadata(&bytes), DEVICE);
}

/// A photograph says where it was taken inside an archive or a document, too.
#[test]
fn pictures_inside_files_are_looked_at() {
    let zip = |files: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let picture = photograph();
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let inner = zip(&[("photo.jpg", &picture)]);
    for (name, bytes) in [
        ("a.zip", zip(&[("inner.zip", &inner)])),
        ("a.zip", inner.clone()),
        ("a.docx", zip(&[types, ("word/document.xml", b"<x/>"), ("word/media/1.jpeg", &picture)])),
        ("a.xlsx", zip(&[types, ("xl/workbook.xml", b"<x/>"), ("xl/media/1.jpg", &picture)])),
        (
            "a.odt",
            zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("Pictures/1.jpg", &picture),
            ]),
        ),
    ] {
        let lines = format!("attachments: [{{ file: {name} }}]");
        let portal = Portal::new()
            .item_with("content/news/p/index.md", &lines, "")
            .file(&format!("content/news/p/{name}"), &bytes);
        let json = portal.run(&format!("check --format json --at {NOW}")).json();
        let all = json["diagnostics"].as_array().unwrap().iter();
        let codes: Vec<&str> = all.map(|found| found["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"privacy/picture-position"), "{name} {codes:?}");
    }
}

/// A picture that is too large to be looked at does not pass in silence.
#[test]
fn large_pictures_are_unchecked() {
    let mut picture = photograph();
    picture.resize(64_000_001, 0);
    let portal = with_picture("", &picture);
    assert_eq!(found(&portal), ["warning privacy/unchecked"]);
}
