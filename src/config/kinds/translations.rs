//! Reads the texts of kinds in another language: `[languages.en.kinds.asset]`.

use crate::config::kinds::label::check_text;
use crate::config::kinds::model::{Field, FieldType, Label};
use crate::config::kinds::registry::Kinds;
use crate::config::table::{SettingsFile, SettingsTable};

/// Reads titles and labels in a language into the declared kinds.
pub(in crate::config) fn read_kind_texts(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    kinds: &mut Kinds,
    language: &str,
) {
    let is_incomplete = kinds.is_incomplete();
    let ids: Vec<String> = kinds.ids().map(str::to_owned).collect();
    for id in &ids {
        let Some(mut texts) = table.table(file, id) else { continue };
        let Some(kind) = kinds.named_mut(id) else { continue };
        read_text(file, &mut texts, "title", &mut kind.title, language);
        for field in &mut kind.fields {
            read_field_texts(file, &mut texts, field, language);
        }
        let fields = kind.fields.iter().map(|field| field.id.as_str());
        let known: Vec<&str> = std::iter::once("title").chain(fields).collect();
        if !is_incomplete {
            texts.finish(file, &known);
        }
    }
    if !is_incomplete {
        let known: Vec<&str> = ids.iter().map(String::as_str).collect();
        table.finish(file, &known);
    }
}

fn read_field_texts(
    file: &mut SettingsFile,
    of: &mut SettingsTable,
    field: &mut Field,
    language: &str,
) {
    let Some(mut texts) = of.table(file, &field.id) else { return };
    // A group may have a field that is called `label` or `help`: its texts are a table.
    let is_inner = |key: &str| matches!(&field.field_type, FieldType::Group(fields) if fields.iter().any(|f| f.id == key));
    let [is_label, is_help] = ["label", "help"].map(|key| !is_inner(key) || !texts.has_table(key));
    if is_label {
        read_text(file, &mut texts, "label", &mut field.label, language);
    }
    if is_help {
        read_text(file, &mut texts, "help", &mut field.help, language);
    }
    let mut known = vec!["label", "help"];
    match &mut field.field_type {
        FieldType::Choice(choices) => {
            known.push("choices");
            if let Some(mut labels) = texts.table(file, "choices") {
                for choice in choices.iter_mut() {
                    read_text(file, &mut labels, &choice.id, &mut choice.label, language);
                }
                let ids: Vec<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
                labels.finish(file, &ids);
            }
        }
        FieldType::Group(fields) => {
            for field in fields.iter_mut() {
                read_field_texts(file, &mut texts, field, language);
            }
            known.extend(fields.iter().map(|field| field.id.as_str()));
        }
        _ => {}
    }
    texts.finish(file, &known);
}

fn read_text(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    key: &str,
    label: &mut Label,
    language: &str,
) {
    if !table.has(key) {
        return;
    }
    if let Some(text) = table.required(file, key) {
        check_text(file, &table.dotted(key), &text, key != "help");
        label.set(language, text.value.trim().to_owned());
    }
}
