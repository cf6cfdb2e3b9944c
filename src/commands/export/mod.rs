//! `prakat export schema`: JSON Schemas of `site.toml` and of front matter, by which editors complete and check.
//!
//! The schemas follow draft-07, which all editors know. They are made from the declarations by which the program
//! reads. A schema refuses less than `prakat check`, never more.

mod field;
mod item;
mod pattern;
mod site;
mod texts;

use std::path::PathBuf;

use serde_json::json;

use crate::commands::atomic_write::{first_obstacle, put_all};
use crate::commands::export::item::{ItemSchema, Kinds};
use crate::commands::export::site::site_schema;
use crate::commands::export::texts::Texts;
use crate::commands::kinds::declared_kind;
use crate::config::{COVERAGE, Config};
use crate::diagnostics::{Code, Failure};
use crate::report::ReportLanguage;
use crate::source::Portal;

/// The name of the schema of `site.toml`.
const SITE: &str = "site";
/// The name of the schema of the front matter of all items.
const ITEM: &str = "item";

/// Returns the names of all schemas: those that editors need first, then one for each kind.
pub(crate) fn schema_names(config: &Config) -> Vec<String> {
    let kinds = config.kinds.ids().chain([COVERAGE]);
    [SITE, ITEM].into_iter().chain(kinds).map(str::to_owned).collect()
}

/// Returns a schema as JSON. Suggests the most similar name.
pub(crate) fn schema(
    name: &str,
    config: &Config,
    language: ReportLanguage,
) -> Result<String, Failure> {
    let texts = &Texts::of(language);
    let of_items = |kinds| ItemSchema { config, texts, kinds }.schema();
    let mut schema = match name {
        SITE => site_schema(texts),
        ITEM => of_items(Kinds::All),
        COVERAGE => of_items(Kinds::Coverage),
        kind => of_items(Kinds::One(declared_kind(&config.kinds, kind)?)),
    };
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["$id"] = json!(format!("urn:prakat:schema:{name}"));
    Ok(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n")
}

/// Returns the schemas that editors need, with the paths at which the settings of new portals name them.
pub(super) fn editor_schemas(
    config: &Config,
    language: ReportLanguage,
) -> Result<[(&'static str, String); 2], Failure> {
    Ok([
        (".prakat/item.schema.json", schema(ITEM, config, language)?),
        (".prakat/site.schema.json", schema(SITE, config, language)?),
    ])
}

/// Returns the name of the file of a schema.
fn file_of(name: &str) -> String {
    format!("{name}.schema.json")
}

/// Writes schemas into a folder, in place of former ones. Without names, those that editors need. Returns the
/// paths of the files.
pub(crate) fn write_schemas(
    folder: &Portal,
    names: &[String],
    config: &Config,
    language: ReportLanguage,
) -> Result<Vec<PathBuf>, Failure> {
    let usual = [SITE, ITEM].map(str::to_owned);
    let names = if names.is_empty() { &usual } else { names };
    let mut files = Vec::new();
    for name in names {
        let file = file_of(name);
        let after = schema(name, config, language)?.into_bytes();
        if let Some(obstacle) = first_obstacle(folder, &file) {
            return Err(Failure::new(Code::InTheWay).arg("path", obstacle));
        }
        files.push((folder.locate(&file), after));
    }
    let paths = files.iter().map(|(path, _)| path.clone()).collect();
    put_all(files).map_err(|(path, error)| Failure::io_in_portal(&path, &error))?;
    Ok(paths)
}
