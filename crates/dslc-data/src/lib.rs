//! Files of data as bytes to tables and tensors: npy and csv, in and out.
