//! `prakat theme eject`: copies a file of the built-in theme into the portal's theme, to be changed there.

use std::io::ErrorKind;

use crate::commands::atomic_write::{create, first_link};
use crate::diagnostics::{Code, Failure, closest};
use crate::render::{built_in, built_in_names, renamed_template};
use crate::source::Portal;

/// Copies a file into the portal's theme and returns its path from the portal's root. The name is a path
/// below `themes/default/`, or its last part. Fails if the file exists.
pub(crate) fn eject(portal: &Portal, theme: &str, name: &str) -> Result<String, Failure> {
    let names = built_in_names();
    let wanted = name.trim_start_matches("./").trim_start_matches("themes/default/");
    let name = names.iter().find(|name| **name == wanted || last_part(name) == wanted);
    let Some(name) = name else { return Err(unknown(wanted, &names)) };
    let path = format!("themes/{theme}/{name}");
    let file = portal.locate(&path);
    if let Some(link) = first_link(&portal.locate(""), &path) {
        return Err(Failure::new(Code::ThemeLink).arg("path", link.display().to_string()));
    }
    match create(&file, built_in(name).unwrap_or_default()) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::new(Code::ThemeFileThere).arg("path", path))
        }
        Err(error) => Err(Failure::io_in_portal(&file, &error)),
    }
}

fn unknown(name: &str, names: &[&str]) -> Failure {
    let candidates = names.iter().flat_map(|name| [*name, last_part(name)]);
    let near = renamed_template(name)
        .or_else(|| closest(name, candidates))
        .unwrap_or("templates/item.html");
    Failure::new(Code::ThemeFile).arg("value", name).arg("near", near)
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
