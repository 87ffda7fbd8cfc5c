//! Names of other languages: what they are called here.

/// A sentence that helps, and what stands here for the name, if one name does.
pub(crate) type Hint = (&'static str, Option<&'static str>);

fn is(here: &'static str, help: &'static str) -> Option<Hint> {
    Some((help, Some(here)))
}

fn say(help: &'static str) -> Option<Hint> {
    Some((help, None))
}

/// A value or function of NumPy, PyTorch, Julia, Haskell, Python, Rust.
pub(crate) fn value(name: &str) -> Option<Hint> {
    match name {
        "True" => is("true", "write `true`"),
        "False" => is("false", "write `false`"),
        "None" | "null" | "nil" | "undefined" | "Nothing" | "nothing" => {
            say("there is no missing value; `nan` is a float that is no number")
        }
        "PI" | "Pi" => is("pi", "write `pi`"),
        "Inf" | "Infinity" | "infinity" => is("inf", "write `inf`"),
        "NaN" | "Nan" => is("nan", "write `nan`"),
        "ln" => is("log", "write `log`"),
        "fabs" => is("abs", "write `abs`"),
        "power" => is("pow", "write `pow`, or `x^y`"),
        "len" | "length" | "size" | "shape" | "ndims" => say(
            "sizes are part of types: a function names them, `fn f[n](x: f64[n])`, and reads `n` as a number",
        ),
        "range" | "arange" => say("a range is written `0..n`; as a tensor it is `[f64(i) for i in 0..n]`"),
        "linspace" => say("write `[a + (b - a) * i / (n - 1) for i in 0..n]`"),
        "rand" | "randn" | "random" => {
            say("random numbers come from a key: `let x: f64[3] = normal(key(0))`, or `uniform`")
        }
        "float" | "double" | "Float64" | "toFloat" => is("f64", "write `f64(..)`"),
        "int" | "Int" | "round_to_int" => is("i64", "write `i64(..)`; it cuts towards 0"),
        "bool" => say("compare instead: `x != 0`"),
        "str" | "string" | "format" => {
            say("texts are not computed; `print` takes several values: `print(\"x =\", x)`")
        }
        "matmul" | "mm" | "mul" => say("the product of matrices is written `a @ b`"),
        "inv" => is("inverse", "write `inverse(a)`; for a system `solve(a, b)` is better"),
        "pinv" => say("write `lstsq(a, b)` for the `x` that comes closest to `a @ x == b`"),
        "slogdet" => is("logdet", "`logdet(a)` is the logarithm of the magnitude, `sign(det(a))` the sign"),
        "eig" | "eigvalsh" => is("eigh", "of a symmetric matrix: `let (values, vectors) = eigh(a)`"),
        "chol" => is("cholesky", "write `cholesky(a)`"),
        "linear_sum_assignment" => is("assignment", "write `assignment(gain)`"),
        "transpose" => say("write `a.T`, or name the axes: `[a[i, j] for j, i]`"),
        "view" => say("`reshape(x, (m, n))`, or axes by name: `[x[i * k + j] for i in 0..n, j in 0..k]`"),
        "ravel" => is("flatten", "write `flatten(x)`"),
        "concatenate" | "hstack" | "vstack" | "cat" => is("concat", "write `concat(a, b)`"),
        "append" | "push" => say("a tensor keeps its size: `concat(x, [v])` is a new one"),
        "sorted" => is("sort", "write `sort(x)`; `argsort(x)` gives the order"),
        "map" | "fmap" | "vmap" => say("a comprehension applies a function: `[f(x[i]) for i]`"),
        "filter" => say("folds filter: `sum(x[i] for i if x[i] > 0)`; a tensor keeps its size"),
        "reduce" | "fold" | "foldl" | "foldr" | "accumulate" => {
            say("write `sum(x[i] for i)`, or `scan(|s, x| (s + x, s + x), 0.0, xs)` for all partial results")
        }
        "zip" | "enumerate" => say("one index reads both: `[x[i] * y[i] for i]`"),
        "select" | "ifelse" => is("where", "write `where(mask, a, b)`"),
        "diff" | "derivative" | "gradient" | "deriv" | "D" | "autograd" => is("grad", "write `grad(f)`"),
        "println" | "printf" | "display" | "echo" | "puts" => is("print", "write `print`"),
        "break" => say("a loop ends by its condition: `while not done { .. }`"),
        "continue" => say("put the rest of the turn into an `if`"),
        "pass" => say("a block of nothing is `{}`"),
        "self" | "this" => say("there are no methods; a function takes what it needs as parameters"),
        "np" | "numpy" | "jnp" | "torch" | "tf" | "jax" => {
            say("the functions of numbers and tensors need no module: `exp(x)`, `a @ b`, `sum(x)`")
        }
        "end" => say("a block ends with `}`"),
        _ => None,
    }
}

/// A type.
pub(crate) fn ty(name: &str) -> Option<Hint> {
    match name {
        "int" | "integer" | "Int" | "i32" | "isize" | "usize" | "u32" | "u64" | "int64" | "int32"
        | "long" => is("i64", "write `i64`; sizes are named in `[..]`: `fn f[n](..)`"),
        "float" | "double" | "real" | "Float" | "Double" | "number" | "float64" | "Float64" => {
            is("f64", "write `f64`")
        }
        "float32" | "single" | "Float32" => is("f32", "write `f32`"),
        "boolean" | "Bool" | "Boolean" => is("bool", "write `bool`"),
        "str" | "string" | "String" | "char" => {
            say("texts are no values of a type: they stand as labels and paths only")
        }
        "complex" | "complex128" => say("complex numbers will be `c128`, but are not there yet"),
        "Tensor" | "ndarray" | "array" | "Array" | "Matrix" | "Vec" | "Vector" | "List" | "list"
        | "tensor" => say("the type of a tensor is its elements and sizes: `f64[n]`, `f64[m, n]`"),
        "minplus" => is("minplus<f64>", "write `minplus<f64>`"),
        "maxplus" => is("maxplus<f64>", "write `maxplus<f64>`"),
        "void" | "None" | "Unit" | "unit" => is("()", "write `()`, or leave the type out"),
        "size" => say("a size is named in `[..]` or stands without a type"),
        _ => None,
    }
}

/// A field or method of a tensor or number.
pub(crate) fn member(name: &str) -> Option<Hint> {
    match name {
        "shape" | "size" | "ndim" | "length" | "len" | "rows" | "cols" => say(
            "sizes are part of types: a function names them, `fn f[n](x: f64[n])`, and reads `n` as a number",
        ),
        "dtype" => say("the type of the elements is known when the program is checked: `f64[n]`"),
        "backward" | "grad" => say("derivatives are of functions: `grad(f)(x)`"),
        "t" | "transpose" | "mT" => is("T", "write `x.T`"),
        "item" => say("a scalar is a number already"),
        "append" | "push" | "extend" => {
            say("a tensor keeps its size: write all elements by index, or use `scan`")
        }
        "copy" | "clone" | "detach" => say("values are never shared: the name itself is a copy"),
        "to" | "astype" => say("write the conversion: `f32(x)`, `i64(x)`"),
        other => value(other),
    }
}
