//! A file of the built-in theme is put into the portal's own, to be changed there.

use std::io::ErrorKind;

use crate::commands::atomic_write::{create, link_on_the_way};
use crate::config::closest;
use crate::diagnostics::{Code, Failure};
use crate::render::{built_in, built_in_names, renamed_template};
use crate::source::Portal;

/// Copies a file into the portal's theme and returns its path from the portal's root. The name is as
/// in `themes/default/`; its last part does, too. What is there already is never touched.
pub(crate) fn eject(portal: &Portal, theme: &str, asked: &str) -> Result<String, Failure> {
    let names = built_in_names();
    let asked = asked.trim_start_matches("./").trim_start_matches("themes/default/");
    let found = names.iter().find(|name| **name == asked || last_part(name) == asked);
    let Some(name) = found else { return Err(unknown(asked, &names)) };
    let path = format!("themes/{theme}/{name}");
    let place = portal.locate(&path);
    if let Some(link) = link_on_the_way(&portal.locate(""), &path) {
        return Err(Failure::new(Code::ThemeLink).arg("path", link.display().to_string()));
    }
    match create(&place, built_in(name).unwrap_or_default()) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::new(Code::ThemeFileThere).arg("path", path))
        }
        Err(error) => Err(Failure::io(&place, &error)),
    }
}

fn unknown(asked: &str, names: &[&str]) -> Failure {
    let known = names.iter().flat_map(|name| [*name, last_part(name)]);
    let near = renamed_template(asked).or_else(|| closest(asked, known));
    let near = near.unwrap_or("templates/item.html");
    Failure::new(Code::ThemeFile).arg("value", asked).arg("near", near)
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
