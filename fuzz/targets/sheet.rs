//! Files of tables from anywhere: read or refused, within time and memory. The first byte says what the rest is: the
//! whole file, or one part of a workbook. A panic of a reader is caught where it is called.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use prakat::files::is_extracting;
use prakat_fuzz::{BENCHES, TABLE_FILES};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An archive with these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(*name, stored).expect("a part");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

fn excel(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: String| format!("<Relationships xmlns=\"{PACKAGE}\">{all}</Relationships>");
    let top = relations(relation("b", "officeDocument", "xl/workbook.xml"));
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"
    );
    let inner = relations(
        relation("r", "worksheet", "worksheets/sheet1.xml")
            + &relation("t", "sharedStrings", "sharedStrings.xml"),
    );
    archive(&[
        ("_rels/.rels", top.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", inner.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ])
}

fuzz_target!(
    init: {
        let stop = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !is_extracting() {
                stop(panic);
            }
        }));
    },
    |data: &[u8]| {
        let Some((kind, bytes)) = data.split_first() else { return };
        let sheet = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
        let (name, file) = match kind % 7 {
            0 => ("a.xlsx", excel(bytes, b"<sst><si><t>a</t></si></sst>")),
            1 => ("a.xlsx", excel(sheet, bytes)),
            2 => {
                let kind: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
                let parts = [
                    ("mimetype", kind),
                    ("META-INF/manifest.xml", b"<manifest/>".as_slice()),
                    ("content.xml", bytes),
                ];
                ("a.ods", archive(&parts))
            }
            whole => (TABLE_FILES[usize::from(whole) - 3], bytes.to_vec()),
        };
        let body = BENCHES[0].table(name, &file, &format!("file: {name}\ncaption: a\ntotal: sum"));
        assert!(body.html.len() < 50_000_000);
    }
);
