//! Rows 106 to 112, 116 and 117: files of data. Every refusal says where in the file and why.

use crate::trial::{Ended, Trial};

fn npy(name: &str, bytes: &[u8]) -> Ended {
    Trial::of(name, "import data\nprint(data.npy(\"t.npy\"))").file("t.npy", bytes).run()
}

/// A file of version 1 or 2 with this header, which says that it has `length` bytes.
fn headed(version: u8, length: usize, header: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = b"\x93NUMPY".to_vec();
    out.extend([version, 0]);
    match version {
        1 => out.extend((length as u16).to_le_bytes()),
        _ => out.extend((length as u32).to_le_bytes()),
    }
    out.extend(header);
    out.extend(data);
    out
}

fn described(descr: &str, order: &str, shape: &str, data: usize) -> Vec<u8> {
    let header = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n");
    headed(1, header.len(), header.as_bytes(), &vec![0; data])
}

fn refused(name: &str, bytes: &[u8]) -> String {
    let e = npy(name, bytes);
    assert_eq!(e.code, 4, "{name}: {} {}", e.out, e.err);
    assert!(e.err.contains("t.npy") && e.err.contains("npy"), "{name}: {}", e.err);
    e.err
}

#[test]
fn rows_106_to_108_npy_headers() {
    for (name, bytes) in [
        ("106-empty", Vec::new()),
        ("106-five", b"\x93NUMP".to_vec()),
        ("106-magic", b"\x93NUMPX\x01\0\0\0".to_vec()),
        ("106-version", b"\x93NUMPY\x09\0\0\0".to_vec()),
        ("107-zero", headed(1, 0, b"", b"")),
        ("107-long", headed(1, 65_535, &[b' '; 90], b"")),
        ("107-huge", headed(2, u32::MAX as usize, b"{}", b"")),
        ("108-list", headed(1, 4, b"[1]\n", b"")),
        ("108-missing", headed(1, 18, b"{'descr': '<f8',}\n", b"")),
        ("108-extra", {
            let h = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}\n";
            headed(1, h.len(), h, &[0; 8])
        }),
        ("108-twice", {
            let h = b"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}\n";
            headed(1, h.len(), h, &[0; 8])
        }),
        ("108-nested", {
            let h = format!("{{'descr': {}\n", "(".repeat(10_000));
            headed(1, h.len(), h.as_bytes(), b"")
        }),
        ("108-bytes", {
            let h = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\xff\n";
            headed(1, h.len(), h, &[0; 8])
        }),
    ] {
        refused(name, &bytes);
    }
}

#[test]
fn rows_109_to_112_npy_shapes_and_types() {
    let many = format!("({})", "1, ".repeat(65));
    for shape in ["(1099511627776, 1099511627776)", "(-1,)", "(1.5,)", "(True,)", "(10000000000,)", &many] {
        refused("109", &described("'<f8'", "False", shape, 8));
    }
    for (shape, data, out) in [("()", 8, "0"), ("(0, 5)", 0, "[]")] {
        let e = npy("109-good", &described("'<f8'", "False", shape, data));
        assert_eq!((e.code, e.out.trim()), (0, out), "{shape}: {}", e.err);
    }
    assert!(refused("110", &described("'|O'", "False", "(1,)", 8)).contains("object arrays are refused"));
    for descr in ["'<f2'", "'<c16'", "'<U5'", "[('a', '<f8')]"] {
        refused("111", &described(descr, "False", "(1,)", 16));
    }
    let mut big = described("'>f8'", "False", "(1,)", 0);
    big.extend(1.5f64.to_be_bytes());
    assert_eq!(npy("111-big", &big).out, "[1.5]\n");
    let mut columns = described("'<f8'", "True", "(2, 2)", 0);
    columns.extend([1.0f64, 2.0, 3.0, 4.0].iter().flat_map(|x| x.to_le_bytes()));
    assert_eq!(npy("111-fortran", &columns).out, "[[1, 3],\n [2, 4]]\n");
    refused("112-short", &described("'<f8'", "False", "(1,)", 7));
    refused("112-long", &described("'<f8'", "False", "(1,)", 9));
}

fn csv(name: &str, bytes: impl AsRef<[u8]>) -> Ended {
    Trial::of(name, "import data\nprint(data.csv(\"t.csv\").x)").file("t.csv", bytes).run()
}

#[test]
fn rows_116_and_117_csv() {
    let wide = (0..1_000_000).map(|k| format!("c{k}")).collect::<Vec<_>>().join(",");
    for (name, bytes) in [
        ("116-empty", b"".to_vec()),
        ("116-header", b"a,b\n".to_vec()),
        ("116-ragged", b"a,b\n1\n".to_vec()),
        ("116-quote", [b"a\n\"".to_vec(), vec![b'x'; 20 << 20]].concat()),
        ("116-twice", b"a,a\n1,2\n".to_vec()),
        ("117-columns", wide.into_bytes()),
        ("117-bytes", b"a\n\xff\n".to_vec()),
        ("117-zero", b"a\n\0\n".to_vec()),
    ] {
        let e = csv(name, bytes);
        assert_eq!(e.code, 4, "{name}: {}", e.err);
        assert!(e.err.contains("csv"), "{name}: {}", e.err);
    }
    for (name, bytes, out) in [
        ("116-break", "a,b\n\"x\ny\",2\n", "{a: [0], b: [2]}"),
        ("116-semicolon", "a;b\n1;2\n", "{a: [1], b: [2]}"),
        ("116-tab", "a\tb\n1\t2\n", "{a: [1], b: [2]}"),
        ("116-mark", "\u{feff}a,b\n1,2\n", "{a: [1], b: [2]}"),
        ("116-ends", "a,b\r\n1,2\r\n", "{a: [1], b: [2]}"),
        ("117-nan", "a,b\nnan,1.5\n-0.0,inf\n", "{a: [nan, -0], b: [1.5, inf]}"),
    ] {
        let e = csv(name, bytes);
        assert_eq!((e.code, e.out.trim()), (0, out), "{name}: {}", e.err);
    }
    // Text is a label: used as a number it is an error that shows its line, and no more of it than is good.
    for (name, cell) in [
        ("117-comma", "\"1,5\"".to_string()),
        ("117-far", "1e999".into()),
        ("117-long", "x".repeat(20 << 20)),
    ] {
        let program = "import data\nlet t = data.csv(\"t.csv\")\nprint(matrix(t.x))";
        let e = Trial::of(name, program).file("t.csv", format!("a\n1\n{cell}\n")).ends(1);
        assert!(e.err.contains("line 3"), "{name}: {}", e.err);
    }
}
