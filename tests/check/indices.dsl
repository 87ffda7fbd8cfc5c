--- a forgotten index (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
print([a[i, j] * x[j] for i])
===
error[E0201]: nothing is called `j` here
   ╭─[ indices.dsl:2:13 ]
   │
 2 │ print([a[i, j] * x[j] for i])
   │             ▲
   │
   │ help: an index is bound by `for`: `[.. for j]`, `sum(.. for j)`
───╯

error[E0201]: nothing is called `x` here
   ╭─[ indices.dsl:2:18 ]
   │
 2 │ print([a[i, j] * x[j] for i])
   │                  ▲
───╯

--- an index that the comprehension does not bind (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
print([a[i, j] for i])
===
error[E0201]: nothing is called `j` here
   ╭─[ indices.dsl:2:13 ]
   │
 2 │ print([a[i, j] for i])
   │             ▲
   │
   │ help: an index is bound by `for`: `[.. for j]`, `sum(.. for j)`
───╯

--- an index that indexes nothing (full) ---
let x = [1.0, 2.0]
print([x[i] for i, j])
===
error[E0405]: nothing gives the index `j` a range
   ╭─[ indices.dsl:2:20 ]
   │
 2 │ print([x[i] for i, j])
   │                    ▲
   │
   │ note: it indexes nothing
   │ help: write it: `for j in 0..n`
───╯

--- neighbours beyond the end (full) ---
fn d[n](x: f64[n]) -> f64[n] = [x[i + 1] - x[i] for i]
===
error[E0401]: this index is outside: it runs from `1` to `n`
   ╭─[ indices.dsl:1:35 ]
   │
 1 │ fn d[n](x: f64[n]) -> f64[n] = [x[i + 1] - x[i] for i]
   │                                 ┬ ──┬──
   │                                 ╰──────── this axis has `n` elements
   │                                     │
   │                                     ╰──── here
   │
   │ help: write the range: `for i in 0..n - 1`
───╯

--- neighbours before the start (full) ---
fn d[n](x: f64[n]) -> f64[n] = [x[i] - x[i - 1] for i]
===
error[E0401]: this index is outside: it runs from `-1` to `n - 2`
   ╭─[ indices.dsl:1:42 ]
   │
 1 │ fn d[n](x: f64[n]) -> f64[n] = [x[i] - x[i - 1] for i]
   │                                        ┬ ──┬──
   │                                        ╰──────── this axis has `n` elements
   │                                            │
   │                                            ╰──── here
   │
   │ help: write the range: `for i in 1..n`
───╯

--- a literal index outside (full) ---
let x = [1.0, 2.0, 3.0]
print(x[3])
===
error[E0401]: this index is outside: it is `3`
   ╭─[ indices.dsl:2:9 ]
   │
 2 │ print(x[3])
   │       ┬ ┬
   │       ╰──── this axis has `3` elements
   │         │
   │         ╰── here
   │
   │ help: indices start at 0; the last one is `2`
───╯

--- a range that leaves the axis (full) ---
let x = [1.0, 2.0, 3.0]
print(sum(x[i] for i in 0..4))
===
error[E0401]: this index is outside: it runs from `0` to `3`
   ╭─[ indices.dsl:2:13 ]
   │
 2 │ print(sum(x[i] for i in 0..4))
   │           ┬ ┬
   │           ╰──── this axis has `3` elements
   │             │
   │             ╰── here
   │
   │ help: write the range: `for i in 0..3`
───╯

--- a ragged range (full) ---
fn lower[n](a: f64[n, n]) -> f64 = sum(a[i, j] for i, j in 0..i)
===
error[E0406]: a range cannot depend on another index
   ╭─[ indices.dsl:1:63 ]
   │
 1 │ fn lower[n](a: f64[n, n]) -> f64 = sum(a[i, j] for i, j in 0..i)
   │                                                               ▲
   │
   │ help: filter instead: `j in 0..n if j < i`, with the largest range as `0..n`
───╯

--- a range that is data (full) ---
let x = [1.0, 2.0, 3.0]
let k = i64(2.5)
print(sum(x[i] for i in 0..k))
===
error[E0407]: the range of an index is static; this is `i64`
   ╭─[ indices.dsl:3:28 ]
   │
 3 │ print(sum(x[i] for i in 0..k))
   │                            ▲
   │
   │ help: fold over a fixed range with a filter, or use a `for` loop
───╯

--- unequal ranges of one index (full) ---
let x = [1.0, 2.0, 3.0]
let y = [1.0, 2.0]
print(sum(x[i] * y[i] for i))
===
error[E0408]: one index, two ranges: `3` and `2`
   ╭─[ indices.dsl:3:20 ]
   │
 3 │ print(sum(x[i] * y[i] for i))
   │                    ┬      ┬
   │                    ╰───────── this axis has `2` elements
   │                           │
   │                           ╰── the range is `3`
   │
   │ help: write the range that you mean, `in 0..3`, or give both axes one size
───╯

--- unequal ranges in a function (full) ---
fn dot2[m, n](x: f64[m], y: f64[n]) -> f64 = sum(x[k] * y[k] for k)
===
error[E0408]: one index, two ranges: `m` and `n`
   ╭─[ indices.dsl:1:59 ]
   │
 1 │ fn dot2[m, n](x: f64[m], y: f64[n]) -> f64 = sum(x[k] * y[k] for k)
   │                                                           ┬      ┬
   │                                                           ╰───────── this axis has `n` elements
   │                                                                  │
   │                                                                  ╰── the range is `m`
   │
   │ help: write the range that you mean, `in 0..m`, or give both axes one size
───╯

--- a reversal without a range (full) ---
fn reversed[n](x: f64[n]) -> f64[n] = [x[n - 1 - i] for i]
===
error[E0405]: nothing gives the index `i` a range
   ╭─[ indices.dsl:1:57 ]
   │
 1 │ fn reversed[n](x: f64[n]) -> f64[n] = [x[n - 1 - i] for i]
   │                                                         ▲
   │
   │ note: an index gets its range where it stands alone as a subscript, or as `x[i + ..]` with a read that starts inside
   │ help: write it: `for i in 0..n`
───╯

--- a mask as an index (full) ---
let x = [1.0, -2.0]
print(x[x > 0])
===
error[E0403]: an index is an i64; this is `bool[2]`
   ╭─[ indices.dsl:2:9 ]
   │
 2 │ print(x[x > 0])
   │         ──▲──
   │
   │ help: a fold filters, `sum(x[i] for i if x[i] > 0)`; a tensor keeps its size, `where(mask, x, 0)`
───╯

--- a float as an index (full) ---
let x = [1.0, 2.0]
print(x[1 / 2])
===
error[E0403]: an index is an i64; this is a number
   ╭─[ indices.dsl:2:9 ]
   │
 2 │ print(x[1 / 2])
   │         ──▲──
   │
   │ help: `i64(..)` cuts to an integer, `div(a, b)` divides integers
───╯

--- one subscript too many in a function (full) ---
fn f[n](x: f64[n]) -> f64 = sum(x[i, i] for i)
===
error[E0402]: 2 subscripts for `f64[n]`
   ╭─[ indices.dsl:1:38 ]
   │
 1 │ fn f[n](x: f64[n]) -> f64 = sum(x[i, i] for i)
   │                                 ┬    ┬
   │                                 ╰─────── `f64[n]`
   │                                      │
   │                                      ╰── here
───╯

--- an index of a number (full) ---
let x = 1.0
print(x[0])
===
error[E0404]: a number has no axes to index
   ╭─[ indices.dsl:2:7 ]
   │
 2 │ print(x[0])
   │       ▲
───╯

--- an index of a record (full) ---
let p = {a: 1.0}
print(p["a"])
===
error[E0404]: `{a: f64}` has no axes to index
   ╭─[ indices.dsl:2:7 ]
   │
 2 │ print(p["a"])
   │       ▲
   │
   │ help: a part is read by a point: `p.a`
───╯

--- a slice beyond the end (full) ---
let x = [1.0, 2.0, 3.0]
print(x[1..5])
===
error[E0412]: the slice `1..5` leaves the axis
   ╭─[ indices.dsl:2:9 ]
   │
 2 │ print(x[1..5])
   │       ┬ ──┬─
   │       ╰─────── this axis has `3` elements
   │           │
   │           ╰─── here
───╯

--- a slice of unknown length (full) ---
let x = [1.0, 2.0, 3.0]
let k = i64(1.5)
print(x[0..k])
===
error[E0410]: the length of a slice is static: its ends must differ by a static integer
   ╭─[ indices.dsl:3:9 ]
   │
 3 │ print(x[0..k])
   │         ──▲─
───╯

--- a comprehension that assigns (full) ---
let x = [1.0, 2.0]
let mut s = 0.0
let y = [{ s += x[i]; s } for i]
===
error[E0210]: `s` cannot be assigned from here
   ╭─[ indices.dsl:3:12 ]
   │
 2 │ let mut s = 0.0
   │         ┬
   │         ╰── defined out here
 3 │ let y = [{ s += x[i]; s } for i]
   │            ▲
   │
   │ help: a comprehension has no order; use `for` or `scan`
───╯

--- a fold with two ranges for an index (full) ---
print(sum(1 for i in 0..2 for j in 0..3))
===
error[E0101]: expected `,` or `)`, found `for`
   ╭─[ indices.dsl:1:27 ]
   │
 1 │ print(sum(1 for i in 0..2 for j in 0..3))
   │                           ─▲─
   │
   │ help: one `for` binds several indices: `for i in 0..m, j in 0..n`
   │
 1 │ print(sum(1 for i in 0..2, j in 0..3))
   │                          ~
───╯

--- an index that hides a size (full) ---
fn f[n](x: f64[n]) -> f64 = sum(x[n] for n)
===
error[E0206]: `n` is a size of this function and cannot be hidden
   ╭─[ indices.dsl:1:42 ]
   │
 1 │ fn f[n](x: f64[n]) -> f64 = sum(x[n] for n)
   │      ┬                                   ┬
   │      ╰────────────────────────────────────── the size
   │                                          │
   │                                          ╰── here
   │
   │ help: give this another name
───╯

--- a range of floats (full) ---
print([x for x in 0.0..1.0])
===
error[E0407]: the range of an index is static; this is a number
   ╭─[ indices.dsl:1:19 ]
   │
 1 │ print([x for x in 0.0..1.0])
   │                   ─▲─
   │
   │ help: fold over a fixed range with a filter, or use a `for` loop
───╯

--- a fold without for (full) ---
let x = [1.0, 2.0]
print(sum(x[i]))
===
error[E0201]: nothing is called `i` here
   ╭─[ indices.dsl:2:13 ]
   │
 2 │ print(sum(x[i]))
   │             ▲
   │
   │ help: an index is bound by `for`: `[.. for i]`, `sum(.. for i)`
───╯

--- a colon for a whole axis (full) ---
let a = [[1.0, 2.0], [3.0, 4.0]]
print(a[:, 0])
===
error[E0101]: expected an expression, found `:`
   ╭─[ indices.dsl:2:9 ]
   │
 2 │ print(a[:, 0])
   │         ▲
   │
   │ help: a whole axis is written `..`
   │
 2 │ print(a[.., 0])
   │         ~~
───╯

--- a step in a range (full) ---
print([i for i in 0..10..2])
===
error[E0101]: expected `,` or `]`, found `..`
   ╭─[ indices.dsl:1:24 ]
   │
 1 │ print([i for i in 0..10..2])
   │                        ─▲
   │
   │ help: a range has no step: count the steps, `for k in 0..n`, and write `2 * k`
───╯

--- a sum over two axes of different lengths (full) ---
fn f[m, n](a: f64[m, n]) -> f64 = sum(a[i, i] for i)
===
error[E0408]: one index, two ranges: `m` and `n`
   ╭─[ indices.dsl:1:44 ]
   │
 1 │ fn f[m, n](a: f64[m, n]) -> f64 = sum(a[i, i] for i)
   │                                            ┬      ┬
   │                                            ╰───────── this axis has `n` elements
   │                                                   │
   │                                                   ╰── the range is `m`
   │
   │ help: write the range that you mean, `in 0..m`, or give both axes one size
───╯

--- a fold that is none (full) ---
let x = [1.0, 2.0]
print(norm(x[i] for i))
===
error[E0527]: `norm` does not fold
   ╭─[ indices.dsl:2:7 ]
   │
 2 │ print(norm(x[i] for i))
   │       ──▲─
   │
   │ help: the folds are sum prod max min mean any all argmax argmin logsumexp
───╯
