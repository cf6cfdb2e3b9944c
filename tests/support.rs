//! A portal in a temporary folder, and runs of the program on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The instant at which tests judge, unless they say otherwise.
pub(crate) const NOW: &str = "2026-11-22T09:00:00+07:00";

/// Settings that most tests share.
pub(crate) const SITE: &str = include_str!("cases/site.toml");

/// Kinds that are steps of one procedure. Calls have a deadline; notes are no step.
pub(crate) const STEPS: &str = r#"
[[kinds]]
id = "intent"
title = { th = "แผนการจัดซื้อ", en = "Plan" }
step = 10
fields = [{ id = "project", label = "Project", type = "text", role = "thread" }]

[[kinds]]
id = "call"
title = { th = "ประกาศเชิญชวน", en = "Call for bids" }
step = 20

[[kinds.fields]]
id = "project"
label = { th = "เลขที่โครงการ", en = "Project number" }
type = "text"
role = "thread"

[[kinds.fields]]
id = "closes"
label = { th = "ยื่นข้อเสนอถึงวันที่", en = "Bids until" }
type = "datetime"
role = "deadline"

[[kinds]]
id = "amend"
title = { th = "แก้ไขประกาศ", en = "Amendment" }
step = 25
optional_step = true
fields = [{ id = "project", label = "Project", type = "text", role = "thread" }]

[[kinds]]
id = "winner"
title = { th = "ประกาศผู้ชนะ", en = "Winner" }
step = 30
fields = [{ id = "project", label = "Project", type = "text", role = "thread" }]

[[kinds]]
id = "note"
title = { th = "บันทึก", en = "Note" }
fields = [{ id = "project", label = "Project", type = "text", role = "thread" }]
"#;

/// A portal under construction.
pub(crate) struct Portal {
    folder: TempDir,
}

impl Portal {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("portal-").tempdir().unwrap();
        Self { folder }
    }

    /// A portal with the shared settings and no items.
    pub(crate) fn new() -> Self {
        let portal = Self::empty().file("site.toml", SITE);
        fs::create_dir(portal.root().join("content")).unwrap();
        portal
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Adds or replaces a file.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// The same, later.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds a published item: its title is the file's name, its body is given.
    pub(crate) fn item(self, path: &str, body: &str) -> Self {
        let text = item(path, "", body);
        self.file(path, text)
    }

    /// Adds an item with further lines of front matter.
    pub(crate) fn item_with(self, path: &str, lines: &str, body: &str) -> Self {
        let text = item(path, lines, body);
        self.file(path, text)
    }

    /// A run of the program in the portal's folder, in English, without colours.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &str, environment: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        Run::of(command.output().unwrap(), self.root())
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = program();
        command.current_dir(self.root()).args(arguments.split_whitespace());
        command
    }

    /// Builds at [`NOW`] and expects success.
    pub(crate) fn build(&self) -> Run {
        self.run(&format!("build -o site --at {NOW}")).expect_status(0)
    }

    /// All files of the output with their bytes.
    pub(crate) fn output(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path("site"))
    }
}

/// The text of a published item. Lines given replace those of the same key.
pub(crate) fn item(path: &str, lines: &str, body: &str) -> String {
    let folder = path.split('/').nth(1).filter(|part| !part.ends_with(".md"));
    let mut front = vec![format!("title: {path}")];
    if let Some(folder) = folder {
        front.push(format!("category: {folder}"));
    }
    front.push("approver: mayor".to_owned());
    front.push("publish_from: 2569-01-01".to_owned());
    let key = |line: &str| line.split(':').next().unwrap_or("").to_owned();
    let given: Vec<String> = lines.lines().map(str::to_owned).collect();
    front.retain(|line| !given.iter().any(|other| key(other) == key(line)));
    front.extend(given.into_iter().filter(|line| !line.ends_with(": -")));
    format!("---\n{}\n---\n{body}\n", front.join("\n"))
}

/// The program, in an environment of its own.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prakat"));
    for name in ["LC_ALL", "LC_MESSAGES", "NO_COLOR", "TZ"] {
        command.env_remove(name);
    }
    command.env("LANG", "en_US.UTF-8");
    command
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: i32,
}

impl Run {
    pub(crate) fn of(output: Output, root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(root.to_str().unwrap(), "ROOT")
        };
        Self {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            status: output.status.code().unwrap_or(-1),
        }
    }

    #[track_caller]
    pub(crate) fn expect_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn expect_stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr.trim(), expected.trim(), "stderr differs:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn expect_in_stderr(self, expected: &str) -> Self {
        assert!(self.stderr.contains(expected), "no {expected:?} in stderr:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// All files below a folder with their bytes; nothing if it is not there.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Copies a tree.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}
