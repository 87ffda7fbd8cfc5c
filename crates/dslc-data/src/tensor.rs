//! Tensors as they come from a file: a shape and the elements in row-major order.

use std::fmt;

use crate::{DataError, Place};

/// The largest rank of a tensor, the same as the language's.
pub const MAX_RANK: usize = 16;

/// The type of an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ElementType {
    /// 64-bit floats.
    F64,
    /// 32-bit floats.
    F32,
    /// 64-bit integers.
    I64,
    /// Truth values.
    Bool,
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
            Self::I64 => "i64",
            Self::Bool => "bool",
        })
    }
}

/// The elements of a tensor in row-major order.
#[derive(Clone, PartialEq, Debug)]
pub enum TensorData {
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// Truth values.
    Bool(Vec<bool>),
}

impl TensorData {
    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::F64(v) => v.len(),
            Self::F32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }
    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The type of the elements.
    pub fn element(&self) -> ElementType {
        match self {
            Self::F64(_) => ElementType::F64,
            Self::F32(_) => ElementType::F32,
            Self::I64(_) => ElementType::I64,
            Self::Bool(_) => ElementType::Bool,
        }
    }
}

/// A tensor. **Invariant:** the rank is at most [`MAX_RANK`] and the product of the shape is the number of elements.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    shape: Vec<u64>,
    data: TensorData,
}

impl Tensor {
    /// A tensor of these elements; an error if they do not fit the shape.
    pub fn new(shape: Vec<u64>, data: TensorData) -> Result<Self, DataError> {
        let wrong = |reason| Err(DataError::new("tensor", Place::Whole, reason));
        if shape.len() > MAX_RANK {
            return wrong(format!("the rank is {}, and at most {MAX_RANK} is allowed", shape.len()));
        }
        if element_count(&shape) != Some(data.len() as u64) {
            return wrong(format!("{} elements do not fill the shape {shape:?}", data.len()));
        }
        Ok(Self { shape, data })
    }
    /// The length of each axis.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }
    /// The elements in row-major order.
    pub fn data(&self) -> &TensorData {
        &self.data
    }
    /// The type of the elements.
    pub fn element(&self) -> ElementType {
        self.data.element()
    }
    /// Shape and elements.
    pub fn into_parts(self) -> (Vec<u64>, TensorData) {
        (self.shape, self.data)
    }
}

/// The product of a shape, or none if it does not fit. With an axis of length 0 it is 0, however long the others are.
pub(crate) fn element_count(shape: &[u64]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1u64, |product, &d| product.checked_mul(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_must_fit() {
        assert!(Tensor::new(vec![2, 3], TensorData::I64(vec![0; 6])).is_ok());
        assert!(Tensor::new(vec![], TensorData::Bool(vec![true])).is_ok());
        assert!(Tensor::new(vec![u64::MAX, u64::MAX, 0], TensorData::F32(vec![])).is_ok());
        assert!(Tensor::new(vec![u64::MAX, u64::MAX], TensorData::F64(vec![])).is_err());
        assert!(Tensor::new(vec![2], TensorData::F64(vec![1.0])).is_err());
        assert!(Tensor::new(vec![1; 17], TensorData::F64(vec![1.0])).is_err());
    }
}
