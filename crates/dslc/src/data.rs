//! Bytes of data files to values and back.

use dslc_data::{ColumnData, DataError, ElementType, NPY_PREFIX, Tensor, TensorData};
use dslc_ir::Scalar;
use dslc_runtime::value::Value;
use dslc_sema::{Column, ColumnKind, ElementKind};

/// A csv file.
pub(crate) struct Table(dslc_data::Table);

fn sentence(e: DataError) -> String {
    e.message()
}

impl Table {
    /// The table of a csv file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        dslc_data::read_csv(bytes).map(Self).map_err(sentence)
    }

    /// The names and types of its columns.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let rows = self.0.rows() as u64;
        let kind = |data: &ColumnData| match data {
            ColumnData::I64(_) => ColumnKind::I64,
            ColumnData::F64(_) => ColumnKind::F64,
            ColumnData::Labels(l) => ColumnKind::Labels {
                line: l.not_number.line,
                text: l.not_number.text.clone(),
                table: l.names.clone(),
            },
        };
        self.0
            .columns()
            .iter()
            .map(|c| Column { name: c.name.clone(), title: c.title.clone(), kind: kind(&c.data), rows })
            .collect()
    }

    /// The entries of its columns; labels as codes.
    pub(crate) fn values(&self) -> Vec<Value> {
        let rows = [self.0.rows() as u64];
        let value = |data: &ColumnData| match data {
            ColumnData::I64(v) => Value::from_i64s(rows, v),
            ColumnData::F64(v) => Value::from_f64s(rows, v),
            ColumnData::Labels(l) => Value::from_i64s(rows, &l.codes),
        };
        self.0.columns().iter().map(|c| value(&c.data)).collect()
    }
}

/// The element type and shape of an npy file, from its first [`NPY_PREFIX`] bytes.
pub(crate) fn npy_type(head: &[u8]) -> Result<(ElementKind, Vec<u64>), String> {
    let (element, shape) = dslc_data::npy_header(&head[..head.len().min(NPY_PREFIX)]).map_err(sentence)?;
    let kind = match element {
        ElementType::F64 => ElementKind::F64,
        ElementType::F32 => ElementKind::F32,
        ElementType::I64 => ElementKind::I64,
        ElementType::Bool => ElementKind::Bool,
    };
    Ok((kind, shape))
}

/// The tensor of an npy file.
pub(crate) fn npy_value(bytes: &[u8]) -> Result<Value, String> {
    let (shape, data) = dslc_data::read_npy(bytes).map_err(sentence)?.into_parts();
    Ok(match data {
        TensorData::F64(v) => Value::from_f64s(shape, &v),
        TensorData::F32(v) => Value::from_f32s(shape, &v),
        TensorData::I64(v) => Value::from_i64s(shape, &v),
        TensorData::Bool(v) => Value::from_bools(shape, &v),
    })
}

/// A tensor as an npy file.
pub(crate) fn to_npy(v: &Value) -> Result<Vec<u8>, String> {
    let data = match v.scalar() {
        Scalar::F64 => TensorData::F64(v.as_f64().to_vec()),
        Scalar::F32 => TensorData::F32(v.as_f32().to_vec()),
        Scalar::I64 => TensorData::I64(v.as_i64().to_vec()),
        Scalar::Bool => TensorData::Bool(v.as_bool().iter().map(|&b| b != 0).collect()),
        Scalar::Key => return Err("a key is not data".into()),
    };
    let tensor = Tensor::new(v.shape().to_vec(), data).map_err(sentence)?;
    Ok(dslc_data::write_npy(&tensor))
}

/// Named vectors of one length as a csv file.
pub(crate) fn to_csv(columns: &[(&str, &Value)]) -> Result<Vec<u8>, String> {
    let column = |(name, v): &(&str, &Value)| {
        let data = match v.scalar() {
            Scalar::I64 | Scalar::Bool => ColumnData::I64(integers(v)),
            Scalar::F64 | Scalar::F32 => ColumnData::F64(floats(v)),
            Scalar::Key => return Err("a key is not data".to_string()),
        };
        Ok(dslc_data::Column::new(*name, data))
    };
    let table = dslc_data::Table::new(columns.iter().map(column).collect::<Result<_, _>>()?);
    dslc_data::write_csv(&table.map_err(sentence)?).map_err(sentence)
}

/// The elements as floats, to draw them.
pub(crate) fn floats(v: &Value) -> Vec<f64> {
    match v.scalar() {
        Scalar::F64 => v.as_f64().to_vec(),
        Scalar::F32 => v.as_f32().iter().map(|&x| f64::from(x)).collect(),
        Scalar::I64 | Scalar::Bool | Scalar::Key => integers(v).into_iter().map(|k| k as f64).collect(),
    }
}

/// The elements as integers.
pub(crate) fn integers(v: &Value) -> Vec<i64> {
    match v.scalar() {
        Scalar::F64 | Scalar::F32 => floats(v).into_iter().map(|x| x as i64).collect(),
        Scalar::I64 | Scalar::Bool | Scalar::Key => (0..v.len()).map(|k| v.get_bits(k) as i64).collect(),
    }
}
