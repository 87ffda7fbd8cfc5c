//! What stopped a program: the place, the reason, and the numbers that belong to it.

use std::fmt;

use dslc_ir::SiteId;
use dslc_ir::mach::Trap;

/// A failure at run time. Whoever has the module's sites adds the place and what stands there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Failure {
    /// Where in the program it belongs; absent only for nodes that no source stands behind.
    pub site: Option<SiteId>,
    /// Why.
    pub trap: Trap,
    /// The index, for [`Trap::Index`]; else 0.
    pub a: i64,
    /// The extent, for [`Trap::Index`]; else 0.
    pub b: i64,
}

impl Failure {
    /// A failure that carries no numbers.
    pub const fn new(site: Option<SiteId>, trap: Trap) -> Self {
        Self { site, trap, a: 0, b: 0 }
    }
    /// An index outside its axis.
    pub const fn index(site: Option<SiteId>, index: i64, extent: i64) -> Self {
        Self { site, trap: Trap::Index, a: index, b: extent }
    }
    /// The sentence for people, without a capital and without a full stop: it stands in a longer message.
    pub fn sentence(&self) -> String {
        match self.trap {
            Trap::Overflow => "the integer result does not fit in 64 bits".to_string(),
            Trap::DivideByZero => "an integer is divided by zero".to_string(),
            Trap::NotAnInteger => {
                "a float that is NaN or out of range of the integers cannot become one".to_string()
            }
            Trap::Index => {
                let plural = if self.b == 1 { "" } else { "s" };
                format!("index {} is outside the axis of {} element{plural}", self.a, self.b)
            }
            Trap::Empty => "nothing has no largest or smallest element".to_string(),
            Trap::Singular => "the matrix is singular, so it has no inverse".to_string(),
            Trap::Shift => "a shift is by a negative amount or by 64 or more".to_string(),
            Trap::Demand => "a condition that the program demands does not hold".to_string(),
            Trap::Negative => "a negative integer cannot become a count".to_string(),
            Trap::NotPositive => {
                "the matrix is not positive definite, so it has no Cholesky factor".to_string()
            }
            Trap::NotFinite => "the matrix has an element that is NaN or infinite".to_string(),
            Trap::NoConvergence => {
                "the iteration for the factors of the matrix does not converge".to_string()
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}
impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_told_with_its_axis() {
        let f = Failure::index(None, 7, 5);
        assert_eq!(f.sentence(), "index 7 is outside the axis of 5 elements");
        assert_eq!(Failure::index(None, -1, 1).sentence(), "index -1 is outside the axis of 1 element");
    }
}
