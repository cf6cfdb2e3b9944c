//! Files of items: which kinds are published, compared with their bytes, and that nothing in them is run.

use prakat::files;
use prakat::files::{BadName, Markup, by_name};
use proptest::prelude::*;

use crate::serve::PreviewProcess;
use crate::support::{NOW, Portal, SITE, item};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj <<>> endobj\nstartxref\n0\n%%EOF\n";
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on";
const PNG: &[u8] =
    b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\0\0\0\0IEND\xAEB`\x82";
const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1\"/></svg>";
const POINTER: &str =
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
const LOG_IN: &str = "\n\n<!DOCTYPE html>\n<html><body><form>Log in</form></body></html>\n";

/// A ZIP archive that names these parts, as far as a look at names needs one.
fn zip(names: &[&str]) -> Vec<u8> {
    let parts = names.iter().map(|name| format!("PK\x03\x04..........................{name}..."));
    let mut bytes = parts.collect::<String>().into_bytes();
    bytes.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes
}

fn office(folder: &str) -> Vec<u8> {
    zip(&["[Content_Types].xml", &format!("{folder}/document.xml")])
}

/// A portal in which each file has an item of its own.
fn portal(files: &[(&str, Vec<u8>)]) -> Portal {
    // The look for private numbers has tests of its own.
    let settings = format!("{SITE}\n[policy]\nprivacy = []\n");
    let mut portal = Portal::new().file("site.toml", settings);
    for (n, (name, bytes)) in files.iter().enumerate() {
        let folder = format!("content/news/x{n}");
        let lines = format!("attachments: [{{ file: '{name}' }}]");
        portal = portal
            .item_with(&format!("{folder}/index.md"), &lines, "")
            .file(&format!("{folder}/{name}"), bytes);
    }
    portal
}

/// The codes that `check` finds about the file of each item; nothing else may be wrong.
fn codes(portal: &Portal, count: usize) -> Vec<String> {
    let json = portal.run(&format!("check --format json --at {NOW}")).json();
    let mut found = vec![String::new(); count];
    for diagnostic in json["diagnostics"].as_array().unwrap() {
        let file = diagnostic["file"].as_str().unwrap();
        let number = file.split('/').nth(2).unwrap()[1..].parse::<usize>().unwrap();
        assert_eq!(diagnostic["severity"], "error", "{diagnostic}");
        found[number] = diagnostic["code"].as_str().unwrap().to_owned();
    }
    found
}

/// Names each file with what is expected of it; empty if it is published.
fn expect(files: &[(&str, &[u8], &str)]) {
    let given: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(name, bytes, _)| (*name, bytes.to_vec())).collect();
    let portal = portal(&given);
    for ((name, _, expected), found) in files.iter().zip(codes(&portal, files.len())) {
        assert_eq!(found, *expected, "{name}");
    }
    // The rest is published, byte for byte, and nothing of what is wrong.
    portal.run(&format!("build -q --keep-going -o site --at {NOW}"));
    let output = portal.output();
    for (n, (name, bytes, expected)) in files.iter().enumerate() {
        let written = output.get(&format!("news/x{n}/{name}")).map(Vec::as_slice);
        assert_eq!(written, expected.is_empty().then_some(*bytes), "{name}");
    }
}

#[test]
fn files_that_are_what_they_say_are_published() {
    let (docx, xlsx, pptx) = (office("word"), office("xl"), office("ppt"));
    let odt = zip(&["mimetypeapplication/vnd.oasis.opendocument.text"]);
    let ods = zip(&["mimetypeapplication/vnd.oasis.opendocument.spreadsheet"]);
    let locked: Vec<u8> = [
        OLE,
        &"EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        &[0; 2000],
    ]
    .concat();
    let junk = [b"\r\n  some junk\n".as_slice(), PDF, b"\n\n more behind"].concat();
    let wide: Vec<u8> = "\u{FEFF}ชื่อ,จำนวน\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide_xml: Vec<u8> = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-16\"?><a>ก</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    expect(&[
        ("ประกาศ.pdf", PDF, ""),
        ("A.PDF", PDF, ""),
        ("งบ 2569.v1.2.pdf", PDF, ""),
        ("junk.pdf", &junk, ""),
        ("a.doc", OLE, ""),
        ("b.doc", b"{\\rtf1 text}", ""),
        ("a.docx", &docx, ""),
        ("locked.docx", &locked, ""),
        ("a.odt", &odt, ""),
        ("a.rtf", b"{\\rtf1 text}", ""),
        ("a.txt", b"plain", ""),
        ("thai.txt", b"\xA1\xD2\xC3 \xC3\xD2\xA4\xD2\n", ""),
        ("b.txt", b"<john@example.org> wrote: 1 < 2", ""),
        ("a.xls", OLE, ""),
        ("a.xlsx", &xlsx, ""),
        ("a.ods", &ods, ""),
        ("a.csv", b"a,b\n1,2\n", ""),
        ("wide.csv", &wide, ""),
        ("free.csv", b"I'm free,b\n", ""),
        ("id.csv", b"ID3,name\n", ""),
        ("a.tsv", b"a\tb\n", ""),
        ("a.json", b" [1]", ""),
        ("a.geojson", b"{\"type\":\"Point\"}", ""),
        ("a.kml", b"<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document/></kml>", ""),
        ("a.xml", b"<!-- data --><rows><row on=\"1\" onload=\"2\">3</row></rows>", ""),
        ("thai.xml", b"<?xml version=\"1.0\" encoding=\"TIS-620\"?><a>\xA1\xD2\xC3</a>", ""),
        ("wide.xml", &wide_xml, ""),
        ("a.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", ""),
        ("a.ppt", OLE, ""),
        ("a.pptx", &pptx, ""),
        ("a.zip", &zip(&["a.csv"]), ""),
        ("b.zip", &docx, ""),
        ("a.png", PNG, ""),
        ("a.jpg", b"\xFF\xD8\xFF\xE0..", ""),
        ("a.gif", b"GIF89a..", ""),
        ("a.webp", b"RIFF\x08\0\0\0WEBPVP8 ", ""),
        ("a.avif", b"\0\0\0\x1Cftypavif", ""),
        ("a.mp3", b"ID3\x04", ""),
        ("b.mp3", b"\xFF\xFB\x90\0", ""),
        ("a.m4a", b"\0\0\0\x1CftypM4A ", ""),
        ("a.ogg", b"OggS\0", ""),
        ("a.wav", b"RIFF\xFF\xFF\xFF\xFFWAVEfmt ", ""),
        ("a.mp4", b"\0\0\0\x1Cftypisom", ""),
        ("a.webm", b"\x1A\x45\xDF\xA3", ""),
        ("a.svg", DRAWING.as_bytes(), ""),
    ]);
}

#[test]
fn files_that_are_not_what_they_say_are_errors() {
    let docx = office("word");
    let linear =
        b"%PDF-1.5\n1 0 obj << /Linearized 1 /L 99999 /H [ 1 2 ] >> endobj\nstartxref\n0\n%%EOF\n";
    let content = "files/content";
    expect(&[
        ("pointer.pdf", POINTER.as_bytes(), "files/lfs-pointer"),
        ("pointer.jpg", POINTER.as_bytes(), "files/lfs-pointer"),
        ("pointer.csv", POINTER.as_bytes(), "files/lfs-pointer"),
        ("pointer.svg", POINTER.as_bytes(), "files/lfs-pointer"),
        ("login.pdf", LOG_IN.as_bytes(), content),
        ("login.xlsx", LOG_IN.as_bytes(), content),
        ("login.xls", LOG_IN.as_bytes(), content),
        ("login.csv", LOG_IN.as_bytes(), content),
        ("login.txt", b"\xEF\xBB\xBF<script>1</script>", content),
        ("login.xml", LOG_IN.as_bytes(), content),
        ("login.svg", LOG_IN.as_bytes(), content),
        ("login.json", b"<html>", content),
        ("login.jpg", b"<HTML>", content),
        ("both.pdf", b"<html>%PDF-1.4 startxref %%EOF", content),
        ("empty.pdf", b"", "files/empty"),
        ("empty.csv", b"", "files/empty"),
        ("word.pdf", &docx, content),
        ("old.pdf", OLE, content),
        ("old.docx", OLE, content),
        ("new.doc", &docx, content),
        ("word.xlsx", &docx, content),
        ("zip.docx", &zip(&["a.csv"]), content),
        ("picture.pdf", PNG, content),
        ("picture.jpg", PNG, content),
        ("pdf.txt", PDF, content),
        ("program.zip", b"MZ\x90\0\x03", content),
        ("binary.csv", b"a\0\0\0\0b", content),
        ("text.json", b"jsonp({})", content),
        ("text.png", b"no picture", content),
        ("cut.pdf", b"%PDF-1.4\n1 0 obj <<", "files/cut-off"),
        ("linear.pdf", linear, "files/cut-off"),
        ("cut.docx", &docx[..80], "files/cut-off"),
        ("cut.png", &PNG[..40], "files/cut-off"),
        ("broken.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><g></svg>", content),
        ("other.svg", b"<rows/>", content),
        ("broken.kml", b"<kml><a></kml>", content),
        ("utf7.svg", b"<?xml version=\"1.0\" encoding=\"utf-7\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", content),
    ]);
}

/// A text may name a format, even with its first word.
#[test]
fn texts_that_speak_of_formats_are_texts() {
    let wide: Vec<u8> = "\u{FEFF}{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let thai = [b"%PDF-1.7 ".as_slice(), b"\xA1\xD2\xC3 \xC3\xD2\xA4\xD2\n"].concat();
    expect(&[
        ("a.txt", "%PDF-1.7 คือบรรทัดแรกของไฟล์ PDF".as_bytes(), ""),
        ("b.txt", "ไฟล์ PDF ขึ้นต้นด้วย %PDF-1.4 และลงท้ายด้วย %%EOF".as_bytes(), ""),
        ("c.txt", b"GIF89a is the first word of a GIF file.\n", ""),
        ("d.txt", b"PK are the initials of Phil Katz.\n", ""),
        ("e.txt", b"{\\rtf1 begins a document", ""),
        ("f.txt", "<html> คือแท็กแรกของหน้าเว็บ".as_bytes(), ""),
        ("g.txt", "\"<html>\" คือแท็กแรก".as_bytes(), ""),
        ("h.txt", b"<?xml is the first word of XML", ""),
        ("i.txt", b"The ftyp box of MP4 files\n", ""),
        ("j.txt", b"OggS, fLaC, RIFF and MZ are magic words.\n", ""),
        ("k.txt", b"RIFF....WAVE is how sounds begin", ""),
        ("l.txt", b"BEGIN:VCALENDAR begins a calendar", ""),
        ("thai.txt", &thai, ""),
        ("a.csv", b"%PDF-1.7,GIF89a\n1,2\n", ""),
        ("b.csv", b"GIF89a,PK\n", ""),
        ("c.csv", b"BEGIN:VCALENDAR,1\n", ""),
        ("a.json", b"\xEF\xBB\xBF [1]", ""),
        ("b.json", b"\r\n\t \"%PDF-1.4 is a header\"", ""),
        ("c.json", b"2569", ""),
        ("d.json", b"-1.5e3\n", ""),
        ("e.json", b"null", ""),
        ("f.json", b"{\n \"ftyp\": \"GIF89a\"}", ""),
        ("g.json", b"[\"<html>\", \"%PDF-1.7\", 1]", ""),
        ("h.json", &wide, ""),
        ("i.json", b"\"a\"", ""),
        ("a.xml", b"<?xml version=\"1.0\"?><!-- made from %PDF-1.4 --><rows/>", ""),
    ]);
    let content = "files/content";
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    expect(&[
        ("a.txt", PDF, content),
        ("b.txt", gif, content),
        ("c.txt", &office("word"), content),
        ("d.txt", b"{\\rtf1 text}", content),
        ("e.txt", LOG_IN.as_bytes(), content),
        ("f.txt", b"<html><body>Log in</body></html> text", content),
        ("g.txt", b"<img src=x onerror=y> text", content),
        ("h.txt", b"<script> text", content),
        ("i.txt", DRAWING.as_bytes(), content),
        ("a.csv", gif, content),
        ("b.csv", &[b"words\n".as_slice(), PDF].concat(), content),
        ("a.json", b"2569 was a year", content),
        ("b.json", b"nothing", content),
        ("c.json", gif, content),
        ("d.json", PDF, content),
    ]);
}

/// Kinds that a server runs or a browser obeys, and names that hosts look for.
const REFUSED: [(&str, &str); 52] = [
    ("a.html", "files/kind"),
    ("a.HTM", "files/kind"),
    ("a.xhtml", "files/kind"),
    ("a.mht", "files/kind"),
    ("a.js", "files/kind"),
    ("a.mjs", "files/kind"),
    ("a.css", "files/kind"),
    ("a.php", "files/kind"),
    ("a.PhP5", "files/kind"),
    ("a.phtml", "files/kind"),
    ("a.shtml", "files/kind"),
    ("a.aspx", "files/kind"),
    ("a.jsp", "files/kind"),
    ("a.cgi", "files/kind"),
    ("a.exe", "files/kind"),
    ("a.docm", "files/kind"),
    ("a.xlsm", "files/kind"),
    ("a.apk", "files/kind"),
    ("a.swf", "files/kind"),
    ("a.eml", "files/kind"),
    ("a.epub", "files/kind"),
    ("a.tar.gz", "files/kind"),
    ("a.7z", "files/kind"),
    ("a.svgz", "files/kind"),
    ("a.wasm", "files/kind"),
    ("a.webmanifest", "files/kind"),
    ("ประกาศ", "files/kind"),
    ("a.pdf.html", "files/kind"),
    ("a.html.th", "files/kind"),
    ("a.php.pdf", "files/kind"),
    ("a.PHP7.pdf", "files/kind"),
    ("a.asp;.pdf", "files/kind"),
    ("a.shtml.th.pdf", "files/kind"),
    ("a.cgi.csv", "files/kind"),
    ("a.pdf.", "files/kind"),
    ("a.pdf ", "files/kind"),
    ("_headers", "files/obeyed"),
    ("_Redirects", "files/obeyed"),
    ("_worker.js", "files/obeyed"),
    ("_routes.json", "files/obeyed"),
    ("web.config", "files/obeyed"),
    ("Web.Config ", "files/obeyed"),
    ("CNAME", "files/obeyed"),
    ("netlify.toml", "files/obeyed"),
    ("vercel.json", "files/obeyed"),
    ("staticwebapp.config.json", "files/obeyed"),
    ("firebase.json", "files/obeyed"),
    ("sw.js", "files/obeyed"),
    ("service-worker.js", "files/obeyed"),
    ("index.php", "files/obeyed"),
    ("default.aspx", "files/obeyed"),
    ("robots.txt", "files/obeyed"),
];

#[test]
fn other_kinds_and_names_that_hosts_obey_are_errors() {
    let files: Vec<(&str, &[u8], &str)> =
        REFUSED.iter().map(|(name, code)| (*name, PDF, *code)).collect();
    expect(&files);
}

/// What an archive holds is said by its own directory, and not by that of an archive in it.
#[test]
fn documents_inside_documents_do_not_change_the_kind() {
    let stored = |names: &[(&str, &[u8])]| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = zip::ZipWriter::new(&mut bytes);
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (name, content) in names {
            writer.start_file(*name, options).unwrap();
            std::io::Write::write_all(&mut writer, content).unwrap();
        }
        writer.finish().unwrap();
        bytes.into_inner()
    };
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let letter = stored(&[types, ("word/document.xml", b"<x/>")]);
    let book = stored(&[types, ("xl/workbook.xml", b"<x/>"), ("xl/embeddings/a.docx", &letter)]);
    let slides = stored(&[types, ("ppt/p.xml", b"<x/>"), ("ppt/embeddings/a.xlsx", &book)]);
    expect(&[
        ("a.xlsx", &book, ""),
        ("a.pptx", &slides, ""),
        ("a.docx", &letter, ""),
        ("b.docx", &slides, "files/content"),
    ]);
}

/// The settings may add kinds, but no name that a host obeys.
#[test]
fn the_settings_allow_kinds_but_no_names_that_hosts_obey() {
    let names = [
        "a.epub",
        "a.tar.gz",
        "a.html",
        "a.html.pdf",
        "sw.js",
        "b.js",
        "web.config",
        "a.gz",
        "index.htm",
    ];
    let bytes = |name: &str| {
        if name.contains("html") && !name.ends_with("pdf") {
            b"<html>".to_vec()
        } else {
            PDF.to_vec()
        }
    };
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, bytes(name))).collect();
    let portal = portal(&files);
    let settings = std::fs::read_to_string(portal.path("site.toml")).unwrap();
    portal.write(
        "site.toml",
        settings
            + "\n[attachments]\nallow = [\"epub\", \".Tar.gz\", \"html\", \"js\", \"config\"]\n",
    );
    let expected =
        ["", "", "", "", "files/obeyed", "", "files/obeyed", "files/kind", "files/obeyed"];
    assert_eq!(codes(&portal, names.len()), expected);
    // What is allowed is still no pointer and no log-in page.
    portal.write("content/news/x0/a.epub", POINTER);
    portal.write("content/news/x1/a.tar.gz", LOG_IN);
    let found = codes(&portal, names.len());
    assert_eq!(&found[..2], ["files/lfs-pointer", "files/content"]);
}

/// The verdict does not depend on the instant, and nobody is kept from building by a draft.
#[test]
fn drafts_are_warned_of_and_what_will_open_is_judged_today() {
    for (lines, severity, status) in [
        ("", "error", 1),
        ("publish_from: 2571-01-01", "error", 1),
        ("publish_from: 2569-01-01\npublish_until: 2569-02-01", "warning", 0),
        ("approver: -", "warning", 0),
    ] {
        let portal = Portal::new()
            .item_with(
                "content/news/a/index.md",
                &format!("attachments: [{{ file: a.html }}]\n{lines}"),
                "",
            )
            .item("content/news/b.md", "")
            .file("content/news/a/a.html", "<html>");
        let json = portal.run(&format!("check --format json --at {NOW}")).json();
        let found = &json["diagnostics"][0];
        assert_eq!((&found["severity"], &found["code"]), (&severity.into(), &"files/kind".into()));
        portal.run(&format!("build -q -o site --at {NOW}")).expect_status(status);
    }
    // A file that nothing refers to is reported, and that is all.
    let portal =
        Portal::new().item("content/news/a/index.md", "").file("content/news/a/a.php", "<?php");
    let json = portal.run(&format!("check --format json --at {NOW}")).json();
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
    assert_eq!(json["diagnostics"][0]["code"], "files/unused");
    // Links and pictures refer to files, too.
    for body in ["[a](a.php)", "![a](a.svg)"] {
        let name = &body[body.len() - 6..body.len() - 1];
        let script = DRAWING.replace("<path", "<script/><path");
        let portal = Portal::new()
            .item("content/news/a/index.md", body)
            .file(&format!("content/news/a/{name}"), script);
        portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    }
}

/// Pieces of drawings: what they are, and whether they may be there.
const PIECES: [(&str, bool); 64] = [
    ("<g fill=\"url(#a)\" style=\"stroke:url( '#b' )\" class=\"on\"/>", true),
    ("<use href=\"#a\"/><use xlink:href=\" #b\"/>", true),
    ("<image href=\"data:image/png;base64,iVBORw0=\"/>", true),
    ("<style>@font-face{src:url(data:font/woff2;base64,d09G)} .a{fill:#fff}</style>", true),
    ("<style><![CDATA[ .a > .b { fill: url(#a) } ]]></style>", true),
    ("<text aria-label=\"Image(1)\">javascript: onload= &lt;script&gt;</text>", true),
    ("<animate attributeName=\"fill\" values=\"red;blue\"/>", true),
    ("<metadata><r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></metadata>", true),
    ("<i:view xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\" href=\"x\"/>", true),
    ("<!-- <script> --><?xpacket begin=''?>", true),
    ("<flowRoot><flowPara>a</flowPara></flowRoot>", true),
    ("<a href=\"#top\"><title>on</title></a>", true),
    ("<script>1</script>", false),
    ("<script href=\"run.js\"/>", false),
    ("<s:script xmlns:s=\"http://www.w3.org/2000/svg\"/>", false),
    ("<s:script xmlns:s=\"http://www.w3.org/2000/s&#118;g\"/>", false),
    ("<script xmlns=\"http://www.w3.org/1999/xhtml\"/>", false),
    ("<h:img xmlns:h=\"http://www.w3.org/1999/xhtml\" src=\"x\" onerror=\"1\"/>", false),
    ("<metadata><h:iframe xmlns:h=\"http://www.w3.org/1999/xhtml\" src=\"x\"/></metadata>", false),
    ("<desc><m:math xmlns:m=\"http://www.w3.org/1998/Math/MathML\"/></desc>", false),
    ("<foreignObject/>", false),
    ("<handler/>", false),
    ("<listener/>", false),
    ("<iframe/>", false),
    ("<g onload=\"1\"/>", false),
    ("<g ONCLICK=\"1\"/>", false),
    ("<animate onbegin=\"1\"/>", false),
    ("<a href=\"javascript:1\"/>", false),
    ("<a xlink:href=\"java&#115;cript:1\"/>", false),
    ("<a href=\"&#9;javascript:1\"/>", false),
    ("<a href=\"https://example.org/\"/>", false),
    ("<a href=\"../draft/\"/>", false),
    ("<a ping=\"https://example.org/\" href=\"#a\"/>", false),
    ("<use href=\"other.svg#a\"/>", false),
    ("<use href=\"data:image/svg+xml,%3Csvg/%3E#a\"/>", false),
    ("<use href=\"data:text/html,a\"/>", false),
    ("<image xlink:href=\"https://example.org/a.png\"/>", false),
    ("<image href=\"//example.org/a.png\"/>", false),
    ("<image href=\"a.png\"/>", false),
    ("<feImage href=\"https://example.org/a.png\"/>", false),
    ("<set attributeName=\"href\" to=\"javascript:1\"/>", false),
    ("<animate attributeName=\"xlink:href\" values=\"javascript:1\"/>", false),
    ("<set attributeName=\" onclick \" to=\"1\"/>", false),
    ("<animate attributeName=\"fill\" to=\"url(https://example.org/)\"/>", false),
    ("<style>@import 'https://example.org/a.css';</style>", false),
    ("<style>@imp<!-- -->ort 'a.css';</style>", false),
    ("<style>@\\69mport 'a.css';</style>", false),
    ("<style><![CDATA[@import]]> 'a.css';</style>", false),
    ("<style>a{background:url(a.png)}</style>", false),
    ("<style>a{background:u\\72l(\"https://example.org\")}</style>", false),
    ("<style>a{content:'/*'} b{background:url(a.png)} /* */</style>", false),
    ("<style>a{background:-webkit-image-set('a.png' 1x)}</style>", false),
    ("<style>@font-face{src:url(a.woff)}</style>", false),
    ("<style>a{<g/>}</style>", false),
    ("<g style=\"fill:URL( https://example.org/#a )\"/>", false),
    ("<g fill=\"url(other.svg#a)\"/>", false),
    ("<g filter=\"u&#114;l(other.svg#a)\"/>", false),
    ("<g xml:base=\"https://example.org/\"><use href=\"#a\"/></g>", false),
    ("<?xml-stylesheet href=\"a.xsl\" type=\"text/xsl\"?>", false),
    ("<cursor xlink:href=\"a.cur\"/>", false),
    ("<font-face-uri xlink:href=\"a.svg#f\"/>", false),
    ("<audio/>", false),
    ("<video src=\"a.mp4\"/>", false),
    ("<x y=\"&nbsp;\"/>", false),
];

fn drawing(before: &str, pieces: &str) -> String {
    format!(
        "{before}<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n{pieces}\n</svg>"
    )
}

fn is_clean(text: &str, markup: Markup) -> bool {
    files::find_active("content/a.svg", text.as_bytes(), markup).is_empty()
}

#[test]
fn each_piece_of_a_drawing_is_judged_by_itself() {
    for (piece, expected) in PIECES {
        let text = drawing("", piece);
        let found = files::find_active("content/a.svg", text.as_bytes(), Markup::Svg);
        assert_eq!(found.is_empty(), expected, "{piece}: {found:?}");
        assert!(found.iter().all(|finding| finding.place.line == 2), "{piece}: {found:?}");
    }
    let plain = "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n";
    assert!(is_clean(
        &drawing(&format!("<?xml version='1.0'?><!-- [ -->{plain}"), ""),
        Markup::Svg
    ));
    for before in [
        "<!DOCTYPE svg [ <!ENTITY a \"<script/>\"> ]>",
        "<?xml-stylesheet href=\"a.xsl\" type=\"text/xsl\"?>",
        "<?XML-Stylesheet href=\"a.css\"?>",
        "<?xml version=\"1.0\" encoding=\"iso-2022-jp\"?>",
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
        "<?xml version=\"1.0\" encoding=\"gbk\"?>",
        "<?xml version=\"1.0\" encoding=gbk?>",
        &format!("<?xml version=\"1.0\"{}encoding=\"gbk\"?>", " ".repeat(5_000)),
    ] {
        assert!(!is_clean(&drawing(before, ""), Markup::Svg), "{before}");
    }
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(drawing("", "<script/>").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(!files::find_active("a.svg", &wide, Markup::Svg).is_empty());
}

/// The parser would need a stack, or work, that has no bound.
#[test]
fn markup_made_to_be_slow_is_refused() {
    let is_refused = |inside: &str| {
        let text = drawing("", inside);
        !files::find_active("content/a.svg", text.as_bytes(), Markup::Svg).is_empty()
    };
    let nested = |depth: usize| "<g>".repeat(depth) + &"</g>".repeat(depth);
    assert!(!is_refused(&nested(200)));
    assert!(is_refused(&nested(300)) && is_refused(&nested(200_000)));
    let many = |count: usize| (0..count).map(|n| format!(" data-{n}=\"\"")).collect::<String>();
    assert!(!is_refused(&format!("<g{}/>", many(900))));
    assert!(is_refused(&format!("<g{}/>", many(100_000))));
    let names =
        |count: usize| (0..count).map(|n| format!(" xmlns:a{n}='u{n}'")).collect::<String>();
    let inner = "<g xmlns:z='w'/>".repeat(1_000);
    assert!(!is_refused(&format!("<g{}>{inner}</g>", names(40))));
    assert!(is_refused(&format!("<g{}>{inner}</g>", names(4_000))));
    // Marks in comments, in sections of text and in quotation marks are none.
    let marks = "<g>".repeat(1_000);
    assert!(!is_refused(&format!("<!--{marks}--><desc><![CDATA[{marks}]]></desc>")));
}

/// A browser makes a page of any XML that holds elements of one.
#[test]
fn data_in_xml_hold_no_page() {
    assert!(is_clean("<rows xmlns:h=\"http://www.w3.org/1999/xhtml\"><row/></rows>", Markup::Xml));
    for text in [
        "<rows><script xmlns=\"http://www.w3.org/1999/xhtml\">1</script></rows>",
        "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\"/>",
        "<rows><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"1\"/></rows>",
        "<?xml-stylesheet href=\"a.xsl\" type=\"text/xsl\"?><rows/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        "<!DOCTYPE a [<!ATTLIST s xmlns CDATA #FIXED \"http://www.w3.org/1999/xhtml\">]><a><s/></a>",
    ] {
        assert!(!is_clean(text, Markup::Xml), "{text}");
    }
}

proptest! {
    /// Of any pieces together, one that may not be there is found.
    #[test]
    fn a_drawing_is_clean_if_all_of_its_pieces_are(
        chosen in prop::collection::vec(0..PIECES.len(), 0..6),
        depth in 0..4_usize,
    ) {
        let pieces: String = chosen.iter().map(|n| PIECES[*n].0).collect();
        let text = drawing("", &format!("{}{pieces}{}", "<g>".repeat(depth), "</g>".repeat(depth)));
        let expected = chosen.iter().all(|n| PIECES[*n].1);
        prop_assert_eq!(is_clean(&text, Markup::Svg), expected, "{}", text);
    }

    /// No name that passes has an ending that servers run, in whatever place and letters.
    #[test]
    fn no_name_that_passes_has_an_active_part(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "index", "default", "2569", "pdf", "PDF", "csv", "zip", "svg", "php", "PHP5", "html", "Htm",
                "shtml", "asp", "aspx", "jsp", "cgi", "js", "exe", "th", "var", "xhtml", "_headers", "web", "config", " ", "",
            ]),
            1..5,
        ),
        joint in prop::sample::select(vec![".", ".", ".", ";.", " ."]),
    ) {
        let name = parts.join(joint);
        let passes = by_name(&name, &[]).is_ok();
        let active = [
            "php", "php5", "html", "htm", "shtml", "asp", "aspx", "jsp", "cgi", "js", "exe", "var", "xhtml",
        ];
        let lower = name.to_lowercase();
        let is_active = lower.split(['.', ';']).skip(1).any(|part| active.contains(&part.trim()));
        prop_assert!(!passes || !is_active, "{}", name);
        if passes {
            let last = name.rsplit('.').next().unwrap().to_lowercase();
            prop_assert!(["pdf", "csv", "zip", "svg"].contains(&last.as_str()), "{}", name);
        }
    }
}

#[test]
fn a_name_inside_a_name_is_told() {
    assert_eq!(by_name("a.php.pdf", &[]), Err(BadName::Inside("php".to_owned())));
    assert_eq!(by_name(".htaccess", &["htaccess".to_owned()]), Err(BadName::Obeyed));
    assert_eq!(by_name("index.php", &["php".to_owned()]), Err(BadName::Obeyed));
}

/// What no-one has approved runs nothing in a preview, and no script of it comes between pages and the server.
#[test]
fn files_of_items_run_nothing_in_a_preview() {
    let script = DRAWING.replace("<path", "<script>1</script><path");
    let draft = item(
        "content/news/draft/index.md",
        "approver: -\nattachments: [{ file: a.svg }, { file: a.html }, { file: sw.js }, { file: a.pdf }, { file: a.xml }]",
        "",
    );
    let portal = Portal::new()
        .item("content/news/b.md", "")
        .file("content/news/draft/index.md", draft)
        .file("content/news/draft/a.svg", &script)
        .file("content/news/draft/a.html", "<script>1</script>")
        .file("content/news/draft/a.xml", &script)
        .file("content/news/draft/sw.js", "1")
        .file("content/news/draft/a.pdf", PDF)
        .file("static/own.svg", DRAWING);
    let preview = PreviewProcess::start(&portal, &format!("--preview --at {NOW}"));
    for name in ["a.svg", "a.html", "a.xml", "sw.js"] {
        let (status, head) = preview.head(&format!("/news/draft/{name}"), "");
        assert_eq!(status, "200", "{name}: {head}");
        assert!(
            head.contains("content-security-policy: sandbox; default-src 'none'"),
            "{name}: {head}"
        );
        assert!(head.contains("x-content-type-options: nosniff"), "{name}: {head}");
        assert!(!head.contains("allow-"), "{name}: {head}");
    }
    // A viewer of PDF files runs apart, and does not run in a sandbox.
    let (_, head) = preview.head("/news/draft/a.pdf", "");
    assert!(head.contains("content-type: application/pdf") && head.contains("nosniff"), "{head}");
    assert!(!head.contains("sandbox") && head.contains("default-src 'self'"), "{head}");
    for path in ["/own.svg", "/news/b/"] {
        let (_, head) = preview.head(path, "");
        assert!(!head.contains("sandbox"), "{path}: {head}");
    }
    for header in ["Service-Worker: script\r\n", "Sec-Fetch-Dest: serviceworker\r\n"] {
        for path in ["/news/draft/sw.js", "/assets/search.js", "/"] {
            assert_eq!(preview.head(path, header).0, "403", "{path} {header}");
        }
    }
}

/// What is declared UTF-8 is UTF-8: browsers show anything else as it says itself, or by their language.
#[test]
fn texts_in_old_encodings_are_not_declared_utf8_in_a_preview() {
    let old = b"\xA1\xD2\xC3,\xC3\xD2\xA4\xD2\n";
    // A letter lies across the pieces in which the file is read.
    let long = format!("{}ก,ข\n", "a".repeat(65_535));
    let late = [vec![b'a'; 200_000], old.to_vec()].concat();
    let wide: Vec<u8> = "\u{FEFF}ก,ข\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: [(&str, &[u8], bool); 7] = [
        ("a.txt", "ก".as_bytes(), true),
        ("b.txt", long.as_bytes(), true),
        ("c.txt", old, false),
        ("d.csv", old, false),
        ("e.csv", &late, false),
        ("f.csv", &wide, false),
        ("g.xml", b"<?xml version=\"1.0\" encoding=\"TIS-620\"?><a>\xA1\xD2\xC3</a>", false),
    ];
    let list: Vec<String> = files.iter().map(|(name, ..)| format!("{{ file: {name} }}")).collect();
    let lines = format!("attachments: [{}]", list.join(", "));
    let mut portal = Portal::new().item_with("content/news/a/index.md", &lines, "");
    for (name, bytes, _) in files {
        portal = portal.file(&format!("content/news/a/{name}"), bytes);
    }
    let preview = PreviewProcess::start(&portal, &format!("--at {NOW}"));
    for (name, _, is_utf8) in files {
        let (status, head) = preview.head(&format!("/news/a/{name}"), "");
        assert_eq!(status, "200", "{name}: {head}");
        assert_eq!(head.contains("; charset=utf-8"), is_utf8, "{name}: {head}");
    }
}
