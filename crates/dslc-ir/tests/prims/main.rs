//! Table tests: one for each column of the primitives, over all rows and all scalar types.

mod accuracy;
mod derivative;
mod enclosure;
mod evaluate;
mod laws;
mod randomness;
mod samples;

use std::collections::HashSet;

use dslc_ir::prims;

#[test]
fn rows_are_complete() {
    let mut names = HashSet::new();
    for prim in prims::ALL {
        assert!(names.insert(prim.name), "two primitives are called {}", prim.name);
        assert!(prim.doc.len() > 10 && prim.doc.ends_with('.'), "{}: no sentence in doc", prim.name);
        assert_eq!(prim.domain.len(), prim.sig.arity(), "{}: a range for each argument", prim.name);
        assert!(prim.domain.iter().all(|(lo, hi)| lo < hi), "{}: an empty range", prim.name);
        assert!(prims::by_name(prim.name).is_some_and(|p| std::ptr::eq(p.0, *prim)), "{}", prim.name);
        assert!(!prim.sig.instances().is_empty(), "{}", prim.name);
    }
    assert!(prims::by_name("no such primitive").is_none());
}

#[test]
fn recipes_are_well_formed() {
    for prim in prims::ALL {
        for types in prim.sig.instances() {
            let recipe = dslc_ir::PrimRef(prim).recipe(&types);
            for (at, (op, _)) in recipe.ops.iter().enumerate() {
                assert!(op.operands().all(|v| (v.0 as usize) < at), "{}: {op:?} at {at}", prim.name);
            }
            let result = prim.sig.result(&types).map(dslc_ir::prim::lane);
            assert_eq!(Some(recipe.ops[recipe.result.0 as usize].1), result, "{}", prim.name);
        }
    }
}
