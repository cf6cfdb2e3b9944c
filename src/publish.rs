//! The way out: a release takes the place of the output, all or nothing.
//!
//! See `docs/adr/0001-publish.md` for why it is done this way. The steps: bring the twin to the
//! new state, exchange the two names in one step, bring the other tree to the same state. All is done
//! below open folders; what a name leads to is compared with them before and after the exchange.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use crate::build::Release;
use crate::diagnostics::{Code, Failure};
use crate::output::{Entry, FORMER, Folder, Identity, STAGED, SYNCED, Stage, TWIN, list_tree};

/// How a release takes the output's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishMode {
    /// In one step.
    Exchange,
    /// File by file, where the output is a mount point and cannot be renamed. Not atomic:
    /// removals first, then changed files; the next run finishes what a killed one began.
    InPlace,
}

/// A step of publishing, told before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishStep {
    /// The twin is made anew from links to the output.
    LinkTwin,
    /// The twin is brought to the new state.
    UpdateTwin,
    /// The names are exchanged.
    Exchange,
    /// The former output, now the twin, is brought to the same state.
    UpdateFormer,
    /// The twin is marked as equal.
    Mark,
    /// Files that ended are removed in place.
    RemoveInPlace,
    /// Files that differ are put in place.
    RenameInPlace,
    /// All is done.
    Done,
}

/// What publishing did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files written anew.
    pub written: usize,
    /// Files left as they were.
    pub unchanged: usize,
    /// Files of former builds that were removed.
    pub removed: usize,
    /// Pages of former builds that were removed, by path.
    pub ended: Vec<String>,
    /// Files that prakat did not write, and removed.
    pub foreign: Vec<String>,
}

/// Puts a release in the place of the output. `step` is told of every step. If the output's name leads
/// to something else meanwhile, that is left alone, and it is a failure.
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
    let live = stage.live.folder.as_ref();
    let published = match live.filter(|_| stage.live.exists) {
        Some(live) if difference.is_empty() => {
            drop_stale_twin(stage)?;
            live.identity().map_err(|e| at_output(stage, &e))?
        }
        _ if mode == PublishMode::InPlace => publish_in_place(stage, &difference, step)?,
        Some(live) => publish_by_exchange(stage, live, &difference, step)?,
        None => publish_first(stage, step)?,
    };
    step(PublishStep::Done)?;
    if stage.leads_to(Some(published))? {
        Ok(changes)
    } else {
        Err(swapped(stage).help("help-after"))
    }
}

/// The output's name leads to something else than it did.
fn swapped(stage: &Stage) -> Failure {
    Failure::new(Code::OutputSwapped).arg("path", stage.outlet.live.display().to_string())
}

/// What the system says of the output.
fn at_output(stage: &Stage, error: &Error) -> Failure {
    Failure::io(&stage.outlet.live, error)
}

/// What the system says of something in the hidden folder.
fn in_side(stage: &Stage, name: &str, error: &Error) -> Failure {
    Failure::io(&stage.outlet.side.join(name), error)
}

/// The folder that was looked at must still have the output's name.
fn expect_output(stage: &Stage, wanted: Option<Identity>) -> Result<(), Failure> {
    if stage.leads_to(wanted)? { Ok(()) } else { Err(swapped(stage)) }
}

/// What is to be done to a tree.
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
        let gone = |found: &&Entry| wanted.binary_search_by(|w| w.path.cmp(&found.path)).is_err();
        let removed: Vec<String> =
            stage.live.files.iter().filter(gone).map(|found| found.path.clone()).collect();
        let live = &stage.live;
        let written = |path: &&String| {
            live.manifest.contains_key(*path) || live.manifest_names.contains(*path)
        };
        let foreign = removed.iter().filter(|path| !written(path)).cloned();
        let unnamed = live.unnamed.iter().map(|path| path.display().to_string());
        let foreign = foreign.chain(unnamed).collect();
        let unnamed = live.unnamed.clone();
        Self { changed: stage.changed(), removed, foreign, unnamed }
    }

    fn ended_pages(&self) -> Vec<String> {
        let own = |path: &&String| path.ends_with(".html") && !self.foreign.contains(path);
        self.removed.iter().filter(own).cloned().collect()
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty() && self.unnamed.is_empty()
    }
}

fn is_manifest(path: &str) -> bool {
    path.starts_with("manifest") && path.ends_with(".json")
}

/// A tree that is worked on, and where messages say that it is.
#[derive(Clone, Copy)]
struct Tree<'t> {
    folder: &'t Folder,
    root: &'t Path,
}

impl Tree<'_> {
    fn failed(self, path: impl AsRef<Path>) -> impl Fn(Error) -> Failure {
        move |error| Failure::io(&self.root.join(path.as_ref()), &error)
    }
}

/// A twin that does not equal the output may hold what has ended.
fn drop_stale_twin(stage: &Stage) -> Result<(), Failure> {
    if twin_equals_live(stage)? {
        return Ok(());
    }
    stage.side.remove_all(TWIN).map_err(|e| in_side(stage, TWIN, &e))
}

/// There is no output yet: the stage is the whole of it.
fn publish_first(
    stage: &Stage,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Identity, Failure> {
    forget_twin(stage)?;
    step(PublishStep::Exchange)?;
    let (side, place, name) = (&stage.side, &stage.place, stage.outlet.name());
    let empty = stage.live.folder.as_ref().map(Folder::identity).transpose();
    let empty = empty.map_err(|e| at_output(stage, &e))?;
    expect_output(stage, empty)?;
    // An empty folder may be used: the stage takes its place, which fails if it is not empty.
    let taken = match empty {
        Some(_) => place.take(name, side, STAGED),
        None => place.take_if_free(name, side, STAGED),
    };
    taken.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::DirectoryNotEmpty => {
            swapped(stage)
        }
        _ => mount_point(stage, &error),
    })?;
    stage.folder().identity().map_err(|e| at_output(stage, &e))
}

/// Without its mark a twin is made anew.
fn forget_twin(stage: &Stage) -> Result<(), Failure> {
    stage.side.remove(SYNCED).map_err(|e| in_side(stage, SYNCED, &e))?;
    stage.side.remove_all(TWIN).map_err(|e| in_side(stage, TWIN, &e))
}

fn publish_by_exchange(
    stage: &Stage,
    live: &Folder,
    difference: &OutputDifference,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<Identity, Failure> {
    let side = &stage.side;
    let (live_root, twin_root) = (&stage.outlet.live, stage.outlet.side.join(TWIN));
    if !twin_equals_live(stage)? {
        step(PublishStep::LinkTwin)?;
        link_twin(stage, live, difference)?;
    }
    step(PublishStep::UpdateTwin)?;
    side.remove(SYNCED).map_err(|e| in_side(stage, SYNCED, &e))?;
    let folder = side.enter(TWIN).map_err(|e| in_side(stage, TWIN, &e))?;
    let twin = Tree { folder: &folder, root: &twin_root };
    remove_files(twin, difference)?;
    move_staged(stage, twin, &difference.changed)?;
    step(PublishStep::Exchange)?;
    let (new, former) = exchange(stage, &folder, live, step)?;
    // From here on the release is live. The former output still holds what has ended: it must
    // not stay, under this name or any other. It is the folder that was looked at.
    step(PublishStep::UpdateFormer)?;
    let old = Tree { folder: live, root: &twin_root };
    remove_files(old, difference)?;
    if link_changed(Tree { folder: &folder, root: live_root }, old, &difference.changed).is_err() {
        if side.identity_of(TWIN).ok().flatten() == Some(former) {
            side.remove_all(TWIN).map_err(|e| in_side(stage, TWIN, &e))?;
        }
        return Ok(new);
    }
    step(PublishStep::Mark)?;
    side.open_or_create(SYNCED).map_err(|e| in_side(stage, SYNCED, &e))?;
    Ok(new)
}

/// Whether the twin may be used: marked, and every file in it the very file of the output.
fn twin_equals_live(stage: &Stage) -> Result<bool, Failure> {
    let is_marked = stage.side.file(SYNCED).is_ok();
    let Some(twin) = stage.side.enter(TWIN).ok().filter(|_| is_marked) else { return Ok(false) };
    let twin = list_tree(&twin, &stage.outlet.side.join(TWIN))?;
    Ok(twin.files == stage.live.files && twin.unnamed.is_empty() && stage.live.unnamed.is_empty())
}

/// Makes the twin anew: a link to every file of the output that stays as it is.
fn link_twin(stage: &Stage, live: &Folder, difference: &OutputDifference) -> Result<(), Failure> {
    forget_twin(stage)?;
    let made = stage.side.make(TWIN, 0o777).and_then(|()| stage.side.enter(TWIN));
    let folder = made.map_err(|e| in_side(stage, TWIN, &e))?;
    let twin = Tree { folder: &folder, root: &stage.outlet.side.join(TWIN) };
    for found in &stage.live.files {
        let path = &found.path;
        let goes = difference.removed.binary_search(path).is_ok();
        if !goes && difference.changed.binary_search(path).is_err() {
            link_or_copy(live, twin, path)?;
        }
    }
    Ok(())
}

/// A hard link; a copy where the file system has none.
fn link_or_copy(from: &Folder, to: Tree, path: &str) -> Result<(), Failure> {
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

/// Moves staged files over those of a tree.
fn move_staged(stage: &Stage, tree: Tree, changed: &[String]) -> Result<(), Failure> {
    let staged = stage.folder();
    for path in changed {
        with_room(tree, path, || tree.folder.take(path, &staged, path))?;
    }
    Ok(())
}

/// Puts a file at a path; where that fails, once more with the folders that the path needs, and without
/// a folder in its place.
fn with_room(tree: Tree, path: &str, put: impl Fn() -> Result<(), Error>) -> Result<(), Failure> {
    if put().is_ok() {
        return Ok(());
    }
    tree.folder.make_parents(path).map_err(tree.failed(path))?;
    if tree.folder.enter(path).is_ok() {
        tree.folder.remove_all(path).map_err(tree.failed(path))?;
    }
    put().map_err(tree.failed(path))
}

/// Brings the former output to the state of the new one: changed files become links to it.
fn link_changed(new: Tree, old: Tree, changed: &[String]) -> Result<(), Failure> {
    changed.iter().try_for_each(|path| {
        with_room(old, path, || {
            old.folder.remove(path)?;
            old.folder.link(path, new.folder, path)
        })
    })
}

/// Removes files and the folders that they leave empty.
fn remove_files(tree: Tree, difference: &OutputDifference) -> Result<(), Failure> {
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

/// Exchanges the output and the twin. Both must be what they were, before and after: between the two
/// looks somebody may have given either name to something else, which then gets it back.
fn exchange(
    stage: &Stage,
    twin: &Folder,
    live: &Folder,
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<(Identity, Identity), Failure> {
    let (side, place, name) = (&stage.side, &stage.place, stage.outlet.name());
    let failed = |error: Error| at_output(stage, &error);
    let (new, former) = (twin.identity().map_err(failed)?, live.identity().map_err(failed)?);
    expect_output(stage, Some(former))?;
    if side.identity_of(TWIN).map_err(failed)? != Some(new) {
        return Err(swapped(stage));
    }
    let twin_name = Path::new(TWIN);
    let exchanged = place.exchange(name, side, twin_name).map_err(|e| mount_point(stage, &e))?;
    if !exchanged {
        exchange_in_steps(stage, (new, former), step)?;
    } else if !stage.leads_to(Some(new))? || side.identity_of(TWIN).map_err(failed)? != Some(former)
    {
        place.exchange(name, side, twin_name).map_err(failed)?;
        return Err(swapped(stage));
    }
    Ok((new, former))
}

/// Two renames, where one exchange is not to be had. [`Stage::begin`] mends what a kill between
/// them leaves.
fn exchange_in_steps(
    stage: &Stage,
    (new, former): (Identity, Identity),
    step: &mut dyn FnMut(PublishStep) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (side, place, name) = (&stage.side, &stage.place, stage.outlet.name());
    let failed = |error: Error| at_output(stage, &error);
    // What was taken goes back to its place: there is never none.
    let give_back = || place.take_if_free(name, side, FORMER);
    side.take(FORMER, place, name).map_err(|e| mount_point(stage, &e))?;
    if side.identity_of(FORMER).map_err(failed)? != Some(former) {
        give_back().map_err(failed)?;
        return Err(swapped(stage));
    }
    step(PublishStep::Exchange)?;
    place.take_if_free(name, side, TWIN).map_err(|error| {
        let _ = give_back();
        if error.kind() == ErrorKind::AlreadyExists { swapped(stage) } else { failed(error) }
    })?;
    expect_output(stage, Some(new))?;
    side.take(TWIN, side, FORMER).map_err(failed)
}

/// A mount point cannot be renamed: say what to do instead.
fn mount_point(stage: &Stage, error: &Error) -> Failure {
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            Failure::new(Code::MountPoint).arg("path", stage.outlet.live.display().to_string())
        }
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
    let folder = match &stage.live.folder {
        Some(folder) => folder,
        None => {
            let name = stage.outlet.name();
            stage.place.make(name, 0o777).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => swapped(stage),
                _ => failed(error),
            })?;
            made = stage.place.enter(name).map_err(failed)?;
            &made
        }
    };
    let identity = folder.identity().map_err(failed)?;
    let tree = Tree { folder, root: &stage.outlet.live };
    step(PublishStep::RemoveInPlace)?;
    expect_output(stage, Some(identity))?;
    remove_files(tree, difference)?;
    step(PublishStep::RenameInPlace)?;
    expect_output(stage, Some(identity))?;
    // The manifest says what is prakat's own: in a new folder it comes first, so that a killed
    // run does not leave a folder that the next one refuses.
    let (first, rest): (Vec<&String>, Vec<&String>) =
        difference.changed.iter().partition(|path| is_manifest(path));
    let staged = stage.folder();
    for path in first.into_iter().chain(rest) {
        put_in_place(&staged, tree, path)?;
    }
    Ok(identity)
}

/// A copy under a temporary name, then a rename: no reader sees half a file.
fn put_in_place(staged: &Folder, tree: Tree, path: &str) -> Result<(), Failure> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let short: String = name.chars().take(40).collect();
    let temporary = Path::new(folder).join(format!(".{short}.prakat-new"));
    with_room(tree, path, || {
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

    /// An output and its twin, distinguished by a file, and somebody's folder.
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

    /// Where two names cannot be exchanged in one step, and somebody comes before the first rename (0),
    /// between the two (1), or never.
    #[test]
    fn two_renames_leave_alone_what_is_put_in_the_place_of_the_output() {
        for comes_at in [Some(0), Some(1), None] {
            let (shelf, top) = shelf();
            let stage = Stage::begin(&shelf.path().join("site"), Duration::ZERO).expect("a stage");
            stage.side.make_parents("twin/new").expect("made");
            let twin = stage.side.enter(TWIN).expect("the twin");
            twin.create("new").expect("made");
            let live = stage.live.folder.as_ref().expect("an output");
            let both = (twin.identity().expect("known"), live.identity().expect("known"));
            let come = || {
                let _ = top.take("aside", &top, "site");
                symlink("victim", shelf.path().join("site")).expect("a link");
            };
            if comes_at == Some(0) {
                come();
            }
            let result = exchange_in_steps(&stage, both, &mut |_| {
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
                    assert!(stage.side.file("twin/former").is_ok());
                }
                Some(_) => {
                    assert_eq!(result.map_err(|failure| failure.code), Err(Code::OutputSwapped));
                    assert!(top.is_link("site"), "what was put there is still there");
                }
            }
        }
    }
}
