//! Machine operations, on scalars and on vectors of 128 bits.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{ConstantData, Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use dslc_ir::mach::{Cmp, Lane, Mach, V};

use super::{Translator, clif_type};
use crate::error::JitError;

impl Translator<'_> {
    /// The value of an operation whose result is this register.
    pub(super) fn op(&mut self, to: V, op: Mach) -> Result<Value, JitError> {
        use Mach::*;
        let register = self.register(to);
        let ty = clif_type(register);
        let (lane, vector) = (register.lane, register.width > 1);
        macro_rules! ins {
            ($method:ident $(, $arg:expr)*) => {{
                let args = ($(self.get($arg)?,)*);
                ins!(@ $method args $($arg),*)
            }};
            (@ $method:ident $args:ident $a:expr) => { self.builder.ins().$method($args.0) };
            (@ $method:ident $args:ident $a:expr, $b:expr) => { self.builder.ins().$method($args.0, $args.1) };
            (@ $method:ident $args:ident $a:expr, $b:expr, $c:expr) => {
                self.builder.ins().$method($args.0, $args.1, $args.2)
            };
        }
        Ok(match op {
            Const(bits) => self.constant(ty, lane, bits),
            FAdd(a, b) => ins!(fadd, a, b),
            FSub(a, b) => ins!(fsub, a, b),
            FMul(a, b) => ins!(fmul, a, b),
            FDiv(a, b) => ins!(fdiv, a, b),
            Fma(a, b, c) => ins!(fma, a, b, c),
            FNeg(a) => ins!(fneg, a),
            FAbs(a) => ins!(fabs, a),
            FSqrt(a) => ins!(sqrt, a),
            FFloor(a) => ins!(floor, a),
            FCeil(a) => ins!(ceil, a),
            FTrunc(a) => ins!(trunc, a),
            FNearest(a) => ins!(nearest, a),
            FMin(a, b) if vector => self.vector_min(a, b)?,
            FMax(a, b) if vector => self.vector_max(a, b)?,
            FMin(a, b) => ins!(fmin, a, b),
            FMax(a, b) => ins!(fmax, a, b),
            FCmp(cmp, a, b) => {
                let (a, b) = (self.get(a)?, self.get(b)?);
                self.builder.ins().fcmp(float_cc(cmp), a, b)
            }
            ICmp(cmp, a, b) => self.compare(cmp, a, b)?,
            Select(c, a, b) if self.register(c).width > 1 => {
                let (a, b) = (self.get(a)?, self.get(b)?);
                let mask = self.get(c)?;
                let mask = self.same_bits(ty, mask);
                self.builder.ins().bitselect(mask, a, b)
            }
            Select(c, a, b) => ins!(select, c, a, b),
            IAdd(a, b) => ins!(iadd, a, b),
            ISub(a, b) => ins!(isub, a, b),
            IMul(a, b) => ins!(imul, a, b),
            IMulHi(a, b) => ins!(smulhi, a, b),
            UMulHi(a, b) => ins!(umulhi, a, b),
            IDiv(a, b) => ins!(sdiv, a, b),
            And(a, b) => ins!(band, a, b),
            Or(a, b) => ins!(bor, a, b),
            Xor(a, b) => ins!(bxor, a, b),
            Not(a) if lane == Lane::Bool && !vector => {
                let a = self.get(a)?;
                self.builder.ins().bxor_imm_u(a, 1)
            }
            Not(a) => ins!(bnot, a),
            Shl(a, b) => ins!(ishl, a, b),
            ShrU(a, b) => ins!(ushr, a, b),
            ShrS(a, b) => ins!(sshr, a, b),
            Popcount(a) => ins!(popcnt, a),
            Bitcast(a) => {
                let a = self.get(a)?;
                self.same_bits(ty, a)
            }
            IToF(_) | FToI(_) | FCast(_) | ICast(_) | BToI(_) => self.convert(ty, op)?,
            Arg(_) | Fail(..) => return Err(JitError::Program(format!("{op:?} stands in a loop program"))),
        })
    }

    /// Conversions, which are scalar.
    fn convert(&mut self, ty: Type, op: Mach) -> Result<Value, JitError> {
        let Some(from) = op.operands().next() else {
            return Err(JitError::Program(format!("{op:?} has no operand")));
        };
        let value = self.get(from)?;
        let narrow = self.builder.func.dfg.value_type(value).bits() > ty.bits();
        let ins = self.builder.ins();
        Ok(match op {
            Mach::IToF(_) => ins.fcvt_from_sint(ty, value),
            Mach::FToI(_) => ins.fcvt_to_sint_sat(ty, value),
            Mach::FCast(_) if narrow => ins.fdemote(ty, value),
            Mach::FCast(_) => ins.fpromote(ty, value),
            Mach::ICast(_) if narrow => ins.ireduce(ty, value),
            Mach::ICast(_) => ins.sextend(ty, value),
            Mach::BToI(_) => ins.uextend(ty, value),
            other => return Err(JitError::Program(format!("{other:?} is not a conversion"))),
        })
    }

    fn constant(&mut self, ty: Type, lane: Lane, bits: u64) -> Value {
        if ty.is_vector() {
            return self.vector_constant(ty, lane, bits);
        }
        match lane {
            Lane::F64 => self.builder.ins().f64const(f64::from_bits(bits)),
            Lane::F32 => self.builder.ins().f32const(f32::from_bits(bits as u32)),
            Lane::I64 => self.builder.ins().iconst(ty, bits as i64),
            // Cranelift wants the bits above the type to be zero.
            Lane::I32 => self.builder.ins().iconst(ty, i64::from(bits as u32)),
            Lane::Bool => self.builder.ins().iconst(ty, i64::from(bits != 0)),
        }
    }

    fn vector_constant(&mut self, ty: Type, lane: Lane, bits: u64) -> Value {
        let bits = if lane == Lane::Bool && bits != 0 { u64::MAX } else { bits };
        let lane = &bits.to_le_bytes()[..ty.lane_type().bytes() as usize];
        self.vconst(ty, &lane.repeat(ty.lane_count() as usize))
    }

    fn vconst(&mut self, ty: Type, bytes: &[u8]) -> Value {
        let constant = self.builder.func.dfg.constants.insert(ConstantData::from(bytes));
        self.builder.ins().vconst(ty, constant)
    }

    /// `i, i + 1`.
    pub(super) fn ramp(&mut self, to: V, from: V) -> Result<(), JitError> {
        let from = self.get(from)?;
        let from = self.builder.ins().splat(types::I64X2, from);
        let mut bytes = [0; 16];
        bytes[8] = 1;
        let steps = self.vconst(types::I64X2, &bytes);
        let value = self.builder.ins().iadd(from, steps);
        self.define(to, value)
    }

    /// Integer comparison. Of masks the order is unsigned, since true is all ones.
    fn compare(&mut self, cmp: Cmp, a: V, b: V) -> Result<Value, JitError> {
        let mask = self.register(a).lane == Lane::Bool;
        let (a, b) = (self.get(a)?, self.get(b)?);
        let cc = int_cc(cmp);
        Ok(self.builder.ins().icmp(if mask { cc.unsigned() } else { cc }, a, b))
    }

    fn same_bits(&mut self, ty: Type, value: Value) -> Value {
        if self.builder.func.dfg.value_type(value) == ty {
            return value;
        }
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        self.builder.ins().bitcast(ty, flags, value)
    }

    /// `a > b ? a : b` or with `<`: one instruction; of zeros and with NaN it gives `b`.
    fn one_sided(&mut self, (x, y): (Value, Value), (a, b): (Value, Value)) -> Value {
        let ty = self.builder.func.dfg.value_type(a);
        let mask = self.builder.ins().fcmp(FloatCC::LessThan, x, y);
        let mask = self.same_bits(ty, mask);
        self.builder.ins().bitselect(mask, a, b)
    }

    /// IEEE `minimum` in three instructions (Cranelift's takes eight). The two one-sided choices give the same
    /// number; or, of two zeros, each of them; or, with a NaN, it and the other operand. Their disjunction is then that
    /// number; the negative zero; a NaN, since its exponent stays all ones and its fraction not zero.
    fn vector_min(&mut self, a: V, b: V) -> Result<Value, JitError> {
        let (a, b) = (self.get(a)?, self.get(b)?);
        let (first, second) = (self.one_sided((a, b), (a, b)), self.one_sided((b, a), (b, a)));
        Ok(self.builder.ins().bor(first, second))
    }

    /// IEEE `maximum` in five: the conjunction makes the zero positive but loses the NaN, which the mask of unordered
    /// lanes brings back.
    fn vector_max(&mut self, a: V, b: V) -> Result<Value, JitError> {
        let (a, b) = (self.get(a)?, self.get(b)?);
        let (first, second) = (self.one_sided((b, a), (a, b)), self.one_sided((a, b), (b, a)));
        let both = self.builder.ins().band(first, second);
        let unordered = self.builder.ins().fcmp(FloatCC::Unordered, a, b);
        let unordered = self.same_bits(self.builder.func.dfg.value_type(a), unordered);
        Ok(self.builder.ins().bor(both, unordered))
    }
}

/// All are false on NaN, but `Ne`.
fn float_cc(cmp: Cmp) -> FloatCC {
    match cmp {
        Cmp::Eq => FloatCC::Equal,
        Cmp::Ne => FloatCC::NotEqual,
        Cmp::Lt => FloatCC::LessThan,
        Cmp::Le => FloatCC::LessThanOrEqual,
        Cmp::Gt => FloatCC::GreaterThan,
        Cmp::Ge => FloatCC::GreaterThanOrEqual,
    }
}

fn int_cc(cmp: Cmp) -> IntCC {
    match cmp {
        Cmp::Eq => IntCC::Equal,
        Cmp::Ne => IntCC::NotEqual,
        Cmp::Lt => IntCC::SignedLessThan,
        Cmp::Le => IntCC::SignedLessThanOrEqual,
        Cmp::Gt => IntCC::SignedGreaterThan,
        Cmp::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}
