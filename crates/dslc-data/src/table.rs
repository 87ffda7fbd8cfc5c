//! Tables: named columns of one length.

use std::collections::HashSet;

use crate::error::quoted;
use crate::{DataError, Place};

/// A table. **Invariant:** every column has `rows` entries, and no two columns have the same name.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

/// One column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// The name as an identifier, unique in its table: `sepal_length_cm`. See [`Table::new`].
    pub name: String,
    /// The name as it stands in the file, without white space around it: `sepal length (cm)`.
    pub title: String,
    /// The entries.
    pub data: ColumnData,
}

/// The entries of a column, all of one type.
#[derive(Clone, PartialEq, Debug)]
pub enum ColumnData {
    /// Every entry is an integer that an i64 holds.
    I64(Vec<i64>),
    /// Every entry is a number.
    F64(Vec<f64>),
    /// Some entry is no number.
    Labels(Labels),
}

/// A column of labels as codes. **Invariant:** each code indexes `names`.
#[derive(Clone, PartialEq, Debug)]
pub struct Labels {
    /// For each row the position of its label in `names`.
    pub codes: Vec<i64>,
    /// The labels, each once, sorted by their bytes: so the codes do not depend on the order of the rows, and a
    /// shuffled or a split file with the same labels has the same codes.
    pub names: Vec<String>,
    /// The first entry that is no number: the reason why this is no column of numbers.
    pub not_number: NotNumber,
}

/// An entry that is no number, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotNumber {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column in the file, from 1.
    pub column: u64,
    /// The entry.
    pub text: String,
    /// Why it is no number, such as `is blank` or `has a decimal comma`.
    pub reason: &'static str,
}

impl ColumnData {
    /// The number of entries.
    pub fn len(&self) -> usize {
        match self {
            Self::I64(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::Labels(labels) => labels.codes.len(),
        }
    }
    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Column {
    /// A column with a title; [`Table::new`] sets the name.
    pub fn new(title: impl Into<String>, data: ColumnData) -> Self {
        Self { name: String::new(), title: title.into(), data }
    }
    /// The entries as floats. A column of labels gives an error that names the column and its first entry that is no
    /// number; so does an integer that no f64 equals.
    pub fn to_f64(&self) -> Result<Vec<f64>, DataError> {
        match &self.data {
            ColumnData::F64(v) => Ok(v.clone()),
            ColumnData::I64(v) => v.iter().map(|&k| self.exact(k)).collect(),
            ColumnData::Labels(labels) => Err(self.no_number(&labels.not_number)),
        }
    }
    fn exact(&self, integer: i64) -> Result<f64, DataError> {
        let float = integer as f64;
        if float as i128 == i128::from(integer) {
            return Ok(float);
        }
        let reason = format!("the integer {integer} of the column {} is no f64", quoted(&self.title));
        Err(DataError::new("csv", Place::Whole, reason))
    }
    fn no_number(&self, first: &NotNumber) -> DataError {
        let place = Place::Field { line: first.line, column: first.column, name: self.title.clone() };
        let entry = if first.text.trim().is_empty() { "the entry".to_owned() } else { quoted(&first.text) };
        DataError::new("csv", place, format!("{entry} {}, so this is a column of labels", first.reason))
    }
}

impl Table {
    /// A table of these columns. Each gets an identifier as its name: what cannot stand in one becomes `_`, and a name
    /// that is taken gets a number. Columns without entries in common length, without a title or with one title are
    /// an error.
    pub fn new(mut columns: Vec<Column>) -> Result<Self, DataError> {
        let wrong = |reason| Err(DataError::new("table", Place::Whole, reason));
        let rows = columns.first().map_or(0, |c| c.data.len());
        let mut titles = HashSet::with_capacity(columns.len());
        for column in &columns {
            let title = quoted(&column.title);
            if column.data.len() != rows {
                return wrong(format!("the column {title} has {} entries and not {rows}", column.data.len()));
            }
            if let ColumnData::Labels(labels) = &column.data {
                let names = 0..labels.names.len() as i64;
                if let Some(code) = labels.codes.iter().find(|code| !names.contains(code)) {
                    return wrong(format!("the column {title} has no label for the code {code}"));
                }
            }
            if !titles.insert(column.title.as_str()) {
                return wrong(format!("two columns are called {title}"));
            }
        }
        drop(titles);
        set_names(&mut columns);
        Ok(Self { columns, rows })
    }
    /// The columns in the order of the file.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// The column of this title, or else of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let by_title = self.columns.iter().find(|c| c.title == name);
        by_title.or_else(|| self.columns.iter().find(|c| c.name == name))
    }
}

/// Sets unique identifiers. Titles that are identifiers already come first, so that another's number never takes them.
fn set_names(columns: &mut [Column]) {
    let mut taken: HashSet<String> = HashSet::with_capacity(columns.len());
    for column in columns.iter_mut() {
        column.name = identifier(&column.title);
        if column.name == column.title {
            taken.insert(column.name.clone());
        }
    }
    // Where the search for a free number starts; without it many equal names would take quadratic time.
    let mut next: std::collections::HashMap<String, u64> = std::collections::HashMap::new();
    for column in columns.iter_mut().filter(|c| c.name != c.title) {
        let number = next.entry(column.name.clone()).or_insert(1);
        let mut name = column.name.clone();
        while !taken.insert(name.clone()) {
            *number += 1;
            name = format!("{}_{number}", column.name);
        }
        column.name = name;
    }
}

/// A title with `_` for each stretch of what cannot stand in an identifier.
fn identifier(title: &str) -> String {
    let mut name = String::with_capacity(title.len());
    let mut gap = false;
    for c in title.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            if gap && !name.is_empty() {
                name.push('_');
            }
            name.push(c);
        }
        gap = !(c.is_ascii_alphanumeric() || c == '_');
    }
    match name.chars().next() {
        None => "column".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(titles: &[&str]) -> Vec<String> {
        let columns = titles.iter().map(|&t| Column::new(t, ColumnData::I64(vec![]))).collect();
        let table = Table::new(columns).expect("the titles differ");
        table.columns().iter().map(|c| c.name.clone()).collect()
    }

    #[test]
    fn names_are_unique_identifiers() {
        assert_eq!(
            names(&["sepal length (cm)", "a", "2nd", "%", "é"]),
            ["sepal_length_cm", "a", "_2nd", "column", "column_2"]
        );
        assert_eq!(
            names(&["a b", "a-b", "a_b", "a_b_2", "a.b"]),
            ["a_b_3", "a_b_4", "a_b", "a_b_2", "a_b_5"]
        );
    }

    #[test]
    fn columns_must_agree() {
        let table = |columns| Table::new(columns).map_err(|e| e.message());
        let (a, b) = (Column::new("a", ColumnData::I64(vec![1])), Column::new("b", ColumnData::F64(vec![])));
        assert_eq!(
            table(vec![a.clone(), b]),
            Err("table: the column `b` has 0 entries and not 1".to_owned())
        );
        assert_eq!(table(vec![a.clone(), a]), Err("table: two columns are called `a`".to_owned()));
        assert_eq!(table(vec![]).map(|t| t.rows()), Ok(0));
    }

    #[test]
    fn integers_become_floats_only_exactly() {
        let column = |k| Column::new("id", ColumnData::I64(vec![k])).to_f64();
        assert_eq!(column(1 << 53), Ok(vec![9007199254740992.0]));
        assert_eq!(column(i64::MIN), Ok(vec![-9223372036854775808.0]));
        for k in [(1 << 53) + 1, i64::MAX] {
            assert!(column(k).is_err());
        }
    }
}
