//! NumPy's npy format, versions 1.0, 2.0 and 3.0, in and out.
//!
//! ```text
//! 93 'N' 'U' 'M' 'P' 'Y'  major minor  length of the header (2 bytes, from version 2.0 on 4; little endian)
//! {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }   spaces   newline
//! the elements, row by row, or column by column if `fortran_order`
//! ```
//!
//! | dtype | element |
//! |---|---|
//! | `f8` | f64 |
//! | `f4` | f32 |
//! | `i8 i4 i2 i1 u4 u2 u1` | i64, which holds each of them |
//! | `b1` | bool |
//!
//! in either byte order. All others are refused by name, and object arrays too: they are Python pickles, which can run
//! anything.
//!
//! The parser is our own and not that of the crate `npyz` (0.9.1), which was tried on malformed files: a header of a
//! thousand nested brackets does not come to an end, a shape of (2**40, 2**40) overflows to an array without elements,
//! a key given twice is not noticed, nor are bytes after the data, and its errors have no place.

mod header;
#[cfg(test)]
mod tests;

use crate::tensor::element_count;
use crate::{DataError, ElementType, Place, Tensor, TensorData};
use header::{Dtype, Header};

/// As many bytes of a file are enough for [`npy_header`].
pub const NPY_PREFIX: usize = header::PREAMBLE + header::MAX_HEADER;

/// Element type and shape from the first bytes of a file; [`NPY_PREFIX`] bytes are enough, or all if there are fewer.
pub fn npy_header(bytes: &[u8]) -> Result<(ElementType, Vec<u64>), DataError> {
    let header = header::parse(bytes)?;
    Ok((header.dtype.element(), header.shape))
}

/// The tensor of a whole file.
pub fn read_npy(bytes: &[u8]) -> Result<Tensor, DataError> {
    let Header { dtype, big_endian, fortran_order, shape, data_at } = header::parse(bytes)?;
    let body = &bytes[data_at..];
    check_length(&shape, dtype, body.len(), data_at)?;
    let data = elements(body, dtype, big_endian, data_at)?;
    let data = if fortran_order && shape.len() > 1 { row_major(data, &shape) } else { data };
    Tensor::new(shape, data)
}

/// The data must be as long as the shape says: only then is anything allocated.
fn check_length(shape: &[u64], dtype: Dtype, there: usize, data_at: usize) -> Result<(), DataError> {
    let wrong =
        |at: usize, reason| Err(DataError::new("npy data", Place::Byte((data_at + at) as u64), reason));
    let needed = element_count(shape).and_then(|n| n.checked_mul(dtype.size() as u64));
    let Some(needed) = needed else {
        return wrong(0, format!("the shape {shape:?} has more elements than can be counted"));
    };
    let there = there as u64;
    if there < needed {
        return wrong(there as usize, format!("the file ends {} of {needed} bytes short", needed - there));
    }
    if there > needed {
        return wrong(
            needed as usize,
            format!("{} bytes too many after the {needed} of the shape", there - needed),
        );
    }
    Ok(())
}

/// The elements in the order of the file. `body` is a whole number of elements.
fn elements(body: &[u8], dtype: Dtype, big_endian: bool, data_at: usize) -> Result<TensorData, DataError> {
    /// Reads one type in either byte order.
    macro_rules! numbers {
        ($file:ty, $ours:ty) => {
            (body.as_chunks().0.iter())
                .map(|&b| if big_endian { <$file>::from_be_bytes(b) } else { <$file>::from_le_bytes(b) })
                .map(<$ours>::from)
                .collect()
        };
    }
    Ok(match dtype {
        Dtype::F8 => TensorData::F64(numbers!(f64, f64)),
        Dtype::F4 => TensorData::F32(numbers!(f32, f32)),
        Dtype::I8 => TensorData::I64(numbers!(i64, i64)),
        Dtype::I4 => TensorData::I64(numbers!(i32, i64)),
        Dtype::I2 => TensorData::I64(numbers!(i16, i64)),
        Dtype::I1 => TensorData::I64(numbers!(i8, i64)),
        Dtype::U4 => TensorData::I64(numbers!(u32, i64)),
        Dtype::U2 => TensorData::I64(numbers!(u16, i64)),
        Dtype::U1 => TensorData::I64(numbers!(u8, i64)),
        Dtype::B1 => {
            if let Some(k) = body.iter().position(|&b| b > 1) {
                let reason = format!("a bool is the byte 0 or 1, not {}", body[k]);
                return Err(DataError::new("npy data", Place::Byte((data_at + k) as u64), reason));
            }
            TensorData::Bool(body.iter().map(|&b| b == 1).collect())
        }
    })
}

/// Column-major elements in row-major order.
fn row_major(data: TensorData, shape: &[u64]) -> TensorData {
    match data {
        TensorData::F64(v) => TensorData::F64(transposed(&v, shape)),
        TensorData::F32(v) => TensorData::F32(transposed(&v, shape)),
        TensorData::I64(v) => TensorData::I64(transposed(&v, shape)),
        TensorData::Bool(v) => TensorData::Bool(transposed(&v, shape)),
    }
}

/// Walks the result in its own order and keeps the position in `data` of the current index, like an odometer.
/// `data` has as many elements as the shape says, so no product below overflows unless there are none.
fn transposed<T: Copy>(data: &[T], shape: &[u64]) -> Vec<T> {
    let mut out = Vec::with_capacity(data.len());
    if data.is_empty() {
        return out;
    }
    let strides: Vec<usize> =
        shape.iter().scan(1, |next, &d| Some(std::mem::replace(next, *next * d as usize))).collect();
    let (mut index, mut at) = (vec![0u64; shape.len()], 0);
    loop {
        out.push(data[at]);
        let mut axis = shape.len();
        loop {
            let Some(next) = axis.checked_sub(1) else { return out };
            axis = next;
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            at -= strides[axis] * shape[axis] as usize;
            index[axis] = 0;
        }
    }
}

/// The file of a tensor: version 1.0, little endian, row-major, the data at a multiple of 64 bytes.
pub fn write_npy(tensor: &Tensor) -> Vec<u8> {
    let descr = match tensor.element() {
        ElementType::F64 => "<f8",
        ElementType::F32 => "<f4",
        ElementType::I64 => "<i8",
        ElementType::Bool => "|b1",
    };
    let mut out = header::written(descr, tensor.shape());
    match tensor.data() {
        TensorData::F64(v) => out.extend(v.iter().flat_map(|x| x.to_le_bytes())),
        TensorData::F32(v) => out.extend(v.iter().flat_map(|x| x.to_le_bytes())),
        TensorData::I64(v) => out.extend(v.iter().flat_map(|x| x.to_le_bytes())),
        TensorData::Bool(v) => out.extend(v.iter().map(|&x| u8::from(x))),
    }
    out
}
