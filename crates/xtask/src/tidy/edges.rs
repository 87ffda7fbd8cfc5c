//! Who may use whom: the table in `docs/architecture.md` is the law, so the page cannot diverge from the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{File, Finding};

const PAGE: &str = "docs/architecture.md";

/// For each crate, which crates of the workspace it uses.
type Edges = BTreeMap<String, BTreeSet<String>>;

/// Compares the table with what `cargo metadata` says.
pub(super) fn check(files: &[File], metadata: &Value) -> Result<Vec<Finding>, String> {
    let page = files.iter().find(|f| f.path == Path::new(PAGE)).ok_or(format!("there is no {PAGE}"))?;
    let (table, truth) = (table(&page.text)?, truth(metadata));
    let find = |what: String| Finding::new(&page.path, None, what);
    let mut out = Vec::new();
    for (name, uses) in &truth {
        let Some(told) = table.get(name) else {
            out.push(find(format!("the table of crates lacks `{name}`")));
            continue;
        };
        out.extend(
            uses.difference(told).map(|u| find(format!("`{name}` uses `{u}`, which the table forbids"))),
        );
        out.extend(
            told.difference(uses).map(|u| find(format!("`{name}` does not use `{u}`, as the table says"))),
        );
    }
    let gone = table.keys().filter(|name| !truth.contains_key(*name));
    out.extend(gone.map(|name| find(format!("there is no crate `{name}`"))));
    Ok(out)
}

/// The rows of the table: "| `crate` | charter | uses |", where a crate that is used may lack its prefix.
fn table(page: &str) -> Result<Edges, String> {
    let mut lines = page.lines().skip_while(|l| l.trim() != "| crate | charter | uses |");
    if lines.next().is_none() {
        return Err(format!("{PAGE} has no table of crates"));
    }
    let mut edges = Edges::new();
    for line in lines.skip(1).take_while(|l| l.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, uses] = cells[..] else {
            return Err(format!("{PAGE}: a row without three cells: {line}"));
        };
        let uses = uses.split(',').map(|u| u.trim().trim_matches('`')).filter(|u| !matches!(*u, "-" | ""));
        edges.insert(name.trim_matches('`').into(), uses.map(full_name).collect());
    }
    Ok(edges)
}

fn full_name(short: &str) -> String {
    if short.starts_with("dslc") || matches!(short, "testkit" | "xtask") {
        short.into()
    } else {
        format!("dslc-{short}")
    }
}

/// What the manifests say. Dependencies of tests are free.
fn truth(metadata: &Value) -> Edges {
    let list = |v: &Value, key: &str| v[key].as_array().cloned().unwrap_or_default();
    let name = |v: &Value| v["name"].as_str().unwrap_or_default().to_string();
    let packages = list(metadata, "packages");
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let uses = |p: &Value| {
        let used = list(p, "dependencies");
        let used = used.iter().filter(|d| d["kind"] != "dev").map(name);
        used.filter(|n| members.contains(n)).collect()
    };
    packages.iter().map(|p| (name(p), uses(p))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_differ_is_found() -> Result<(), String> {
        let page = "| crate | charter | uses |\n|---|---|---|\n| `dslc-a` | x | b |\n| `dslc-b` | x | - |\n| `dslc-d` | x | - |\n";
        let file = File { path: PAGE.into(), text: page.into() };
        let metadata = serde_json::json!({"packages": [
            {"name": "dslc-a", "dependencies": [{"name": "dslc-b", "kind": "dev"}, {"name": "dslc-c", "kind": null}]},
            {"name": "dslc-b", "dependencies": [{"name": "serde", "kind": null}]},
            {"name": "dslc-c", "dependencies": []},
        ]});
        let found: Vec<String> = check(&[file], &metadata)?.into_iter().map(|f| f.what).collect();
        assert_eq!(
            found,
            [
                "`dslc-a` uses `dslc-c`, which the table forbids",
                "`dslc-a` does not use `dslc-b`, as the table says",
                "the table of crates lacks `dslc-c`",
                "there is no crate `dslc-d`"
            ]
        );
        Ok(())
    }
}
