//! What files contain besides what their names say: turned text, earlier versions, pictures, tracked
//! changes. A private number or a position there is found.

use lopdf::content::Operation;
use lopdf::{Document, Object, Stream, dictionary};
use prakat::files::picture_metadata;

use crate::picture_metadata::photograph;
use crate::privacy::{advice, found, painted, pdf, texts_of, with_file, zipped};
use crate::support::Portal;

/// A number with a right check digit, which belongs to nobody.
const ID: &str = "1200100412340";

// ---- PDF

/// Operations that paint each letter separately, turned by an angle.
fn turned(degrees: f32, text: &str, is_by_page: bool) -> Vec<Operation> {
    let op = Operation::new;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let mut all = Vec::new();
    for (n, letter) in (0_u16..).zip(text.chars()) {
        let along = f32::from(n) * 7.0;
        let [x, y] = [300.0 + along * cos, 400.0 + along * sin];
        let matrix = [cos, sin, -sin, cos, x, y].map(Object::Real).to_vec();
        let font = vec!["F1".into(), 12.into()];
        let letter = vec![Object::string_literal(letter.to_string())];
        all.extend([op("q", vec![]), op("BT", vec![]), op("Tf", font)]);
        // Either the page or the text is turned.
        if is_by_page {
            all.insert(all.len() - 2, op("cm", matrix));
        } else {
            all.push(op("Tm", matrix));
        }
        all.extend([op("Tj", letter), op("ET", vec![]), op("Q", vec![])]);
    }
    all
}

#[test]
fn turned_text_of_a_pdf_file_is_read_whole() {
    for degrees in [0.0, 7.0, 45.0, 90.0, 135.0, 180.0, 270.0, 333.0] {
        for is_by_page in [false, true] {
            let bytes = pdf(|_, _| turned(degrees, ID, is_by_page));
            let (texts, read) = texts_of("a.pdf", &bytes);
            assert_eq!(read, Ok(()));
            assert!(texts.iter().any(|text| text.contains(ID)), "{degrees} {is_by_page} {texts:?}");
        }
    }
    // The columns of a turned table are no number.
    let column = |degrees: f32| {
        pdf(|_, _| {
            (0..13)
                .flat_map(|n| {
                    let (sin, cos) = degrees.to_radians().sin_cos();
                    let down = 20.0 * f32::from(u8::try_from(n).unwrap());
                    let place = [cos, sin, -sin, cos, 300.0 + down * sin, 700.0 - down * cos];
                    let op = Operation::new;
                    let digit = ID[n..=n].to_owned();
                    [
                        op("BT", vec![]),
                        op("Tf", vec!["F1".into(), 12.into()]),
                        op("Tm", place.map(Object::Real).to_vec()),
                        op("Tj", vec![Object::string_literal(digit)]),
                        op("ET", vec![]),
                    ]
                })
                .collect()
        })
    };
    for degrees in [0.0, 90.0, 180.0] {
        assert_eq!(found(&with_file("a.pdf", column(degrees))), [""; 0], "{degrees}");
    }
}

/// A PDF file with a text on its page, and another text that was there before.
fn saved_twice(head: &str, ends: &str, is_marked: bool) -> Vec<u8> {
    let stream = |text: &str| {
        let text = format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET");
        format!("4 0 obj\n<< /Length {} >>\nstream\n{text}\nendstream\nendobj\n", text.len())
    };
    let mut out = format!("%PDF-1.4\n{head}\n");
    let mut places = Vec::new();
    for (n, object) in [
        (1, "<< /Type /Catalog /Pages 2 0 R >>"),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (
            3,
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> >>",
        ),
        (5, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"),
    ] {
        places.push((n, out.len()));
        out += &format!("{n} 0 obj\n{object}\nendobj\n");
    }
    places.push((4, out.len()));
    out += &stream(&format!("national id {ID}"));
    let table = |places: &[(i32, usize)], more: &str, start: usize| {
        let rows = places.iter().map(|(n, at)| format!("{n} 1\n{at:010} 00000 n \n"));
        let rows: String = rows.collect();
        format!(
            "xref\n0 1\n0000000000 65535 f \n{rows}trailer\n<< /Size 6 /Root 1 0 R {more}>>\nstartxref\n{start}\n"
        )
    };
    let first = out.len();
    if is_marked {
        out += &table(&places, "", first);
        out += ends;
    }
    let second = out.len();
    out += &stream("national id -");
    let start = out.len();
    let more = if is_marked { format!("/Prev {first} ") } else { String::new() };
    let places =
        if is_marked { vec![(4, second)] } else { [&places[..4], &[(4, second)]].concat() };
    out += &table(&places, &more, start);
    out += "%%EOF\n";
    out.into_bytes()
}

#[test]
fn every_earlier_version_of_a_pdf_file_is_read() {
    let linear = "9 0 obj\n<< /Linearized 1 /L 99 >>\nendobj";
    for (head, ends, is_marked) in [
        ("", "%%EOF\n", true),
        ("% a /Linearized file", "%%EOF\n", true),
        (linear, "%%EOF\n", true),
        ("", "", true),
        (linear, "", true),
        ("", "", false),
        (linear, "", false),
    ] {
        let bytes = saved_twice(head, ends, is_marked);
        let shown = Document::load_mem(&bytes).unwrap().extract_text(&[1]).unwrap();
        assert!(!shown.contains(ID), "{head} {ends} {is_marked} {shown}");
        let portal = with_file("a.pdf", bytes);
        let seen = found(&portal);
        assert_eq!(seen, ["error privacy/national-id a.pdf"], "{head} {ends} {is_marked}");
        assert!(advice(&portal).contains("an earlier version"), "{}", advice(&portal));
    }
}

/// The first part of a linearized file ends like a version and is none.
#[test]
fn a_linearized_pdf_file_is_one_version() {
    let mut out = String::from(
        "%PDF-1.4\n5 0 obj\n<< /Linearized 1 /L 99999 /O 3 /E 1 /N 1 /T 1 >>\nendobj\n",
    );
    out += "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
    out += "3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] >>\nendobj\n";
    out += "4 0 obj\n<< /Length 5 >>\nstream\nBT ET\nendstream\nendobj\n";
    out += "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 6 /Root 1 0 R /Prev 400 >>\nstartxref\n0\n%%EOF\n";
    let place = out.len();
    out += "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n";
    let start = out.len();
    let at = |mark: &str| out.find(mark).unwrap();
    let (one, three, four) = (at("1 0 obj"), at("3 0 obj"), at("4 0 obj"));
    out += &format!(
        "xref\n0 5\n0000000000 65535 f \n{one:010} 00000 n \n{place:010} 00000 n \n{three:010} 00000 n \n{four:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    assert_eq!(found(&with_file("a.pdf", out)), [""; 0]);
}

fn is_painted_on_page(portal: &Portal) -> bool {
    advice(portal).contains("the picture is on page 1 of this file")
}

#[test]
fn photographs_in_pdf_files_are_looked_at() {
    let with = |filters: Object, content: Vec<u8>, is_painted: bool| {
        pdf(|document, resources| {
            let picture = dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 8, "Height" => 6,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => filters,
            };
            let picture = document.add_object(Stream::new(picture, content));
            resources.set("XObject", dictionary! { "Im1" => picture });
            let mut all =
                painted(&[(72, 700, "a text with some forty letters, so that it is no scan")]);
            if is_painted {
                all.push(Operation::new("Do", vec!["Im1".into()]));
            }
            all
        })
    };
    let packed = {
        use std::io::Write;
        let mut writer =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(&photograph()).unwrap();
        writer.finish().unwrap()
    };
    let dct = || Object::Name(b"DCTDecode".to_vec());
    let both = Object::Array(vec![Object::Name(b"FlateDecode".to_vec()), dct()]);
    for bytes in [
        with(dct(), photograph(), true),
        with(Object::Array(vec![dct()]), photograph(), false),
        with(both, packed, true),
    ] {
        let portal = with_file("a.pdf", bytes);
        let codes =
            ["warning privacy/picture-position a.pdf", "warning privacy/picture-device a.pdf"];
        assert_eq!(found(&portal), codes);
        assert!(is_painted_on_page(&portal), "{}", advice(&portal));
    }
    let plain = crate::picture_metadata::jpeg(&[], b"");
    assert_eq!(found(&with_file("a.pdf", with(dct(), plain, true))), [""; 0]);
}

// ---- films and TIFF files

fn boxed(kind: &[u8], inside: &[u8]) -> Vec<u8> {
    let size = u32::try_from(inside.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind, inside].concat()
}

fn film(metadata: &[u8]) -> Vec<u8> {
    let moov = boxed(b"moov", &[boxed(b"mvhd", &[0; 100]), metadata.to_vec()].concat());
    [
        boxed(b"ftyp", b"qt  \0\0\0\0qt  "),
        boxed(b"mdat", b"\0\0\0\x20loci picture data\xA9xyz"),
        moov,
    ]
    .concat()
}

#[test]
fn films_that_say_where_they_were_taken_are_warned_of() {
    let place = b"+13.7563+100.5018/";
    let xyz = boxed(b"\xA9xyz", &[b"\0\x12\x15\xC7", &place[..]].concat());
    let loci =
        boxed(b"loci", &[0, 0, 0, 0, 0x15, 0xC7, 0, 0, 0x64, 0x80, 0x80, 0, 0x0D, 0xC1, 0, 0]);
    let keys =
        boxed(b"keys", b"\0\0\0\0\0\0\0\x01\0\0\0\x2Cmdtacom.apple.quicktime.location.ISO6709");
    let matroska =
        [b"\x1A\x45\xDF\xA3\x67\xC8\x45\xA3\x88LOCATION\x44\x87\x92".as_slice(), place].concat();
    for (name, bytes, is_located) in [
        ("a.mp4", film(&boxed(b"udta", &xyz)), true),
        ("a.mov", film(&boxed(b"udta", &loci)), true),
        ("a.MOV", film(&boxed(b"meta", &keys)), true),
        ("a.m4a", film(&boxed(b"udta", &xyz)), true),
        ("a.webm", matroska, true),
        ("a.mp4", film(&boxed(b"udta", b"")), false),
        ("a.mov", film(b""), false),
        ("a.webm", b"\x1A\x45\xDF\xA3 a location in words".to_vec(), false),
    ] {
        let expected: &[&str] =
            if is_located { &["warning privacy/picture-position"] } else { &[] };
        let all = found(&with_file(name, &bytes));
        let all: Vec<&str> = all.iter().map(|line| line.rsplit_once(' ').unwrap().0).collect();
        assert_eq!(all, expected, "{name} {}", String::from_utf8_lossy(&bytes));
        let all = found(&with_file("a.zip", zipped(&[(name, &bytes)])));
        assert_eq!(!all.is_empty(), is_located, "{name} in an archive");
    }
}

/// A TIFF file with pages, each with these entries.
fn tiff(is_wide: bool, is_big: bool, pages: &[&[(u16, u32)]]) -> Vec<u8> {
    let two = |n: u16| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let wide = |n: u32| match (is_wide, is_big) {
        (false, _) => four(n).to_vec(),
        (true, true) => u64::from(n).to_be_bytes().to_vec(),
        (true, false) => u64::from(n).to_le_bytes().to_vec(),
    };
    let mut out = if is_big { b"MM".to_vec() } else { b"II".to_vec() };
    out.extend(two(if is_wide { 43 } else { 42 }));
    if is_wide {
        out.extend([two(8), two(0)].concat());
    }
    let first = u32::try_from(out.len() + wide(0).len()).unwrap();
    out.extend(wide(first));
    for (n, page) in pages.iter().enumerate() {
        let count = u16::try_from(page.len()).unwrap();
        if is_wide {
            out.extend(wide(count.into()))
        } else {
            out.extend(two(count))
        }
        for (tag, value) in *page {
            out.extend([two(*tag), two(4)].concat());
            out.extend(wide(1));
            out.extend(wide(*value));
        }
        let next = u32::try_from(out.len() + wide(0).len()).unwrap();
        out.extend(wide(if n + 1 < pages.len() { next } else { 0 }));
    }
    out
}

#[test]
fn every_page_of_a_tiff_file_is_read() {
    let plain: &[(u16, u32)] = &[(0x100, 8), (0x101, 6), (0x129, 1)];
    for is_wide in [false, true] {
        for is_big in [false, true] {
            let of = |pages: &[&[(u16, u32)]]| {
                let metadata = picture_metadata(&tiff(is_wide, is_big, pages));
                (metadata.position, metadata.device)
            };
            assert_eq!(of(&[plain]), (false, false), "{is_wide} {is_big}");
            assert_eq!(of(&[plain, plain]), (false, false), "{is_wide} {is_big}");
            assert_eq!(of(&[plain; 40]), (false, false), "{is_wide} {is_big}");
            assert_eq!(of(&[plain, &[(0x110, 1)]]), (false, true), "{is_wide} {is_big}");
            // The directory of the position is the one of the second page.
            let header = tiff(is_wide, is_big, &[]).len();
            let entry = if is_wide { 20 } else { 12 };
            let size = header + if is_wide { 8 + 8 + entry } else { 2 + 4 + entry };
            let size = u32::try_from(size).unwrap();
            assert!(of(&[&[(0x8825, size)], &[(2, 1)]]).0, "{is_wide} {is_big}");
        }
    }
    let portal = with_file("a.tif", tiff(false, false, &[plain, plain]));
    assert_eq!(found(&portal), [""; 0]);
}

// ---- files in texts

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, n| bits << 8 | u32::from(*three.get(n).unwrap_or(&0)));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn drawing(inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inside}</svg>"
    )
}

/// Severity and code of what is found in a text.
fn seen_in(name: &str, text: &str) -> Vec<String> {
    let all = found(&with_file(name, text)).into_iter();
    all.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

#[test]
fn photographs_in_texts_are_looked_at() {
    let photograph = base64(&photograph());
    let (start, end) = photograph.split_at(40);
    let url = format!("data:image/jpeg;base64,{photograph}");
    let expected = ["warning privacy/picture-position", "warning privacy/picture-device"];
    for text in [
        format!("<image href=\"{url}\"/>"),
        format!("<image xlink:href='data:image/jpg;base64,\n{start}\n  {end}'/>"),
        format!("<image href=\"d&#97;ta:image/png;base64,{start}&#10;{end}\"/>"),
        format!("<style>path {{ fill: url({url}) }}</style>"),
    ] {
        assert_eq!(seen_in("a.svg", &drawing(&text)), expected, "{text}");
    }
    let escaped = url.replace('/', "\\/");
    assert_eq!(seen_in("a.json", &format!("{{\"photo\": \"{escaped}\"}}")), expected);
    assert_eq!(seen_in("a.csv", &format!("a,\"{url}\"\n")), expected);
    let data = format!("<o:document><o:binary-data>{photograph}</o:binary-data></o:document>");
    assert_eq!(seen_in("a.xml", &data), expected);
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let svg = drawing(&format!("<image href=\"{url}\"/>"));
    let bytes = zipped(&[types, ("ppt/media/image1.svg", svg.as_bytes())]);
    assert_eq!(found(&with_file("a.pptx", bytes)).len(), 2);
    let plain = base64(&crate::picture_metadata::jpeg(&[], b""));
    let plain = drawing(&format!("<image href=\"data:image/png;base64,{plain}\"/>"));
    assert_eq!(seen_in("a.svg", &plain), [""; 0]);
}

#[test]
fn texts_in_texts_are_looked_into() {
    let row = |url: &str| format!("<rows><row src=\"{url}\"/></rows>");
    let inner = base64(drawing(&format!("<text>เลขประจำตัวประชาชน {ID}</text>")).as_bytes());
    let escaped: String =
        format!("national id {ID}").bytes().map(|byte| format!("%{byte:02X}")).collect();
    let private = ["error privacy/national-id"];
    assert_eq!(seen_in("a.xml", &row(&format!("data:image/svg+xml;base64,{inner}"))), private);
    assert_eq!(seen_in("a.xml", &row(&format!("data:text/plain,{escaped}"))), private);
    let packed = row(&format!("data:application/zip;base64,{}", base64(b"\x1F\x8Bpacked\0")));
    assert_eq!(seen_in("a.xml", &packed), ["warning privacy/unchecked"]);
    let font = "<style>@font-face { src: url(data:font/woff2;base64,d09GMg) }</style>";
    assert_eq!(seen_in("a.svg", &drawing(font)), [""; 0]);
    let prose = "data: 1,200, 3,400\nข้อมูล data:, และ data:image/png;base64, ใช้ใน HTML";
    assert_eq!(seen_in("a.txt", prose), [""; 0]);
    // Each of them goes on to the end.
    let many = "data:text/plain,".repeat(200_000);
    assert_eq!(seen_in("a.txt", &many), [""; 0]);
}

// ---- references in markup

/// What browsers resolve in attributes: quotation marks, brackets, white space, an ampersand.
const REFERENCES: [&str; 13] = [
    "&quot;", "&#x22;", "&#34;", "&apos;", "&#39;", "&lt;", "&#x3C;", "&gt;", "&amp;", "&#10;",
    "&#xA;", "&#9;", "&nbsp;",
];

/// A drawing, an XML file and a page with the same element.
fn with_element(element: &str) -> [Portal; 3] {
    ["a.svg", "a.xml", "a.html"].map(|name| {
        with_file(name, format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{element}\n</svg>"))
    })
}

#[test]
fn references_in_attributes_hide_nothing() {
    let encoded: String = ID.bytes().map(|b| format!("%{b:02X}")).collect();
    let base64 = "4LmA4Lil4LiCIDEyMDAxMDA0MTIzNDA=";
    for sign in REFERENCES {
        for element in [
            format!("<a title=\"{sign}\" id=\"{ID}\"/>"),
            format!("<a title='{sign}{ID}{sign}'/>"),
            format!("<a title=\"x d={sign}M 1 {ID}{sign}\"/>"),
            format!("<path d=\"M1 2{sign}\" id=\"{ID}\"/>"),
            format!("<!-- {sign} d=\"M1 2\" {ID} -->"),
            format!("<!-- viewBox=\"{ID}\" -->"),
            format!("<a href=\"data:text/plain,{sign}{encoded}\"/>"),
            format!("<a href=\"data:text/plain;charset={sign}utf-8{sign},{encoded}\"/>"),
            format!("<a href=\"data:text/html,&lt;b title={sign}a{sign}&gt;{encoded}\"/>"),
            format!("<a style=\"src:url({sign}data:text/plain;base64,{base64}{sign})\"/>"),
        ] {
            for portal in with_element(&element) {
                let found = found(&portal);
                assert!(
                    found.iter().any(|line| line.contains("national-id")),
                    "{element} {found:?}"
                );
            }
        }
    }
}

#[test]
fn shapes_are_no_numbers_whatever_references_are_near() {
    let shape = format!("M {ID} 10 L 20 30");
    for sign in REFERENCES {
        for element in [
            format!("<path title=\"{sign}\" d=\"{shape}\"/>"),
            format!("<path title=\"a{sign}b=c{sign}\" d='{shape}'/>"),
            format!("<path d=\"{shape}\" style=\"font-family:{sign}Sarabun{sign}\"/>"),
            format!("<path hidden d=\"&#xA;{shape}&#10;\"/>"),
            format!("<!-- {sign} <path d=\"{shape}\"/> -->"),
            format!("<svg title=\"{sign}\" viewBox=\"0 0 {ID} 10\"/>"),
            format!("<polygon title=\"{sign}\" points=\"{ID},1.5&#32;3,4\"/>"),
        ] {
            for portal in with_element(&element) {
                assert_eq!(found(&portal), [""; 0], "{element}");
            }
        }
    }
}

/// A quotation that is written with references ends the URL in it.
#[test]
fn a_quoted_url_ends_at_its_quotation_mark() {
    let style = "src:url(&quot;data:text/plain,a%20b&quot;); x:12001; y:00412340";
    for portal in with_element(&format!("<a style=\"{style}\"/>")) {
        assert_eq!(found(&portal), [""; 0]);
    }
}
