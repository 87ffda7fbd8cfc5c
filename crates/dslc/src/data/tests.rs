//! Files of the examples, and files that are wrong in every way.
#![allow(clippy::unwrap_used)]

use super::*;

/// The files that the examples read.
fn example(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn text(s: &str) -> Result<Vec<CsvColumn>, String> {
    csv(s.as_bytes())
}

/// The labels of a column.
fn labels(c: &CsvColumn) -> &[String] {
    match &c.about.kind {
        ColumnKind::Labels { table, .. } => table,
        ColumnKind::I64 | ColumnKind::F64 => &[],
    }
}

/// Name and type of each column, as `x:i64 y:f64 z:3@2` for three labels, the first in line 2.
fn types(columns: &[CsvColumn]) -> String {
    let one = |c: &CsvColumn| match &c.about.kind {
        ColumnKind::I64 => format!("{}:i64", c.about.name),
        ColumnKind::F64 => format!("{}:f64", c.about.name),
        ColumnKind::Labels { line, table, .. } => format!("{}:{}@{line}", c.about.name, table.len()),
    };
    columns.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_tables_of_the_examples() {
    let iris = csv(&example("iris.csv")).unwrap();
    assert_eq!(types(&iris), "sepal_length:f64 sepal_width:f64 petal_length:f64 petal_width:f64 species:3@2");
    assert!(iris.iter().all(|c| c.about.rows == 150 && c.value.shape() == [150]));
    assert_eq!(iris[0].value.as_f64()[..3], [5.1, 4.9, 4.7]);
    assert_eq!(labels(&iris[4]), ["setosa", "versicolor", "virginica"]);
    assert_eq!([0, 50, 149].map(|k| iris[4].value.as_i64()[k]), [0, 1, 2], "the flowers stand by species");
    let cancer = csv(&example("breast_cancer.csv")).unwrap();
    assert_eq!((cancer.len(), cancer[0].about.rows), (31, 569));
    let diabetes = csv(&example("diabetes.csv")).unwrap();
    assert_eq!((diabetes.len(), diabetes[0].about.rows), (11, 442));
    assert!(diabetes.iter().all(|c| labels(c).is_empty()));
    let edges = csv(&example("karate_edges.csv")).unwrap();
    assert_eq!((types(&edges), edges[0].about.rows), ("source:i64 target:i64".into(), 78));
    let clubs = csv(&example("karate_clubs.csv")).unwrap();
    assert_eq!((types(&clubs), labels(&clubs[1]).len()), ("node:i64 club:2@2".into(), 2));
}

#[test]
fn the_tensors_of_the_examples() {
    let x = example("digits_x.npy");
    assert_eq!(npy_type(&x[..NPY_PREFIX.min(x.len())]), Ok((ElementKind::F32, vec![1797, 64])));
    let value = npy(&x).unwrap();
    assert_eq!((value.scalar(), value.shape()), (Scalar::F32, &[1797, 64][..]));
    assert!(value.as_f32().iter().all(|v| (0.0..=1.0).contains(v)));
    assert_eq!(npy(&to_npy(&value).unwrap()).unwrap(), value);
    let y = npy(&example("digits_y.npy")).unwrap();
    assert_eq!((y.shape(), y.as_i64()[..4].to_vec()), (&[1797][..], vec![0, 1, 2, 3]));
}

#[test]
fn csv_in_many_clothes() {
    let plain = text("a,b\n1,x y\n2,\"q,\"\"r\"\"\n\"\n").unwrap();
    assert_eq!(types(&plain), "a:i64 b:2@2");
    assert_eq!(labels(&plain[1]), ["q,\"r\"\n", "x y"]);
    assert_eq!(types(&text("a,b\r\n1,2\r\n").unwrap()), "a:i64 b:i64");
    assert_eq!(types(&text("\u{feff}a,b\n1,2").unwrap()), "a:i64 b:i64");
    let wide = text("petal length (cm);n\n1.5;9223372036854775808\n").unwrap();
    assert_eq!(
        (types(&wide), wide[0].about.title.as_str()),
        ("petal_length_cm:f64 n:f64".into(), "petal length (cm)")
    );
    assert_eq!(wide[1].value.as_f64(), [9223372036854775808.0]);
}

#[test]
fn an_entry_that_is_no_number_makes_labels_and_is_named() {
    for (table, line, entry) in [("a,b\n1,2\n2,\n", 3, ""), ("a,b\n1,2\n2,3\n3,1e400\n", 4, "1e400")] {
        let columns = text(table).unwrap();
        let ColumnKind::Labels { line: row, text, .. } = &columns[1].about.kind else {
            panic!("{columns:?}")
        };
        assert_eq!((*row, text.as_str()), (line, entry), "{table:?}");
    }
}

#[test]
fn broken_tables_are_refused_with_a_place() {
    for (table, why) in [
        ("", "csv: the file is empty; its first row must name the columns"),
        ("a,b\n", "csv: there are names of columns and no rows"),
        ("a,b\n1,2\n3\n", "csv, line 3, column 2 (`b`): the row has 1 field, and the header 2"),
        ("a,a\n1,2\n", "csv, line 1, column 2 (`a`): the column 1 has this name too"),
        ("a,b\n1,\"2\n", "csv, line 2, column 2: the quote that opens here does not close"),
        ("1,2\n3,4\n", "csv, line 1: the first row must name the columns, and holds only numbers"),
    ] {
        assert_eq!(text(table).map(|_| ()), Err(why.into()), "{table:?}");
    }
    let utf16 = csv(b"\xff\xfea\0").map(|_| ());
    assert_eq!(utf16, Err("csv, byte 0: this is UTF-16 text; save it as UTF-8".into()));
}

/// An npy file with this header and these bytes of data.
fn file(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}}}\n");
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

#[test]
fn npy_in_many_clothes() {
    let numbers = [1.0f64, 2.0, 3.0, 4.0, 5.0, 6.0];
    let big: Vec<u8> = numbers.iter().flat_map(|x| x.to_be_bytes()).collect();
    let value = npy(&file(">f8", true, "(2, 3)", &big)).unwrap();
    assert_eq!((value.shape(), value.as_f64()), (&[2, 3][..], &[1.0, 3.0, 5.0, 2.0, 4.0, 6.0][..]));
    assert_eq!(npy(&file("|b1", false, "(2,)", &[0, 1])).unwrap().as_bool(), [0, 1]);
    assert_eq!(npy(&file("|u1", false, "()", &[255])).unwrap().as_i64(), [255]);
    let none = npy(&file("<f4", false, "(9223372036854775807, 0, 3)", &[])).unwrap();
    assert_eq!((none.shape(), none.len()), (&[9223372036854775807, 0, 3][..], 0));
    assert_eq!(npy(&to_npy(&none).unwrap()).unwrap(), none);
}

#[test]
fn broken_tensors_are_refused_with_a_place() {
    let cut = file("<f8", false, "(2,)", &[0; 11]);
    let at = cut.len();
    assert_eq!(npy(&cut), Err(format!("npy data, byte {at}: the file ends 5 of 16 bytes short")));
    assert_eq!(npy_type(&cut), Ok((ElementKind::F64, vec![2])));
    assert!(npy(&file("|O", false, "(2,)", &[0; 16])).unwrap_err().contains("object arrays are refused"));
    assert!(npy(b"").unwrap_err().starts_with("npy header, byte 0: the file ends"));
    let vast = file("<f8", false, "(4611686018427387904, 4611686018427387904)", &[]);
    assert!(npy(&vast).unwrap_err().contains("more elements than can be counted"));
}

#[test]
fn records_become_tables() {
    let x = Value::from_f64s([4], &[0.1, -0.0, f64::NAN, 1e300]);
    let y = Value::from_f32s([4], &[0.1, 1.5, f32::INFINITY, 1e-45]);
    let (n, b) =
        (Value::from_i64s([4], &[1, -2, i64::MIN, 0]), Value::from_bools([4], &[true, false, true, true]));
    let bytes = to_csv(&[("x", &x), ("y", &y), ("n", &n), ("b", &b)]).unwrap();
    let written = std::str::from_utf8(&bytes).unwrap();
    assert!(written.starts_with("x,y,n,b\n0.1,0.1,1,1\n-0.0,1.5,-2,0\n"), "{written}");
    let back = csv(&bytes).unwrap();
    assert_eq!(types(&back), "x:f64 y:f64 n:i64 b:i64");
    assert_eq!((&back[0].value, &back[2].value), (&x, &n));
    let y_back: Vec<f32> = back[1].value.as_f64().iter().map(|&v| v as f32).collect();
    assert_eq!(y_back, y.as_f32());
}

#[test]
fn what_cannot_be_saved_is_refused() {
    let (x, y) = (Value::from_f64s([2], &[1.0, 2.0]), Value::from_f64s([3], &[1.0, 2.0, 3.0]));
    let matrix = Value::from_f64s([1, 2], &[1.0, 2.0]);
    let keys = Value::from_keys([2], &[1, 2]);
    for (fields, why) in [
        (vec![], "a csv file needs a column, and this record has no field"),
        (
            vec![("x", &x), ("y", &y)],
            "the columns of a csv file have one length: `x` has 2 entries and `y` has 3",
        ),
        (vec![("m", &matrix)], "the columns of a csv file are vectors, and `m` has 2 axes"),
        (vec![("k", &keys)], "a random key cannot be saved, and `k` holds some"),
    ] {
        assert_eq!(to_csv(&fields), Err(why.into()));
    }
    assert_eq!(to_npy(&keys), Err("a random key cannot be saved; save the seed that it is made from".into()));
}
