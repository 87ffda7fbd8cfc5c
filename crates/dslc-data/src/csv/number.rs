//! Whether a field is a number.

/// The types of columns in the order in which one entry pulls the column up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// An integer that an i64 holds.
    Integer,
    /// Another number.
    Float,
    /// No number.
    Label,
}

/// Integer or float, or why it is neither, as the rest of a sentence that starts with the entry.
pub(super) fn kind(field: &str) -> Result<Kind, &'static str> {
    let text = field.trim();
    if text.is_empty() {
        return Err("is blank");
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let integer = digits.bytes().all(|b| b.is_ascii_digit());
    // A zero with a minus sign keeps it only as a float.
    let minus_zero = text.starts_with('-') && digits.bytes().all(|b| b == b'0');
    if integer && !minus_zero && text.parse::<i64>().is_ok() {
        return Ok(Kind::Integer);
    }
    match text.parse::<f64>() {
        Ok(x) if x.is_infinite() && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            Err("is out of the range of f64")
        }
        Ok(_) => Ok(Kind::Float),
        Err(_) => Err(reason(digits)),
    }
}

/// Why a text that looks like a number is none.
fn reason(digits: &str) -> &'static str {
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    if hexadecimal.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_hexdigit())) {
        return "is a hexadecimal number, and numbers are decimal";
    }
    let comma = digits.split_once(',');
    if comma
        .is_some_and(|(a, b)| [a, b].iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())))
    {
        return "has a decimal comma, and numbers have a point";
    }
    "is no number"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_reasons() {
        for text in ["0", "-5", "+5", " 7 ", "007", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(kind(text), Ok(Kind::Integer), "{text}");
        }
        for text in [
            "-0",
            "1.",
            ".5",
            "1e5",
            "-1E-5",
            "1e-999",
            "nan",
            "NaN",
            "inf",
            "-INF",
            "infinity",
            "9223372036854775808",
        ] {
            assert_eq!(kind(text), Ok(Kind::Float), "{text}");
        }
        for (text, reason) in [
            ("", "is blank"),
            (" \t", "is blank"),
            ("1e999", "is out of the range of f64"),
            ("-.5e999", "is out of the range of f64"),
            ("0x1F", "is a hexadecimal number, and numbers are decimal"),
            ("-1,5", "has a decimal comma, and numbers have a point"),
            ("NA", "is no number"),
            ("1_000", "is no number"),
            ("- 5", "is no number"),
            ("+", "is no number"),
            ("0x", "is no number"),
            ("١", "is no number"),
        ] {
            assert_eq!(kind(text), Err(reason), "{text}");
        }
    }
}
