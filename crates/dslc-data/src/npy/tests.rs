//! Every malformed file that was thought of, and that arbitrary bytes do no harm.

use proptest::prelude::*;

use super::*;

/// A file of version 1.0 with this dictionary.
fn file(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let text = format!("{dictionary}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.bytes());
    bytes.extend(data);
    bytes
}

fn of(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    file(&format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"), data)
}

fn refused(bytes: &[u8], reason: &str) {
    let error = read_npy(bytes).expect_err(reason);
    assert!(error.message().contains(reason), "{} should say {reason}", error.message());
    assert!(error.what.starts_with("npy"));
}

#[test]
fn cut_and_foreign_files() {
    refused(b"", "byte 0: the file ends before the six bytes");
    refused(b"\x93NUMP", "byte 5: the file ends");
    refused(b"\x93NUMPX\x01\x00", "byte 5: no npy file");
    refused(b"PK\x03\x04", "byte 0: no npy file");
    refused(b"\x93NUMPY\x09\x00\x00\x00", "version 9.0");
    refused(b"\x93NUMPY\x01", "ends inside the header");
    refused(b"\x93NUMPY\x01\x00\x10", "ends inside the header");
    refused(b"\x93NUMPY\x01\x00\x00\x00", "the header is empty");
    refused(
        &[&b"\x93NUMPY\x01\x00\xff\xff"[..], &[b' '; 90]].concat(),
        "claims 65535 bytes and 90 are there",
    );
    refused(
        &[&b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..], &[b' '; 90]].concat(),
        "claims 4294967295 bytes, and at most 65535",
    );
    let long = [&b"\x93NUMPY\x03\x00\x00\x00\x02\x00"[..], &[b' '; 0x20000]].concat();
    refused(&long, "claims 131072 bytes, and at most 65535");
}

#[test]
fn headers_that_are_no_dictionary_of_three_keys() {
    for (text, reason) in [
        ("", "no dictionary"),
        ("['descr']", "no dictionary"),
        ("{'descr': '<f8', 'fortran_order': False, }", "the key `shape` is missing"),
        ("{'fortran_order': False, 'shape': (), }", "the key `descr` is missing"),
        ("{'descr': '<f8', 'shape': (), }", "the key `fortran_order` is missing"),
        ("{'descr': '<f8', 'x': 1, 'fortran_order': False, 'shape': (), }", "the key `x` is not known"),
        ("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (), }", "`descr` is given twice"),
        ("{'descr': '<f8', 'fortran_order': 0, 'shape': (), }", "must be True or False"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': ()", "a `,` or `}` is missing"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': ()} x", "after the dictionary"),
        ("{'descr: 1, ", "does not end"),
        ("{'de\\'scr': 1, ", "has an escape"),
        ("{'descr' '<f8'}", "a `:` is missing"),
        ("{descr: '<f8'}", "a string in quotes"),
        ("{'d\u{e9}scr': '<f8'}", "not ASCII"),
    ] {
        refused(&file(text, &[]), reason);
    }
    let mut bytes = of("'<f8'", "()", &[]);
    let end = bytes.len() - 1;
    bytes[end] = b' ';
    refused(&bytes, "does not end with a newline");
    for nest in ["(", "[", "{", "{'shape': (", "{'descr': [("] {
        refused(&file(&nest.repeat(10_000 / nest.len()), &[]), "npy header");
    }
}

#[test]
fn shapes() {
    for (shape, reason) in [
        ("(1099511627776, 1099511627776)", "more elements than can be counted"),
        ("(4611686018427387904,)", "more elements than can be counted"),
        ("(-1,)", "not negative"),
        ("(1.5,)", "a length is an integer"),
        ("(True,)", "must be an integer"),
        ("(9223372036854775808,)", "too large"),
        ("(99999999999999999999999999,)", "too large"),
        ("(3)", "`(n,)`"),
        ("[3]", "must be a tuple"),
        ("(,)", "must be an integer"),
        ("(1342177280,)", "of 10737418240 bytes short"),
    ] {
        refused(&of("'<f8'", shape, &[0; 24]), reason);
    }
    refused(&of("'<f8'", &format!("({})", "1,".repeat(65)), &[0; 8]), "more than 16 axes");
    assert_eq!(read_npy(&of("'<f8'", "()", &[0; 8])).expect("a scalar").shape(), &[] as &[u64]);
    assert_eq!(read_npy(&of("'<f8'", "(0, 5)", &[])).expect("empty").shape(), [0, 5]);
    assert_eq!(read_npy(&of("'<i8'", "(3L,)", &[0; 24])).expect("Python 2").shape(), [3]);
    let huge = read_npy(&of("'<f8'", "(1099511627776, 1099511627776, 0)", &[])).expect("no elements");
    assert!(huge.data().is_empty());
}

#[test]
fn lengths_of_the_data() {
    let good = of("'<f8'", "(3,)", &[0; 24]);
    assert!(read_npy(&good).is_ok());
    refused(&good[..good.len() - 1], "the file ends 1 of 24 bytes short");
    refused(&[&good[..], &[0]].concat(), "1 bytes too many");
}

#[test]
fn dtypes() {
    for descr in ["'|O'", "'O'", "'|O8'"] {
        refused(&of(descr, "(1,)", &[0; 8]), "object arrays are refused");
    }
    for descr in
        ["'<f2'", "'<c16'", "'<U5'", "'|S3'", "'<u8'", "'<M8[ns]'", "'f8'", "'=f8'", "'|i4'", "''", "'<'"]
    {
        refused(
            &of(descr, "(1,)", &[0; 8]),
            &format!("the dtype `{}` is not supported", descr.trim_matches('\'')),
        );
    }
    refused(&of("[('a', '<f8')]", "(1,)", &[0; 8]), "structured arrays");
    let data = |descr, bytes: &[u8]| read_npy(&of(descr, "(2,)", bytes)).expect("it is good").into_parts().1;
    let floats = |bytes: [[u8; 8]; 2]| bytes.concat();
    assert_eq!(
        data("'>f8'", &floats([1.5f64, -2.0].map(f64::to_be_bytes))),
        TensorData::F64(vec![1.5, -2.0])
    );
    assert_eq!(
        data("'>f4'", &[1.5f32, -2.0].map(f32::to_be_bytes).concat()),
        TensorData::F32(vec![1.5, -2.0])
    );
    assert_eq!(data("'>i2'", &[0xff, 0xfe, 1, 2]), TensorData::I64(vec![-2, 258]));
    assert_eq!(data("'<u2'", &[0xff, 0xfe, 1, 2]), TensorData::I64(vec![0xfeff, 513]));
    assert_eq!(data("'<i4'", &[0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0]), TensorData::I64(vec![-1, 1]));
    assert_eq!(data("\"<u4\"", &[0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0]), TensorData::I64(vec![0xffff_ffff, 1]));
    assert_eq!(data("'|i1'", &[0xff, 1]), TensorData::I64(vec![-1, 1]));
    assert_eq!(data("'|u1'", &[0xff, 1]), TensorData::I64(vec![255, 1]));
    assert_eq!(data("'|b1'", &[0, 1]), TensorData::Bool(vec![false, true]));
    refused(&of("'|b1'", "(2,)", &[0, 2]), "not 2");
}

#[test]
fn columns_first_becomes_rows_first() {
    let fortran = |shape, data: &[u8]| {
        let text = format!("{{'descr': '|u1', 'fortran_order': True, 'shape': {shape}, }}");
        read_npy(&file(&text, data)).expect("it is good").into_parts().1
    };
    // a[i, j] = 10 i + j and a[i, j, k] = 100 i + 10 j + k, columns first.
    assert_eq!(fortran("(2, 3)", &[0, 10, 1, 11, 2, 12]), TensorData::I64(vec![0, 1, 2, 10, 11, 12]));
    let cube = fortran("(2, 2, 2)", &[0, 100, 10, 110, 1, 101, 11, 111]);
    assert_eq!(cube, TensorData::I64(vec![0, 1, 10, 11, 100, 101, 110, 111]));
    assert_eq!(fortran("(0, 3)", &[]), TensorData::I64(vec![]));
}

#[test]
fn the_header_alone_needs_no_data() {
    let bytes = of("'>f4'", "(1797, 64)", &[]);
    assert_eq!(npy_header(&bytes), Ok((ElementType::F32, vec![1797, 64])));
    assert!(npy_header(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn written_files_are_those_of_numpy() {
    let tensor = Tensor::new(vec![1797], TensorData::I64(vec![0; 1797])).expect("it fits");
    let bytes = write_npy(&tensor);
    let real = include_bytes!("../../../../examples/data/digits_y.npy");
    assert_eq!(bytes[..128], real[..128]);
}

#[test]
fn the_real_digits() {
    let x = read_npy(include_bytes!("../../../../examples/data/digits_x.npy")).expect("it is real");
    assert_eq!((x.element(), x.shape()), (ElementType::F32, &[1797, 64][..]));
    assert!(matches!(x.data(), TensorData::F32(v) if v.iter().all(|x| (0.0..=1.0).contains(x))));
    let y = read_npy(include_bytes!("../../../../examples/data/digits_y.npy")).expect("it is real");
    assert!(matches!(y.data(), TensorData::I64(v) if v.len() == 1797 && v[..3] == [0, 1, 2]));
}

fn any_tensor() -> impl Strategy<Value = Tensor> {
    (prop::collection::vec(0u64..5, 0..5), 0..4, any::<u64>()).prop_map(|(shape, kind, seed)| {
        let count = shape.iter().product::<u64>();
        // A multiplicative sequence reaches all kinds of bits, NaN and infinities too.
        let bits = (0..count).map(|k| (k + 1).wrapping_mul(seed | 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let data = match kind {
            0 => TensorData::F64(bits.map(f64::from_bits).collect()),
            1 => TensorData::F32(bits.map(|b| f32::from_bits(b as u32)).collect()),
            2 => TensorData::I64(bits.map(|b| b as i64).collect()),
            _ => TensorData::Bool(bits.map(|b| b & 1 == 1).collect()),
        };
        Tensor::new(shape, data).expect("it fits")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_and_read_again_is_the_same(tensor in any_tensor()) {
        let bytes = write_npy(&tensor);
        let again = read_npy(&bytes).expect("it was written");
        // NaN is not equal to itself, so the bits are compared.
        prop_assert_eq!((again.element(), again.shape()), (tensor.element(), tensor.shape()));
        prop_assert_eq!(write_npy(&again), bytes);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_npy(&bytes);
        let _ = read_npy(&[&b"\x93NUMPY\x01\x00\x40\x00"[..], &bytes].concat());
    }

    #[test]
    fn damaged_files_do_no_harm(tensor in any_tensor(), at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let mut bytes = write_npy(&tensor);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if let Ok(tensor) = read_npy(&bytes) {
            prop_assert!(tensor.data().len() <= bytes.len());
        }
    }

    #[test]
    fn words_of_headers_do_no_harm(words in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "'descr'", "'shape'", "'fortran_order'", ":", ",", "(", ")", "'<f8'", "True", "False", "3", "0", " ",
    ]), 0..25)) {
        let _ = read_npy(&file(&words.concat(), &[0; 24]));
    }
}
