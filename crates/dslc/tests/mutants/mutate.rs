//! Programs with random mistakes in them.

use testkit::Random;

/// Numbers that are at the edge of something.
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "2",
    "17",
    "1000000",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "(-9223372036854775808)",
    "0.0",
    "-0.0",
    "1e308",
    "1e-320",
    "inf",
    "nan",
];

/// Words and signs that change what is around them.
const WORDS: [&str; 32] = [
    "(", ")", "[", "]", "{", "}", ",", ";", "|", "..", ":", "=", "@", ">>", "&", "^", "-", "/", "not", "fn",
    "let", "mut", "for", "while", "in", "if", "else", "sum", "grad", "zeros", "scan", "split",
];

/// A program with one mistake, or up to four; parts of `other` may come into it.
pub(crate) fn mutant(program: &str, other: &str, random: &mut Random) -> String {
    let mut tokens: Vec<String> = tokens(program).into_iter().map(str::to_string).collect();
    let others = self::tokens(other);
    let mistakes = if random.one_in(2) { 1 } else { 1 + random.below(4) };
    for _ in 0..mistakes {
        change(&mut tokens, &others, random);
    }
    let text: String = tokens.concat();
    match random.below(12) {
        0 => cut(&text, random),
        1 => flipped(&text, random),
        _ => text,
    }
}

fn change(tokens: &mut Vec<String>, others: &[&str], random: &mut Random) {
    if tokens.is_empty() || others.is_empty() {
        return;
    }
    let (at, to) = (random.below(tokens.len()), random.below(tokens.len()));
    match random.below(16) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 => tokens.swap(at, to),
        3 => tokens[at] = random.pick(others).to_string(),
        4 => tokens[at] = tokens[to].clone(),
        5 => tokens.insert(at, format!(" {} ", random.pick(&WORDS))),
        6..=9 => {
            let number = |t: &String| t.starts_with(|c: char| c.is_ascii_digit());
            let numbers: Vec<usize> = (0..tokens.len()).filter(|&k| number(&tokens[k])).collect();
            if !numbers.is_empty() {
                tokens[random.pick(&numbers)] = random.pick(&NUMBERS).to_string();
            }
        }
        10..=14 => {
            // A name for another name: this often still parses, and then is wrong deeper down.
            let name = |t: &&str| t.starts_with(|c: char| c.is_alphabetic());
            let (mine, theirs): (Vec<usize>, Vec<&str>) = (
                (0..tokens.len()).filter(|&k| name(&tokens[k].as_str())).collect(),
                others.iter().copied().filter(name).collect(),
            );
            if !mine.is_empty() && !theirs.is_empty() {
                let own = tokens[random.pick(&mine)].clone();
                let new = if random.one_in(2) { own } else { random.pick(&theirs).to_string() };
                tokens[random.pick(&mine)] = new;
            }
        }
        _ => {
            let length = 1 + random.below(30.min(others.len()));
            let from = random.below(others.len() - length + 1);
            let part: Vec<String> = others[from..from + length].iter().map(|t| t.to_string()).collect();
            tokens.splice(at..at, part);
        }
    }
}

fn cut(text: &str, random: &mut Random) -> String {
    let at = random.below(text.len() + 1);
    text[..text.floor_char_boundary(at)].to_string()
}

/// A text with one bit of it changed; what is no text then is read as far as it is one.
fn flipped(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if !bytes.is_empty() {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Words, numbers, strings, comments, white space, and each sign by itself: together the text again.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let end = match first {
            '"' => rest[1..].find(['"', '\n']).map_or(rest.len(), |e| e + 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            c if c.is_ascii_digit() => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c if c.is_alphabetic() => rest.find(|c| !word(c) || c == '.').unwrap_or(rest.len()),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(end.min(rest.len()));
        out.push(token);
        rest = after;
    }
    out
}

#[test]
fn tokens_are_the_text() {
    let text = "fn f(x: f64[n]) -> f64 = sum(x[0..3]) // \"é\nlet s = \"a b\"\n";
    assert_eq!(tokens(text).concat(), text);
    assert!(tokens(text).contains(&"\"a b\""));
}
