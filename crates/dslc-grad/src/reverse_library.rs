//! The reverse derivatives of routines.

use dslc_base::Index as _;
use dslc_ir::{Binding, Node, NodeId, Routine};

use crate::build::output;
use crate::factors::Factored;
use crate::matrices::{Matrix, triangle};
use crate::reverse::Reverse;

impl Reverse<'_, '_> {
    /// `a^T w = x_bar`; `b_bar = w`, `a_bar = -w x^T`, of which a triangular `a` takes the triangle.
    pub(crate) fn solve_back(
        &mut self,
        id: NodeId,
        node: &Node,
        routine: Routine,
        bind: &Binding,
        bar: NodeId,
    ) {
        let args = self.args(node);
        let x = self.outs[id.index()][0];
        let (rows, columns) = (bind.args[0][0], bind.args[0][1]);
        let w_axis = self.b.axis_like(rows);
        let back =
            Binding { args: vec![vec![columns, rows], bind.results[0].clone()], results: vec![vec![w_axis]] };
        let transposed = match routine {
            Routine::SolveLower => Routine::SolveUpper,
            Routine::SolveUpper => Routine::SolveLower,
            other => other,
        };
        let w = self.b.library(transposed, &[args[0], bar], back);
        let mapped = self.mapped(node, bind, 0, None);
        if self.wants(node.args[1]) {
            self.give_core(node.args[1], output(w, [w_axis]), &bind.args[1], &mapped);
        }
        if self.wants(node.args[0]) {
            let x_axis = self.b.axis_like(columns);
            let x = self.b.rename(x, &[(bind.results[0][0], x_axis)]);
            let product = self.b.mul(w, x);
            let a_bar = Matrix { node: self.b.neg(product), row: w_axis, column: x_axis };
            let a_bar = triangle(&mut self.b, routine, a_bar).node;
            self.give_core(node.args[0], output(a_bar, [w_axis, x_axis]), &bind.args[0], &mapped);
        }
    }

    /// A routine from one matrix.
    pub(crate) fn factor_back(
        &mut self,
        id: NodeId,
        node: &Node,
        routine: Routine,
        bind: &Binding,
        bars: &[Option<NodeId>],
    ) {
        let args = self.args(node);
        let outs = self.outs[id.index()].clone();
        let factored = Factored { routine, a: (args[0], &bind.args[0]), outs: &outs, cores: &bind.results };
        if let Some(bar) = factored.bar(&mut self.b, bars) {
            let mapped = self.mapped(node, bind, 0, None);
            self.give_core(node.args[0], output(bar.node, [bar.row, bar.column]), &bind.args[0], &mapped);
        }
    }
}
