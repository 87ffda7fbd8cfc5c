//! Files of data as values of a program, and back. Bytes come in and go out: who reads and writes files is the host.
//!
//! Every error is one line that says where in the file and why; the host knows the path and puts it before.

#[cfg(test)]
mod tests;

use dslc_data::{ColumnData, ElementType, Labels, Table, Tensor, TensorData};
use dslc_ir::Scalar;
use dslc_runtime::value::Value;
use dslc_sema::{Column, ColumnKind, ElementKind};

/// As many bytes of an npy file are enough for [`npy_type`].
pub(crate) use dslc_data::NPY_PREFIX;

/// A column of a csv file: what the checker needs to know, and what a program reads.
#[derive(Clone, Debug)]
pub(crate) struct CsvColumn {
    /// Its names, its type, its length.
    pub(crate) about: Column,
    /// Its entries; the codes of labels.
    pub(crate) value: Value,
}

/// The columns of a csv file, in order.
pub(crate) fn csv(bytes: &[u8]) -> Result<Vec<CsvColumn>, String> {
    let table = dslc_data::read_csv(bytes).map_err(|e| e.message())?;
    table.columns().iter().map(csv_column).collect()
}

fn csv_column(column: &dslc_data::Column) -> Result<CsvColumn, String> {
    let rows = column.data.len() as u64;
    let (kind, value) = match &column.data {
        ColumnData::I64(v) => (ColumnKind::I64, integers(&[rows], v)?),
        ColumnData::F64(v) => (ColumnKind::F64, floats(&[rows], v)?),
        ColumnData::Labels(l) => (label_kind(l), integers(&[rows], &l.codes)?),
    };
    let about = Column { name: column.name.clone(), title: column.title.clone(), kind, rows };
    Ok(CsvColumn { about, value })
}

/// The place that is told is the line of the file, which an editor shows.
fn label_kind(labels: &Labels) -> ColumnKind {
    let first = &labels.not_number;
    ColumnKind::Labels { line: first.line, text: first.text.clone(), table: labels.names.clone() }
}

/// Element type and shape of an npy file, from its first bytes.
pub(crate) fn npy_type(bytes: &[u8]) -> Result<(ElementKind, Vec<u64>), String> {
    let (element, shape) = dslc_data::npy_header(bytes).map_err(|e| e.message())?;
    let kind = match element {
        ElementType::F64 => ElementKind::F64,
        ElementType::F32 => ElementKind::F32,
        ElementType::I64 => ElementKind::I64,
        ElementType::Bool => ElementKind::Bool,
    };
    Ok((kind, shape))
}

/// The tensor of an npy file.
pub(crate) fn npy(bytes: &[u8]) -> Result<Value, String> {
    let (shape, data) = dslc_data::read_npy(bytes).map_err(|e| e.message())?.into_parts();
    match data {
        TensorData::F64(v) => floats(&shape, &v),
        TensorData::I64(v) => integers(&shape, &v),
        TensorData::F32(v) => {
            let mut value = zeros(Scalar::F32, &shape)?;
            value.as_f32_mut().copy_from_slice(&v);
            Ok(value)
        }
        TensorData::Bool(v) => {
            let mut value = zeros(Scalar::Bool, &shape)?;
            value.bytes_mut().iter_mut().zip(v).for_each(|(to, from)| *to = u8::from(from));
            Ok(value)
        }
    }
}

fn zeros(scalar: Scalar, shape: &[u64]) -> Result<Value, String> {
    Value::try_zeros(scalar, shape).map_err(|e| e.to_string())
}

fn floats(shape: &[u64], elements: &[f64]) -> Result<Value, String> {
    let mut value = zeros(Scalar::F64, shape)?;
    value.as_f64_mut().copy_from_slice(elements);
    Ok(value)
}

fn integers(shape: &[u64], elements: &[i64]) -> Result<Value, String> {
    let mut value = zeros(Scalar::I64, shape)?;
    value.as_i64_mut().copy_from_slice(elements);
    Ok(value)
}

/// The npy file of a tensor.
pub(crate) fn to_npy(value: &Value) -> Result<Vec<u8>, String> {
    let data = match value.scalar() {
        Scalar::F64 => TensorData::F64(value.as_f64().to_vec()),
        Scalar::F32 => TensorData::F32(value.as_f32().to_vec()),
        Scalar::I64 => TensorData::I64(value.as_i64().to_vec()),
        Scalar::Bool | Scalar::Z2 => TensorData::Bool(value.bytes().iter().map(|&b| b != 0).collect()),
        Scalar::Key => return Err("a random key cannot be saved; save the seed that it is made from".into()),
    };
    let tensor = Tensor::new(value.shape().to_vec(), data).map_err(|e| e.message())?;
    Ok(dslc_data::write_npy(&tensor))
}

/// The csv file of a record of columns. Truth values are written as 0 and 1. An f32 is written by the fewest digits
/// that give it back, and not by those of the f64 that it equals.
pub(crate) fn to_csv(fields: &[(&str, &Value)]) -> Result<Vec<u8>, String> {
    if fields.is_empty() {
        return Err("a csv file needs a column, and this record has no field".into());
    }
    let mut columns = Vec::with_capacity(fields.len());
    for &(name, value) in fields {
        if value.shape().len() != 1 {
            let axes = value.shape().len();
            return Err(format!("the columns of a csv file are vectors, and `{name}` has {axes} axes"));
        }
        let data = column_data(value)
            .ok_or_else(|| format!("a random key cannot be saved, and `{name}` holds some"))?;
        columns.push(dslc_data::Column::new(name, data));
    }
    same_length(fields)?;
    let table = Table::new(columns).map_err(|e| e.message())?;
    dslc_data::write_csv(&table).map_err(|e| e.message())
}

/// All columns have as many entries as the first.
fn same_length(fields: &[(&str, &Value)]) -> Result<(), String> {
    let Some(((first, a), rest)) = fields.split_first() else { return Ok(()) };
    match rest.iter().find(|(_, b)| a.len() != b.len()) {
        None => Ok(()),
        Some((other, b)) => Err(format!(
            "the columns of a csv file have one length: `{first}` has {} entries and `{other}` has {}",
            a.len(),
            b.len()
        )),
    }
}

fn column_data(value: &Value) -> Option<ColumnData> {
    Some(match value.scalar() {
        Scalar::F64 => ColumnData::F64(value.as_f64().to_vec()),
        Scalar::F32 => ColumnData::F64(value.as_f32().iter().map(|&x| shortest(x)).collect()),
        Scalar::I64 => ColumnData::I64(value.as_i64().to_vec()),
        Scalar::Bool | Scalar::Z2 => ColumnData::I64(value.bytes().iter().map(|&b| i64::from(b)).collect()),
        Scalar::Key => return None,
    })
}

/// The f64 with the shortest text of those that round to this f32.
fn shortest(x: f32) -> f64 {
    format!("{x:?}").parse().unwrap_or(f64::from(x))
}

/// The elements as floats, to draw them.
pub(crate) fn drawn_floats(v: &Value) -> Vec<f64> {
    match v.scalar() {
        Scalar::F64 => v.as_f64().to_vec(),
        Scalar::F32 => v.as_f32().iter().map(|&x| f64::from(x)).collect(),
        Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => {
            (0..v.len()).map(|k| v.get_bits(k) as i64 as f64).collect()
        }
    }
}

/// The elements as integers, to colour points by them.
pub(crate) fn drawn_classes(v: &Value) -> Vec<i64> {
    match v.scalar() {
        Scalar::F64 | Scalar::F32 => drawn_floats(v).into_iter().map(|x| x as i64).collect(),
        Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => {
            (0..v.len()).map(|k| v.get_bits(k) as i64).collect()
        }
    }
}
