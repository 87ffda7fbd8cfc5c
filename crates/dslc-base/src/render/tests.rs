//! What people see, whole, and that nothing they write can break it.

use proptest::prelude::*;

use super::*;
use crate::{FileId, Severity, Span};

const DIFF: &str = "// differences
fn diff[n](x: f64[n]) -> f64[n - 1] {
  let y = 2 * x

  [y[i + 1] - y[i] for i]
}
";

fn place(sources: &Sources, file: FileId, needle: &str) -> Span {
    let at = sources.file(file).text.find(needle).expect("the needle is in the text");
    Span::new(file, at, at + needle.len())
}

fn human(sources: &Sources, diagnostic: &Diagnostic) -> String {
    render(sources, diagnostic, Style::Human, false)
}

fn out_of_range() -> (Sources, Diagnostic) {
    let mut sources = Sources::new();
    let file = sources.add("diff.dsl", DIFF);
    let range = place(&sources, file, "- y[i]");
    let end = place(&sources, file, " for i]").end as usize - 1;
    let diagnostic =
        Diagnostic::error("E0301", place(&sources, file, "y[i + 1]"), "`y[i + 1]` reads past the end")
            .label("`i + 1` is `n` at the last `i`")
            .secondary(place(&sources, file, "f64[n]"), "`x`, and so `y`, has `n` elements")
            .secondary(Span { start: range.start + 2, ..range }, "gives `i` the range `0..n`")
            .note("the last element is at `n - 1`")
            .help("say less: `for i in 0..n - 1`")
            .edit(Span::new(file, end, end), " in 0..n - 1");
    (sources, diagnostic)
}

#[test]
fn human_form_shows_both_places_notes_and_the_edited_line() {
    let (sources, diagnostic) = out_of_range();
    let expected = "\
error[E0301]: `y[i + 1]` reads past the end
   ╭─[ diff.dsl:5:4 ]
   │
 2 │ fn diff[n](x: f64[n]) -> f64[n - 1] {
   │               ───┬──
   │                  ╰──── `x`, and so `y`, has `n` elements
   │
 5 │   [y[i + 1] - y[i] for i]
   │    ────┬───   ──┬─
   │        ╰──────────── `i + 1` is `n` at the last `i`
   │                 │
   │                 ╰─── gives `i` the range `0..n`
   │
   │ note: the last element is at `n - 1`
   │ help: say less: `for i in 0..n - 1`
   │
 5 │   [y[i + 1] - y[i] for i in 0..n - 1]
   │                         ++++++++++++
───╯
";
    assert_eq!(human(&sources, &diagnostic), expected);
}

#[test]
fn short_form_is_one_line() {
    let (sources, diagnostic) = out_of_range();
    let expected = "diff.dsl:5:4: error[E0301]: `y[i + 1]` reads past the end\n";
    assert_eq!(render(&sources, &diagnostic, Style::Short, false), expected);
    let bare = Diagnostic::new("E0003", Severity::Warning, "two\nlines");
    assert_eq!(render(&sources, &bare, Style::Short, false), "warning[E0003]: two lines\n");
}

#[test]
fn json_form_has_every_field() {
    let (sources, diagnostic) = out_of_range();
    let expected = concat!(
        r#"{"code":"E0301","severity":"error","message":"`y[i + 1]` reads past the end","spans":["#,
        r#"{"file":"diff.dsl","line":5,"column":4,"end_line":5,"end_column":12,"primary":true,"#,
        r#""label":"`i + 1` is `n` at the last `i`"},"#,
        r#"{"file":"diff.dsl","line":2,"column":15,"end_line":2,"end_column":21,"primary":false,"#,
        r#""label":"`x`, and so `y`, has `n` elements"},"#,
        r#"{"file":"diff.dsl","line":5,"column":15,"end_line":5,"end_column":19,"primary":false,"#,
        r#""label":"gives `i` the range `0..n`"}],"#,
        r#""edits":[{"span":{"file":"diff.dsl","line":5,"column":25,"end_line":5,"end_column":25},"#,
        r#""text":" in 0..n - 1"}],"#,
        r#""notes":["the last element is at `n - 1`"],"help":"say less: `for i in 0..n - 1`"}"#,
        "\n"
    );
    assert_eq!(render(&sources, &diagnostic, Style::Json, true), expected);
}

#[test]
fn two_files_and_a_replacement() {
    let mut sources = Sources::new();
    let a = sources.add("a.dsl", "let net = nn.dense(4, 16)\n\t>> nn.dense(17, 3)\r\n");
    let b = sources.add("b.dsl", DIFF);
    let diagnostic = Diagnostic::error("E0310", place(&sources, a, "nn.dense(17, 3)"), "sizes differ")
        .label("takes `f64[17]`")
        .secondary(place(&sources, b, "fn diff"), "from here")
        .edit(place(&sources, a, "17"), "16");
    let expected = "\
error[E0310]: sizes differ
   ╭─[ a.dsl:2:5 ]
   │
 2 │     >> nn.dense(17, 3)
   │        ───────┬───────
   │               ╰───────── takes `f64[17]`
   │
   ├─[ b.dsl:2:1 ]
   │
 2 │ fn diff[n](x: f64[n]) -> f64[n - 1] {
   │ ───┬───
   │    ╰───── from here
   │
   │ help: write `16`
   │
 2 │     >> nn.dense(16, 3)
   │                 ~~
───╯
";
    assert_eq!(human(&sources, &diagnostic), expected);
}

#[test]
fn a_removal_shows_what_goes_and_a_label_without_text_only_points() {
    let mut sources = Sources::new();
    let file = sources.add("a.dsl", "import nn\nlet mut x = 1\n");
    let unused = Diagnostic::warning("W0004", place(&sources, file, "import nn"), "`nn` is never used")
        .edit(Span::new(file, 0, 10), "");
    let expected = "\
warning[W0004]: `nn` is never used
   ╭─[ a.dsl:1:1 ]
   │
 1 │ import nn
   │ ────▲────
   │
   │ help: remove this
   │
 1 - import nn
───╯
";
    assert_eq!(human(&sources, &unused), expected);
    let constant = Diagnostic::warning("W0005", place(&sources, file, "x"), "nothing assigns `x`")
        .help("drop `mut`")
        .edit(place(&sources, file, "mut "), "");
    let text = human(&sources, &constant);
    assert!(text.contains("\n 2 - let mut x = 1\n 2 + let x = 1\n"), "{text}");
}

#[test]
fn a_span_over_lines_and_the_end_of_the_file() {
    let mut sources = Sources::new();
    let file = sources.add("a.dsl", "fn f() {\n  a\n\n}\n");
    let block = Diagnostic::error("E0110", Span::new(file, 7, 16), "no value").label("of type `()`");
    let expected = "\
error[E0110]: no value
   ╭─[ a.dsl:1:8 ]
   │
 1 │ ╭─▶ fn f() {
   ┆ ┆
 4 │ ├─▶ }
   │ │
   │ ╰─────── of type `()`
───╯
";
    assert_eq!(human(&sources, &block), expected);
    let end = human(&sources, &Diagnostic::error("E0002", Span::new(file, 99, 999), "unexpected end"));
    assert!(end.contains("[ a.dsl:5:1 ]\n   │\n 5 │\n   │ ▲\n───╯"), "{end}");
}

#[test]
fn without_a_place() {
    let diagnostic =
        Diagnostic::new("E0003", Severity::Error, "no such file").note("looked in `.`\nand in `lib`");
    let expected = "error[E0003]: no such file\n  = note: looked in `.`\n          and in `lib`\n";
    assert_eq!(human(&Sources::new(), &diagnostic), expected);
    // A span of a file that does not exist is no place either.
    let lost = Diagnostic::error("E0003", Span::new(FileId(7), 0, 1), "lost");
    assert_eq!(human(&Sources::new(), &lost), "error[E0003]: lost\n");
    assert_eq!(render(&Sources::new(), &lost, Style::Short, false), "error[E0003]: lost\n");
}

#[test]
fn hidden_characters_are_escaped() {
    let mut sources = Sources::new();
    let file = sources.add("\u{1b}[2J.dsl", "a\u{202e}b \u{1b}]0;t\u{7} 世界 \u{0}x");
    let diagnostic = Diagnostic::error("E0007", place(&sources, file, "\u{0}"), "a \u{1b}[31m byte")
        .label("\u{9b}1m")
        .secondary(place(&sources, file, "世界"), "wide");
    let text = human(&sources, &diagnostic);
    assert!(text.contains("[ \\u{1b}[2J.dsl:1:15 ]"), "{text}");
    assert!(text.contains("a\\u{202e}b \\u{1b}]0;t\\u{7} 世界 \\u{0}x"), "{text}");
    assert!(text.contains("                            ──┬─ ──┬──"), "{text}");
    let json = render(&sources, &diagnostic, Style::Json, false);
    assert!(json.contains("\\u001b[31m") && json.contains("\\u009b1m"), "{json}");
}

#[test]
fn far_lines_and_long_lines_stay_small() {
    let mut sources = Sources::new();
    let text = format!("{}{}let y = 3{}", "\n".repeat(2_000_000), " ".repeat(500), "z".repeat(100_000));
    let file = sources.add("long.dsl", text);
    let text =
        human(&sources, &Diagnostic::error("E0001", place(&sources, file, "let y"), "far").label("here"));
    assert!(text.contains("[ long.dsl:2000001:501 ]"), "{text}");
    assert!(text.contains("\n 2000001 │ …  ") && text.contains("zzz…\n"), "{text}");
    assert!(text.len() < 1000, "{}", text.len());
}

#[test]
fn colour_is_written_in_runs() {
    let (sources, diagnostic) = out_of_range();
    let text = render(&sources, &diagnostic, Style::Human, true);
    assert!(text.contains("\u{1b}[31my[i + 1]\u{1b}[0m"), "{text}");
    let mut plain = String::new();
    for (k, piece) in text.split('\u{1b}').enumerate() {
        plain.push_str(if k == 0 { piece } else { piece.split_once('m').map_or("", |(_, rest)| rest) });
    }
    assert_eq!(plain, human(&sources, &diagnostic));
}

#[test]
fn lines_end_as_files_end_them_and_a_byte_order_mark_is_no_column() {
    let mut sources = Sources::new();
    let file = sources.add("mixed", "\u{feff}a\rb\r\nc\nd");
    let file = sources.file(file);
    let at = |needle: char| file.line_column(file.text.find(needle).expect("there") as u32);
    assert_eq!([at('a'), at('b'), at('c'), at('d')], [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(file.line_count(), 4);
    assert_eq!((1..=5).map(|k| &file.text[file.line_range(k)]).collect::<Vec<_>>(), ["a", "b", "c", "d", ""]);
    assert_eq!(file.line_range(0), 0..0);
}

#[test]
fn styles_have_names() {
    for style in [Style::Human, Style::Short, Style::Json] {
        assert_eq!(style.to_string().parse(), Ok(style));
    }
    let error = "xml".parse::<Style>().expect_err("no such style");
    assert_eq!(error.to_string(), "`xml` is no message format: write human, short or json");
}

fn any_text() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        Just('\n'),
        Just('\r'),
        Just('\t'),
        Just('世'),
        Just('\u{301}'),
        Just('\u{1b}'),
        Just('\u{1}'),
        Just('\u{2}'),
        Just('\u{2028}'),
        Just('\u{feff}'),
        Just('┬'),
        Just('['),
        Just(' '),
        Just('a'),
        any::<char>(),
    ];
    prop::collection::vec(odd, 0..60).prop_map(|chars| chars.into_iter().collect())
}

type Labels = Vec<(u32, u32, u32, String, bool)>;

fn any_labels() -> impl Strategy<Value = Labels> {
    prop::collection::vec((0u32..3, 0u32..120, 0u32..120, any_text(), any::<bool>()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_nothing_hidden_is_written(
        texts in prop::collection::vec(any_text(), 2),
        labels in any_labels(),
        edits in any_labels(),
        message in any_text(),
        note in any_text(),
        wide in any::<bool>(),
    ) {
        let mut sources = Sources::new();
        for text in &texts {
            sources.add(message.clone(), if wide { text.repeat(20) } else { text.clone() });
        }
        let mut diagnostic = Diagnostic::new("E0001", Severity::Error, message).note(note.clone());
        for (file, start, end, text, primary) in labels {
            diagnostic.labels.push(crate::Label { span: Span { file: FileId(file), start, end }, text, primary });
        }
        for (file, start, end, text, _) in edits {
            diagnostic = diagnostic.edit(Span { file: FileId(file), start, end }, text);
        }
        for style in [Style::Human, Style::Short, Style::Json] {
            render(&sources, &diagnostic, style, true);
            let plain = render(&sources, &diagnostic, style, false);
            prop_assert!(plain.ends_with('\n'));
            prop_assert!(!plain.contains(|c| c != '\n' && escape::is_hidden(c)), "{plain:?}");
            if style != Style::Human {
                prop_assert_eq!(plain.lines().count(), 1);
            }
        }
        let json = render(&sources, &diagnostic, Style::Json, false);
        let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        prop_assert_eq!(value["notes"][0].as_str(), Some(note.as_str()));
    }
}
