//! Replaces the output by a release, completely or not at all.
//!
//! The steps: update the twin of the output to the new state, exchange the two names in one step, and
//! update the former output to the same state. Everything is done below open folders. Before and after
//! the exchange, each name must lead to the folder that was opened. `docs/adr/0001-publish.md` explains
//! why.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::build::Release;
use crate::diagnostics::{Code, Failure};
use crate::output::{
    FORMER, Folder, Identity, OutputFile, STAGED, SYNCED, Stage, TWIN, is_manifest, list_tree,
};

/// How a release replaces the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishMode {
    /// In one step.
    Exchange,
    /// File by file, for an output that is a mount point and cannot be renamed. Not atomic: first removals,
    /// then changed files. The next run finishes what a killed one began.
    InPlace,
}

/// A step of publishing, reported before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishStep {
    /// Creates the twin from links to the files of the output.
    LinkTwin,
    /// Updates the twin to the new state.
    UpdateTwin,
    /// Exchanges the names of the output and the twin.
    Exchange,
    /// Updates the former output, now the twin, to the same state.
    UpdateFormer,
    /// Marks the twin as equal to the output.
    Mark,
    /// Removes files of the output that the release does not have, in place.
    RemoveInPlace,
    /// Writes files that differ, in place.
    RenameInPlace,
    /// Publishing is done.
    Done,
}

/// The result of publishing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The number of files written.
    pub written: usize,
    /// The number of files that did not change.
    pub unchanged: usize,
    /// The number of files of former builds that were removed.
    pub removed: usize,
    /// The paths of pages of former builds that were removed.
    pub ended: Vec<String>,
    /// The paths of removed files that prakat did not write.
    pub foreign: Vec<String>,
}

/// Replaces the output by a release. Calls `step` before every step. Fails if the name of the output
/// leads to something else meanwhile, and leaves that alone.
pub fn publish(
    stage: &Stage,
    release: &Release,
    mode: PublishMode,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Changes, Failure> {
    let difference = OutputDifference::between(stage, release);
    let changes = Changes {
        written: difference.changed.len(),
        unchanged: release.files().len() - difference.changed.len(),
        removed: (difference.removed.len() + difference.unnamed.len())
            .saturating_sub(difference.foreign.len()),
        ended: difference.ended_pages(),
        foreign: difference.foreign.clone(),
    };
    let current = stage.current.folder.as_ref();
    let published = match current.filter(|_| stage.current.exists) {
        Some(current) if difference.is_empty() => {
            drop_stale_twin(stage)?;
            current.identity().map_err(|e| at_output(stage, &e))?
        }
        _ if mode == PublishMode::InPlace => publish_in_place(stage, &difference, step)?,
        Some(current) => publish_by_exchange(stage, current, &difference, step)?,
        None => publish_first(stage, step)?,
    };
    step(PublishStep::Done)?;
    if stage.leads_to(Some(published))? {
        Ok(changes)
    } else {
        Err(swapped(stage).help("help-after"))
    }
}

/// The failure if the name of the output leads to another folder than before.
fn swapped(stage: &Stage) -> Failure {
    Failure::new(Code::OutputSwapped).arg("path", stage.paths.output.display().to_string())
}

/// An error of the system at the output.
fn at_output(stage: &Stage, error: &Error) -> Failure {
    Failure::io(&stage.paths.output, error)
}

/// An error of the system in the hidden folder.
fn in_hidden(stage: &Stage, name: &str, error: &Error) -> Failure {
    Failure::io(&stage.paths.hidden.join(name), error)
}

/// Fails if the name of the output does not lead to `wanted`, or with `None`, if it leads to something.
fn expect_output(stage: &Stage, wanted: Option<Identity>) -> Result<(), Failure> {
    if stage.leads_to(wanted)? { Ok(()) } else { Err(swapped(stage)) }
}

/// How the output differs from a release.
struct OutputDifference {
    changed: Vec<String>,
    removed: Vec<String>,
    foreign: Vec<String>,
    /// Foreign files whose names are not UTF-8.
    unnamed: Vec<PathBuf>,
}

impl OutputDifference {
    fn between(stage: &Stage, release: &Release) -> Self {
        let wanted = release.files();
        let gone =
            |file: &&OutputFile| wanted.binary_search_by(|w| w.path.cmp(&file.path)).is_err();
        let removed: Vec<String> =
            stage.current.files.iter().filter(gone).map(|file| file.path.clone()).collect();
        let current = &stage.current;
        let written = |path: &&String| {
            current.manifest.contains_key(*path) || current.manifest_names.contains(*path)
        };
        let foreign = removed.iter().filter(|path| !written(path)).cloned();
        let unnamed = current.unnamed.iter().map(|path| path.display().to_string());
        let foreign = foreign.chain(unnamed).collect();
        let unnamed = current.unnamed.clone();
        Self { changed: stage.changed(), removed, foreign, unnamed }
    }

    fn ended_pages(&self) -> Vec<String> {
        let is_ended_page =
            |path: &&String| path.ends_with(".html") && !self.foreign.contains(path);
        self.removed.iter().filter(is_ended_page).cloned().collect()
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty() && self.unnamed.is_empty()
    }
}

/// An open output folder or twin, with its path for messages.
#[derive(Clone, Copy)]
struct OutputTree<'t> {
    folder: &'t Folder,
    root: &'t Path,
}

impl OutputTree<'_> {
    fn failed(self, path: impl AsRef<Path>) -> impl Fn(Error) -> Failure {
        move |error| Failure::io(&self.root.join(path.as_ref()), &error)
    }
}

/// Removes a twin that differs from the output: it may contain files that have ended.
fn drop_stale_twin(stage: &Stage) -> Result<(), Failure> {
    if twin_equals_output(stage)? {
        return Ok(());
    }
    stage.hidden.remove_all(TWIN).map_err(|e| in_hidden(stage, TWIN, &e))
}

/// Publishes where there is no output yet: the stage becomes the output.
fn publish_first(
    stage: &Stage,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Identity, Failure> {
    forget_twin(stage)?;
    step(PublishStep::Exchange)?;
    let (hidden, parent, name) = (&stage.hidden, &stage.parent, stage.paths.name());
    let empty = stage.current.folder.as_ref().map(Folder::identity).transpose();
    let empty = empty.map_err(|e| at_output(stage, &e))?;
    expect_output(stage, empty)?;
    // The stage may replace an empty folder. The system refuses that if it is not empty.
    let taken = match empty {
        Some(_) => parent.take(name, hidden, STAGED),
        None => parent.take_if_free(name, hidden, STAGED),
    };
    taken.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::DirectoryNotEmpty => {
            swapped(stage)
        }
        _ => mount_point(stage, &error),
    })?;
    stage.folder().identity().map_err(|e| at_output(stage, &e))
}

/// Removes the twin, its mark first: without the mark, nobody uses it.
fn forget_twin(stage: &Stage) -> Result<(), Failure> {
    stage.hidden.remove(SYNCED).map_err(|e| in_hidden(stage, SYNCED, &e))?;
    stage.hidden.remove_all(TWIN).map_err(|e| in_hidden(stage, TWIN, &e))
}

fn publish_by_exchange(
    stage: &Stage,
    current: &Folder,
    difference: &OutputDifference,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Identity, Failure> {
    let hidden = &stage.hidden;
    let (output_root, twin_root) = (&stage.paths.output, stage.paths.hidden.join(TWIN));
    if !twin_equals_output(stage)? {
        step(PublishStep::LinkTwin)?;
        link_twin(stage, current, difference)?;
    }
    step(PublishStep::UpdateTwin)?;
    hidden.remove(SYNCED).map_err(|e| in_hidden(stage, SYNCED, &e))?;
    let folder = hidden.enter(TWIN).map_err(|e| in_hidden(stage, TWIN, &e))?;
    let twin = OutputTree { folder: &folder, root: &twin_root };
    remove_files(twin, difference)?;
    move_staged(stage, twin, &difference.changed)?;
    step(PublishStep::Exchange)?;
    let ExchangedTrees { new, former } = exchange(stage, &folder, current, step)?;
    // From here on the release is live. The former output still contains what has ended, which must not
    // remain under any name.
    step(PublishStep::UpdateFormer)?;
    let old = OutputTree { folder: current, root: &twin_root };
    remove_files(old, difference)?;
    if link_changed(OutputTree { folder: &folder, root: output_root }, old, &difference.changed)
        .is_err()
    {
        if hidden.identity_of(TWIN).ok().flatten() == Some(former) {
            hidden.remove_all(TWIN).map_err(|e| in_hidden(stage, TWIN, &e))?;
        }
        return Ok(new);
    }
    step(PublishStep::Mark)?;
    hidden.open_or_create(SYNCED).map_err(|e| in_hidden(stage, SYNCED, &e))?;
    Ok(new)
}

/// Returns whether the twin may be used: it is marked, and each file in it is the same file as in the output.
fn twin_equals_output(stage: &Stage) -> Result<bool, Failure> {
    let is_marked = stage.hidden.file(SYNCED).is_ok();
    let Some(twin) = stage.hidden.enter(TWIN).ok().filter(|_| is_marked) else { return Ok(false) };
    let twin = list_tree(&twin, &stage.paths.hidden.join(TWIN))?;
    Ok(twin.files == stage.current.files
        && twin.unnamed.is_empty()
        && stage.current.unnamed.is_empty())
}

/// Creates the twin, with a link to every file of the output that does not change.
fn link_twin(
    stage: &Stage,
    current: &Folder,
    difference: &OutputDifference,
) -> Result<(), Failure> {
    forget_twin(stage)?;
    let made = stage.hidden.make(TWIN, 0o777).and_then(|()| stage.hidden.enter(TWIN));
    let folder = made.map_err(|e| in_hidden(stage, TWIN, &e))?;
    let twin = OutputTree { folder: &folder, root: &stage.paths.hidden.join(TWIN) };
    for file in &stage.current.files {
        let path = &file.path;
        let is_removed = difference.removed.binary_search(path).is_ok();
        if !is_removed && difference.changed.binary_search(path).is_err() {
            link_or_copy(current, twin, path)?;
        }
    }
    Ok(())
}

/// Creates a hard link, or a copy if the file system has no hard links.
fn link_or_copy(from: &Folder, to: OutputTree, path: &str) -> Result<(), Failure> {
    let link = || to.folder.link(path, from, path);
    let linked = match link() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            to.folder.make_parents(path).map_err(to.failed(path))?;
            link()
        }
        other => other,
    };
    match linked {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::StorageFull => Err(to.failed(path)(error)),
        Err(_) => to.folder.copy(path, from, path).map_err(to.failed(path)),
    }
}

/// Moves staged files into a tree.
fn move_staged(stage: &Stage, tree: OutputTree, changed: &[String]) -> Result<(), Failure> {
    let staged = stage.folder();
    for path in changed {
        put_at(tree, path, || tree.folder.take(path, &staged, path))?;
    }
    Ok(())
}

/// Puts a file at a path. If that fails, creates the folders that the path needs, removes a folder that
/// is in its place, and tries once more.
fn put_at(
    tree: OutputTree,
    path: &str,
    put: impl Fn() -> Result<(), Error>,
) -> Result<(), Failure> {
    if put().is_ok() {
        return Ok(());
    }
    tree.folder.make_parents(path).map_err(tree.failed(path))?;
    if tree.folder.enter(path).is_ok() {
        tree.folder.remove_all(path).map_err(tree.failed(path))?;
    }
    put().map_err(tree.failed(path))
}

/// Updates the former output to the state of the new one: changed files become links to the new files.
fn link_changed(new: OutputTree, old: OutputTree, changed: &[String]) -> Result<(), Failure> {
    changed.iter().try_for_each(|path| {
        put_at(old, path, || {
            old.folder.remove(path)?;
            old.folder.link(path, new.folder, path)
        })
    })
}

/// Removes files, and folders that become empty.
fn remove_files(tree: OutputTree, difference: &OutputDifference) -> Result<(), Failure> {
    for path in &difference.removed {
        tree.folder.remove(path).map_err(tree.failed(path))?;
        let mut folder = Path::new(path).parent();
        while let Some(parent) = folder.filter(|p| !p.as_os_str().is_empty()) {
            if tree.folder.remove_empty(parent).is_err() {
                break;
            }
            folder = parent.parent();
        }
    }
    let mut unnamed = difference.unnamed.iter();
    unnamed.try_for_each(|path| tree.folder.remove(path).map_err(tree.failed(path)))
}

/// The folders whose names are exchanged.
#[derive(Clone, Copy)]
struct ExchangedTrees {
    /// The twin, which becomes the output.
    new: Identity,
    /// The output, which becomes the twin.
    former: Identity,
}

/// Exchanges the output and the twin. Both names must lead to the same folders as before. If somebody
/// gives a name to something else in between, the exchange is undone.
fn exchange(
    stage: &Stage,
    twin: &Folder,
    current: &Folder,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<ExchangedTrees, Failure> {
    let (hidden, parent, name) = (&stage.hidden, &stage.parent, stage.paths.name());
    let failed = |error: Error| at_output(stage, &error);
    let trees = ExchangedTrees {
        new: twin.identity().map_err(failed)?,
        former: current.identity().map_err(failed)?,
    };
    expect_output(stage, Some(trees.former))?;
    if hidden.identity_of(TWIN).map_err(failed)? != Some(trees.new) {
        return Err(swapped(stage));
    }
    let twin_name = Path::new(TWIN);
    let exchanged = parent.exchange(name, hidden, twin_name).map_err(|e| mount_point(stage, &e))?;
    if !exchanged {
        exchange_in_steps(stage, trees, step)?;
    } else if !stage.leads_to(Some(trees.new))?
        || hidden.identity_of(TWIN).map_err(failed)? != Some(trees.former)
    {
        parent.exchange(name, hidden, twin_name).map_err(failed)?;
        return Err(swapped(stage));
    }
    Ok(trees)
}

/// Exchanges two names by renaming, on systems without an exchange in one step. [`Stage::begin`] repairs
/// what a kill in between leaves.
fn exchange_in_steps(
    stage: &Stage,
    trees: ExchangedTrees,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (hidden, parent, name) = (&stage.hidden, &stage.parent, stage.paths.name());
    let failed = |error: Error| at_output(stage, &error);
    // On failure, the former output gets its name back.
    let give_back = || parent.take_if_free(name, hidden, FORMER);
    hidden.take(FORMER, parent, name).map_err(|e| mount_point(stage, &e))?;
    if hidden.identity_of(FORMER).map_err(failed)? != Some(trees.former) {
        give_back().map_err(failed)?;
        return Err(swapped(stage));
    }
    step(PublishStep::Exchange)?;
    parent.take_if_free(name, hidden, TWIN).map_err(|error| {
        let _ = give_back();
        if error.kind() == ErrorKind::AlreadyExists { swapped(stage) } else { failed(error) }
    })?;
    expect_output(stage, Some(trees.new))?;
    hidden.take(TWIN, hidden, FORMER).map_err(failed)
}

/// Explains what to do with a folder that cannot be renamed: a mount point, or a folder of a lower layer
/// of an overlay, such as the image of a container.
fn mount_point(stage: &Stage, error: &Error) -> Failure {
    let failure = |code| Failure::new(code).arg("path", stage.paths.output.display().to_string());
    match error.kind() {
        ErrorKind::CrossesDevices if stage.parent.shares_disk_with(stage.paths.name()) => {
            failure(Code::OutputLayer)
        }
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => failure(Code::MountPoint),
        _ => at_output(stage, error),
    }
}

fn publish_in_place(
    stage: &Stage,
    difference: &OutputDifference,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Identity, Failure> {
    forget_twin(stage)?;
    let failed = |error: Error| at_output(stage, &error);
    let made;
    let folder = match &stage.current.folder {
        Some(folder) => folder,
        None => {
            let name = stage.paths.name();
            stage.parent.make(name, 0o777).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => swapped(stage),
                _ => failed(error),
            })?;
            made = stage.parent.enter(name).map_err(failed)?;
            &made
        }
    };
    let identity = folder.identity().map_err(failed)?;
    let tree = OutputTree { folder, root: &stage.paths.output };
    step(PublishStep::RemoveInPlace)?;
    expect_output(stage, Some(identity))?;
    remove_files(tree, difference)?;
    step(PublishStep::RenameInPlace)?;
    expect_output(stage, Some(identity))?;
    // The manifest marks a folder as made by prakat. It comes first, so that a killed run does not leave a
    // folder that the next one refuses.
    let (first, rest): (Vec<&String>, Vec<&String>) =
        difference.changed.iter().partition(|path| is_manifest(path));
    let staged = stage.folder();
    for path in first.into_iter().chain(rest) {
        put_in_place(&staged, tree, path)?;
    }
    Ok(identity)
}

/// Copies a file under a temporary name and renames it, so that no reader sees half a file.
fn put_in_place(staged: &Folder, tree: OutputTree, path: &str) -> Result<(), Failure> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let short: String = name.chars().take(40).collect();
    let temporary = Path::new(folder).join(format!(".{short}.prakat-new"));
    put_at(tree, path, || {
        tree.folder.remove(&temporary)?;
        tree.folder.copy(&temporary, staged, path)?;
        tree.folder.take(path, tree.folder, &temporary)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use super::*;

    /// An output, and the folder of somebody else.
    fn shelf() -> (tempfile::TempDir, Folder) {
        let shelf = tempfile::tempdir().expect("a folder");
        let top = Folder::at(shelf.path()).expect("open");
        for file in ["site/former", "victim/former"] {
            top.make_parents(file).and_then(|()| top.create(file).map(drop)).expect("made");
        }
        let mut manifest = top.create("site/manifest.json").expect("made");
        std::io::Write::write_all(&mut manifest, b"{\"generator\":\"prakat\"}").expect("written");
        (shelf, top)
    }

    /// Two names are exchanged in two steps. Somebody replaces the output before the first rename (0),
    /// between the two (1), or never.
    #[test]
    fn two_renames_leave_alone_what_is_put_in_the_place_of_the_output() {
        for comes_at in [Some(0), Some(1), None] {
            let (shelf, top) = shelf();
            let stage = Stage::begin(&shelf.path().join("site"), Duration::ZERO).expect("a stage");
            stage.hidden.make_parents("twin/new").expect("made");
            let twin = stage.hidden.enter(TWIN).expect("the twin");
            twin.create("new").expect("made");
            let current = stage.current.folder.as_ref().expect("an output");
            let trees = ExchangedTrees {
                new: twin.identity().expect("known"),
                former: current.identity().expect("known"),
            };
            let come = || {
                let _ = top.take("aside", &top, "site");
                symlink("victim", shelf.path().join("site")).expect("a link");
            };
            if comes_at == Some(0) {
                come();
            }
            let result = exchange_in_steps(&stage, trees, &mut |_| {
                if comes_at == Some(1) {
                    come();
                }
                Ok(())
            });
            assert!(top.file("victim/former").is_ok() && top.file("victim/new").is_err());
            match comes_at {
                None => {
                    assert_eq!(result, Ok(()));
                    assert!(top.file("site/new").is_ok());
                    assert!(stage.hidden.file("twin/former").is_ok());
                }
                Some(_) => {
                    assert_eq!(result.map_err(|failure| failure.code), Err(Code::OutputSwapped));
                    assert!(top.is_link("site"), "what was put there is still there");
                }
            }
        }
    }
}
