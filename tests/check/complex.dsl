--- a real number becomes complex where it is written (full) ---
let x = sin(1.5)
print(x + complex(1.0, 2.0))
===
error[E0503]: `+` of `f64` and `c128`
   ╭─[ complex.dsl:2:9 ]
   │
 2 │ print(x + complex(1.0, 2.0))
   │       ┬ ┬ ────────┬────────
   │       ╰────────────────────── `f64`
   │         │         │
   │         ╰──────────────────── here
   │                   │
   │                   ╰────────── `c128`
   │
   │ help: nothing converts silently: write `complex(.., 0)` around the real side
───╯

--- complex numbers have no order ---
print(complex(1.0, 2.0) < complex(1.0, 3.0))
===
complex.dsl:1:7: error[E0504]: `<` has no meaning for `c128`

--- nor a largest one ---
print(max([complex(1.0, 2.0)]))
===
complex.dsl:1:7: error[E0529]: `max` folds a real number, not `c128`

--- a gradient is of a real function ---
print(grad(|z: c128| z * z)(complex(1.0, 2.0)))
===
complex.dsl:1:12: error[E0701]: `grad` needs a function with one real result; this gives `c128`

--- a parameter is real ---
fn f(x: f64) -> f64 = x
print(f(complex(1.0, 2.0)))
===
complex.dsl:2:9: error[E0308]: `x` of `f` is `f64`; this is `c128`

--- a parameter is complex ---
fn f(x: c128) -> c128 = x
let y = 1.0 + 0.5
let t = [y, y]
print(f(t[0]))
===
complex.dsl:4:9: error[E0308]: `x` of `f` is `c128`; this is `f64`

--- not every function has a meaning for them ---
print(floor(complex(1.0, 2.0)))
===
complex.dsl:1:13: error[E0519]: `floor` is for floats; this is `c128`

--- shapes meet as elsewhere ---
print([complex(1.0, 2.0)] + [complex(1.0, 2.0), complex(1.0, 2.0)])
===
complex.dsl:1:27: error[E0301]: `+` needs equal shapes: `c128[1]` and `c128[2]`

--- a transform takes complex numbers (full) ---
print(fft([1.0, 2.0]))
===
error[E0501]: expected c128[n], found `f64[2]`
   ╭─[ complex.dsl:1:11 ]
   │
 1 │ print(fft([1.0, 2.0]))
   │           ─────▲────
   │
   │ help: nothing converts silently: write `complex(.., 0)`
   │
 1 │ print(fft(complex([1.0, 2.0], 0)))
   │           ++++++++          ++++
───╯

--- of one axis ---
let a: c128[2, 2] = eye
print(fft(a))
===
complex.dsl:2:11: error[E0501]: expected c128[n], found c128[2, 2]

--- what has no complex meaning (full) ---
let z = complex(1.0, 2.0)
print(det([[z]]))
let u: c128[2] = uniform(key(0))
===
error[E0316]: `det` takes a square matrix of floats, and this is `c128[1, 1]`
   ╭─[ complex.dsl:2:11 ]
   │
 2 │ print(det([[z]]))
   │           ──▲──
   │
   │ help: of complex matrices there are `solve`, `inverse` and `@`; this takes the parts, `real(..)` and `imag(..)`
───╯

error[E0526]: `uniform` draws floats, not `c128`
   ╭─[ complex.dsl:3:18 ]
   │
 3 │ let u: c128[2] = uniform(key(0))
   │                  ───────▲───────
   │
   │ help: write `complex(re, im)` with a draw for each part
───╯

--- complex systems and powers that do not fit ---
let z = complex(1.0, 2.0)
let k = argmax([1.0, 2.0])
print(z^k, z^true)
print(solve([[z, z]], [z]))
print(solve([[z]], [true]))
print(solve([[z]], c64([z])))
===
complex.dsl:3:7: error[E0503]: `^` of `i64` and `c128`
complex.dsl:3:12: error[E0503]: `^` of `bool` and `c128`
complex.dsl:4:7: error[E0314]: `solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows
complex.dsl:5:7: error[E0314]: `solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows
complex.dsl:6:7: error[E0314]: `solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows
