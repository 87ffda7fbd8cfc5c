//! Every nasty table that was thought of, the real ones, and that arbitrary bytes do no harm.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Table {
    read_csv(text.as_bytes()).expect("it is a good table")
}

fn refused(bytes: &[u8], message: &str) {
    assert_eq!(read_csv(bytes).expect_err(message).message(), message);
}

/// `x` as i64, `y` as f64, `who` as labels.
const GOOD: &str = "x,y,who\n1,2.5,ann\n-2,3,bob\n3,nan,ann\n";

#[test]
fn types_are_found_and_labels_get_codes() {
    let table = read(GOOD);
    assert_eq!(table.rows(), 3);
    let data = |name| &table.column(name).expect("there").data;
    assert_eq!(*data("x"), ColumnData::I64(vec![1, -2, 3]));
    assert!(matches!(data("y"), ColumnData::F64(v) if v[..2] == [2.5, 3.0] && v[2].is_nan()));
    let ColumnData::Labels(who) = data("who") else { panic!("labels") };
    assert_eq!((who.codes.as_slice(), who.names.len()), (&[0, 1, 0][..], 2));
    assert_eq!(
        who.not_number,
        NotNumber { line: 2, column: 3, text: "ann".to_owned(), reason: "is no number" }
    );
    // Sorted, whatever comes first.
    let ColumnData::Labels(sorted) = &read("w\nz\na\nz\n").columns()[0].data.clone() else {
        panic!("labels")
    };
    assert_eq!(
        (sorted.codes.as_slice(), sorted.names.as_slice()),
        (&[1, 0, 1][..], &["a", "z"].map(String::from)[..])
    );
}

#[test]
fn the_same_table_in_other_clothes() {
    let plain = write_csv(&read(GOOD)).expect("written");
    for text in [
        GOOD.replace('\n', "\r\n"),
        GOOD.replace('\n', "\r"),
        GOOD.replace('\n', "\n\n\n"),
        GOOD.replace(',', ";"),
        GOOD.replace(',', "\t"),
        GOOD.replace(',', "|"),
        GOOD.replace("2.5", "  2.5 ").replace("x,y", " x ,y "),
        GOOD.replace("ann", "\"ann\""),
        format!("\u{feff}{GOOD}"),
        format!("\n\r\n{GOOD}"),
        GOOD.trim_end().to_owned(),
    ] {
        assert_eq!(write_csv(&read(&text)).expect("written"), plain, "{text:?}");
    }
}

#[test]
fn a_word_among_numbers_is_named_when_a_float_is_asked_for() {
    let table = read("a,b\n1,2\n\n\"x\ny\",oops\n3,4\n5,worse\n");
    let error = table.column("b").expect("there").to_f64().expect_err("labels");
    assert_eq!(
        error.message(),
        "csv, line 4, column 2 (`b`): `oops` is no number, so this is a column of labels"
    );
    for (entry, says) in [
        ("", "the entry is blank"),
        ("1e999", "`1e999` is out of the range of f64"),
        ("0x10", "`0x10` is a hexadecimal number"),
        ("\"1,5\"", "`1,5` has a decimal comma"),
        ("NA", "`NA` is no number"),
    ] {
        let table = read(&format!("a,b\n1,2\n3,{entry}\n"));
        let message = table.columns()[1].to_f64().expect_err(entry).message();
        assert!(message.starts_with(&format!("csv, line 3, column 2 (`b`): {says}")), "{message}");
        assert_eq!(table.columns()[0].to_f64(), Ok(vec![1.0, 3.0]));
    }
    assert_eq!(read("a;b\n1,5;2\n").columns()[0].data.len(), 1);
}

#[test]
fn numbers_at_the_edges() {
    let column = |entries: &str| read(&format!("x\n{entries}\n")).columns()[0].data.clone();
    assert_eq!(column("inf\n-inf\n1"), ColumnData::F64(vec![f64::INFINITY, f64::NEG_INFINITY, 1.0]));
    assert!(matches!(column("-0\n1"), ColumnData::F64(v) if v[0].is_sign_negative()));
    assert_eq!(column("9223372036854775807\n+1"), ColumnData::I64(vec![i64::MAX, 1]));
    assert_eq!(column("9223372036854775808"), ColumnData::F64(vec![9223372036854775808.0]));
    assert_eq!(column("1e-999"), ColumnData::F64(vec![0.0]));
}

#[test]
fn quotes() {
    let table = read("a,b\n\"x\ny, \"\"z\"\"\",1\n5\" pipe,2\n");
    let ColumnData::Labels(a) = &table.columns()[0].data else { panic!("labels") };
    assert_eq!(a.names, ["5\" pipe", "x\ny, \"z\""]);
    refused(b"a,b\n1,2\n3,\"x\ny\n", "csv, line 3, column 2: the quote that opens here does not close");
    refused(b"a,\"b", "csv, line 1, column 2: the quote that opens here does not close");
    refused(b"a,b\n\"x\"y,2\n", "csv, line 2, column 1: text stands behind a closing quote");
    let space =
        "csv, line 2, column 2: a quote must be the first character of its field, and a space is before it";
    refused(b"a,b\n1, \"x\"\n", space);
}

#[test]
fn rows_that_do_not_fit() {
    refused(b"", "csv: the file is empty; its first row must name the columns");
    refused(b"\n\r\n", "csv: the file is empty; its first row must name the columns");
    refused(b"a,b\n", "csv: there are names of columns and no rows");
    refused(b"a,b,c\n1,2,3\n\n1,2\n", "csv, line 4, column 3 (`c`): the row has 2 fields, and the header 3");
    refused(b"a,b\n1,2\r\n1,2,3\r\n", "csv, line 3, column 3: the row has 3 fields, and the header 2");
    let semicolons = "csv, line 2, column 2 (`b`): the row has 1 field, and the header 2; it seems to be separated by semicolons";
    refused(b"a,b\n1;2\n", semicolons);
    let header = "csv, line 2, column 2: the row has 2 fields, and the header 1; does the header use another separator?";
    refused(b"a b\n1,2\n", header);
}

#[test]
fn headers() {
    refused(b"1,2\n3,4\n", "csv, line 1: the first row must name the columns, and holds only numbers");
    refused(b"a,b,a\n1,2,3\n", "csv, line 1, column 3 (`a`): the column 1 has this name too");
    let table = read(",sepal length (cm)\n0,5.1\n");
    let names: Vec<_> = table.columns().iter().map(|c| (c.title.as_str(), c.name.as_str())).collect();
    assert_eq!(names, [("column_1", "column_1"), ("sepal length (cm)", "sepal_length_cm")]);
    assert!(table.column("sepal length (cm)").is_some() && table.column("sepal_length_cm").is_some());
    let wide = vec!["a"; 1_000_000].join(",");
    refused(wide.as_bytes(), "csv, line 1: 1000000 columns, and at most 16384 are allowed");
}

#[test]
fn bytes_that_are_no_text() {
    refused(b"a,b\n1,\xff\n", "csv, byte 6: this is no UTF-8 text");
    refused(b"\xff\xfea\0", "csv, byte 0: this is UTF-16 text; save it as UTF-8");
    refused(b"a\0,\0b", "csv, byte 1: a byte 0 does not belong in a text; is this UTF-16 or binary data?");
}

#[test]
fn long_fields_take_linear_time() {
    let mut text = b"a,b\n1,\"".to_vec();
    text.resize(20_000_000, b'x');
    refused(&text, "csv, line 2, column 2: the quote that opens here does not close");
    text.extend(b"\"\n2,3\n");
    let table = read_csv(&text).expect("it is good");
    assert_eq!(table.rows(), 2);
    assert!(table.columns()[1].to_f64().expect_err("a label").message().len() < 200);
}

#[test]
fn the_real_tables() {
    let shape = |bytes: &[u8]| {
        let table = read_csv(bytes).expect("it is real");
        let labels = table.columns().iter().filter_map(|c| match &c.data {
            ColumnData::Labels(labels) => Some(labels.names.join(" ")),
            ColumnData::I64(_) | ColumnData::F64(_) => None,
        });
        (table.rows(), table.columns().len(), labels.collect::<Vec<_>>().join("; "))
    };
    let owned = |rows, columns, labels: &str| (rows, columns, labels.to_owned());
    assert_eq!(
        shape(include_bytes!("../../../../examples/data/iris.csv")),
        owned(150, 5, "setosa versicolor virginica")
    );
    assert_eq!(shape(include_bytes!("../../../../examples/data/diabetes.csv")), owned(442, 11, ""));
    let cancer = owned(569, 31, "benign malignant");
    assert_eq!(shape(include_bytes!("../../../../examples/data/breast_cancer.csv")), cancer);
    assert_eq!(shape(include_bytes!("../../../../examples/data/karate_edges.csv")), owned(78, 2, ""));
    assert_eq!(
        shape(include_bytes!("../../../../examples/data/karate_clubs.csv")),
        owned(34, 2, "Mr_Hi Officer")
    );
}

/// A column as a file could give it: of labels at least one is no number.
fn any_column(rows: usize) -> impl Strategy<Value = ColumnData> {
    let labels = prop::collection::vec("[a-z \",;\n\r\t|é0-9]{0,6}", rows);
    prop_oneof![
        prop::collection::vec(any::<i64>(), rows).prop_map(ColumnData::I64),
        prop::collection::vec(prop::num::f64::ANY, rows).prop_map(ColumnData::F64),
        labels.prop_map(|labels| {
            let mut filling = Filling::new(Kind::Label, 0);
            labels.iter().for_each(|label| filling.push(&format!("l{label}")));
            filling.finish(None)
        }),
    ]
}

fn any_table() -> impl Strategy<Value = Table> {
    (1usize..5, 1usize..5).prop_flat_map(|(rows, width)| {
        prop::collection::vec(any_column(rows), width).prop_map(|columns| {
            let titled =
                columns.into_iter().enumerate().map(|(k, data)| Column::new(format!("c {k}, \"q\""), data));
            Table::new(titled.collect()).expect("it fits")
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_and_read_again_is_the_same(table in any_table()) {
        let bytes = write_csv(&table).expect("it is written");
        let again = read_csv(&bytes).expect("it was written");
        prop_assert_eq!(again.rows(), table.rows());
        for (a, b) in again.columns().iter().zip(table.columns()) {
            prop_assert_eq!((&a.name, &a.title), (&b.name, &b.title));
            match (&a.data, &b.data) {
                (ColumnData::I64(a), ColumnData::I64(b)) => prop_assert_eq!(a, b),
                (ColumnData::F64(a), ColumnData::F64(b)) => {
                    for (a, b) in a.iter().zip(b) {
                        prop_assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan());
                    }
                }
                (ColumnData::Labels(a), ColumnData::Labels(b)) => {
                    prop_assert_eq!((&a.codes, &a.names), (&b.codes, &b.names));
                }
                (a, b) => prop_assert!(false, "{a:?} is not {b:?}"),
            }
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = read_csv(&bytes);
    }

    #[test]
    fn pieces_of_tables_do_no_harm(words in prop::collection::vec(prop::sample::select(vec![
        "a", "b", ",", ";", "\t", "\n", "\r", "\r\n", "\"", "1", "-0", "1e999", " ", "\u{feff}", "é",
    ]), 0..40)) {
        let text = words.concat();
        match read_csv(text.as_bytes()) {
            Ok(table) => {
                // What is read can be written, and is then stable.
                let written = write_csv(&table).expect("it is written");
                let again = read_csv(&written).expect("it was written");
                prop_assert_eq!(write_csv(&again).expect("it is written"), written);
            }
            Err(error) => prop_assert_eq!(error.message().lines().count(), 1),
        }
    }
}
