//! The way out: a release takes the place of the output, all or nothing.
//!
//! See `docs/adr/0001-publish.md` for why it is done this way. The steps: bring the twin to the
//! new state, exchange the two names in one step, bring the other tree to the same state.

#![expect(clippy::disallowed_methods, reason = "this is where outputs are written")]

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::diagnostic::{Code, Failure};
use crate::pipeline::Release;
use crate::tree::{Found, Outlet, Stage, list_tree, remove_tree};

/// How a release takes the output's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In one step.
    Exchange,
    /// File by file, where the output is a mount point and cannot be renamed. Not atomic:
    /// removals first, then changed files; the next run finishes what a killed one began.
    InPlace,
}

/// A step of publishing, told before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
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

/// Puts a release in the place of the output. `step` is told of every step.
pub fn publish(
    stage: &Stage,
    release: &Release,
    mode: Mode,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<Changes, Failure> {
    let difference = Difference::between(stage, release);
    let changes = Changes {
        written: difference.changed.len(),
        unchanged: release.files().len() - difference.changed.len(),
        removed: (difference.removed.len() + difference.unnamed.len())
            .saturating_sub(difference.foreign.len()),
        ended: difference.ended_pages(),
        foreign: difference.foreign.clone(),
    };
    let outlet = &stage.outlet;
    if difference.is_empty() && stage.live.exists {
        drop_stale_twin(outlet, stage)?;
    } else if mode == Mode::InPlace {
        publish_in_place(outlet, &difference, step)?;
    } else if stage.live.exists {
        publish_by_exchange(outlet, stage, &difference, step)?;
    } else {
        publish_first(outlet, step)?;
    }
    step(Step::Done)?;
    Ok(changes)
}

/// What is to be done to a tree.
struct Difference {
    changed: Vec<String>,
    removed: Vec<String>,
    foreign: Vec<String>,
    /// Foreign files whose names are not UTF-8.
    unnamed: Vec<PathBuf>,
}

impl Difference {
    fn between(stage: &Stage, release: &Release) -> Self {
        let wanted = release.files();
        let gone = |found: &&Found| wanted.binary_search_by(|w| w.path.cmp(&found.path)).is_err();
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

/// A twin that does not equal the output may hold what has ended.
fn drop_stale_twin(outlet: &Outlet, stage: &Stage) -> Result<(), Failure> {
    if twin_equals_live(outlet, stage)? { Ok(()) } else { remove_tree(&outlet.twin()) }
}

/// There is no output yet: the stage is the whole of it.
fn publish_first(
    outlet: &Outlet,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let _ = fs::remove_file(outlet.synced());
    remove_tree(&outlet.twin())?;
    step(Step::Exchange)?;
    fs::rename(outlet.staged(), &outlet.live).map_err(|e| mount_point(&outlet.live, &e))
}

fn publish_by_exchange(
    outlet: &Outlet,
    stage: &Stage,
    difference: &Difference,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let twin = outlet.twin();
    if !twin_equals_live(outlet, stage)? {
        step(Step::LinkTwin)?;
        link_twin(outlet, stage, difference)?;
    }
    step(Step::UpdateTwin)?;
    let _ = fs::remove_file(outlet.synced());
    remove_files(&twin, &difference.removed)?;
    remove_unnamed(&twin, &difference.unnamed)?;
    move_staged(outlet, &twin, &difference.changed)?;
    step(Step::Exchange)?;
    exchange(outlet, step)?;
    // From here on the release is live. The former output still holds what has ended: it must
    // not stay, under this name or any other.
    step(Step::UpdateFormer)?;
    remove_files(&twin, &difference.removed)?;
    remove_unnamed(&twin, &difference.unnamed)?;
    if link_changed(outlet, &difference.changed).is_err() {
        return remove_tree(&twin);
    }
    step(Step::Mark)?;
    File::create(outlet.synced()).map_err(|e| Failure::io(&outlet.synced(), &e))?;
    Ok(())
}

/// Whether the twin may be used: marked, and every file in it the very file of the output.
fn twin_equals_live(outlet: &Outlet, stage: &Stage) -> Result<bool, Failure> {
    if !outlet.synced().exists() || !outlet.twin().is_dir() {
        return Ok(false);
    }
    let twin = list_tree(&outlet.twin())?;
    Ok(twin.files == stage.live.files && twin.unnamed.is_empty() && stage.live.unnamed.is_empty())
}

/// Makes the twin anew: a link to every file of the output that stays as it is.
fn link_twin(outlet: &Outlet, stage: &Stage, difference: &Difference) -> Result<(), Failure> {
    let twin = outlet.twin();
    let _ = fs::remove_file(outlet.synced());
    remove_tree(&twin)?;
    fs::create_dir(&twin).map_err(|e| Failure::io(&twin, &e))?;
    for found in &stage.live.files {
        let path = &found.path;
        let goes = difference.removed.binary_search(path).is_ok();
        if !goes && difference.changed.binary_search(path).is_err() {
            link_or_copy(&outlet.live.join(path), &twin.join(path))?;
        }
    }
    Ok(())
}

/// A hard link; a copy where the file system has none.
fn link_or_copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let parent = to.parent().unwrap_or(to);
    let linked = match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent).map_err(|e| Failure::io(parent, &e))?;
            fs::hard_link(from, to)
        }
        other => other,
    };
    match linked {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::StorageFull => Err(Failure::io(to, &error)),
        Err(_) => fs::copy(from, to).map(drop).map_err(|e| Failure::io(to, &e)),
    }
}

/// Moves staged files over those of a tree.
fn move_staged(outlet: &Outlet, tree: &Path, changed: &[String]) -> Result<(), Failure> {
    for path in changed {
        let (from, to) = (outlet.staged().join(path), tree.join(path));
        make_room(tree, path)?;
        fs::rename(&from, &to).map_err(|e| Failure::io(&to, &e))?;
    }
    Ok(())
}

/// Makes the folders that a path needs, and removes a folder that stands in its place.
fn make_room(tree: &Path, path: &str) -> Result<(), Failure> {
    let target = tree.join(path);
    if target.symlink_metadata().is_ok_and(|m| m.is_dir()) {
        remove_tree(&target)?;
    }
    let parent = target.parent().unwrap_or(tree);
    if !parent.is_dir() {
        fs::create_dir_all(parent).map_err(|e| Failure::io(parent, &e))?;
    }
    Ok(())
}

/// Brings the former output to the state of the new one: changed files become links to it.
fn link_changed(outlet: &Outlet, changed: &[String]) -> Result<(), Failure> {
    let twin = outlet.twin();
    for path in changed {
        make_room(&twin, path)?;
        let to = twin.join(path);
        remove_one(&to)?;
        fs::hard_link(outlet.live.join(path), &to).map_err(|e| Failure::io(&to, &e))?;
    }
    Ok(())
}

/// Removes files and the folders that they leave empty.
fn remove_files(tree: &Path, removed: &[String]) -> Result<(), Failure> {
    for path in removed {
        remove_one(&tree.join(path))?;
        let mut folder = Path::new(path).parent();
        while let Some(parent) = folder.filter(|p| !p.as_os_str().is_empty()) {
            if fs::remove_dir(tree.join(parent)).is_err() {
                break;
            }
            folder = parent.parent();
        }
    }
    Ok(())
}

fn remove_unnamed(tree: &Path, unnamed: &[PathBuf]) -> Result<(), Failure> {
    unnamed.iter().try_for_each(|path| remove_one(&tree.join(path)))
}

fn remove_one(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(Failure::io(path, &error))
        }
        _ => Ok(()),
    }
}

/// Exchanges the output and the twin.
fn exchange(
    outlet: &Outlet,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (live, twin) = (&outlet.live, outlet.twin());
    match renameat_with(CWD, &twin, CWD, live, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => exchange_in_steps(outlet, step),
        Err(error) => Err(mount_point(live, &error.into())),
    }
}

/// Two renames, where one exchange is not to be had. [`Stage::begin`] mends what a kill between
/// them leaves.
fn exchange_in_steps(
    outlet: &Outlet,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (live, twin, former) = (&outlet.live, outlet.twin(), outlet.former());
    fs::rename(live, &former).map_err(|e| mount_point(live, &e))?;
    step(Step::Exchange)?;
    fs::rename(&twin, live).map_err(|e| {
        // The former output goes back to its place: there is never none.
        let _ = fs::rename(&former, live);
        Failure::io(live, &e)
    })?;
    fs::rename(&former, &twin).map_err(|e| Failure::io(&twin, &e))
}

/// A mount point cannot be renamed: say what to do instead.
fn mount_point(live: &Path, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            Failure::new(Code::MountPoint).arg("path", live.display().to_string())
        }
        _ => Failure::io(live, error),
    }
}

fn publish_in_place(
    outlet: &Outlet,
    difference: &Difference,
    step: &mut dyn FnMut(Step) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let live = &outlet.live;
    let _ = fs::remove_file(outlet.synced());
    remove_tree(&outlet.twin())?;
    if !live.is_dir() {
        fs::create_dir(live).map_err(|e| Failure::io(live, &e))?;
    }
    step(Step::RemoveInPlace)?;
    remove_files(live, &difference.removed)?;
    remove_unnamed(live, &difference.unnamed)?;
    step(Step::RenameInPlace)?;
    // The manifest says what is prakat's own: in a new folder it comes first, so that a killed
    // run does not leave a folder that the next one refuses.
    let (first, rest): (Vec<&String>, Vec<&String>) =
        difference.changed.iter().partition(|path| is_manifest(path));
    for path in first.into_iter().chain(rest) {
        make_room(live, path)?;
        put_in_place(&outlet.staged().join(path), &live.join(path))?;
    }
    Ok(())
}

/// A copy under a temporary name, then a rename: no reader sees half a file.
fn put_in_place(from: &Path, to: &Path) -> Result<(), Failure> {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let temporary =
        to.with_file_name(format!(".{}.prakat-new", name.chars().take(40).collect::<String>()));
    fs::copy(from, &temporary).map_err(|e| Failure::io(&temporary, &e))?;
    fs::rename(&temporary, to).map_err(|e| Failure::io(to, &e))
}
