//! Tables as comma-separated text, in and out, by the crate `csv`.
//!
//! - The first row names the columns. A first row of numbers is an error: the names are missing.
//! - The separator is the comma, semicolon, tab or bar that the header has most of.
//! - A column is i64 if every entry is an integer that fits, f64 if every entry is a number, and labels otherwise: there
//!   is one rule, and a blank, `NA`, `1,5`, `0x10` or `1e999` makes a column of labels. Using that as a float is an error
//!   that names the entry, so nothing is lost in silence and a column that no one uses does no harm.
//! - Numbers are decimal, with white space around them or not; `nan`, `inf` and `infinity` are numbers in any case. `-0` is
//!   a float, so that it keeps its sign. An integer too large for i64 makes an f64 of its column, rounded.
//! - Fields in quotes may hold separators, line ends and doubled quotes. Lines end with LF, CR LF or CR; empty lines are
//!   skipped; a byte order mark at the start is too.
//! - The text is UTF-8. Where the crate `csv` is lenient (quotes that do not end, text after a closing quote) a scan of
//!   our own finds the place first.

mod number;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use csv::{ByteRecord, QuoteStyle, ReaderBuilder, WriterBuilder};

use crate::{Column, ColumnData, DataError, Labels, NotNumber, Place, Table};
use number::Kind;
use scan::LineCounter;

/// More columns are refused.
pub const MAX_COLUMNS: usize = 16_384;

fn error(place: Place, reason: impl Into<String>) -> DataError {
    DataError::new("csv", place, reason)
}

/// The table of a whole file.
pub fn read_csv(bytes: &[u8]) -> Result<Table, DataError> {
    let text = scan::text(bytes)?;
    let separator = scan::separator(text);
    scan::check_quotes(text, separator)?;

    let mut records = Records::new(text, separator);
    let titles = titles(&mut records)?;
    let (kinds, rows) = kinds(&mut records, &titles)?;

    // The columns are filled in a second walk, when their types are known: so no entry is kept as text.
    let mut columns: Vec<Filling> = kinds.iter().map(|scan| Filling::new(scan.kind, rows)).collect();
    let mut records = Records::new(text, separator);
    records.next()?;
    while let Some((record, _)) = records.next()? {
        for (column, field) in columns.iter_mut().zip(record.iter()) {
            column.push(str(field));
        }
    }
    let columns = (columns.into_iter().zip(kinds).zip(titles))
        .map(|((filling, scan), title)| Column::new(title, filling.finish(scan.first)))
        .collect();
    Table::new(columns)
}

/// A field as text; the whole file was checked to be UTF-8, and separators are ASCII.
fn str(field: &[u8]) -> &str {
    std::str::from_utf8(field).unwrap_or("")
}

/// The records of a text and the line at which each starts.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: ByteRecord,
    lines: LineCounter,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, separator: u8) -> Self {
        let mut builder = ReaderBuilder::new();
        // Rows of another length are our own error, which counts them.
        builder.delimiter(separator).flexible(true).has_headers(false);
        let reader = builder.from_reader(text.as_bytes());
        Self { text, reader, record: ByteRecord::new(), lines: LineCounter::default() }
    }
    fn next(&mut self) -> Result<Option<(&ByteRecord, u64)>, DataError> {
        let start = self.reader.position().byte() as usize;
        let more =
            self.reader.read_byte_record(&mut self.record).map_err(|e| error(Place::Whole, e.to_string()))?;
        if !more {
            return Ok(None);
        }
        let line = self.lines.of_record(self.text.as_bytes(), start);
        Ok(Some((&self.record, line)))
    }
}

/// The names of the columns, from the first record.
fn titles(records: &mut Records<'_>) -> Result<Vec<String>, DataError> {
    let Some((record, line)) = records.next()? else {
        return Err(error(Place::Whole, "the file is empty; its first row must name the columns"));
    };
    if record.len() > MAX_COLUMNS {
        return Err(error(
            Place::Line(line),
            format!("{} columns, and at most {MAX_COLUMNS} are allowed", record.len()),
        ));
    }
    if record.iter().all(|field| number::kind(bare_title(field)).is_ok()) {
        return Err(error(Place::Line(line), "the first row must name the columns, and holds only numbers"));
    }
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut titles = Vec::with_capacity(record.len());
    for (k, field) in record.iter().enumerate() {
        let column = k as u64 + 1;
        let title = bare_title(field);
        // Spreadsheets leave the name of a column of row numbers blank.
        let title = if title.is_empty() { format!("column_{column}") } else { title.to_owned() };
        if let Some(first) = seen.insert(title.clone(), column) {
            let place = Place::Field { line, column, name: title };
            return Err(error(place, format!("the column {first} has this name too")));
        }
        titles.push(title);
    }
    Ok(titles)
}

/// A name without white space around it, and without the byte order mark that an empty line may have shielded.
fn bare_title(field: &[u8]) -> &str {
    str(field).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// What the first walk finds out about a column.
struct ColumnScan {
    kind: Kind,
    first: Option<NotNumber>,
}

/// The type of each column, and the number of rows. Every row must have as many fields as the header.
fn kinds(records: &mut Records<'_>, titles: &[String]) -> Result<(Vec<ColumnScan>, usize), DataError> {
    let mut columns: Vec<_> =
        titles.iter().map(|_| ColumnScan { kind: Kind::Integer, first: None }).collect();
    let mut rows = 0;
    while let Some((record, line)) = records.next()? {
        if record.len() != titles.len() {
            return Err(ragged(record, line, titles));
        }
        rows += 1;
        for ((column, field), number) in columns.iter_mut().zip(record.iter()).zip(1..) {
            if column.kind == Kind::Label {
                continue;
            }
            match number::kind(str(field)) {
                Ok(kind) => column.kind = column.kind.max(kind),
                Err(reason) => {
                    column.kind = Kind::Label;
                    column.first =
                        Some(NotNumber { line, column: number, text: str(field).to_owned(), reason });
                }
            }
        }
    }
    if rows == 0 {
        return Err(error(Place::Whole, "there are names of columns and no rows"));
    }
    Ok((columns, rows))
}

/// A row of another length than the header.
fn ragged(record: &ByteRecord, line: u64, titles: &[String]) -> DataError {
    let (found, wanted) = (record.len(), titles.len());
    let s = if found == 1 { "" } else { "s" };
    let mut reason = format!("the row has {found} field{s}, and the header {wanted}");
    if wanted == 1 {
        reason += "; does the header use another separator?";
    } else if let Some(other) = scan::other_separator(record, wanted) {
        reason += &format!("; it seems to be separated by {other}");
    }
    let column = found.min(wanted) as u64 + 1;
    let name = titles.get(found).cloned().unwrap_or_default();
    error(Place::Field { line, column, name }, reason)
}

/// A column that is being filled.
enum Filling {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Labels { codes: Vec<i64>, known: BTreeMap<String, i64> },
}

impl Filling {
    fn new(kind: Kind, rows: usize) -> Self {
        match kind {
            Kind::Integer => Self::Integers(Vec::with_capacity(rows)),
            Kind::Float => Self::Floats(Vec::with_capacity(rows)),
            Kind::Label => Self::Labels { codes: Vec::with_capacity(rows), known: BTreeMap::new() },
        }
    }
    /// The type was found by a walk over the same fields, so the numbers parse.
    fn push(&mut self, field: &str) {
        match self {
            Self::Integers(v) => v.push(field.trim().parse().unwrap_or_default()),
            Self::Floats(v) => v.push(field.trim().parse().unwrap_or(f64::NAN)),
            Self::Labels { codes, known } => {
                let code = known.get(field).copied().unwrap_or_else(|| {
                    let code = known.len() as i64;
                    known.insert(field.to_owned(), code);
                    code
                });
                codes.push(code);
            }
        }
    }
    /// The column; codes in order of first appearance become codes in sorted order.
    fn finish(self, first: Option<NotNumber>) -> ColumnData {
        let (mut codes, known) = match self {
            Self::Integers(v) => return ColumnData::I64(v),
            Self::Floats(v) => return ColumnData::F64(v),
            Self::Labels { codes, known } => (codes, known),
        };
        let mut sorted = vec![0; known.len()];
        for (rank, &appearance) in known.values().enumerate() {
            sorted[appearance as usize] = rank as i64;
        }
        codes.iter_mut().for_each(|code| *code = sorted[*code as usize]);
        let names = known.into_keys().collect();
        let not_number =
            first.unwrap_or(NotNumber { line: 0, column: 0, text: String::new(), reason: "is a label" });
        ColumnData::Labels(Labels { codes, names, not_number })
    }
}

/// The text of a table: commas, lines that end with LF, quotes where they are needed. Floats are written so that they are
/// read again as the same floats.
pub fn write_csv(table: &Table) -> Result<Vec<u8>, DataError> {
    let failed = |e: csv::Error| error(Place::Whole, e.to_string());
    let titles = table.columns().iter().map(|c| c.title.as_str());
    // In quotes, a title with a tab or a semicolon is not taken for two.
    let confusing = titles.clone().any(|title| title.bytes().any(scan::may_separate));
    let style = if confusing { QuoteStyle::Always } else { QuoteStyle::Necessary };
    let mut header = WriterBuilder::new().quote_style(style).from_writer(Vec::new());
    header.write_record(titles).map_err(failed)?;
    let header = header.into_inner().map_err(|e| failed(e.into_error().into()))?;

    let mut writer = WriterBuilder::new().from_writer(header);
    for row in 0..table.rows() {
        for column in table.columns() {
            let field = match &column.data {
                ColumnData::I64(v) => v[row].to_string(),
                ColumnData::F64(v) => format!("{:?}", v[row]),
                ColumnData::Labels(labels) => labels.names[labels.codes[row] as usize].clone(),
            };
            writer.write_field(field).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| failed(e.into_error().into()))
}
