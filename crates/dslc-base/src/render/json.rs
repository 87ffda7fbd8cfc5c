//! One JSON object in one line, for editors and scripts.

use serde_json::{Map, Value, json};

use super::escape;
use super::place::Place;
use crate::{Diagnostic, Severity, Sources};

/// Writes `{code, severity, message, spans, edits, notes, help}`. A label or edit whose file is unknown is left out.
pub(super) fn render(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let spans: Vec<Value> = (diagnostic.labels.iter())
        .filter_map(|label| {
            let mut span = position(Place::of(sources, label.span)?);
            span.insert("primary".to_owned(), Value::Bool(label.primary));
            span.insert("label".to_owned(), Value::String(label.text.clone()));
            Some(Value::Object(span))
        })
        .collect();
    let edits: Vec<Value> = (diagnostic.edits.iter())
        .filter_map(|edit| Some(json!({"span": position(Place::of(sources, edit.span)?), "text": edit.text})))
        .collect();
    let object = json!({
        "code": diagnostic.code,
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "message": diagnostic.message,
        "spans": spans,
        "edits": edits,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
    });
    escaped(&object.to_string()) + "\n"
}

fn position(place: Place<'_>) -> Map<String, Value> {
    let ((line, column), (end_line, end_column)) = (place.from(), place.to());
    let mut map = Map::new();
    map.insert("file".to_owned(), Value::String(place.file.name.clone()));
    for (key, number) in
        [("line", line), ("column", column), ("end_line", end_line), ("end_column", end_column)]
    {
        map.insert(key.to_owned(), Value::from(number));
    }
    map
}

/// The same JSON without hidden characters. They can only stand inside strings, where `\uXXXX` means the same.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if escape::is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}
