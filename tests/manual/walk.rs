//! A reader who does what a page says, from its first block to its last.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::page::{Block, Page, commands};
use crate::picture_metadata::jpeg;
use crate::privacy::{painted, pdf, workbook};
use crate::support::{Portal, program};

/// The instant of commands: a day on which the dates in the pages make sense, and which has passed.
const AT: &str = "2026-11-27T09:00";
const TODAY: [(&str, &str); 2] = [("th", "2569-11-27"), ("en", "2026-11-27")];

/// A folder, the terminal in it, and what the page shows.
pub(super) struct Reader<'a> {
    page: &'a Page,
    folder: Portal,
    current: PathBuf,
    environment: BTreeMap<String, String>,
}

impl<'a> Reader<'a> {
    /// Opens a terminal in an empty folder.
    pub(super) fn new(page: &'a Page) -> Self {
        let folder = Portal::empty();
        let current = folder.root().canonicalize().unwrap();
        let locale = if page.language == "th" { "th_TH.UTF-8" } else { "en_GB.UTF-8" };
        let environment = BTreeMap::from([("LANG".to_owned(), locale.to_owned())]);
        Self { page, folder, current, environment }
    }

    /// Opens a terminal in a new portal.
    pub(super) fn in_portal(page: &'a Page) -> Self {
        let mut reader = Self::new(page);
        let title = if page.language == "th" {
            "เทศบาลนครสายธารา"
        } else {
            "Saithara City Municipality"
        };
        let address = "https://saithara.example.go.th/";
        let words = ["init", "portal", "--title", title, "--base-url", address];
        reader.prakat(&words.map(str::to_owned));
        reader.current.push("portal");
        reader
    }

    /// Works through the page.
    pub(super) fn follow(&mut self) {
        for block in self.page.blocks() {
            match (block.language.as_str(), &block.file) {
                ("console", _) => self.type_in(&block),
                ("markdown" | "csv" | "text", Some(file)) => self.write(file, &block.text),
                ("yaml", Some(file)) => self.edit(file, |text| with_keys(text, &block.text)),
                ("toml", Some(file)) => self.edit(file, |text| with_settings(text, &block.text)),
                ("markdown" | "csv" | "text" | "yaml" | "toml" | "sh", _) => {}
                (language, _) => panic!("{}: a block of {language:?}", self.page.path),
            }
        }
    }

    /// A path in the portal that the page begins.
    pub(super) fn in_output(&self, path: &str) -> PathBuf {
        self.current.join("public").join(path)
    }

    fn type_in(&mut self, block: &Block) {
        for (command, shown) in commands(block) {
            let words = words_of(command);
            let rest = &words[1..];
            let printed = match words[0].as_str() {
                "prakat" if rest[0] == "serve" => self.serve(rest, &shown),
                "prakat" => self.prakat(rest),
                "cd" => self.change_folder(&rest[0]),
                "mkdir" => {
                    fs::create_dir(self.current.join(&rest[0])).unwrap();
                    String::new()
                }
                "export" => self.export(&rest[0]),
                _ => panic!("{}: `{command}` cannot be run here: write sh", self.page.path),
            };
            let printed: Vec<&str> = printed.lines().collect();
            assert!(
                shows(&shown, &printed),
                "{}: `{command}` is shown to print\n{}\nbut prints\n{}",
                self.page.path,
                shown.join("\n"),
                printed.join("\n"),
            );
        }
    }

    fn change_folder(&mut self, folder: &str) -> String {
        self.current = self.current.join(folder).canonicalize().unwrap();
        String::new()
    }

    fn export(&mut self, assignment: &str) -> String {
        let (name, value) = assignment.split_once('=').unwrap();
        self.environment.insert(name.to_owned(), value.to_owned());
        String::new()
    }

    /// Runs the program as on a terminal: both streams go to the same place.
    fn prakat(&self, words: &[String]) -> String {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let mut command = self.command(&dated(words));
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = command.spawn().unwrap();
        // The command holds the ends for writing.
        drop(command);
        let mut printed = String::new();
        reader.read_to_string(&mut printed).unwrap();
        child.wait().unwrap();
        if words[0] == "init" {
            self.set_back_clock();
        }
        printed
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = program();
        command.current_dir(&self.current).args(words).envs(&self.environment);
        command
    }

    /// Starts the preview, opens its first page, and ends it. A free port stands for the usual one.
    fn serve(&self, words: &[String], shown: &[&str]) -> String {
        let mut words: Vec<String> =
            dated(words).into_iter().filter(|word| word != "--open").collect();
        words.extend(["--port".to_owned(), "0".to_owned()]);
        let mut child = self.command(&words).stderr(Stdio::piped()).spawn().unwrap();
        let wanted = shown.iter().filter(|line| **line != "…").count();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let printed: Vec<String> = lines.take(wanted).map(Result::unwrap).collect();
        let address = printed.iter().find_map(|line| line.split("http://").nth(1));
        let address = address.map(|rest| rest.split('/').next().unwrap().to_owned());
        let page = address.as_ref().map(|address| first_page(address));
        end(&mut child);
        let page = page.expect("the preview prints its address");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        printed.join("\n").replace(&address.unwrap(), "127.0.0.1:1111")
    }

    /// Makes the examples of a new portal as old as the page.
    fn set_back_clock(&self) {
        let content = walkdir::WalkDir::new(self.folder.root());
        let files = content.into_iter().map(|entry| entry.unwrap().into_path());
        for file in files.filter(|path| path.extension().is_some_and(|end| end == "md")) {
            let text = fs::read_to_string(&file).unwrap();
            let line = |line: &str| match line.strip_prefix("publish_from: ") {
                Some(day) => format!("publish_from: {}{}\n", self.today(), &day[10..]),
                None => format!("{line}\n"),
            };
            fs::write(&file, text.lines().map(line).collect::<String>()).unwrap();
        }
    }

    fn today(&self) -> &'static str {
        TODAY.into_iter().find(|(language, _)| *language == self.page.language).unwrap().1
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.current.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let is_workbook = file.ends_with(".xlsx");
        fs::write(&path, if is_workbook { sheet(text) } else { text.into() }).unwrap();
        if file.ends_with(".md") {
            add_files(path.parent().unwrap(), text);
        }
    }

    fn edit(&self, file: &str, edit: impl FnOnce(&str) -> String) {
        let path = self.current.join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{file}: {e}"));
        let text = edit(&text);
        fs::write(&path, &text).unwrap();
        if file.ends_with(".md") {
            add_files(path.parent().unwrap(), &text);
        }
    }
}

/// Adds the instant to commands that take one.
fn dated(words: &[String]) -> Vec<String> {
    let flag = match words[0].as_str() {
        "new" | "build" | "check" | "status" | "explain" | "serve" | "report" => "--at",
        "approve" => "--on",
        _ => return words.to_vec(),
    };
    let mut words = words.to_vec();
    if !words.iter().any(|word| word == flag) {
        words.push(flag.to_owned());
        words.push(if flag == "--on" { AT[..10].to_owned() } else { AT.to_owned() });
    }
    words
}

fn first_page(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = Vec::new();
    stream.read_to_end(&mut page).unwrap();
    String::from_utf8_lossy(&page).into_owned()
}

fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The words of a command, of which some are in quotation marks.
fn words_of(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for char in command.chars() {
        match (char, quote) {
            ('"' | '\'', None) => quote = Some(char),
            (_, Some(mark)) if char == mark => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(char),
        }
    }
    assert!(quote.is_none(), "{command}");
    words.retain(|word| !word.is_empty());
    words
}

/// Says whether lines are those that a page shows: `…` is any part of a line, or any lines.
pub(super) fn shows(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|n| shows(rest, &printed[n..])),
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| is_line(line, first) && shows(rest, others)),
    }
}

/// Says whether a line is the one shown.
pub(super) fn is_line(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

/// Makes the pictures and documents to which an item refers.
fn add_files(folder: &Path, text: &str) {
    let attached =
        text.split("file: ").skip(1).map(|rest| rest.split([',', ' ', '\n', '}']).next());
    let linked = text.split("](").skip(1).map(|rest| rest.split(')').next());
    for name in attached.chain(linked).flatten().filter(|name| !name.contains('/')) {
        let bytes = match name.rsplit('.').next().unwrap() {
            "jpg" | "jpeg" => jpeg(&[], b""),
            "pdf" => pdf(|_, _| painted(&[(72, 700, "The signed paper")])),
            "png" => include_bytes!("../../docs/site.png").to_vec(),
            _ => continue,
        };
        if !folder.join(name).exists() {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

/// Makes a workbook of the rows that a page shows with commas between their cells.
fn sheet(text: &str) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    workbook(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Sets keys in a front matter, with the lines that belong to them.
pub(super) fn with_keys(text: &str, keys: &str) -> String {
    let (front, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    let key = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let is_head = |line: &str| line.starts_with(|first: char| first.is_ascii_lowercase());
    let set: Vec<String> = keys.lines().filter(|line| is_head(line)).map(key).collect();
    let mut is_kept = true;
    let mut kept = String::new();
    for line in front.lines() {
        if is_head(line) {
            is_kept = !set.contains(&key(line));
        }
        if is_kept {
            kept += &format!("{line}\n");
        }
    }
    format!("---\n{kept}{keys}---\n{body}")
}

/// Sets keys of a table that is there; appends everything else.
pub(super) fn with_settings(text: &str, settings: &str) -> String {
    let head = settings.lines().next().unwrap_or_default();
    let is_there = head.starts_with('[') && text.lines().any(|line| line == head);
    if !is_there || head.starts_with("[[") {
        return format!("{text}\n{settings}");
    }
    let key = |line: &str| line.split(" =").next().unwrap_or_default().to_owned();
    let set: Vec<String> = settings.lines().map(key).collect();
    let mut is_in_table = false;
    let mut out = String::new();
    for line in text.lines() {
        if line == head {
            is_in_table = true;
            out += settings;
            continue;
        }
        is_in_table &= !line.starts_with('[');
        if !(is_in_table && set.contains(&key(line))) {
            out += &format!("{line}\n");
        }
    }
    out
}
