//! Functions whose derivative someone has stated: see [`Rule`].
//!
//! - *Takes* a function with a rule, and what is wanted of its derivative.
//! - *Gives* the joint function or the tangent function that a walk over its nodes would give, from the rule alone.
//! - *Needs* the rule to be expanded, which `expand` does before it meets the function.
//! - *Breaks* nothing: the new function is appended.
//!
//! A rule is a function of the module, so a second derivative is the derivative of an ordinary function, and the calls
//! of the function that the first one holds follow the rule again. The forward derivative is the transpose of the
//! reverse one: the rule is linear in its cotangents, so *its* reverse derivative in these, at tangents of the
//! parameters in the place of cotangents, is what the parameters' tangents do to the results. It does not depend on
//! the cotangents at which it is taken; they are zero.
//!
//! ```text
//! fn @1 "f" derivative @0 covers [true] {      f : x -> y,  rule : (y, y_bar, x) -> x_bar
//!
//! fn "f.reverse" (x, y_bar)                    fn "f.tangent" (x, x_dot)
//!   y = call @1 (x)                              y = call @1 (x)
//!   x_bar = call @0 (y, y_bar, x)                _, y_dot = call @0.reverse (y, 0, x, x_dot)
//!   return y, x_bar                              return y, y_dot
//! ```

use dslc_ir::{Builder, FuncId, Function, Output, Rule};

use crate::build::{call_core, param_shapes, params, result_shapes, zero_output};
use crate::deriver::{Deriver, Request};
use crate::error::GradError;
use crate::expand::float_results;
use crate::split::positions;

/// The marks that a rule covers.
fn covered(rule: &Rule, marks: &[bool]) -> Vec<bool> {
    marks.iter().zip(&rule.covers).map(|(m, c)| *m && *c).collect()
}

/// Which results move with the marked parameters: all that can, if the rule covers one of these.
pub(crate) fn reached(f: &Function, rule: &Rule, wrt: &[bool]) -> Vec<bool> {
    let some = covered(rule, wrt).contains(&true);
    float_results(f).into_iter().map(|float| some && float).collect()
}

/// Which of the marked parameters get a cotangent.
pub(crate) fn needed(rule: &Rule, request: &Request) -> Vec<bool> {
    let some = request.seeds.contains(&true);
    covered(rule, &request.wrt).into_iter().map(|c| some && c).collect()
}

impl Deriver<'_> {
    /// `(x.., y_bar..) -> (y.., x_bar..)`, as [`Deriver::joint`] asks for.
    pub(crate) fn stated_joint(&mut self, request: &Request, rule: &Rule) -> FuncId {
        let f = self.func(request.func);
        let (shapes, outs, floats) = (param_shapes(f), result_shapes(f), float_results(f));
        let mut b = Builder::new(format!("{}.reverse", f.name));
        let xs = params(&mut b, shapes.iter().cloned());
        let seeds = params(&mut b, positions(&request.seeds).into_iter().map(|k| outs[k].clone()));
        let ys = call_core(&mut b, self.module, request.func, &xs);
        let mut given: Vec<Output> = ys.clone();
        let mut seeds = seeds.into_iter();
        for k in positions(&floats) {
            let seed = if request.seeds[k] { seeds.next() } else { None };
            given.push(seed.unwrap_or_else(|| zero_output(&mut b, &outs[k])));
        }
        given.extend(xs);
        let made = call_core(&mut b, self.module, rule.func, &given);
        let mut results = ys;
        for k in positions(&request.wrt) {
            let at = rule.covers[..k].iter().filter(|c| **c).count();
            let bar = rule.covers[k].then(|| made[at].clone());
            results.push(bar.unwrap_or_else(|| zero_output(&mut b, &shapes[k])));
        }
        self.add(b.finish(results))
    }

    /// `(x.., x_dot..) -> (y.., y_dot..)`, as [`Deriver::forward`] asks for.
    pub(crate) fn stated_forward(
        &mut self,
        func: FuncId,
        rule: &Rule,
        wrt: &[bool],
    ) -> Result<FuncId, GradError> {
        let f = self.func(func);
        let (shapes, outs, floats) = (param_shapes(f), result_shapes(f), float_results(f));
        let name = format!("{}.tangent", f.name);
        // The transpose: which of the rule's results are seeded with tangents, in its cotangents.
        let moves = covered(rule, wrt);
        let seeds: Vec<bool> = positions(&rule.covers).into_iter().map(|k| moves[k]).collect();
        let (first, last) = (outs.len(), outs.len() + positions(&floats).len());
        let bars: Vec<bool> = (0..last + shapes.len()).map(|k| k >= first && k < last).collect();
        let request = self.request(rule.func, &bars, &seeds);
        let transpose = self.joint(&request)?.func;
        let mut b = Builder::new(name);
        let xs = params(&mut b, shapes.iter().cloned());
        let dots = params(&mut b, positions(wrt).into_iter().map(|k| shapes[k].clone()));
        let ys = call_core(&mut b, self.module, func, &xs);
        let mut given: Vec<Output> = ys.clone();
        for k in positions(&floats) {
            given.push(zero_output(&mut b, &outs[k]));
        }
        given.extend(xs);
        for (at, k) in positions(&rule.covers).into_iter().enumerate() {
            if request.seeds[at] {
                given.push(dots[wrt[..k].iter().filter(|w| **w).count()].clone());
            }
        }
        let made = call_core(&mut b, self.module, transpose, &given);
        let mut results = ys;
        results.extend_from_slice(&made[seeds.len()..]);
        Ok(self.add(b.finish(results)))
    }
}
