--- a chain of products ends in the vector ---
let a: f64[40, 40] = normal(key(0))
let x: f64[40] = normal(key(1))
print(((a @ a) @ a) @ x)
===
fn @2 "statement" {
  axis '0 = 40, '1 = 40, '2 = 40, '3 = 40
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = param 1: f64{'2} order ['2]
  %2 = read {'0: '1, '1: '3} %0: f64{'1, '3}
  %3 = map mul %0 %2: f64{'0, '1, '3}
  %4 = fold sum ['1] %3: f64{'0, '3}
  %5 = read {'0: '3, '1: '1} %0: f64{'1, '3}
  %6 = map mul %4 %5: f64{'0, '1, '3}
  %7 = fold sum ['3] %6: f64{'0, '1}
  %8 = read {'2: '1} %1: f64{'1}
  %9 = map mul %7 %8: f64{'0, '1}
  %10 = fold sum ['1] %9: f64{'0}
  return %10 ['0]
}
rewritten
fn @2 "statement" {
  axis '0 = 40, '1 = 40, '2 = 40
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = param 1: f64{'2} order ['2]
  %2 = read {'2: '1} %1: f64{'1}
  %3 = map mul %0 %2: f64{'0, '1}
  %4 = fold sum ['1] %3: f64{'0}
  %5 = read {'0: '1} %4: f64{'1}
  %6 = map mul %0 %5: f64{'0, '1}
  %7 = fold sum ['1] %6: f64{'0}
  %8 = read {'0: '1} %7: f64{'1}
  %9 = map mul %0 %8: f64{'0, '1}
  %10 = fold sum ['1] %9: f64{'0}
  return %10 ['0]
}

--- a sum of an outer product is a product of sums ---
let a: f64[90] = normal(key(0))
let b: f64[80] = normal(key(1))
print(sum([a[i] * b[j] for i, j]))
===
fn @2 "statement" {
  axis '0 = 90, '1 = 80, '2 = 90, '3 = 80
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = read {'0: '2} %0: f64{'2}
  %3 = read {'1: '3} %1: f64{'3}
  %4 = map mul %2 %3: f64{'2, '3}
  %5 = fold sum ['2, '3] %4: f64{}
  return %5 []
}
rewritten
fn @2 "statement" {
  axis '0 = 90, '1 = 80
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = fold sum ['0] %0: f64{}
  %3 = fold sum ['1] %1: f64{}
  %4 = map mul %2 %3: f64{}
  return %4 []
}

--- a maximum of sums is a sum of maxima ---
let a: f64[90] = normal(key(0))
let b: f64[80] = normal(key(1))
print(max([a[i] + b[j] for i, j]))
===
fn @2 "statement" {
  axis '0 = 90, '1 = 80, '2 = 90, '3 = 80
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = read {'0: '2} %0: f64{'2}
  %3 = read {'1: '3} %1: f64{'3}
  %4 = map add %2 %3: f64{'2, '3}
  %5 = fold max ['2, '3] %4: f64{}
  return %5 []
}
rewritten
fn @2 "statement" {
  axis '0 = 90, '1 = 80
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = fold max ['0] %0: f64{}
  %3 = fold max ['1] %1: f64{}
  %4 = map add %2 %3: f64{}
  return %4 []
}

--- a square of a difference stays ---
let a: f64[90] = normal(key(0))
let b: f64[80] = normal(key(1))
print(sum([(a[i] - b[j])^2 for i, j]))
