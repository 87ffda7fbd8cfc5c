//! Smaller programs: a statement less, a smaller term of the same type, a shorter axis.
//!
//! The candidates of a program are numbered. Each is an edit at one place, the places in the order of the text and the
//! larger edits first. Names may lose their definition by an edit; then the checker rejects the program, which is
//! not the failure that is looked for.

use super::plan::{Block, Elem, Part, Program, Stmt, Term, Ty, parts};

/// The `k`-th smaller program.
pub(super) fn candidates(program: &Program, k: usize) -> Option<Program> {
    let mut out = program.clone();
    let mut left = k;
    // From the end, so that what is used last goes first.
    for at in (0..out.stmts.len()).rev() {
        if take(&mut left) {
            out.stmts.remove(at);
            return Some(out);
        }
    }
    for at in 0..out.extents.len() {
        for smaller in [0, 1, 2] {
            if smaller < out.extents[at] && take(&mut left) {
                out.extents[at] = smaller;
                return Some(out);
            }
        }
    }
    let edited = out.stmts.iter_mut().any(|s| in_parts(&mut s.parts, &mut left));
    edited.then_some(out)
}

/// Whether this is the edit that is wanted.
fn take(left: &mut usize) -> bool {
    let found = *left == 0;
    *left = left.wrapping_sub(1);
    found
}

fn in_parts(parts: &mut [Part], left: &mut usize) -> bool {
    parts.iter_mut().any(|p| match p {
        Part::Term(t) => in_term(t, left),
        Part::Block(b) => in_block(b, left),
        Part::Text(_) | Part::Dim(_) | Part::Type(_) => false,
    })
}

fn in_block(block: &mut Block, left: &mut usize) -> bool {
    for at in (0..block.stmts.len()).rev() {
        if take(left) {
            block.stmts.remove(at);
            return true;
        }
    }
    let stmt = |s: &mut Stmt| in_parts(&mut s.parts, left);
    if block.stmts.iter_mut().any(stmt) {
        return true;
    }
    block.value.as_mut().is_some_and(|v| in_term(v, left))
}

fn in_term(term: &mut Term, left: &mut usize) -> bool {
    // What is a leaf already stays.
    if term.parts.iter().any(|p| matches!(p, Part::Term(_) | Part::Block(_))) {
        if let Some(plain) = plain(&term.ty)
            && take(left)
        {
            *term = plain;
            return true;
        }
        let mut inside = Vec::new();
        same_type(&term.parts, &term.ty, &mut inside);
        for t in inside {
            if take(left) {
                let t = t.clone();
                *term = t;
                return true;
            }
        }
    }
    in_parts(&mut term.parts, left)
}

/// The largest terms of a type inside of these parts.
fn same_type<'a>(parts: &'a [Part], ty: &Ty, out: &mut Vec<&'a Term>) {
    for p in parts {
        match p {
            Part::Term(t) if t.ty == *ty => out.push(t),
            Part::Term(t) => same_type(&t.parts, ty, out),
            Part::Block(b) => {
                b.stmts.iter().for_each(|s| same_type(&s.parts, ty, out));
                if let Some(v) = &b.value {
                    if v.ty == *ty { out.push(v) } else { same_type(&v.parts, ty, out) }
                }
            }
            Part::Text(_) | Part::Dim(_) | Part::Type(_) => {}
        }
    }
}

/// The plainest term of a tensor type.
pub(super) fn plain(ty: &Ty) -> Option<Term> {
    let text = match ty {
        Ty::Tensor(Elem::F64 | Elem::F32 | Elem::I64, dims) if !dims.is_empty() => {
            let parts = parts("{ let z: $ = zeros; z }", [Part::from(ty)]);
            return Some(Term { ty: ty.clone(), kind: "zeros", parts });
        }
        Ty::Tensor(elem, dims) if dims.is_empty() => match elem {
            Elem::F64 => "1.5",
            Elem::F32 => "f32(1.5)",
            Elem::I64 => "1",
            Elem::Bool => "true",
            Elem::Key => "key(0)",
            Elem::MinPlus => "minplus(1.5)",
            Elem::MaxPlus => "maxplus(1.5)",
            Elem::LogSum => "logsum(1.5)",
            Elem::Count => "count(1)",
            Elem::Z2 => "z2(1)",
        },
        _ => return None,
    };
    Some(Term { ty: ty.clone(), kind: "literal", parts: vec![Part::Text(text.into())] })
}
