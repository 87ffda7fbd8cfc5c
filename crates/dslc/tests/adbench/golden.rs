//! The files of reference values, and of inputs.

use dslc::Value;
use serde_json::Value as Json;

fn path(name: &str) -> String {
    format!("{}/../../tests/adbench/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of reference values: `gmm/gmm_d2_K5`.
pub(crate) fn json(name: &str) -> Json {
    let text = std::fs::read_to_string(path(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The numbers of a file of inputs.
pub(crate) fn words(name: &str) -> std::vec::IntoIter<f64> {
    let text = std::fs::read_to_string(path(name)).unwrap();
    text.split_whitespace().map(|w| w.parse().unwrap()).collect::<Vec<f64>>().into_iter()
}

/// The next numbers as a tensor.
pub(crate) fn take(words: &mut impl Iterator<Item = f64>, shape: &[u64]) -> Value {
    let count = shape.iter().product::<u64>() as usize;
    Value::from_f64s(shape, &words.take(count).collect::<Vec<f64>>())
}

/// The numbers below a part of a file, row-major.
pub(crate) fn flat(json: &Json) -> Vec<f64> {
    match json {
        Json::Array(elements) => elements.iter().flat_map(flat).collect(),
        Json::Object(fields) => fields.values().flat_map(flat).collect(),
        other => vec![other.as_f64().unwrap_or_else(|| panic!("{other} is no number"))],
    }
}

/// The lengths of nested lists.
fn shape(json: &Json) -> Vec<u64> {
    match json {
        Json::Array(elements) => {
            let rest = elements.first().map(shape).unwrap_or_default();
            std::iter::once(elements.len() as u64).chain(rest).collect()
        }
        _ => Vec::new(),
    }
}

/// Nested lists as a tensor.
pub(crate) fn tensor(json: &Json) -> Value {
    Value::from_f64s(shape(json), &flat(json))
}

/// The same of integers.
pub(crate) fn integers(json: &Json) -> Value {
    Value::from_i64s(shape(json), &flat(json).iter().map(|&x| x as i64).collect::<Vec<i64>>())
}
