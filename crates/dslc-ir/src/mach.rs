//! Machine operations: what scalar primitives are made of.
//!
//! A primitive is *recorded* once per scalar type as a [`Recipe`], a straight line of machine operations. The
//! evaluator interprets the recipe; lowering copies it into loops. So the evaluator and compiled code compute
//! the same bits by construction, and no backend knows a primitive.

use std::fmt;

/// The type of a value inside a recipe.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lane {
    /// A 64-bit float.
    F64,
    /// A 32-bit float.
    F32,
    /// A 64-bit integer; also the bits of an `F64`, and a key.
    I64,
    /// A 32-bit integer; also the bits of an `F32`.
    I32,
    /// A truth value.
    Bool,
}

/// A value of a recipe: the position of the operation that gives it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct V(pub u32);

impl fmt::Debug for V {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// A comparison. For floats all are false on NaN, except `Ne`, which is true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cmp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

/// Why a primitive or a node can stop the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u32)]
pub enum Trap {
    /// A 64-bit integer result does not fit.
    Overflow = 1,
    /// An integer divided by zero.
    DivideByZero = 2,
    /// A float that is NaN or out of range became an integer.
    NotAnInteger = 3,
    /// An index outside its axis; the record carries the index and the extent.
    Index = 4,
    /// `argmax` or `argmin` of nothing.
    Empty = 5,
    /// A matrix that cannot be inverted.
    Singular = 6,
    /// A shift by a negative amount or by 64 or more.
    Shift = 7,
    /// A negative integer became a count.
    Negative = 8,
    /// The Cholesky factor of a matrix that is not positive definite.
    NotPositive = 9,
    /// A factorisation of a matrix with an element that is NaN or infinite.
    NotFinite = 10,
    /// An iteration of a factorisation that does not converge.
    NoConvergence = 11,
    /// A condition that the program demands does not hold.
    Demand = 12,
}

/// One machine operation. `I` operations work on `I64` and `I32` alike and wrap; floats round to nearest even.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mach {
    /// The argument with this position.
    Arg(u8),
    /// A constant: bits, zero-extended.
    Const(u64),
    /// Float addition.
    FAdd(V, V),
    /// Float subtraction.
    FSub(V, V),
    /// Float multiplication.
    FMul(V, V),
    /// Float division.
    FDiv(V, V),
    /// `a * b + c` rounded once.
    Fma(V, V, V),
    /// Sign flip (NaN too).
    FNeg(V),
    /// Sign cleared (NaN too).
    FAbs(V),
    /// Square root.
    FSqrt(V),
    /// Rounds down.
    FFloor(V),
    /// Rounds up.
    FCeil(V),
    /// Rounds toward zero.
    FTrunc(V),
    /// Rounds to nearest, ties to even.
    FNearest(V),
    /// IEEE 754-2019 `minimum`: NaN if either is, -0 below +0.
    FMin(V, V),
    /// IEEE 754-2019 `maximum`.
    FMax(V, V),
    /// Float comparison; a `Bool`.
    FCmp(Cmp, V, V),
    /// Signed integer comparison; a `Bool`.
    ICmp(Cmp, V, V),
    /// `Bool ? a : b`; any lane type.
    Select(V, V, V),
    /// Integer addition.
    IAdd(V, V),
    /// Integer subtraction.
    ISub(V, V),
    /// Integer multiplication, low half.
    IMul(V, V),
    /// Signed integer multiplication, high half (`I64` only).
    IMulHi(V, V),
    /// Unsigned integer multiplication, high half (`I64` only).
    UMulHi(V, V),
    /// Signed division toward zero. The divisor must not be 0, nor the quotient overflow: guard with `Select`.
    IDiv(V, V),
    /// Bitwise or logical and; integers or `Bool`.
    And(V, V),
    /// Bitwise or logical or.
    Or(V, V),
    /// Bitwise or logical exclusive or.
    Xor(V, V),
    /// Bitwise or logical not.
    Not(V),
    /// Left shift by a value of the same lane type, which must be in range.
    Shl(V, V),
    /// Right shift filling with zeros.
    ShrU(V, V),
    /// Right shift filling with the sign.
    ShrS(V, V),
    /// The number of one bits.
    Popcount(V),
    /// Same bits: `F64` and `I64`, `F32` and `I32`.
    Bitcast(V),
    /// Signed 64-bit integer to float, rounding.
    IToF(V),
    /// Float to signed 64-bit integer toward zero, saturating; NaN gives 0.
    FToI(V),
    /// `F32` to `F64`, exact; or `F64` to `F32`, rounding.
    FCast(V),
    /// `I32` to `I64`, sign-extending; or `I64` to `I32`, truncating.
    ICast(V),
    /// `Bool` to integer 0 or 1.
    BToI(V),
    /// Records a failure of the node where the operand is true; gives the operand. The computation goes on with
    /// whatever the other operations give, so they must be safe for any operand.
    Fail(Trap, V),
}

impl Mach {
    /// How many floating-point operations it is, where it gives a value of this lane type.
    fn operations(&self, lane: Lane) -> u32 {
        use Mach::*;
        match self {
            Fma(..) => 2,
            FAdd(..) | FSub(..) | FMul(..) | FDiv(..) | FSqrt(_) => 1,
            FFloor(_) | FCeil(_) | FTrunc(_) | FNearest(_) | FMin(..) | FMax(..) | FCmp(..) => 1,
            IToF(_) | FToI(_) | FCast(_) => 1,
            Select(..) => matches!(lane, Lane::F64 | Lane::F32).into(),
            Arg(_) | Const(_) | FNeg(_) | FAbs(_) | ICmp(..) | IAdd(..) | ISub(..) | IMul(..) => 0,
            IMulHi(..) | UMulHi(..) | IDiv(..) | And(..) | Or(..) | Xor(..) | Not(_) | Shl(..) => 0,
            ShrU(..) | ShrS(..) | Popcount(_) | Bitcast(_) | ICast(_) | BToI(_) | Fail(..) => 0,
        }
    }

    /// The operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = V> {
        use Mach::*;
        let (a, b, c) = match *self {
            Arg(_) | Const(_) => (None, None, None),
            FNeg(a)
            | FAbs(a)
            | FSqrt(a)
            | FFloor(a)
            | FCeil(a)
            | FTrunc(a)
            | FNearest(a)
            | Not(a)
            | Popcount(a)
            | Bitcast(a)
            | IToF(a)
            | FToI(a)
            | FCast(a)
            | ICast(a)
            | BToI(a)
            | Fail(_, a) => (Some(a), None, None),
            FAdd(a, b)
            | FSub(a, b)
            | FMul(a, b)
            | FDiv(a, b)
            | FMin(a, b)
            | FMax(a, b)
            | FCmp(_, a, b)
            | ICmp(_, a, b)
            | IAdd(a, b)
            | ISub(a, b)
            | IMul(a, b)
            | IMulHi(a, b)
            | UMulHi(a, b)
            | IDiv(a, b)
            | And(a, b)
            | Or(a, b)
            | Xor(a, b)
            | Shl(a, b)
            | ShrU(a, b)
            | ShrS(a, b) => (Some(a), Some(b), None),
            Fma(a, b, c) | Select(a, b, c) => (Some(a), Some(b), Some(c)),
        };
        [a, b, c].into_iter().flatten()
    }

    /// The same operation with each operand replaced.
    pub fn map_operands(self, mut f: impl FnMut(V) -> V) -> Mach {
        use Mach::*;
        match self {
            Arg(k) => Arg(k),
            Const(c) => Const(c),
            FAdd(a, b) => FAdd(f(a), f(b)),
            FSub(a, b) => FSub(f(a), f(b)),
            FMul(a, b) => FMul(f(a), f(b)),
            FDiv(a, b) => FDiv(f(a), f(b)),
            Fma(a, b, c) => Fma(f(a), f(b), f(c)),
            FNeg(a) => FNeg(f(a)),
            FAbs(a) => FAbs(f(a)),
            FSqrt(a) => FSqrt(f(a)),
            FFloor(a) => FFloor(f(a)),
            FCeil(a) => FCeil(f(a)),
            FTrunc(a) => FTrunc(f(a)),
            FNearest(a) => FNearest(f(a)),
            FMin(a, b) => FMin(f(a), f(b)),
            FMax(a, b) => FMax(f(a), f(b)),
            FCmp(c, a, b) => FCmp(c, f(a), f(b)),
            ICmp(c, a, b) => ICmp(c, f(a), f(b)),
            Select(a, b, c) => Select(f(a), f(b), f(c)),
            IAdd(a, b) => IAdd(f(a), f(b)),
            ISub(a, b) => ISub(f(a), f(b)),
            IMul(a, b) => IMul(f(a), f(b)),
            IMulHi(a, b) => IMulHi(f(a), f(b)),
            UMulHi(a, b) => UMulHi(f(a), f(b)),
            IDiv(a, b) => IDiv(f(a), f(b)),
            And(a, b) => And(f(a), f(b)),
            Or(a, b) => Or(f(a), f(b)),
            Xor(a, b) => Xor(f(a), f(b)),
            Not(a) => Not(f(a)),
            Shl(a, b) => Shl(f(a), f(b)),
            ShrU(a, b) => ShrU(f(a), f(b)),
            ShrS(a, b) => ShrS(f(a), f(b)),
            Popcount(a) => Popcount(f(a)),
            Bitcast(a) => Bitcast(f(a)),
            IToF(a) => IToF(f(a)),
            FToI(a) => FToI(f(a)),
            FCast(a) => FCast(f(a)),
            ICast(a) => ICast(f(a)),
            BToI(a) => BToI(f(a)),
            Fail(t, a) => Fail(t, f(a)),
        }
    }
}

/// A straight line of machine operations. **Invariant:** operands are smaller than the operation's position.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipe {
    /// The operations and the lane type of what each gives.
    pub ops: Vec<(Mach, Lane)>,
    /// The result.
    pub result: V,
}

impl Recipe {
    /// Whether an operation can record a failure.
    pub fn can_fail(&self) -> bool {
        self.ops.iter().any(|(op, _)| matches!(op, Mach::Fail(..)))
    }
    /// How many floating-point operations it does: a fused multiply-add is two, what only changes a sign is none, and so
    /// is what works on integers, bits and bools. A selection counts where it selects floats.
    pub fn operations(&self) -> u32 {
        let mut needed = vec![false; self.ops.len()];
        needed[self.result.0 as usize] = true;
        let mut count = 0;
        for (k, (op, lane)) in self.ops.iter().enumerate().rev() {
            if needed[k] || matches!(op, Mach::Fail(..)) {
                op.operands().for_each(|v| needed[v.0 as usize] = true);
                count += op.operations(*lane);
            }
        }
        count
    }
}

/// Records a recipe: each method appends one operation (equal ones are shared) and gives its value.
#[derive(Debug, Default)]
pub struct Kit {
    ops: Vec<(Mach, Lane)>,
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        $($(#[$doc])* pub fn $name(&mut self, a: V, b: V) -> V {
            let lane = self.lane(a);
            debug_assert_eq!(lane, self.lane(b), concat!(stringify!($name), ": lanes differ"));
            self.push(Mach::$op(a, b), lane)
        })*
    };
}
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        $($(#[$doc])* pub fn $name(&mut self, a: V) -> V {
            let lane = self.lane(a);
            self.push(Mach::$op(a), lane)
        })*
    };
}

impl Kit {
    /// Records what `define` does with arguments of these lane types.
    pub fn record(args: &[Lane], define: fn(&mut Kit, &[V]) -> V) -> Recipe {
        let mut kit = Kit::default();
        let args: Vec<V> =
            args.iter().enumerate().map(|(k, &lane)| kit.push(Mach::Arg(k as u8), lane)).collect();
        let result = define(&mut kit, &args);
        Recipe { ops: kit.ops, result }
    }
    fn push(&mut self, op: Mach, lane: Lane) -> V {
        let same = |o: &(Mach, Lane)| *o == (op, lane);
        let found = self.ops.iter().position(same);
        V(found.unwrap_or_else(|| {
            self.ops.push((op, lane));
            self.ops.len() - 1
        }) as u32)
    }
    /// The lane type of a value.
    pub fn lane(&self, v: V) -> Lane {
        self.ops[v.0 as usize].1
    }
    /// Whether a value is a 64-bit float (else, in a float primitive, it is a 32-bit one).
    pub fn is_f64(&self, v: V) -> bool {
        self.lane(v) == Lane::F64
    }
    /// A constant of a lane type by its bits.
    pub fn bits(&mut self, lane: Lane, bits: u64) -> V {
        self.push(Mach::Const(bits), lane)
    }
    /// A float constant of the same type as `like`, rounded to it.
    pub fn float(&mut self, like: V, x: f64) -> V {
        match self.lane(like) {
            Lane::F32 => self.bits(Lane::F32, u64::from((x as f32).to_bits())),
            _ => self.bits(Lane::F64, x.to_bits()),
        }
    }
    /// An integer constant of the same type as `like`.
    pub fn int(&mut self, like: V, x: i64) -> V {
        match self.lane(like) {
            Lane::I32 => self.bits(Lane::I32, u64::from(x as i32 as u32)),
            _ => self.bits(Lane::I64, x as u64),
        }
    }
    binary! {
        /// Float addition.
        fadd => FAdd;
        /// Float subtraction.
        fsub => FSub;
        /// Float multiplication.
        fmul => FMul;
        /// Float division.
        fdiv => FDiv;
        /// IEEE `minimum`.
        fmin => FMin;
        /// IEEE `maximum`.
        fmax => FMax;
        /// Integer addition, wrapping.
        iadd => IAdd;
        /// Integer subtraction, wrapping.
        isub => ISub;
        /// Integer multiplication, wrapping.
        imul => IMul;
        /// High half of the signed product.
        imul_hi => IMulHi;
        /// High half of the unsigned product.
        umul_hi => UMulHi;
        /// Signed division toward zero; guard the operands.
        idiv => IDiv;
        /// And.
        and => And;
        /// Or.
        or => Or;
        /// Exclusive or.
        xor => Xor;
        /// Left shift.
        shl => Shl;
        /// Right shift, zeros.
        shr_u => ShrU;
        /// Right shift, sign.
        shr_s => ShrS;
    }
    unary! {
        /// Sign flip.
        fneg => FNeg;
        /// Absolute value.
        fabs => FAbs;
        /// Square root.
        fsqrt => FSqrt;
        /// Rounds down.
        ffloor => FFloor;
        /// Rounds up.
        fceil => FCeil;
        /// Rounds toward zero.
        ftrunc => FTrunc;
        /// Rounds to nearest even.
        fnearest => FNearest;
        /// Not.
        not => Not;
        /// Number of one bits.
        popcount => Popcount;
    }
    /// `a * b + c`, rounded once.
    pub fn fma(&mut self, a: V, b: V, c: V) -> V {
        let lane = self.lane(a);
        self.push(Mach::Fma(a, b, c), lane)
    }
    /// Float comparison.
    pub fn fcmp(&mut self, cmp: Cmp, a: V, b: V) -> V {
        self.push(Mach::FCmp(cmp, a, b), Lane::Bool)
    }
    /// Signed integer comparison.
    pub fn icmp(&mut self, cmp: Cmp, a: V, b: V) -> V {
        self.push(Mach::ICmp(cmp, a, b), Lane::Bool)
    }
    /// `c ? a : b`.
    pub fn select(&mut self, c: V, a: V, b: V) -> V {
        let lane = self.lane(a);
        self.push(Mach::Select(c, a, b), lane)
    }
    /// The same bits as the other kind of the same width.
    pub fn bitcast(&mut self, a: V) -> V {
        let lane = match self.lane(a) {
            Lane::F64 => Lane::I64,
            Lane::I64 => Lane::F64,
            Lane::F32 => Lane::I32,
            Lane::I32 => Lane::F32,
            Lane::Bool => Lane::Bool,
        };
        self.push(Mach::Bitcast(a), lane)
    }
    /// A 64-bit integer as a float of this lane type.
    pub fn i_to_f(&mut self, a: V, lane: Lane) -> V {
        self.push(Mach::IToF(a), lane)
    }
    /// A float toward zero as a 64-bit integer, saturating.
    pub fn f_to_i(&mut self, a: V) -> V {
        self.push(Mach::FToI(a), Lane::I64)
    }
    /// The other float type.
    pub fn fcast(&mut self, a: V) -> V {
        let lane = if self.is_f64(a) { Lane::F32 } else { Lane::F64 };
        self.push(Mach::FCast(a), lane)
    }
    /// The other integer width.
    pub fn icast(&mut self, a: V) -> V {
        let lane = if self.lane(a) == Lane::I64 { Lane::I32 } else { Lane::I64 };
        self.push(Mach::ICast(a), lane)
    }
    /// A truth value as an `I64` 0 or 1.
    pub fn b_to_i(&mut self, a: V) -> V {
        self.push(Mach::BToI(a), Lane::I64)
    }
    /// Records a failure of the node where `condition` holds.
    pub fn fail(&mut self, trap: Trap, condition: V) -> V {
        self.push(Mach::Fail(trap, condition), Lane::Bool)
    }
}
