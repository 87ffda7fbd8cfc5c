//! The header of an npy file: a Python dictionary of exactly three keys, read without a general parser of Python.

use crate::error::quoted;
use crate::{DataError, ElementType, MAX_RANK, Place};

/// Magic, version and the longest form of the length.
pub(super) const PREAMBLE: usize = 12;
/// Longer headers are refused. With at most [`MAX_RANK`] axes a real one has some hundred bytes.
pub(super) const MAX_HEADER: usize = 65_535;

const MAGIC: &[u8] = b"\x93NUMPY";

/// The types of elements that can be read, by NumPy's names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dtype {
    F8,
    F4,
    I8,
    I4,
    I2,
    I1,
    U4,
    U2,
    U1,
    B1,
}

impl Dtype {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "f8" => Self::F8,
            "f4" => Self::F4,
            "i8" => Self::I8,
            "i4" => Self::I4,
            "i2" => Self::I2,
            "i1" => Self::I1,
            "u4" => Self::U4,
            "u2" => Self::U2,
            "u1" => Self::U1,
            "b1" => Self::B1,
            _ => return None,
        })
    }
    /// The number of bytes of an element in the file.
    pub(super) fn size(self) -> usize {
        match self {
            Self::F8 | Self::I8 => 8,
            Self::F4 | Self::I4 | Self::U4 => 4,
            Self::I2 | Self::U2 => 2,
            Self::I1 | Self::U1 | Self::B1 => 1,
        }
    }
    /// What it is read as.
    pub(super) fn element(self) -> ElementType {
        match self {
            Self::F8 => ElementType::F64,
            Self::F4 => ElementType::F32,
            Self::B1 => ElementType::Bool,
            _ => ElementType::I64,
        }
    }
}

/// What the header says. **Invariant:** `data_at` is at most the length of the bytes it was parsed from.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) dtype: Dtype,
    pub(super) big_endian: bool,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<u64>,
    pub(super) data_at: usize,
}

fn error(at: usize, reason: impl Into<String>) -> DataError {
    DataError::new("npy header", Place::Byte(at as u64), reason)
}

/// Parses the header at the start of a file.
pub(super) fn parse(bytes: &[u8]) -> Result<Header, DataError> {
    let (start, end) = extent(bytes)?;
    let text = &bytes[start..end];
    if let Some(k) = text.iter().position(|b| !b.is_ascii()) {
        return Err(error(start + k, "the header has a byte that is not ASCII"));
    }
    if text.last() != Some(&b'\n') {
        return Err(error(end.saturating_sub(1), "the header does not end with a newline"));
    }
    Parser { bytes: &bytes[..end], at: start }.dictionary()
}

/// Where the text of the header starts and ends.
fn extent(bytes: &[u8]) -> Result<(usize, usize), DataError> {
    if !bytes.starts_with(MAGIC) {
        let at = bytes.iter().zip(MAGIC).take_while(|(a, b)| a == b).count();
        let reason =
            if at == bytes.len() { "the file ends before" } else { "no npy file: it does not start with" };
        return Err(error(at, format!("{reason} the six bytes \\x93NUMPY")));
    }
    let short = |at| error(at, "the file ends inside the header");
    let &[major, minor] = bytes.get(6..8).and_then(|b| b.as_array()).ok_or_else(|| short(bytes.len()))?;
    let (start, length) = match (major, minor) {
        (1, 0) => {
            (10, bytes.get(8..10).and_then(|b| b.as_array()).map(|&b| u64::from(u16::from_le_bytes(b))))
        }
        (2 | 3, 0) => {
            (12, bytes.get(8..12).and_then(|b| b.as_array()).map(|&b| u64::from(u32::from_le_bytes(b))))
        }
        _ => return Err(error(6, format!("version {major}.{minor} is not known; 1.0, 2.0 and 3.0 are"))),
    };
    let length = length.ok_or_else(|| short(bytes.len()))?;
    if length == 0 {
        return Err(error(8, "the header is empty"));
    }
    if length > MAX_HEADER as u64 {
        return Err(error(
            8,
            format!("the header claims {length} bytes, and at most {MAX_HEADER} are allowed"),
        ));
    }
    let rest = (bytes.len() - start) as u64;
    if length > rest {
        return Err(error(8, format!("the header claims {length} bytes and {rest} are there")));
    }
    Ok((start, start + length as usize))
}

/// A walk over the header. There is no recursion, since nothing that is accepted nests deeper than the shape.
struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// `{'descr': ..., 'fortran_order': ..., 'shape': ...}` in any order, each once, then only white space.
    fn dictionary(mut self) -> Result<Header, DataError> {
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        self.expect(b'{', "the header is no dictionary: `{` is missing")?;
        while !self.eat(b'}') {
            self.skip_space();
            let at = self.at;
            let key = self.string()?;
            self.expect(b':', "a `:` is missing after the key")?;
            let again = match key {
                "descr" => descr.replace(self.descr()?).is_some(),
                "fortran_order" => fortran_order.replace(self.truth()?).is_some(),
                "shape" => shape.replace(self.shape()?).is_some(),
                _ => return Err(error(at, format!("the key {} is not known", quoted(key)))),
            };
            if again {
                return Err(error(at, format!("the key `{key}` is given twice")));
            }
            if !self.eat(b',') {
                self.expect(b'}', "a `,` or `}` is missing after the value")?;
                break;
            }
        }
        self.skip_space();
        if self.at < self.bytes.len() {
            return Err(error(self.at, "something stands after the dictionary"));
        }
        let missing = |key| error(self.at, format!("the key `{key}` is missing"));
        let (dtype, big_endian) = descr.ok_or_else(|| missing("descr"))?;
        Ok(Header {
            dtype,
            big_endian,
            fortran_order: fortran_order.ok_or_else(|| missing("fortran_order"))?,
            shape: shape.ok_or_else(|| missing("shape"))?,
            data_at: self.bytes.len(),
        })
    }
    /// The dtype and whether it is big endian.
    fn descr(&mut self) -> Result<(Dtype, bool), DataError> {
        self.skip_space();
        let at = self.at;
        if self.peek() == Some(b'[') {
            return Err(error(at, "structured arrays are not supported; save each field by itself"));
        }
        let text = self.string()?;
        if text.contains('O') {
            return Err(error(
                at,
                "object arrays are refused: their data is a Python pickle, which can run anything",
            ));
        }
        let refused = || error(at, format!("the dtype {} is not supported; {SUPPORTED}", quoted(text)));
        let (order, name) = text.split_at_checked(1).ok_or_else(refused)?;
        let dtype = Dtype::from_name(name).ok_or_else(refused)?;
        match order {
            "<" => Ok((dtype, false)),
            ">" => Ok((dtype, true)),
            // The order does not matter for a single byte.
            "|" if dtype.size() == 1 => Ok((dtype, false)),
            _ => Err(refused()),
        }
    }
    fn truth(&mut self) -> Result<bool, DataError> {
        self.skip_space();
        for (word, value) in [("True", true), ("False", false)] {
            if self.bytes[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(error(self.at, "`fortran_order` must be True or False"))
    }
    /// A tuple of integers.
    fn shape(&mut self) -> Result<Vec<u64>, DataError> {
        self.expect(b'(', "`shape` must be a tuple of integers")?;
        let mut shape = Vec::new();
        while !self.eat(b')') {
            self.skip_space();
            if shape.len() == MAX_RANK {
                return Err(error(self.at, format!("more than {MAX_RANK} axes")));
            }
            shape.push(self.length()?);
            if self.eat(b',') {
                continue;
            }
            self.expect(b')', "a `,` or `)` is missing in the shape; a length is an integer")?;
            if shape.len() == 1 {
                return Err(error(self.at - 1, "a shape of one axis is written `(n,)`"));
            }
            break;
        }
        Ok(shape)
    }
    /// One length: decimal digits, in files of Python 2 followed by `L`.
    fn length(&mut self) -> Result<u64, DataError> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or("");
        if digits.is_empty() {
            return Err(error(start, "a length in `shape` must be an integer that is not negative"));
        }
        // Sizes of the language are i64.
        let length: Option<i64> = digits.parse().ok();
        let length =
            length.ok_or_else(|| error(start, format!("the length {} is too large", quoted(digits))))?;
        if self.peek() == Some(b'L') {
            self.at += 1;
        }
        Ok(length.unsigned_abs())
    }
    /// A string without escapes: no key and no dtype needs one.
    fn string(&mut self) -> Result<&'a str, DataError> {
        self.skip_space();
        let start = self.at;
        let quote = self.peek().filter(|q| matches!(q, b'\'' | b'"'));
        let quote = quote.ok_or_else(|| error(start, "a string in quotes is missing"))?;
        let length = self.bytes[start + 1..].iter().position(|&b| b == quote || b == b'\\' || b == b'\n');
        let end = length.map(|n| start + 1 + n).filter(|&end| self.bytes[end] == quote);
        let end = end.ok_or_else(|| error(start, "the string does not end, or has an escape"))?;
        self.at = end + 1;
        Ok(std::str::from_utf8(&self.bytes[start + 1..end]).unwrap_or(""))
    }
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    fn skip_space(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
    fn eat(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }
    fn expect(&mut self, byte: u8, reason: &str) -> Result<(), DataError> {
        if self.eat(byte) { Ok(()) } else { Err(error(self.at, reason)) }
    }
}

const SUPPORTED: &str = "f8 f4 i8 i4 i2 i1 u4 u2 u1 b1 are";

/// Everything before the data, padded so that the data starts at a multiple of 64 bytes.
pub(super) fn written(descr: &str, shape: &[u64]) -> Vec<u8> {
    let mut axes: String = shape.iter().map(|d| format!("{d}, ")).collect();
    // `(3,)` and `(3, 4)`: the comma stays only for one axis.
    axes.truncate(axes.len() - if shape.len() == 1 { 1 } else { 2 * usize::from(!shape.is_empty()) });
    let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
    let unpadded = 10 + dictionary.len() + 1;
    let padding = unpadded.next_multiple_of(64) - unpadded;
    // With at most `MAX_RANK` axes of 20 digits this is far below 2^16.
    let length = (dictionary.len() + padding + 1) as u16;
    let mut out = Vec::with_capacity(10 + usize::from(length));
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[1, 0]);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(dictionary.as_bytes());
    out.resize(out.len() + padding, b' ');
    out.push(b'\n');
    out
}
