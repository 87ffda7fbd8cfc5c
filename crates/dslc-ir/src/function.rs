//! Functions, nodes, types and the module that holds them.

use std::fmt;
use std::sync::Arc;

use dslc_base::{IndexVec, Span, define_index};

use crate::op::Op;
use crate::scalar::Scalar;

define_index!(NodeId, "%", "A node of a function.");
define_index!(AxisId, "'", "An axis of a function; ids are unique within the function.");
define_index!(FuncId, "@", "A function of a module.");
define_index!(SiteId, "!", "A place that can fail at run time; smaller ids come first in program order.");

/// How long an axis is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Extent {
    /// Known when compiled.
    Static(u64),
    /// Known when run: the tape of a loop whose trip count is data. Only [`Op::Scan`] makes such an axis, by
    /// stacking, and only [`Op::Scan`] and the boundary of a function may see a value that has it.
    Dynamic,
}

impl Extent {
    /// The number, if it is known.
    pub fn known(self) -> Option<u64> {
        match self {
            Extent::Static(n) => Some(n),
            Extent::Dynamic => None,
        }
    }
}

/// A scalar type and the *set* of axes along which a value varies, sorted by id. Which axis is which follows
/// from the ids alone; memory order is chosen by lowering.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Type {
    /// The type of each element.
    pub scalar: Scalar,
    /// The axes, sorted, without repetition.
    pub axes: Arc<[AxisId]>,
}

impl Type {
    /// A value that varies along these axes; they are sorted and made unique here.
    pub fn new(scalar: Scalar, axes: impl IntoIterator<Item = AxisId>) -> Self {
        let mut axes: Vec<AxisId> = axes.into_iter().collect();
        axes.sort_unstable();
        axes.dedup();
        Self { scalar, axes: axes.into() }
    }
    /// A value that varies along no axis.
    pub fn scalar(scalar: Scalar) -> Self {
        Self { scalar, axes: Arc::new([]) }
    }
    /// Whether the value varies along this axis.
    pub fn has(&self, axis: AxisId) -> bool {
        self.axes.binary_search(&axis).is_ok()
    }
}

/// One operation. **Invariant:** `args` are smaller than the node's own id and each has exactly one result
/// (a node with several results is read through [`Op::Proj`]).
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// What it reads.
    pub args: Vec<NodeId>,
    /// The type of each result. Everything but calls and control flow has one.
    pub types: Vec<Type>,
    /// Where in the program a failure of this node belongs, for nodes that can fail.
    pub site: Option<SiteId>,
}

impl Node {
    /// The type of a node with one result.
    pub fn ty(&self) -> &Type {
        &self.types[0]
    }
}

/// A parameter: its node, and the order in which a caller's axes are bound to its axes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Param {
    /// The `Op::Param` node.
    pub node: NodeId,
    /// The axes by position; as a set, those of the node's type.
    pub axes: Vec<AxisId>,
}

/// A result: the node that gives it, and the order of its axes by position. A listed axis that the node lacks
/// is a broadcast: the result is constant along it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Output {
    /// The node.
    pub node: NodeId,
    /// The axes by position; a superset of those of the node's type.
    pub axes: Vec<AxisId>,
}

/// A function from tensors to tensors.
///
/// **Invariant:** `params[k].node` is a node `Op::Param(k)`; every argument of a node is smaller than the node;
/// every axis of a type stands in `axes`.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Function {
    /// A name for people; need not be unique.
    pub name: String,
    /// The extent of each axis.
    pub axes: IndexVec<AxisId, Extent>,
    /// The parameters in order.
    pub params: Vec<Param>,
    /// The nodes in order.
    pub nodes: IndexVec<NodeId, Node>,
    /// The results in order.
    pub results: Vec<Output>,
    /// How a call of it is differentiated, if not through its nodes.
    pub rule: Option<Rule>,
}

/// A reverse derivative that someone has stated. The derivative pass follows it and drops it: no later pass sees one.
///
/// `func : (y.., y_bar.., x..) -> x_bar..` takes the results of the function it belongs to, a cotangent for each of them
/// that has a tangent, in which it is linear, and the parameters. It gives the cotangents of those that it covers; the
/// others get none.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The rule, smaller than the function that it belongs to.
    pub func: FuncId,
    /// For each parameter whether the rule gives its cotangent.
    pub covers: Vec<bool>,
}

impl Function {
    /// The type of a node with one result.
    pub fn ty(&self, node: NodeId) -> &Type {
        self.nodes[node].ty()
    }
    /// The scalar type and the extents, by position, of a parameter.
    pub fn param_shape(&self, k: usize) -> Shape {
        let p = &self.params[k];
        Shape { scalar: self.ty(p.node).scalar, extents: self.extents(&p.axes) }
    }
    /// The scalar type and the extents, by position, of a result.
    pub fn result_shape(&self, k: usize) -> Shape {
        let r = &self.results[k];
        Shape { scalar: self.ty(r.node).scalar, extents: self.extents(&r.axes) }
    }
    /// The extents of these axes.
    pub fn extents(&self, axes: &[AxisId]) -> Vec<Extent> {
        axes.iter().map(|&a| self.axes[a]).collect()
    }
    /// The number of elements over these axes; `None` if one is dynamic or the product overflows.
    pub fn count(&self, axes: &[AxisId]) -> Option<u64> {
        axes.iter().try_fold(1u64, |n, &a| n.checked_mul(self.axes[a].known()?))
    }
}

/// The shape of a parameter or result: what a caller must know of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape {
    /// The type of each element.
    pub scalar: Scalar,
    /// The extents by position.
    pub extents: Vec<Extent>,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.scalar)?;
        if self.extents.is_empty() {
            return Ok(());
        }
        f.write_str("[")?;
        for (k, e) in self.extents.iter().enumerate() {
            let comma = if k > 0 { ", " } else { "" };
            match e {
                Extent::Static(n) => write!(f, "{comma}{n}")?,
                Extent::Dynamic => write!(f, "{comma}?")?,
            }
        }
        f.write_str("]")
    }
}

/// A place in the program that a run may tell of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Where it stands in the source.
    pub span: Span,
    /// What stands there, for the message: `x[i]`, `a / b`. Of what is shown its label, of a kink what it is.
    pub what: String,
    /// What is told.
    pub role: Role,
}

impl Site {
    /// A place that can fail.
    pub fn new(span: Span, what: impl Into<String>) -> Self {
        Self { span, what: what.into(), role: Role::Failure }
    }
}

/// What a run tells of a place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Role {
    /// That it failed.
    #[default]
    Failure,
    /// The same, of what a reverse derivative does there.
    Reverse,
    /// The same, of what a forward derivative does there.
    Tangent,
    /// A value, to whoever reads what the program shows.
    Shown,
    /// Where a derivative met a kink: the tensor of truths that the site's `trace` shows.
    Kink,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Role::Failure, Role::Reverse, Role::Tangent, Role::Shown, Role::Kink];
    /// The word before a site in printed IR.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Failure => "site",
            Role::Reverse => "reverse",
            Role::Tangent => "tangent",
            Role::Shown => "shown",
            Role::Kink => "kink",
        }
    }
}

/// The functions of a program, and the places that can fail. **Invariant:** a function calls only functions
/// with smaller ids, so there is no recursion.
#[derive(Clone, Default, Debug)]
pub struct Module {
    /// The functions, callees first.
    pub funcs: IndexVec<FuncId, Function>,
    /// Places that can fail, in program order.
    pub sites: IndexVec<SiteId, Site>,
}
