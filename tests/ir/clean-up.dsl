--- a chain of elementwise operations stays one map each, without copies ---
fn f[n](x: f64[n]) -> f64[n] = [exp(-x[i]^2) * 2 for i]
print(f([1.0, 2.0, 3.0]))
===
site !0 0 31 55 "[exp(-x[i]^2) * 2 for i]"
site !1 0 32 48 "exp(-x[i]^2) * 2"
site !2 0 32 44 "exp(-x[i]^2)"
site !3 0 36 43 "-x[i]^2"
site !4 0 37 43 "x[i]^2"
site !5 0 37 41 "x[i]"
site !6 0 56 81 "print(f([1.0, 2.0, 3.0]))"
site !7 0 62 80 "f([1.0, 2.0, 3.0])"
site !8 0 64 79 "[1.0, 2.0, 3.0]"
fn @0 "statement" {
  axis '0 = 3, '1 = 3
  %0 = const f64 1.0: f64{} !4
  %1 = const f64 2.0: f64{} !1
  %2 = const f64 3.0: f64{} !8
  %3 = stack '0 %0 %1 %2: f64{'0} !8
  %4 = read {'0: '1} %3: f64{'1} !5
  %5 = map mul %4 %4: f64{'1} !4
  %6 = map neg %5: f64{'1} !3
  %7 = map exp %6: f64{'1} !2
  %8 = map mul %7 %1: f64{'1} !1
  return %8 ['1]
}

--- equal nodes are shared ---
fn f(x: f64, y: f64) -> f64 = (x * y + 1) * (x * y + 1)
let a = f64(i64(2.5))
print(f(a, 3.0 + a))
===
site !0 0 30 55 "(x * y + 1) * (x * y + 1)"
site !1 0 30 41 "(x * y + 1)"
site !2 0 31 36 "x * y"
site !3 0 31 40 "x * y + 1"
site !4 0 44 55 "(x * y + 1)"
site !5 0 45 50 "x * y"
site !6 0 45 54 "x * y + 1"
site !7 0 64 77 "f64(i64(2.5))"
site !8 0 68 76 "i64(2.5)"
site !9 0 78 98 "print(f(a, 3.0 + a))"
site !10 0 84 97 "f(a, 3.0 + a)"
site !11 0 89 96 "3.0 + a"
fn @0 "statement" {
  %0 = const f64 2.0: f64{} !7
  return %0 []
}
fn @1 "statement" {
  %0 = param 0: f64{} order []
  %1 = const f64 3.0: f64{} !11
  %2 = map add %1 %0: f64{} !11
  %3 = map mul %0 %2: f64{} !2
  %4 = const f64 1.0: f64{} !1
  %5 = map add %3 %4: f64{} !3
  %6 = map mul %5 %5: f64{} !0
  return %6 []
}

--- what a gradient does not need is not computed ---
let x: f64[2, 3] = normal(key(0))
let w: f64[3, 2] = normal(key(1))
print(grad(|w| sum(x @ w))(w))
===
site !0 0 19 33 "normal(key(0))"
site !1 0 26 32 "key(0)"
site !2 0 53 67 "normal(key(1))"
site !3 0 60 66 "key(1)"
site !4 0 68 98 "print(grad(|w| sum(x @ w))(w))"
site !5 0 74 97 "grad(|w| sum(x @ w))(w)"
site !6 0 74 94 "grad(|w| sum(x @ w))"
site !7 0 83 93 "sum(x @ w)"
site !8 0 87 92 "x @ w"
site !9 0 89 90 "@"
fn @0 "statement" {
  axis '0 = 2, '1 = 3
  %0 = const key 0x0: key{} !1
  %1 = iota '0: i64{'0}
  %2 = iota '1: i64{'1}
  %3 = const i64 3: i64{}
  %4 = map index_mul %1 %3: i64{'0}
  %5 = map index_add %4 %2: i64{'0, '1}
  %6 = map normal %0 %5: f64{'0, '1}
  return %6 ['0, '1]
}
fn @1 "statement" {
  axis '0 = 3, '1 = 2
  %0 = const key 0x1: key{} !3
  %1 = iota '0: i64{'0}
  %2 = iota '1: i64{'1}
  %3 = const i64 2: i64{}
  %4 = map index_mul %1 %3: i64{'0}
  %5 = map index_add %4 %2: i64{'0, '1}
  %6 = map normal %0 %5: f64{'0, '1}
  return %6 ['0, '1]
}
fn @2 "statement" {
  axis '0 = 3, '1 = 2, '2 = 2, '3 = 3, '4 = 2
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = param 1: f64{'2, '3} order ['2, '3]
  %2 = fold sum ['2] %1: f64{'3} !9
  return %2 ['3, '4]
}
