//! Powers of complex numbers.

use crate::check::Checker;
use crate::value::{Complex, Value};

impl Checker<'_> {
    /// `z ^ n`, by repeated squaring.
    pub(crate) fn complex_power(&mut self, z: &Complex, n: i64) -> Value {
        let one = self.number(&z.re.elem.clone(), 1.0);
        let one = self.with_zero(one);
        let spread = Complex {
            re: self.pair_like(one.re.clone(), z.im.clone()).re,
            im: self.pair_like(one.im.clone(), z.re.clone()).re,
        };
        let (mut power, mut out, mut k) = (z.clone(), None::<Complex>, n.unsigned_abs());
        while k > 0 {
            if k & 1 == 1 {
                out = Some(match out {
                    None => power.clone(),
                    Some(o) => self.times(&o, &power),
                });
            }
            k >>= 1;
            if k > 0 {
                power = self.times(&power.clone(), &power);
            }
        }
        Value::complex(match out {
            None => spread,
            Some(p) if n < 0 => self.quotient(&one, &p),
            Some(p) => p,
        })
    }
}
