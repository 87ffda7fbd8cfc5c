//! Every program of the collection parses, its dump is as recorded, and nothing that is cut or garbled panics.
#![allow(clippy::unwrap_used)]

mod support;

use dslc_syntax::print;
use support::{errors, folder, on_a_small_stack, parse, programs};

#[test]
fn every_program_parses() {
    let all = programs();
    assert!(all.len() >= 17);
    for (name, text) in all {
        assert_eq!(errors(&text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn line_ends_and_marks_change_nothing() {
    for (name, text) in programs() {
        let plain = print::file(&parse(&text).0, false);
        for other in
            [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("#!/usr/bin/env dslc\n{text}")]
        {
            let (items, errors) = parse(&other);
            assert_eq!(errors, Vec::<String>::new(), "{name}");
            assert_eq!(print::file(&items, false), plain, "{name}");
        }
        assert_eq!(print::file(&parse(&format!("\u{feff}{text}")).0, false), plain, "{name}");
    }
}

/// `BLESS=1 cargo test` writes the dumps anew.
#[test]
fn dumps_are_as_recorded() {
    for name in
        ["04_submodular_099", "08_ode_171", "13_conv_attention_lstm", "16_kalman", "stress", "every_node"]
    {
        let source = folder("programs").join(format!("{name}.dsl"));
        let (items, errors) = parse(&std::fs::read_to_string(source).unwrap());
        assert_eq!(errors, Vec::<String>::new());
        let dump = print::file(&items, name == "every_node");
        let golden = folder("dumps").join(format!("{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&golden, &dump).unwrap();
        }
        let recorded = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(dump, recorded.replace("\r\n", "\n"), "{name}");
    }
}

#[test]
fn prefixes_do_not_panic() {
    on_a_small_stack(|| {
        for (_, text) in programs() {
            for (at, _) in text.char_indices().step_by(if text.len() > 600 { 3 } else { 1 }) {
                print::file(&parse(&text[..at]).0, true);
            }
        }
    });
}

/// Deletes and doubles each token, and puts a bracket or a word before it.
#[test]
fn garbled_tokens_do_not_panic() {
    on_a_small_stack(|| {
        let text = programs().into_iter().find(|p| p.0 == "stress.dsl").unwrap().1;
        let cut = |c: char| !(c.is_alphanumeric() || c == '_');
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let token = if rest.starts_with(cut) { first } else { rest.find(cut).unwrap_or(rest.len()) };
            let (before, after) = (&text[..at], &text[at + token..]);
            parse(&format!("{before}{after}"));
            for other in [&text[at..at + token], "(", "]", "}", "fn ", "\"", "=", ";", "\u{e9}"] {
                parse(&format!("{before}{other}{}", &text[at..]));
            }
            at += token;
        }
    });
}

/// Tokens in an order that nobody writes, from a fixed seed.
#[test]
fn token_soups_do_not_panic() {
    const SOUP: &str = "( ) [ ] { } , : . .. -> | = += == < >= >> & + - * @ ^ \n ; x y 1 2.5 0x .5 1. \"s\" \"open fn model \
        type test import as derivative law let mut param for in while if else and or not true _ && || ! :: => /* */ \
        \u{e9} \u{202e} \0 \r // return def 1e999 p.0.1 x[ f( |a| {a: a-> for\u{a0}i";
    let words: Vec<&str> = SOUP.split(' ').collect();
    on_a_small_stack(move || {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |n: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as usize % n
        };
        for _ in 0..20_000 {
            let length = 1 + next(24);
            let soup: String =
                (0..length).flat_map(|_| [words[next(words.len())], [" ", "", "\n"][next(3)]]).collect();
            let (file, found) = parse(&soup);
            let dump = print::file(&file, true);
            assert!(!found.is_empty() || !dump.contains("<error>"), "{soup:?} is taken in silence");
        }
    });
}
