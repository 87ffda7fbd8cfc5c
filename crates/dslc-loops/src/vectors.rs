//! Which machine operations exist on vectors of 128 bits.

use dslc_ir::mach::{Lane, Mach};

/// How many lanes of this type a vector has; a `Bool` takes the width of what it is used with.
pub const fn lanes(lane: Lane) -> Option<u8> {
    match lane {
        Lane::F64 | Lane::I64 => Some(2),
        Lane::F32 | Lane::I32 => Some(4),
        Lane::Bool => None,
    }
}

/// Whether an operation may stand in a vector loop. Both backends must have it as a vector: conversions between
/// integers and floats, high halves of products, divisions of integers and counts of bits stay scalar, as does
/// what can fail.
pub const fn fits(op: &Mach) -> bool {
    use Mach::*;
    match op {
        Const(_) | FAdd(..) | FSub(..) | FMul(..) | FDiv(..) | Fma(..) | FNeg(_) | FAbs(_) | FSqrt(_)
        | FFloor(_) | FCeil(_) | FTrunc(_) | FNearest(_) | FMin(..) | FMax(..) | FCmp(..) | ICmp(..)
        | Select(..) | IAdd(..) | ISub(..) | IMul(..) | And(..) | Or(..) | Xor(..) | Not(_) | Shl(..)
        | ShrU(..) | ShrS(..) | Bitcast(_) => true,
        Arg(_) | IMulHi(..) | UMulHi(..) | IDiv(..) | Popcount(_) | IToF(_) | FToI(_) | FCast(_)
        | ICast(_) | BToI(_) | Fail(..) => false,
    }
}
