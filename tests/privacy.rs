//! Private numbers: found in every place that is published, reported without being repeated, waived only
//! by who approved them.

use std::io::{Cursor, Write};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use prakat::files::{
    Budget, FileFormat, FragmentPlace, MAX_WORK, Unreadable, extract_text, read_within,
};
use proptest::prelude::*;

use crate::support::{NOW, Portal, Run, item};

/// A number with a right check digit, which belongs to nobody.
const ID: &str = "1200100412340";
const INDEX: &str = "content/news/list/index.md";

/// A published item with one file next to it.
pub(crate) fn with_file(name: &str, bytes: impl AsRef<[u8]>) -> Portal {
    let lines = format!("attachments: [{{ file: \"{name}\" }}]");
    Portal::new().item_with(INDEX, &lines, "").file(&format!("content/news/list/{name}"), bytes)
}

/// Severity, code and file of what `check` finds.
pub(crate) fn found(portal: &Portal) -> Vec<String> {
    let json = portal.run(&format!("check --format json --at {NOW}")).json();
    let all = json["diagnostics"].as_array().unwrap().iter();
    let word = |d: &serde_json::Value, key: &str| d[key].as_str().unwrap().to_owned();
    let file = |path: String| path.rsplit('/').next().unwrap().to_owned();
    let line = |d| format!("{} {} {}", word(d, "severity"), word(d, "code"), file(word(d, "file")));
    // Files made for a look for numbers need not be whole.
    all.map(line).filter(|line| !line.starts_with("error files/")).collect()
}

/// What `check` advises about a file.
pub(crate) fn advice(portal: &Portal) -> String {
    portal.run(&format!("check --at {NOW}")).stderr
}

/// A workbook with one sheet, its cells given row by row.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut sheet = String::new();
    for (r, row) in rows.iter().enumerate() {
        let cells = row.iter().enumerate().map(|(c, text)| {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(c).unwrap()), r + 1);
            match text.parse::<f64>() {
                Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
                Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            }
        });
        sheet += &format!("<row r=\"{}\">{}</row>", r + 1, cells.collect::<String>());
    }
    archive(&[(
        "xl/worksheets/sheet1.xml",
        &format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <sheetData>{sheet}</sheetData></worksheet>"
        ),
    )])
}

/// A workbook's archive with further parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org";
    let book = format!(
        "<workbook xmlns=\"{OFFICE}/spreadsheetml/2006/main\" \
         xmlns:r=\"{OFFICE}/officeDocument/2006/relationships\"><sheets>\
         <sheet name=\"รายชื่อ\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    archive_of(&book, parts)
}

fn archive_of(book: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org";
    let types = format!(
        "<Types xmlns=\"{OFFICE}/package/2006/content-types\"><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\
         \"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
    );
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{OFFICE}/package/2006/relationships\"><Relationship Id=\"r1\" \
             Type=\"{OFFICE}/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>\
             </Relationships>"
        )
    };
    let common = [
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", &relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", &relation("worksheet", "worksheets/sheet1.xml")),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in common.iter().chain(parts) {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A PDF file; `body` fills its resources and paints its only page.
pub(crate) fn pdf(body: impl FnOnce(&mut Document, &mut Dictionary) -> Vec<Operation>) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let font = dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
        "Encoding" => "WinAnsiEncoding",
    };
    let fonts = dictionary! { "F1" => document.add_object(font) };
    let mut resources = dictionary! { "Font" => fonts };
    let operations = body(&mut document, &mut resources);
    let content = Content { operations }.encode().unwrap();
    let content = document.add_object(Stream::new(dictionary! {}, content));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.compress();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Operations that paint texts, each at a place.
pub(crate) fn painted(texts: &[(i64, i64, &str)]) -> Vec<Operation> {
    let op = Operation::new;
    let one = |(x, y, text): &(i64, i64, &str)| {
        let place: Vec<Object> = [1, 0, 0, 1, *x, *y].map(Object::Integer).to_vec();
        let text = Object::string_literal(*text);
        let font = vec!["F1".into(), 12.into()];
        [op("BT", vec![]), op("Tf", font), op("Tm", place), op("Tj", vec![text]), op("ET", vec![])]
    };
    texts.iter().flat_map(one).collect()
}

/// A picture that fills the page.
pub(crate) fn picture(document: &mut Document, resources: &mut Dictionary) -> Vec<Operation> {
    let picture = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1,
    "Height" => 1, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 };
    let picture = document.add_object(Stream::new(picture, vec![0]));
    resources.set("XObject", dictionary! { "Im1" => picture });
    vec![Operation::new("Do", vec!["Im1".into()])]
}

// ---- files

#[test]
fn cells_of_a_workbook_are_looked_into() {
    let rows: [&[&str]; 4] = [
        &["บัญชีรายชื่อ"],
        &["ชื่อ", "เลขประจำตัวประชาชน", "มือถือ"],
        &["นายสมมติ", ID, "812345678"],
        &["นางสมมติ", "๑-๒๐๐๑-๐๐๔๑๒-๓๔-๐", "0 5600 0111"],
    ];
    let portal = with_file("list.xlsx", workbook(&rows));
    let expected = ["error privacy/national-id list.xlsx", "warning privacy/phone list.xlsx"];
    assert_eq!(found(&portal), expected);
    let report = advice(&portal);
    assert!(
        report.contains("found here: 2") && report.contains("first in cell รายชื่อ!B3"),
        "{report}"
    );
}

/// Thai Excel writes CSV in an encoding of its own, with semicolons.
#[test]
fn cells_of_csv_files_are_looked_into_in_old_encodings_too() {
    let text = "ชื่อ;เลขประจำตัวประชาชน;เลขที่บัญชี\nนายสมมติ;๑๒๐๐๑๐๐๔๑๒๓๔๐;1234567890\n";
    let old = encoding_rs::WINDOWS_874.encode(text).0.into_owned();
    for bytes in [text.as_bytes().to_vec(), old] {
        let portal = with_file("list.csv", bytes);
        let expected =
            ["error privacy/national-id list.csv", "warning privacy/bank-account list.csv"];
        assert_eq!(found(&portal), expected);
        assert!(advice(&portal).contains("first in cell B2"));
    }
}

/// Printed by a browser, with a Thai typeface: digits in a column whose head says what they are.
#[test]
fn pages_of_a_real_pdf_file_are_looked_into() {
    let portal = with_file("list.pdf", include_bytes!("privacy/list.pdf"));
    let expected = [
        "error privacy/national-id list.pdf",
        "warning privacy/national-id list.pdf",
        "warning privacy/phone list.pdf",
    ];
    assert_eq!(found(&portal), expected);
    assert!(advice(&portal).contains("first in page 1"));
}

#[test]
fn digits_in_boxes_are_one_number() {
    let boxes: Vec<String> = ID.chars().map(String::from).collect();
    let texts: Vec<(i64, i64, &str)> =
        (0..).zip(&boxes).map(|(n, digit)| (72 + n * 20, 700, digit.as_str())).collect();
    let portal = with_file("form.pdf", pdf(|_, _| painted(&texts)));
    assert_eq!(found(&portal), ["warning privacy/national-id form.pdf"]);
    // On lines of their own they are a list of digits.
    let list: Vec<(i64, i64, &str)> =
        (0..).zip(&boxes).map(|(n, digit)| (72, 700 - n * 20, digit.as_str())).collect();
    assert_eq!(found(&with_file("form.pdf", pdf(|_, _| painted(&list)))), [""; 0]);
}

#[test]
fn forms_and_properties_of_a_pdf_file_are_looked_into() {
    let bytes = pdf(|document, resources| {
        let content = Content { operations: painted(&[(72, 700, "ID card 1-2001-00412-34-0")]) };
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form",
        "Resources" => resources.clone() };
        let form = document.add_object(Stream::new(form, content.encode().unwrap()));
        resources.set("XObject", dictionary! { "Fm1" => form });
        let author = dictionary! { "Author" => Object::string_literal("0812345678") };
        let author = document.add_object(author);
        document.trailer.set("Info", author);
        vec![Operation::new("Do", vec!["Fm1".into()])]
    });
    let portal = with_file("form.pdf", bytes);
    assert_eq!(
        found(&portal),
        ["error privacy/national-id form.pdf", "warning privacy/phone form.pdf"]
    );
    assert!(advice(&portal).contains("first in the document's properties"));
}

#[test]
fn what_cannot_be_looked_into_is_told() {
    let scanned = pdf(picture);
    let portal = with_file("scan.pdf", scanned);
    assert_eq!(found(&portal), ["warning privacy/unchecked scan.pdf"]);
    assert!(advice(&portal).contains("a page is a picture without text"));
    // A picture next to text is no scan.
    let illustrated = pdf(|document, resources| {
        let mut operations = picture(document, resources);
        operations.extend(painted(&[(72, 700, "Notice")]));
        operations
    });
    assert_eq!(found(&with_file("notice.pdf", illustrated)), [""; 0]);
    for (name, bytes) in [("a.pdf", "%PDF-1.7\n"), ("a.xlsx", "PK"), ("a.docx", ""), ("a.zip", "")]
    {
        assert_eq!(found(&with_file(name, bytes)), [format!("warning privacy/unchecked {name}")]);
    }
    assert_eq!(found(&with_file("a.jpg", "JFIF 1200100412340")), [""; 0]);
}

/// Files made to fill the memory are refused, or read within the limits.
#[test]
fn bombs_do_not_go_off() {
    let ignore = &mut |_: &prakat::files::Fragment| {};
    let zeros = "0".repeat(100_000_000);
    let bomb = archive(&[("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(extract_text(FileFormat::Archive, &bomb, ignore), Err(Unreadable::TooLarge));
    let page = pdf(|document, resources| {
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form" };
        let form = document.add_object(Stream::new(form, zeros.clone().into_bytes()));
        resources.set("XObject", dictionary! { "Fm1" => form });
        vec![Operation::new("Do", vec!["Fm1".into()])]
    });
    assert_eq!(extract_text(FileFormat::Pdf, &page, ignore), Err(Unreadable::TooLarge));
    // A form that paints itself, twice.
    let circle = pdf(|document, resources| {
        let own = document.new_object_id();
        let inner = dictionary! { "XObject" => dictionary! { "Fm1" => own } };
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "Resources" => inner };
        let form = Stream::new(form, b"/Fm1 Do /Fm1 Do".to_vec());
        document.objects.insert(own, Object::Stream(form));
        resources.set("XObject", dictionary! { "Fm1" => own });
        vec![Operation::new("Do", vec!["Fm1".into()])]
    });
    assert_eq!(extract_text(FileFormat::Pdf, &circle, ignore), Err(Unreadable::TooLarge));
    let deep =
        format!("%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer <</Root 1 0 R>>", "[".repeat(1_000_000));
    assert!(extract_text(FileFormat::Pdf, deep.as_bytes(), ignore).is_err());
}

/// A sheet whose only cell is in the last corner is one cell, not seventeen thousand millions.
#[test]
fn a_far_cell_is_one_cell() {
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
         <row r=\"1048576\"><c r=\"XFD1048576\"><v>{ID}</v></c></row></sheetData></worksheet>"
    );
    let mut spots = Vec::new();
    let bytes = archive(&[("xl/worksheets/sheet1.xml", &sheet)]);
    extract_text(FileFormat::Archive, &bytes, &mut |piece| spots.push(piece.spot.clone())).unwrap();
    assert_eq!(spots, [FragmentPlace::Cell("รายชื่อ!XFD1048576".to_owned())]);
}

// ---- kinds of files

/// A ZIP archive of files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The texts that are handed on, with their heads.
pub(crate) fn texts_of(name: &str, bytes: &[u8]) -> (Vec<String>, Result<(), Unreadable>) {
    let mut texts = Vec::new();
    let format = FileFormat::of_name(name).unwrap();
    let read = extract_text(format, bytes, &mut |piece| texts.push(piece.text.to_owned()));
    (texts, read)
}

/// A file that is neither read nor a picture, sound or a film is reported, whatever its name ends with.
#[test]
fn whatever_is_not_read_is_told() {
    let binary = [0_u8, 1, 2, 3, 0xFF, 0xFE, 0, 0x80];
    let names = [
        "a.docm",
        "a.dotx",
        "a.xltx",
        "a.ppsx",
        "a.odg",
        "a.epub",
        "a.tar.gz",
        "a.gz",
        "a.mdb",
        "a.accdb",
        "a.bin",
        "a.dwg",
        "a.shp",
        "a.dbf",
        "a.woff2",
        "a.pages",
        "a.numbers",
        "a.one",
        "a.msg",
        "a.p7m",
        "a.sqlite",
        "a.xlsb",
        "a.rtf",
        "a",
        "ก",
        ".hidden",
        "a.",
        "a.pdf.exe",
        "a.PDF2",
        "a.svg",
        "a.log",
        "a.jsonl",
        "a.txt",
        "a.csv",
    ];
    for name in names {
        assert!(texts_of(name, &binary).1.is_err(), "{name}");
    }
    for name in ["a.jpg", "a.PNG", "a.webp", "a.mp3", "a.mp4", "a.heic"] {
        assert_eq!(FileFormat::of_name(name), None, "{name}");
    }
    let portal = with_file("คู่มือ", binary);
    assert_eq!(found(&portal), ["warning privacy/unchecked คู่มือ"]);
    // Text written for typesetters hides numbers.
    for text in ["{\\rtf1 1-2001\\b -00412-34-0}", "%!PS\n(1-20) show (01) show"] {
        assert_eq!(texts_of("a", text.as_bytes()).1, Err(Unreadable::Format));
    }
}

#[test]
fn text_is_read_under_any_name() {
    let line = format!("เลขประจำตัวประชาชน {ID}\n");
    for name in [
        "a.log",
        "a.jsonl",
        "a.geojson",
        "a.ics",
        "a.vcf",
        "a.eml",
        "a.tsv",
        "a.kml",
        "a.xml",
        "a.svg",
        "a.gpx",
        "a",
        "a.xyz",
    ] {
        let (texts, read) = texts_of(name, line.as_bytes());
        assert!(read.is_ok() && texts.len() == 1 && texts[0].contains(ID), "{name} {texts:?}");
    }
    // What a name does not say, the first bytes do.
    let bytes = pdf(|_, _| painted(&[(72, 700, ID)]));
    assert_eq!(texts_of("a", &bytes).0.len(), 1);
    assert_eq!(texts_of("a", &workbook(&[&[ID]])).0, [ID]);
}

/// What readers see is in one piece, whatever is between its letters in the file.
#[test]
fn numbers_are_read_as_they_are_seen() {
    let one = |name: &str, text: &str| {
        let portal = with_file(name, text);
        assert_eq!(found(&portal), [format!("error privacy/national-id {name}")], "{text}");
    };
    one(
        "a.svg",
        "<svg><title>แผนผัง</title><text>เลขบัตรประชาชน 1<tspan dx=\"2\">2001</tspan>00412340</text></svg>",
    );
    one("a.html", "<p>เลขบัตรประชาชน <b>1</b>2001&ndash;00412&#45;34<i>0</i></p>");
    one("a.kml", "<description><![CDATA[บัตรประชาชน 1200100412340]]></description>");
    one("a.xml", "<p note='บัตรประชาชน 1&#50;00100412340'/>");
    one(
        "a.json",
        r#"{"\u0e1b\u0e0a\u0e0a.": "\u0e51\u0e52\u0e50\u0e50\u0e51\u0e50\u0e50\u0e54\u0e51\u0e52\u0e53\u0e54\u0e50"}"#,
    );
    one("a.vcf", "BEGIN:VCARD\nNOTE;X=national id:12001\n 00412340\nEND:VCARD\n");
    one(
        "a.eml",
        "Subject: x\nContent-Transfer-Encoding: quoted-printable\n\nnational id =31200=\n100412340\n",
    );
    one("a.txt", "เลขประจำตัวประชาชน\n1_2001_00412_34_0\n");
    assert_eq!(
        found(&with_file("a.eml", "Content-Transfer-Encoding: base64\n\nMTIwMDEwMDQxMjM0MA==\n")),
        ["warning privacy/unchecked a.eml"]
    );
}

#[test]
fn utf16_without_a_mark_is_known() {
    let text = format!("ชื่อ,เลขประจำตัวประชาชน\r\nนายสมมติ,{ID}\r\n");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        for name in ["a.csv", "a.txt", "a.unknown"] {
            let portal = with_file(name, &bytes);
            assert_eq!(found(&portal), [format!("error privacy/national-id {name}")]);
        }
    }
    // Thai digits alone, too.
    let thai = "บัตรประชาชน ๑๒๐๐๑๐๐๔๑๒๓๔๐\n";
    let bytes: Vec<u8> = thai.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(&with_file("a.txt", bytes)), ["error privacy/national-id a.txt"]);
}

#[test]
fn thousands_separators_hide_nothing() {
    let csv = "ชื่อ,เลขประจำตัวประชาชน,งบ\nก,\"1,200,100,412,340\",\"1,200,100,000,000\"\nข,\"1,200,100,412,340.00\",5\n";
    let portal = with_file("a.csv", csv);
    assert_eq!(found(&portal), ["error privacy/national-id a.csv"]);
    assert!(advice(&portal).contains("found here: 2"));
    let rows: [&[&str]; 2] = [&["เลขประจำตัวประชาชน"], &["1,200,100,412,340"]];
    assert_eq!(found(&with_file("a.xlsx", workbook(&rows))), ["error privacy/national-id a.xlsx"]);
}

/// Documents of word processors and slides: text in pieces, remarks, footnotes, files inside.
#[test]
fn documents_are_read_part_by_part() {
    let runs = "<w:document><w:p><w:r><w:t>เลขประจำตัวประชาชน 1-2001</w:t></w:r><w:r><w:rPr><w:b/>\
                <w:sz w:val=\"28\"/></w:rPr><w:t>-00412-34-0</w:t></w:r></w:p></w:document>";
    let open = "<office:document-content><text:p>เลขประจำตัวประชาชน 1-2001<text:span>-00412-34-0\
                </text:span></text:p></office:document-content>";
    let slide = "<p:sld><a:p><a:r><a:t>บัตรประชาชน 12001</a:t></a:r><a:r><a:rPr lang='th-TH'/><a:t>00412340</a:t></a:r></a:p></p:sld>";
    let types = ("[Content_Types].xml", b"<Types/>".as_slice());
    let odf = ("mimetype", b"application/vnd.oasis.opendocument.text".as_slice());
    type Part<'a> = (&'a str, &'a [u8]);
    let cases: [(&str, Part, &str, &str); 8] = [
        ("a.docx", types, "word/document.xml", runs),
        ("a.docm", types, "word/comments.xml", runs),
        ("a.dotx", types, "word/header1.xml", runs),
        ("a.ppsx", types, "ppt/notesSlides/notesSlide1.xml", slide),
        ("a.pptx", types, "ppt/slides/slide1.xml", slide),
        ("a.odt", odf, "content.xml", open),
        ("a.odg", odf, "styles.xml", open),
        ("a.epub", odf, "OEBPS/1.xhtml", "<p>บัตรประชาชน 1<b>2001</b>00412340</p>"),
    ];
    for (name, mark, part, text) in cases {
        let portal = with_file(name, zipped(&[mark, (part, text.as_bytes())]));
        assert_eq!(found(&portal), [format!("error privacy/national-id {name}")]);
        assert!(
            advice(&portal).contains(&format!("first in inside it: {part}")),
            "{}",
            advice(&portal)
        );
    }
    let inner = workbook(&[&[ID]]);
    let portal = with_file("a.docx", zipped(&[types, ("word/embeddings/list.xlsx", &inner)]));
    assert_eq!(found(&portal), ["warning privacy/national-id a.docx"]);
    let portal =
        with_file("a.docx", zipped(&[types, ("word/embeddings/oleObject1.bin", &[0, 1, 2])]));
    assert_eq!(found(&portal), ["warning privacy/unchecked a.docx"]);
    let locked = b"<manifest><encryption-data/></manifest>";
    let portal = with_file("a.odt", zipped(&[odf, ("META-INF/manifest.xml", locked)]));
    assert!(advice(&portal).contains("asks for a password"));
}

/// Everything that a workbook holds: other sheets, remarks, headers, texts that no cell shows.
#[test]
fn workbooks_are_read_as_a_whole() {
    let remark = format!(
        "<comments><comment><text><r><t>บัตรประชาชน {}</t></r><r><t>{}</t></r></text></comment></comments>",
        &ID[..5],
        &ID[5..]
    );
    let strings = format!("<sst><si><t>ก</t></si><si><t>{ID}</t></si></sst>");
    for (part, text) in [("xl/comments1.xml", &remark), ("xl/sharedStrings.xml", &strings)] {
        let bytes = archive(&[("xl/worksheets/sheet1.xml", "<worksheet/>"), (part, text)]);
        assert_eq!(texts_of("a.xlsx", &bytes).0.len(), 1, "{part}");
    }
    let sheet = |inside: &str| {
        archive(&[("xl/worksheets/sheet1.xml", inside), ("xl/sharedStrings.xml", &strings)])
    };
    for cells in [
        "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c></row></sheetData></worksheet>"
            .to_owned(),
        format!(
            "<x:worksheet><x:sheetData><x:row><x:c t=\"inlineStr\"><x:is><x:r><x:t>{}</x:t></x:r><x:r><x:t>{}</x:t></x:r></x:is></x:c></x:row></x:sheetData></x:worksheet>",
            &ID[..4],
            &ID[4..]
        ),
        "<worksheet><sheetData><row><c><v>1.20010041234E+12</v></c></row></sheetData></worksheet>"
            .to_owned(),
        format!(
            "<worksheet><sheetData><row><c t=\"str\"><f>A1</f><v>{ID}</v></c></row></sheetData></worksheet>"
        ),
        format!("<worksheet><sheetData><row><c><f>\"{ID}\"</f></c></row></sheetData></worksheet>"),
        format!(
            "<worksheet><sheetData/><headerFooter><oddHeader>&amp;C{ID}</oddHeader></headerFooter></worksheet>"
        ),
    ] {
        let (texts, read) = texts_of("a.xlsx", &sheet(&cells));
        assert!(read.is_ok() && texts.iter().any(|text| text.contains(ID)), "{cells} {texts:?}");
    }
}

#[test]
fn archives_are_looked_into() {
    let csv = format!("เลขประจำตัวประชาชน\n{ID}\n");
    let inner = zipped(&[("b/list.csv", csv.as_bytes())]);
    let portal =
        with_file("a.zip", zipped(&[("c/", b""), ("c/inner.zip", &inner), ("d.jpg", b"x")]));
    assert_eq!(found(&portal), ["error privacy/national-id a.zip"]);
    assert!(advice(&portal).contains("c/inner.zip"));
    let portal = with_file("a.zip", zipped(&[("a.csv", b"x"), ("b.doc", b"x")]));
    assert_eq!(found(&portal), ["warning privacy/unchecked a.zip"]);
    let portal = with_file("a.zip", zipped(&[(&format!("national id {ID}.txt"), b"x")]));
    assert_eq!(found(&portal), ["error privacy/national-id a.zip"]);
    // Files in files without end.
    let mut deep = zipped(&[("a.csv", csv.as_bytes())]);
    for _ in 0..6 {
        deep = zipped(&[("a.zip", &deep)]);
    }
    assert_eq!(texts_of("a.zip", &deep).1, Err(Unreadable::Format));
}

// ---- PDF files

/// Every place of a PDF file that may contain a string.
#[test]
fn every_string_of_a_pdf_file_is_looked_at() {
    let text = format!("national id {ID}");
    let utf16: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let utf16le: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let utf8 = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
    for string in [text.clone().into_bytes(), utf16, utf16le, utf8] {
        let string = || Object::string_literal(string.clone());
        let direct: [Object; 7] = [
            dictionary! { "Annots" => vec![dictionary! { "Contents" => string() }.into()] }.into(),
            dictionary! { "Fields" => vec![dictionary! { "V" => string() }.into()] }.into(),
            dictionary! { "Opt" => vec![vec![string(), string()].into()] }.into(),
            dictionary! { "Title" => string() }.into(),
            dictionary! { "Alt" => string() }.into(),
            dictionary! { "A" => dictionary! { "URI" => string() } }.into(),
            vec![Object::Array(vec![string()])].into(),
        ];
        for object in direct {
            let bytes = pdf(|document, _| {
                document.add_object(object.clone());
                vec![]
            });
            assert!(!texts_of("a.pdf", &bytes).0.is_empty(), "{object:?}");
        }
    }
    let portal = with_file(
        "a.pdf",
        pdf(|document, _| {
            let field = dictionary! { "T" => Object::string_literal("national id"), "V" => Object::string_literal(ID) };
            document.add_object(vec![Object::Dictionary(field)]);
            vec![]
        }),
    );
    assert_eq!(found(&portal), ["error privacy/national-id a.pdf"]);
    assert!(advice(&portal).contains("first in the document's properties"));
}

/// What is said in streams apart from the pages, painted by remarks alone, or meant to be read aloud.
#[test]
fn streams_of_a_pdf_file_are_looked_at() {
    let xmp = format!("<x:xmpmeta><dc:title>national id {ID}</dc:title></x:xmpmeta>");
    let with = |key: &str, stream: Stream| {
        pdf(|document, _| {
            let stream = document.add_object(stream);
            document.add_object(dictionary! { key => stream });
            vec![]
        })
    };
    for key in ["Metadata", "XFA", "JS", "V", "RC"] {
        let bytes = with(key, Stream::new(dictionary! {}, xmp.clone().into_bytes()));
        assert!(!texts_of("a.pdf", &bytes).0.is_empty(), "{key}");
    }
    let remark = pdf(|document, resources| {
        let content = Content { operations: painted(&[(0, 0, &format!("national id {ID}"))]) };
        let form = dictionary! { "Subtype" => "Form", "Resources" => resources.clone() };
        let form = document.add_object(Stream::new(form, content.encode().unwrap()));
        document.add_object(dictionary! { "AP" => dictionary! { "N" => form } });
        vec![]
    });
    assert_eq!(found(&with_file("a.pdf", remark)), ["error privacy/national-id a.pdf"]);
    let spoken = pdf(|_, _| {
        let said =
            dictionary! { "ActualText" => Object::string_literal(format!("national id {ID}")) };
        vec![Operation::new("BDC", vec!["Span".into(), said.into()]), Operation::new("EMC", vec![])]
    });
    assert_eq!(found(&with_file("a.pdf", spoken)), ["error privacy/national-id a.pdf"]);
}

#[test]
fn files_inside_a_pdf_file_are_looked_into() {
    let with = |name: &str, bytes: Vec<u8>| {
        pdf(|document, _| {
            let file =
                document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, bytes));
            document.add_object(dictionary! {
                "Type" => "Filespec", "F" => Object::string_literal(name), "EF" => dictionary! { "F" => file },
            });
            vec![]
        })
    };
    let portal = with_file("a.pdf", with("list.xlsx", workbook(&[&["บัตรประชาชน"], &[ID]])));
    assert_eq!(found(&portal), ["error privacy/national-id a.pdf"]);
    assert!(advice(&portal).contains("list.xlsx"));
    assert_eq!(
        found(&with_file("a.pdf", with("x.bin", vec![0, 1]))),
        ["warning privacy/unchecked a.pdf"]
    );
    assert_eq!(found(&with_file("a.pdf", with("x.png", vec![0, 1]))), [""; 0]);
}

/// A number that was covered by a later save is still in the file.
#[test]
fn earlier_versions_of_a_pdf_file_are_looked_at() {
    let first = pdf(|_, _| painted(&[(72, 700, &format!("national id {ID}"))]));
    let before = Document::load_mem(&first).unwrap();
    let mut saved = lopdf::IncrementalDocument::create_from(first, before);
    let content = saved.get_prev_documents().objects.iter().find_map(|(id, object)| {
        let stream = object.as_stream().ok()?;
        (!stream.dict.has(b"Type")).then_some(*id)
    });
    let empty = Stream::new(
        dictionary! {},
        Content { operations: painted(&[(72, 700, "national id -")]) }.encode().unwrap(),
    );
    saved.new_document.objects.insert(content.unwrap(), Object::Stream(empty));
    let mut bytes = Vec::new();
    saved.save_to(&mut bytes).unwrap();
    let last = lopdf::Document::load_mem(&bytes).unwrap();
    assert!(!last.extract_text(&[1]).unwrap().contains(ID));
    let portal = with_file("a.pdf", bytes);
    assert_eq!(found(&portal), ["error privacy/national-id a.pdf"]);
    assert!(advice(&portal).contains("an earlier version"), "{}", advice(&portal));
}

/// A simple font with a table to Unicode.
fn font_with_table(
    document: &mut Document,
    resources: &mut Dictionary,
    spaces: &str,
    entries: &str,
) {
    let table = format!(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange {spaces} endcodespacerange\n\
         1 beginbfrange {entries} endbfrange endcmap"
    );
    let table = document.add_object(Stream::new(dictionary! {}, table.into_bytes()));
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "ABCDEF+X", "ToUnicode" => table,
        "Encoding" => dictionary! { "Differences" => vec![0.into(), "g1".into()] },
    });
    resources.set("Font", dictionary! { "F1" => font });
}

/// Codes of simple fonts are one byte long, whatever the table says (Adobe's library writes two).
#[test]
fn fonts_are_read_as_they_are_painted() {
    let shifted: String = format!("national id {ID}").bytes().map(|b| char::from(b + 1)).collect();
    for spaces in ["<00> <FF>", "<0000> <FFFF>", ""] {
        for entries in ["<21> <7F> <0020>", "<0021> <007F> <0020>"] {
            let bytes = pdf(|document, resources| {
                font_with_table(document, resources, spaces, entries);
                painted(&[(72, 700, &shifted)])
            });
            let portal = with_file("a.pdf", bytes);
            assert_eq!(found(&portal), ["error privacy/national-id a.pdf"], "{spaces} {entries}");
        }
    }
}

#[test]
fn fonts_that_do_not_name_their_letters_are_told() {
    let unknown = pdf(|document, resources| {
        font_with_table(document, resources, "<00> <FF>", "<21> <22> <0020>");
        let names: Vec<Object> = std::iter::once(Object::Integer(0))
            .chain((0..256).map(|n| Object::Name(format!("g{n}").into_bytes())))
            .collect();
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "Type3", "Encoding" => dictionary! { "Differences" => names },
        };
        let font = document.add_object(font);
        resources.set("Font", dictionary! { "F1" => font });
        painted(&[(72, 700, "0123456789012")])
    });
    let portal = with_file("a.pdf", unknown);
    assert_eq!(found(&portal), ["warning privacy/unchecked a.pdf"]);
    assert!(advice(&portal).contains("the font does not say"), "{}", advice(&portal));
    // Two-byte codes without a table.
    let wide = pdf(|document, resources| {
        let font =
            dictionary! { "Type" => "Font", "Subtype" => "Type0", "Encoding" => "Identity-H" };
        let font = document.add_object(font);
        resources.set("Font", dictionary! { "F1" => font });
        painted(&[(72, 700, "abcdefghijklmnopqrstuv")])
    });
    assert_eq!(found(&with_file("a.pdf", wide)), ["warning privacy/unchecked a.pdf"]);
}

/// A scan with a page number put on is a scan; a small picture next to few words is none.
#[test]
fn a_scan_with_a_page_number_is_told() {
    let page = |width: i64, height: i64, text: &str| {
        pdf(|document, resources| {
            let place = [width, 0, 0, height, 0, 0].map(Object::Integer).to_vec();
            let op = Operation::new;
            let mut operations = vec![op("q", vec![]), op("cm", place)];
            operations.extend(picture(document, resources));
            operations.push(op("Q", vec![]));
            operations.extend(painted(&[(72, 20, text)]));
            operations
        })
    };
    let long = "A notice of the municipality with more than forty letters";
    let scan = with_file("a.pdf", page(595, 842, "- 1 -"));
    assert_eq!(found(&scan), ["warning privacy/unchecked a.pdf"]);
    assert!(advice(&scan).contains("a page is a picture"));
    assert_eq!(found(&with_file("a.pdf", page(200, 100, "- 1 -"))), [""; 0]);
    assert_eq!(found(&with_file("a.pdf", page(595, 842, long))), [""; 0]);
    // Letters that were made into drawings.
    let drawn = pdf(|_, _| {
        let point = || vec![Object::Integer(1), Object::Integer(1)];
        let ops =
            (0..200).flat_map(|_| [Operation::new("m", point()), Operation::new("l", point())]);
        ops.chain([Operation::new("f", vec![])]).collect()
    });
    assert_eq!(found(&with_file("a.pdf", drawn)), ["warning privacy/unchecked a.pdf"]);
}

// ---- bounded work

/// What a file costs, of everything that is looked at.
fn cost(format: FileFormat, bytes: &[u8]) -> u64 {
    let mut budget = Budget::new(MAX_WORK);
    let _ = read_within(format, bytes, &mut budget, &mut |_| {});
    budget.taken()
}

/// Sheets that share one part; cells that show one long text; empty cells; forms in forms; pages that
/// share their content: twice as many cost twice as much, and no file more than there is.
#[test]
fn work_grows_with_the_size_of_a_file() {
    let sheets = |n: usize| {
        let empty = "<c/>".repeat(4_000);
        let sheet = format!("<worksheet><sheetData><row>{empty}</row></sheetData></worksheet>");
        let entries: String =
            (0..n).map(|n| format!("<sheet name=\"{n}\" r:id=\"r1\"/>")).collect();
        let book = format!("<workbook><sheets>{entries}</sheets></workbook>");
        archive_of(&book, &[("xl/worksheets/sheet1.xml", &sheet)])
    };
    let same_text = |n: usize| {
        let strings = format!("<sst><si><t>{}</t></si></sst>", "ก1234567890 ".repeat(2_000));
        let cells = "<c t=\"s\"><v>0</v></c>".repeat(n);
        let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
        archive(&[("xl/worksheets/sheet1.xml", &sheet), ("xl/sharedStrings.xml", &strings)])
    };
    let forms = |n: usize| {
        pdf(|document, resources| {
            let inner = Content { operations: painted(&[(1, 1, &"x".repeat(1_000))]) };
            let form = dictionary! { "Subtype" => "Form", "Resources" => resources.clone() };
            let form = document.add_object(Stream::new(form, inner.encode().unwrap()));
            resources.set("XObject", dictionary! { "Fm1" => form });
            (0..n).map(|_| Operation::new("Do", vec!["Fm1".into()])).collect()
        })
    };
    type Make<'a> = &'a dyn Fn(usize) -> Vec<u8>;
    let cases: [(&str, FileFormat, Make); 3] = [
        ("sheets", FileFormat::Archive, &sheets),
        ("text", FileFormat::Archive, &same_text),
        ("forms", FileFormat::Pdf, &forms),
    ];
    for (what, format, make) in cases {
        let (one, two) = (cost(format, &make(60)), cost(format, &make(120)));
        assert!(two * 10 < one * 22, "{what}: {one} {two}");
    }
    // However many there are, it ends.
    let many = forms(30_000);
    assert_eq!(extract_text(FileFormat::Pdf, &many, &mut |_| {}), Err(Unreadable::TooLarge));
    // Sixty sheets cost what one does, but for their names.
    assert!(cost(FileFormat::Archive, &sheets(60)) < cost(FileFormat::Archive, &sheets(1)) * 2);
}

/// Coordinates and shapes are no numbers of persons, whatever their digits; a number next to them is one.
#[test]
fn coordinates_and_shapes_are_no_numbers() {
    let decimals = format!("100.{ID},13.{ID}");
    let cases = [
        ("a.kml", format!("<kml><coordinates>{decimals},0 {decimals},0</coordinates></kml>")),
        ("a.geojson", format!("{{\"coordinates\": [[100.{ID}, -13.{ID}]]}}")),
        ("a.json", format!("{{\n  \"lat\": 13.{ID},\n  \"lon\": 100.{ID}\n}}")),
        ("a.gml", format!("<pos>13.{ID} 100.{ID}</pos>")),
        ("a.gpx", format!("<trkpt lat=\"13.{ID}\" lon=\"100.{ID}\"/>")),
        ("a.csv", format!("lat,lon\n13.{ID},100.{ID}\n")),
        (
            "a.svg",
            "<svg viewBox=\"0 0 9 9\"><path d=\"M 1 2 Q 1200 100 412 340 z\"/></svg>".to_owned(),
        ),
        (
            "a.svg",
            format!("<svg><g transform=\"translate({ID} 1)\"/><polygon points=\"{ID},1\"/></svg>"),
        ),
    ];
    for (name, text) in cases {
        assert_eq!(found(&with_file(name, &text)), [""; 0], "{text}");
    }
    for (name, text) in [
        ("a.csv", format!("no,id\n1.5,{ID}\n")),
        ("a.json", format!("{{\"name\": \"1.{ID} ก\"}}")),
        ("a.xml", format!("<row d=\"{ID}\"/>")),
        ("a.svg", format!("<svg><text x=\"1.5\">{ID}</text></svg>")),
    ] {
        assert_eq!(found(&with_file(name, &text)).len(), 1, "{text}");
    }
}

/// However many cells refer to a long text, it is looked at once.
#[test]
fn a_shared_text_is_looked_at_once() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", format!("{ID} ").repeat(1_000));
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(4_000);
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let book = archive(&[("xl/worksheets/sheet1.xml", &sheet), ("xl/sharedStrings.xml", &strings)]);
    let (texts, read) = texts_of("a.xlsx", &book);
    assert_eq!(texts.iter().filter(|text| text.contains(ID)).count(), 1);
    assert_eq!(read, Ok(()));
}

/// A place where a number may begin costs more than a byte: a small file may hold millions of them.
#[test]
fn rows_of_digits_are_bounded() {
    let read = |name: &str, text: &str| {
        let bytes = zipped(&[(name, text.as_bytes())]);
        let mut budget = Budget::new(MAX_WORK / 100);
        let mut handed_on = 0;
        let read = read_within(FileFormat::Archive, &bytes, &mut budget, &mut |piece| {
            handed_on += piece.text.len();
        });
        (read, handed_on)
    };
    for unit in ["1 ", "1200100412340 ", "1200100412340\n"] {
        let (read, handed_on) = read("a.txt", &unit.repeat(40_000));
        assert_eq!(read, Err(Unreadable::TooLarge), "{unit}");
        assert!(handed_on <= 150_000, "{unit}: {handed_on}");
    }
    // A table of usual size is read as a whole.
    let table = "1200100412340,0812345678\n".repeat(4_000);
    assert_eq!(read("a.csv", &table).0, Ok(()));
}

/// Tables to Unicode that name four thousand million codes, or are shared by many fonts.
#[test]
fn tables_of_fonts_are_bounded() {
    let bytes = pdf(|document, resources| {
        font_with_table(
            document,
            resources,
            "<00000000> <FFFFFFFF>",
            "<00000000> <FFFFFFFF> <0000>",
        );
        painted(&[(72, 700, ID)])
    });
    assert_eq!(texts_of("a.pdf", &bytes).0.len(), 1);
}

/// Viewers go on behind what they cannot parse; what is painted there must not pass as looked at.
#[test]
fn content_that_is_not_read_to_its_end_is_unchecked() {
    for junk in ["n", ")", "0 --5 m", ". w", "]", ">>", "{"] {
        let bytes = pdf(|_, _| {
            let junk = Operation::new(junk, Vec::new());
            std::iter::once(junk).chain(painted(&[(72, 700, ID)])).collect()
        });
        let (texts, read) = texts_of("a.pdf", &bytes);
        assert!(read.is_err() || texts.iter().any(|text| text.contains(ID)), "{junk:?}");
        assert_eq!(read.is_ok(), junk == "n", "{junk:?}");
    }
}

/// A code of a font means a few letters: a small file must not become gigabytes of text.
#[test]
fn letters_of_a_code_are_bounded() {
    let letters = format!("<00000041> <{}>", "0061".repeat(40_000));
    let shown = "A".repeat(20_000);
    let bytes = pdf(|document, resources| {
        font_with_table(document, resources, "<00000000> <FFFFFFFF>", &letters);
        painted(&[(72, 700, &shown), (72, 600, ID)])
    });
    let (texts, _) = texts_of("a.pdf", &bytes);
    assert!(texts.iter().map(String::len).sum::<usize>() < 1_000_000);
}

/// Only what is published is read; a file that nobody will see makes nothing invalid.
#[test]
fn files_count_as_much_as_the_item_they_belong_to() {
    let list = format!("เลขประจำตัวประชาชน\n{ID}\n");
    let unused = Portal::new().item(INDEX, "").file("content/news/list/a.csv", &list);
    assert_eq!(found(&unused), ["warning files/unused a.csv"]);
    let linked = Portal::new().item(INDEX, "[ตาราง](a.csv)").file("content/news/list/a.csv", &list);
    assert_eq!(found(&linked), ["error privacy/national-id a.csv"]);
    let lines = "attachments: [{ file: a.csv }]\npublish_from: 2570-01-01";
    let scheduled =
        Portal::new().item_with(INDEX, lines, "").file("content/news/list/a.csv", &list);
    assert_eq!(found(&scheduled), ["error privacy/national-id a.csv"]);
    scheduled.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    let lines = "attachments: [{ file: a.csv }]\napprover: -";
    let draft = Portal::new().item_with(INDEX, lines, "").file("content/news/list/a.csv", &list);
    let draft = draft.item("content/news/other.md", "");
    assert_eq!(found(&draft), ["warning privacy/national-id a.csv"]);
    draft.run(&format!("build -q -o site --at {NOW}")).expect_status(0).expect_stderr("");
}

#[test]
fn what_stands_on_no_page_is_not_looked_at() {
    let lines = format!(
        "withdrawn: {{ on: 2580-01-01, reason: เลขประจำตัวประชาชน {ID} }}\n\
         approvals:\n  - {{ by: mayor, on: 2569-01-01, seal: \"{ID}\" }}\ntags: [ก]"
    );
    assert_eq!(found(&Portal::new().item_with("content/news/a.md", &lines, "")), [""; 0]);
    let lines = lines.replace("[ก]", &format!("[เลขประจำตัวประชาชน {ID}]"));
    let portal = Portal::new().item_with("content/news/a.md", &lines, "");
    assert_eq!(found(&portal), ["error privacy/national-id a.md"]);
}

#[test]
fn addresses_are_looked_at() {
    let portal = Portal::new().item_with(&format!("content/news/ปชช.-{ID}.md"), "title: ก", "");
    let report = advice(&portal);
    assert!(
        report.contains("error[privacy/national-id]") && report.contains("1xxxxxxxxxxxx.md"),
        "{report}"
    );
}

#[test]
fn a_table_tells_by_the_head_of_its_column() {
    let table = |head: &str| {
        let body = format!("| ชื่อ | {head} |\n| --- | --- |\n| ก | - |\n| ข | {ID} |\n");
        found(&Portal::new().item("content/news/a.md", &body))
    };
    assert_eq!(table("เลขประจำตัวประชาชน"), ["error privacy/national-id a.md"]);
    assert_eq!(table("เลขที่"), ["warning privacy/national-id a.md"]);
}

// ---- settings

#[test]
fn the_policy_says_whose_numbers_are_looked_for() {
    let body = format!("เลขประจำตัวประชาชน {ID}");
    let portal = Portal::new().item("content/news/a.md", &body);
    let site = |privacy: &str| {
        let site = format!("{}\n[policy]\nprivacy = {privacy}\n", crate::support::SITE);
        portal.write("site.toml", site);
        found(&portal)
    };
    assert_eq!(site("[\"th\"]"), ["error privacy/national-id a.md"]);
    assert_eq!(site("[]"), [""; 0]);
    // The trust file decides, not site.toml.
    let people = "[people.mayor]\nname = \"ก\"\napproves = [\"*\"]\n[people.clerk]\nname = \"ข\"\n";
    portal.write("trust.toml", people);
    let trusted = format!("check -q --trust trust.toml --at {NOW}");
    portal.run(&trusted).expect_status(1).expect_in_stderr("error[privacy/national-id]");
    portal.write("trust.toml", format!("[policy]\nprivacy = []\n{people}"));
    portal.run(&trusted).expect_status(0).expect_stderr("");
}

#[test]
fn the_offices_own_numbers_may_stand_anywhere() {
    let portal = Portal::new().item("content/news/a.md", "โทร 081-234-5678 หรือ +66812345678");
    assert_eq!(found(&portal), ["warning privacy/phone a.md"]);
    let site = format!("{}\n[contact]\nphone = \"08 1234 5678\"\n", crate::support::SITE);
    portal.write("site.toml", site);
    assert_eq!(found(&portal), [""; 0]);
}

// ---- waivers

/// An item with a number in its text and a waiver, not approved yet.
fn waiving(lines: &str) -> Portal {
    let waive =
        "waive:\n  - { rule: privacy/national-id, where: body, reason: กฎหมายกำหนด, by: mayor }";
    let body = format!("เลขประจำตัวประชาชน {ID}");
    let lines = format!("{lines}\n{waive}");
    Portal::new().item_with("content/news/a.md", lines.trim(), &body)
}

#[test]
fn a_waiver_counts_when_the_item_is_sealed() {
    let portal = waiving("");
    let void = ["warning privacy/waiver-void a.md", "error privacy/national-id a.md"];
    assert_eq!(found(&portal), void);
    assert!(advice(&portal).contains("error[privacy/national-id]"));
    portal.run("approve content/news/a.md --as mayor --on 2568-12-20").expect_status(0);
    assert_eq!(found(&portal), [""; 0]);
    portal.build();
    let status = portal.run(&format!("status --at {NOW}"));
    let line = "    waived by mayor: privacy/national-id in body: กฎหมายกำหนด\n";
    assert!(status.stdout.ends_with(line), "{}", status.stdout);
    let explained = portal.run(&format!("explain content/news/a.md --at {NOW}"));
    assert!(explained.stdout.ends_with(line), "{}", explained.stdout);
    let json = portal.run(&format!("status --format json --at {NOW}")).json();
    let waived = serde_json::json!([{
        "rule": "privacy/national-id", "where": "body", "by": "mayor", "reason": "กฎหมายกำหนด",
    }]);
    assert_eq!(json["items"][0]["waived"], waived);
    // Nothing of it is published.
    for (path, bytes) in portal.output() {
        assert!(!String::from_utf8_lossy(&bytes).contains("กฎหมายกำหนด"), "{path}");
    }
    // The waiver is under the seal.
    let text = std::fs::read_to_string(portal.path("content/news/a.md")).unwrap();
    portal.write("content/news/a.md", text.replace("กฎหมาย", "ระเบียบ"));
    let json = portal.run(&format!("status --format json --at {NOW}")).json();
    assert_eq!(json["items"][0]["verdict"], "unapproved");
    assert!(json["items"][0].get("waived").is_none());
}

#[test]
fn a_waiver_counts_only_for_its_rule_its_place_and_its_approver() {
    let approve = "content/news/list/index.md --as mayor --on 2568-12-20";
    let sealed = |waive: &str, body: &str| {
        let list = format!("เลขประจำตัวประชาชน\n{ID}\n");
        let lines = format!("attachments: [{{ file: a.csv }}]\nwaive: [{waive}]");
        let portal =
            Portal::new().item_with(INDEX, &lines, body).file("content/news/list/a.csv", list);
        portal.run(&format!("approve {approve}")).expect_status(0);
        found(&portal)
    };
    let waiver = |rule: &str, place: &str, by: &str| {
        format!("{{ rule: privacy/{rule}, where: {place}, reason: ก, by: {by} }}")
    };
    let body = format!("เลขประจำตัวประชาชน {ID}");
    assert_eq!(sealed(&waiver("national-id", "a.csv", "mayor"), ""), [""; 0]);
    assert_eq!(
        sealed(&waiver("national-id", "a.csv", "mayor"), &body),
        ["error privacy/national-id index.md"]
    );
    assert_eq!(
        sealed(&waiver("phone", "a.csv", "mayor"), ""),
        ["error privacy/national-id a.csv", "warning privacy/waiver-unused index.md"]
    );
    assert_eq!(
        sealed(&waiver("national-id", "a.csv", "clerk"), ""),
        ["error privacy/national-id a.csv", "warning privacy/waiver-void index.md"]
    );
    let both = [waiver("national-id", "a.csv", "mayor"), waiver("national-id", "body", "mayor")];
    assert_eq!(sealed(&both.join(", "), &body), [""; 0]);
}

// ---- what is reported

/// Every way in which the program says something.
fn everything(portal: &Portal) -> String {
    let mut report = String::new();
    let mut add = |run: Run| report.push_str(&format!("{}\n{}\n", run.stdout, run.stderr));
    for format in ["human", "json", "github"] {
        for redact in ["", "--redact"] {
            for command in ["check", "build --keep-going --allow-empty", "build --strict", "status"]
            {
                let language = if redact.is_empty() { "th" } else { "en" };
                let options = format!("{redact} --format {format} --lang {language}");
                add(portal.run(&format!("{command} {options} --at {NOW}")));
            }
        }
    }
    add(portal.run(&format!("check --fix --at {NOW}")));
    report
}

/// A number with a right check digit, in a dressing.
fn dressed_id() -> impl Strategy<Value = (String, String)> {
    let dressings = prop::sample::select(vec!["", "-", " ", "\u{A0}", "\u{200B}", "\u{2011}"]);
    ("[1-8][0-9]{11}", dressings, any::<bool>()).prop_map(|(digits, gap, thai)| {
        let weighted = (2..=13).rev().zip(digits.bytes()).map(|(w, d)| w * u32::from(d - b'0'));
        let id = format!("{digits}{}", (11 - weighted.sum::<u32>() % 11) % 10);
        let groups = [&id[..1], &id[1..5], &id[5..10], &id[10..12], &id[12..]];
        let written = groups.join(gap);
        let in_thai = |c: char| match c.to_digit(10) {
            Some(digit) if thai => char::from_u32(0x0E50 + digit).unwrap(),
            _ => c,
        };
        (id, written.chars().map(in_thai).collect())
    })
}

/// All digits of a text in a row, Thai ones as Arabic.
fn digits(text: &str) -> String {
    let value = |c: char| match c {
        '๐'..='๙' => char::from_digit(u32::from(c) - 0x0E50, 10),
        _ => c.is_ascii_digit().then_some(c),
    };
    text.chars().filter_map(value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    /// Whatever goes wrong on the lines around it, the number is not repeated.
    #[test]
    fn a_number_is_told_and_never_repeated((id, written) in dressed_id()) {
        let lines = format!(
            "title: ปชช. {written}\nsummary: นํ้า {written}\ntags: [\"{written}\"]\nkind: {written} #2\n\
             extra: {{ ช่อง: \"{written}\" }}\nattachments: [{{ file: a.csv, title: \"{written}\" }}]"
        );
        let body = format!(
            "[{written}](ไม่มี.md) [ก](<{written}.md>) ![](ไม่มี-{written}.png)\n\n\
             เลขประจำตัวประชาชน {written} น้ําประปา <b>{written}</b>\n\n| ปชช. |\n| --- |\n| {written} |\n"
        );
        let portal = Portal::new()
            .item_with(INDEX, &lines, &body)
            .file("content/news/list/a.csv", format!("ปชช.\n\"{written}\"\n"))
            .file(&format!("content/news/list/รูป {written}.pdf"), "%PDF")
            .file("content/news/bad.md", item("content/news/bad.md", &format!("approver: \"{written}\""), ""))
            .file(&format!("content/news/{written}.md"), item("content/news/a.md", "slug: \"#\"", ""));
        let report = everything(&portal);
        prop_assert!(report.contains("privacy/national-id"));
        // Without its first digit, which is shown.
        prop_assert!(!digits(&report).contains(&id[1..]), "{} in {}", id, report);
    }
}

/// Telephones and accounts, which only the head of a column shows, are hidden on every line of the file.
#[test]
fn other_private_numbers_are_not_repeated_either() {
    let body = "| เลขที่บัญชี | โทร |\n| --- | --- |\n| 1234567890 | 0812345678 |\n\
                | 9876543210 [ก](ไม่มี.md) | 0898765432 นํ้า |\n";
    let portal = Portal::new()
        .item_with(INDEX, "attachments: [{ file: a.csv }]", body)
        .file("content/news/list/a.csv", "เลขที่บัญชี\n5554443332\n")
        .item("content/news/โทร-0867654321.md", "");
    let report = everything(&portal);
    for code in ["privacy/bank-account", "privacy/phone", "links/dead"] {
        assert!(report.contains(code), "no {code}");
    }
    for number in
        ["1234567890", "0812345678", "9876543210", "0898765432", "5554443332", "0867654321"]
    {
        assert!(!digits(&report).contains(number), "{number} in {report}");
    }
}

/// The work for unused waivers does not grow with their square: only the first have places of their own.
#[test]
fn many_waivers_without_effect_are_reported_at_their_list() {
    let entry = "  - { rule: privacy/phone, where: body, reason: x, by: clerk }\n";
    let lines = format!("waive:\n{}", entry.repeat(800));
    let path = "content/news/a.md";
    let portal = crate::support::Portal::new();
    let text = crate::support::item(path, "", "").replacen("---\n", &format!("---\n{lines}"), 1);
    portal.write(path, text);
    let run = portal.run(&format!("check --at {}", crate::support::NOW));
    let count = run.stderr.matches("warning[privacy/waiver").count();
    assert!((1..=51).contains(&count), "{count}\n{:.2000}", run.stderr);
}
