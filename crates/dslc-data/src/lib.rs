//! Files of data as bytes to tables and tensors: npy and csv, in and out.
//!
//! Nothing here opens a file: the host reads the bytes and adds the path to an error. Whatever the bytes are, the
//! answer is a value or a [`DataError`] that says where and why, and no more memory is taken than a small multiple of
//! the bytes that are really there, whatever a header claims.

mod csv;
mod error;
mod npy;
mod table;
mod tensor;

pub use csv::{MAX_COLUMNS, read_csv, write_csv};
pub use error::{DataError, Place};
pub use npy::{NPY_PREFIX, npy_header, read_npy, write_npy};
pub use table::{Column, ColumnData, Labels, NotNumber, Table};
pub use tensor::{ElementType, MAX_RANK, Tensor, TensorData};
