//! Each problem: where its arguments and expected numbers stand in the files.

use dslc::{Argument, Record, Size, Value};
use serde_json::Value as Json;

use crate::golden::{flat, integers, json, take, tensor, words};
use crate::{Args, Case};

/// What an objective may be off by, and a derivative.
const OBJECTIVE: f64 = 1e-10;
const DERIVATIVE: f64 = 1e-9;

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    let groups =
        [ba(), chain(), det(), gmm(), kmeans(), llsq(), logreg(), lse(), lstm(), mlp(), node(), ode()];
    groups.into_iter().flatten().chain(rnn()).chain(rosen()).collect()
}

fn args<const N: usize>(args: [Box<dyn Argument>; N]) -> Args {
    Args(args.into())
}

fn of(x: impl Argument + 'static) -> Box<dyn Argument> {
    Box::new(x)
}

/// The tensors under these names.
fn tensors(input: &Json, names: &[&str]) -> Vec<Box<dyn Argument>> {
    names.iter().map(|n| of(tensor(&input[n]))).collect()
}

/// The numbers under these names, one after the other.
fn all(json: &Json, names: &[&str]) -> Vec<f64> {
    names.iter().flat_map(|n| flat(&json[n])).collect()
}

/// Cases whose input is a vector `x`.
fn of_vector(program: &'static str, names: &[&str], exprs: [&'static str; 2]) -> Vec<Case> {
    let case = |name: &&str| {
        let file = json(&format!("{program}/{name}"));
        let expected = vec![
            (exprs[0], flat(&file["objective"]), OBJECTIVE),
            (exprs[1], flat(&file["grad"]), DERIVATIVE),
        ];
        let args = args([of(tensor(&file["input"]["x"]))]);
        Case { program, name: format!("{program} {name}"), args, expected, small: true }
    };
    names.iter().map(case).collect()
}

fn lse() -> Vec<Case> {
    of_vector("lse", &["one", "ties", "extreme_neg", "extreme_pos", "n10", "n2500"], ["lse", "grad(lse)"])
}

fn rosen() -> Vec<Case> {
    let mut cases = of_vector("rosen", &["n10"], ["rosen", "grad(rosen)"]);
    let hessian = flat(&json("rosen/n10")["hessian"]);
    cases[0].expected.push(("hessian(rosen)", hessian, DERIVATIVE));
    cases
}

fn chain() -> Vec<Case> {
    let mut cases = of_vector("chain", &["n1000"], ["chain", "grad(chain)"]);
    cases[0].args.0.extend([of(1.3), of(0.2)]);
    cases
}

fn llsq() -> Vec<Case> {
    let mut cases = of_vector("llsq", &["n16_m4", "n64_m8", "n1024_m128"], ["llsq", "grad(llsq)"]);
    for (case, n) in cases.iter_mut().zip([16, 64, 1024]) {
        case.args.0.push(of(Size(n)));
        case.small = n < 1000;
    }
    cases
}

fn det() -> Vec<Case> {
    let case = |n: u64| {
        let file = json(&format!("det/ell{n}"));
        Case {
            program: "det",
            name: format!("det {n}"),
            args: args([of(Value::from_f64s([n, n], &flat(&file["input"]["A"])))]),
            expected: vec![
                ("determinant", flat(&file["objective"]), OBJECTIVE),
                ("grad(determinant)", flat(&file["grad"]), DERIVATIVE),
            ],
            small: true,
        }
    };
    [2, 4, 7].map(case).into()
}

fn ode() -> Vec<Case> {
    let case = |(name, steps): (&str, i64)| {
        let file = json(&format!("ode/{name}"));
        Case {
            program: "ode",
            name: format!("ode {name}"),
            args: args([of(tensor(&file["input"]["x"])), of(steps)]),
            expected: vec![
                ("ode", flat(&file["primal"]), OBJECTIVE),
                ("grad(last)", flat(&file["grad_of_last"]), DERIVATIVE),
            ],
            small: true,
        }
    };
    [("n5_s10", 10), ("n10_s100", 100)].map(case).into()
}

fn kmeans() -> Vec<Case> {
    let case = |(name, small): (&str, bool)| {
        let file = json(&format!("kmeans/{name}"));
        let value = flat(&file["cost"]);
        Case {
            program: "kmeans",
            name: format!("kmeans {name}"),
            args: Args(tensors(&file["input"], &["centroids", "points"])),
            expected: vec![
                ("cost", value.clone(), OBJECTIVE),
                ("grad(cost)", flat(&file["grad"]), DERIVATIVE),
                ("newton", [value, all(&file, &["grad", "hess_diag", "dir"])].concat(), DERIVATIVE),
            ],
            small,
        }
    };
    [("k3_n20_d2", true), ("k10_n1000_d8", false)].map(case).into()
}

fn logreg() -> Vec<Case> {
    let file = json("logreg/small_n20_d4");
    vec![Case {
        program: "logreg",
        name: "logreg".into(),
        args: Args(tensors(&file["input"], &["w", "X", "y"])),
        expected: vec![
            ("logreg", flat(&file["objective"]), OBJECTIVE),
            ("grad(logreg)", flat(&file["grad"]), DERIVATIVE),
            ("hessian(logreg)", flat(&file["hessian"]), DERIVATIVE),
        ],
        small: true,
    }]
}

fn gmm() -> Vec<Case> {
    let case = |(name, small): (&str, bool)| {
        let file = json(&format!("gmm/{name}"));
        let args = match file["input"]["file"].as_str() {
            Some(path) => mixture(path),
            None => {
                let mut args = tensors(&file["input"], &["alpha", "mu", "q", "l", "x"]);
                args.extend([of(1.0), of(0i64)]);
                args
            }
        };
        Case {
            program: "gmm",
            name: name.into(),
            args: Args(args),
            expected: vec![
                ("gmm", flat(&file["objective"]), OBJECTIVE),
                (
                    "grad(gmm, wrt: (alpha, mu, q, l))",
                    all(&file["grad"], &["alpha", "mu", "q", "l"]),
                    DERIVATIVE,
                ),
            ],
            small,
        }
    };
    [("gmm_test_d2_K3_n1", true), ("gmm_d2_K5", true), ("gmm_d10_K25", false)].map(case).into()
}

/// A file of a mixture: `d k n`, the weights, the means, rows of `q` and `l`, the points, `gamma m`.
fn mixture(path: &str) -> Vec<Box<dyn Argument>> {
    let mut words = words(path);
    let mut size = || words.next().unwrap() as u64;
    let (d, k, n) = (size(), size(), size());
    let (alpha, mu) = (take(&mut words, &[k]), take(&mut words, &[k, d]));
    let below = d * (d - 1) / 2;
    let (mut q, mut l) = (Vec::new(), Vec::new());
    for _ in 0..k {
        q.extend(words.by_ref().take(d as usize));
        l.extend(words.by_ref().take(below as usize));
    }
    let x = take(&mut words, &[n, d]);
    let (gamma, m) = (words.next().unwrap(), words.next().unwrap() as i64);
    let (q, l) = (Value::from_f64s([k, d], &q), Value::from_f64s([k, below], &l));
    vec![of(alpha), of(mu), of(q), of(l), of(x), of(gamma), of(m)]
}

fn lstm() -> Vec<Case> {
    let case = |(name, small): (&str, bool)| {
        let file = json(&format!("lstm/{name}"));
        let args = match file["input"]["file"].as_str() {
            Some(path) => {
                let mut words = words(path);
                let mut size = || words.next().unwrap() as u64;
                let (l, c, b) = (size(), size(), size());
                let shapes = [[2 * l, 4 * b], [3, b], [2 * l, b], [c, b]];
                shapes.map(|s| of(take(&mut words, &s))).into()
            }
            None => tensors(&file["input"], &["main", "extra", "state", "seq"]),
        };
        Case {
            program: "lstm",
            name: name.into(),
            args: Args(args),
            expected: vec![
                ("lstm", flat(&file["objective"]), OBJECTIVE),
                ("grad(lstm, wrt: (main, extra))", all(&file, &["grad_main", "grad_extra"]), DERIVATIVE),
            ],
            small,
        }
    };
    [("gen_l2_c5_b3", true), ("lstm_l2_c1024", false)].map(case).into()
}

/// ADBench's files repeat one camera and one point, so there is one block to compare.
fn ba() -> Vec<Case> {
    let repeated = |name: &str| {
        let file = json(&format!("ba/{name}"));
        let input = &file["input"];
        Case {
            program: "ba",
            name: format!("ba {name}"),
            args: Args(tensors(input, &["cam", "x", "w", "feat"])),
            expected: vec![
                ("residual", flat(&file["reproj_err_block"]), OBJECTIVE),
                ("block", flat(&file["jac_block"]), DERIVATIVE),
                (
                    "|camera: f64[11], point: f64[3], w: f64, f: f64[2]| weight_error(w)",
                    flat(&file["w_err"]),
                    OBJECTIVE,
                ),
                (
                    "|camera: f64[11], point: f64[3], w: f64, f: f64[2]| grad(weight_error)(w)",
                    flat(&file["jac_w"]),
                    DERIVATIVE,
                ),
            ],
            small: true,
        }
    };
    let file = json("ba/gen_n5_m20_p60");
    let input = &file["input"];
    let distinct = Case {
        program: "ba",
        name: "ba gen".into(),
        args: args([
            of(tensor(&input["cams"])),
            of(tensor(&input["X"])),
            of(tensor(&input["w"])),
            of(integers(&input["obs"])),
            of(tensor(&input["feats"])),
        ]),
        expected: vec![
            ("residuals", all(&file, &["reproj_err", "w_err"]), OBJECTIVE),
            ("blocks", all(&file, &["jac_blocks", "jac_w"]), DERIVATIVE),
        ],
        small: true,
    };
    vec![repeated("ba_test"), repeated("ba1"), distinct]
}

fn mlp() -> Vec<Case> {
    let file = json("mlp/small_4x6_5_3");
    let input = &file["input"];
    let names = [("w1", "W1"), ("b1", "b1"), ("w2", "W2"), ("b2", "b2")];
    let net = |names: &[(&'static str, &str)]| {
        let fields = names.iter().map(|&(n, m)| (n, tensor(&input[m])));
        of(fields.fold(Record::new(), |r, (n, v)| r.with(n, v)))
    };
    let v = net(&[("w1", "V1"), ("b1", "v1"), ("w2", "V2"), ("b2", "v2")]);
    let order = ["W1", "b1", "W2", "b2"];
    let data = || [of(tensor(&input["x"])), of(integers(&input["y"]))];
    let case = |args: Vec<Box<dyn Argument>>, expected| Case {
        program: "mlp",
        name: "mlp".into(),
        args: Args(args),
        expected,
        small: true,
    };
    let values = vec![
        ("loss", flat(&file["loss"]), OBJECTIVE),
        ("grad(loss)", all(&file["grad"], &order), DERIVATIVE),
        ("|p, x, y| descend(p, x, y, 0.1)", all(&file["params_after_sgd_lr0_1"], &order), DERIVATIVE),
    ];
    let product = vec![("hvp(loss)", all(&file["hvp"], &order), DERIVATIVE)];
    let with_direction = [net(&names), v].into_iter().chain(data()).collect();
    vec![case([net(&names)].into_iter().chain(data()).collect(), values), case(with_direction, product)]
}

fn node() -> Vec<Case> {
    let case = |(name, steps, h, small): (&str, i64, f64, bool)| {
        let file = json(&format!("node/{name}"));
        let names = ["W1", "b1", "W2", "b2", "y0"];
        let mut args = tensors(&file["input"], &names);
        args.extend([of(steps), of(h)]);
        Case {
            program: "node",
            name: format!("node {name}"),
            args: Args(args),
            expected: vec![
                ("node", flat(&file["objective"]), OBJECTIVE),
                ("grad(node, wrt: (w1, b1, w2, b2, y0))", all(&file["grad"], &names), DERIVATIVE),
            ],
            small,
        }
    };
    [("small_d3_steps4", 4, 0.1, true), ("d64_steps200", 200, 0.01, false)].map(case).into()
}

fn rnn() -> Vec<Case> {
    let file = json("rnn/small_T5_B2_I3_H4");
    vec![Case {
        program: "rnn",
        name: "rnn".into(),
        args: Args(tensors(&file["input"], &["Wx", "Wh", "b", "xs", "h0"])),
        expected: vec![
            ("rnn", flat(&file["objective"]), OBJECTIVE),
            ("grad(rnn, wrt: (wx, wh, bias))", all(&file["grad"], &["Wx", "Wh", "b"]), DERIVATIVE),
        ],
        small: true,
    }]
}
