//! What a host hands over and takes back: arguments are borrowed where they lie, results are made once.

use dslc_ir::Scalar;
use dslc_runtime::value::Value;
use dslc_runtime::view::{View, ViewMut};
use dslc_sema::{Border, Slot};
use smallvec::SmallVec;

/// The borrowed leaves of arguments, in order.
pub type Views<'a> = SmallVec<[View<'a>; 16]>;
/// The borrowed leaves of results, in order.
pub type ViewsMut<'a> = SmallVec<[ViewMut<'a>; 8]>;

/// One argument of a function: a number, a slice, a tensor, a record.
pub trait Argument {
    /// Its type.
    fn border(&self) -> Border;
    /// Whether it has this type; the fast way to ask, without an allocation.
    fn fits(&self, border: &Border) -> bool;
    /// Adds its leaves.
    fn views<'a>(&'a self, out: &mut Views<'a>);
}

/// All arguments of a function: a tuple.
pub trait Arguments {
    /// Their types.
    fn borders(&self) -> Vec<Border>;
    /// Whether they have these types.
    fn fit(&self, borders: &[Border]) -> bool;
    /// Their leaves.
    fn views<'a>(&'a self, out: &mut Views<'a>);
}

/// What a function returns, in a type of the host's.
pub trait Returned: Sized {
    /// A value to be overwritten; none if the type is another.
    fn make(border: &Border) -> Option<Self>;
    /// Adds its leaves, to be written.
    fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>);
    /// The type, as a message says it.
    fn expected() -> String;
}

fn tensor(scalar: Scalar, shape: &[u64]) -> Border {
    Border::Tensor(Slot { scalar, shape: shape.to_vec() })
}

fn is_tensor(b: &Border, scalar: Scalar, shape: &[u64]) -> bool {
    matches!(b, Border::Tensor(s) if s.scalar == scalar && s.shape == shape)
}

macro_rules! numbers {
    ($($t:ty, $scalar:ident;)*) => {
        $(
            impl Argument for $t {
                fn border(&self) -> Border {
                    tensor(Scalar::$scalar, &[])
                }
                fn fits(&self, border: &Border) -> bool {
                    is_tensor(border, Scalar::$scalar, &[])
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    out.push(View::from(std::slice::from_ref(self)));
                }
            }
            impl Argument for &[$t] {
                fn border(&self) -> Border {
                    tensor(Scalar::$scalar, &[self.len() as u64])
                }
                fn fits(&self, border: &Border) -> bool {
                    is_tensor(border, Scalar::$scalar, &[self.len() as u64])
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    out.push(View::from(*self));
                }
            }
            impl Argument for Vec<$t> {
                fn border(&self) -> Border {
                    self.as_slice().border()
                }
                fn fits(&self, border: &Border) -> bool {
                    self.as_slice().fits(border)
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    out.push(View::from(self.as_slice()));
                }
            }
            impl<const N: usize> Argument for [$t; N] {
                fn border(&self) -> Border {
                    self.as_slice().border()
                }
                fn fits(&self, border: &Border) -> bool {
                    self.as_slice().fits(border)
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    out.push(View::from(self.as_slice()));
                }
            }
        )*
    };
}
numbers! { f64, F64; f32, F32; i64, I64; bool, Bool; }

macro_rules! returned {
    ($($t:ty, $scalar:ident, $name:literal;)*) => {
        $(
            impl Returned for $t {
                fn make(border: &Border) -> Option<Self> {
                    is_tensor(border, Scalar::$scalar, &[]).then_some(Default::default())
                }
                fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
                    out.push(ViewMut::from(std::slice::from_mut(self)));
                }
                fn expected() -> String {
                    $name.into()
                }
            }
            impl Returned for Vec<$t> {
                fn make(border: &Border) -> Option<Self> {
                    match border {
                        Border::Tensor(s) if s.scalar == Scalar::$scalar && s.shape.len() == 1 => {
                            Some(vec![Default::default(); usize::try_from(s.shape[0]).ok()?])
                        }
                        _ => None,
                    }
                }
                fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
                    out.push(ViewMut::from(self.as_mut_slice()));
                }
                fn expected() -> String {
                    concat!("a vector of ", $name).into()
                }
            }
        )*
    };
}
returned! { f64, F64, "f64"; f32, F32, "f32"; i64, I64, "i64"; }

impl Argument for Value {
    fn border(&self) -> Border {
        tensor(self.scalar(), self.shape())
    }
    fn fits(&self, border: &Border) -> bool {
        is_tensor(border, self.scalar(), self.shape())
    }
    fn views<'a>(&'a self, out: &mut Views<'a>) {
        out.push(View::from(self));
    }
}

impl<A: Argument + ?Sized> Argument for &A {
    fn border(&self) -> Border {
        (**self).border()
    }
    fn fits(&self, border: &Border) -> bool {
        (**self).fits(border)
    }
    fn views<'a>(&'a self, out: &mut Views<'a>) {
        (**self).views(out);
    }
}

impl Returned for Value {
    fn make(border: &Border) -> Option<Self> {
        match border {
            Border::Tensor(s) => Value::try_zeros(s.scalar, s.shape.clone()).ok(),
            _ => None,
        }
    }
    fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
        out.push(ViewMut::from(self));
    }
    fn expected() -> String {
        "a tensor".into()
    }
}

/// A tensor of any rank over elements that lie somewhere in row-major order, borrowed.
#[derive(Clone, PartialEq, Debug)]
pub struct Shaped<'a, T> {
    shape: SmallVec<[u64; 4]>,
    elements: &'a [T],
}

impl<'a, T> Shaped<'a, T> {
    /// A tensor of these lengths; none if the elements do not fill it.
    pub fn new(shape: &[usize], elements: &'a [T]) -> Option<Self> {
        let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
        (count == elements.len()).then(|| Self { shape: shape.iter().map(|&d| d as u64).collect(), elements })
    }
}

macro_rules! shaped {
    ($($t:ty, $scalar:ident;)*) => {
        $(
            impl Argument for Shaped<'_, $t> {
                fn border(&self) -> Border {
                    tensor(Scalar::$scalar, &self.shape)
                }
                fn fits(&self, border: &Border) -> bool {
                    is_tensor(border, Scalar::$scalar, &self.shape)
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    out.push(View::from(self.elements));
                }
            }
        )*
    };
}
shaped! { f64, F64; f32, F32; i64, I64; bool, Bool; }

/// A static integer, for a parameter that is a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size(pub i64);

impl Argument for Size {
    fn border(&self) -> Border {
        Border::Size(self.0)
    }
    fn fits(&self, border: &Border) -> bool {
        *border == Border::Size(self.0)
    }
    fn views<'a>(&'a self, _: &mut Views<'a>) {}
}

/// Complex numbers, the real and the imaginary parts apart: `Complex { re: &x[..], im: &y[..] }`. The parts are what a
/// real argument or result may be.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Complex<T> {
    /// The real parts.
    pub re: T,
    /// The imaginary parts.
    pub im: T,
}

impl<T: Argument> Argument for Complex<T> {
    fn border(&self) -> Border {
        match (self.re.border(), self.im.border()) {
            (Border::Tensor(re), Border::Tensor(im))
                if re == im && matches!(re.scalar, Scalar::F64 | Scalar::F32) =>
            {
                Border::Complex(re)
            }
            // No complex type has such parts; the call says so.
            (re, im) => Border::Tuple(vec![re, im]),
        }
    }
    fn fits(&self, border: &Border) -> bool {
        match border {
            Border::Complex(s) => {
                let part = Border::Tensor(s.clone());
                self.re.fits(&part) && self.im.fits(&part)
            }
            other => *other == self.border(),
        }
    }
    fn views<'a>(&'a self, out: &mut Views<'a>) {
        self.re.views(out);
        self.im.views(out);
    }
}

impl<T: Returned> Returned for Complex<T> {
    fn make(border: &Border) -> Option<Self> {
        let Border::Complex(s) = border else { return None };
        let part = Border::Tensor(s.clone());
        Some(Self { re: T::make(&part)?, im: T::make(&part)? })
    }
    fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
        self.re.views(out);
        self.im.views(out);
    }
    fn expected() -> String {
        format!("complex numbers with parts of {}", T::expected())
    }
}

/// A record as an argument: `Record::new().with("w", &w).with("b", 0.5)`.
#[derive(Default)]
pub struct Record<'a> {
    fields: Vec<(&'a str, Box<dyn Argument + 'a>)>,
}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.border().fmt(f)
    }
}

impl<'a> Record<'a> {
    /// A record without fields.
    pub fn new() -> Self {
        Self::default()
    }
    /// The same with one more field.
    pub fn with(mut self, name: &'a str, value: impl Argument + 'a) -> Self {
        self.fields.push((name, Box::new(value)));
        self
    }
}

impl Argument for Record<'_> {
    fn border(&self) -> Border {
        Border::Record(self.fields.iter().map(|(n, f)| (n.to_string(), f.border())).collect())
    }
    fn fits(&self, border: &Border) -> bool {
        let Border::Record(fields) = border else { return false };
        fields.len() == self.fields.len()
            && fields.iter().zip(&self.fields).all(|((n, b), (m, f))| n == m && f.fits(b))
    }
    fn views<'v>(&'v self, out: &mut Views<'v>) {
        self.fields.iter().for_each(|(_, f)| f.views(out));
    }
}

/// A record of tensors as a result, each under its path: `w`, `layer.b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields(pub Vec<(String, Value)>);

impl Fields {
    /// The tensor of a path.
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| n == path).map(|(_, v)| v)
    }
    fn add(b: &Border, path: &str, out: &mut Vec<(String, Value)>) -> Option<()> {
        let join = |n: &str| if path.is_empty() { n.to_string() } else { format!("{path}.{n}") };
        match b {
            Border::Tensor(s) => {
                out.push((path.to_string(), Value::try_zeros(s.scalar, s.shape.clone()).ok()?));
            }
            Border::Complex(s) => {
                for part in ["re", "im"] {
                    out.push((join(part), Value::try_zeros(s.scalar, s.shape.clone()).ok()?));
                }
            }
            Border::Tuple(ps) => {
                for (k, p) in ps.iter().enumerate() {
                    Self::add(p, &join(&k.to_string()), out)?;
                }
            }
            Border::Record(fs) => {
                for (n, f) in fs {
                    Self::add(f, &join(n), out)?;
                }
            }
            Border::Size(_) => {}
        }
        Some(())
    }
}

impl Argument for () {
    fn border(&self) -> Border {
        Border::Tuple(Vec::new())
    }
    fn fits(&self, border: &Border) -> bool {
        *border == Border::Tuple(Vec::new())
    }
    fn views<'a>(&'a self, _: &mut Views<'a>) {}
}

macro_rules! tuples {
    ($($($name:ident $k:tt),+;)*) => {
        $(
            impl<$($name: Argument),+> Arguments for ($($name,)+) {
                fn borders(&self) -> Vec<Border> {
                    vec![$(self.$k.border()),+]
                }
                fn fit(&self, borders: &[Border]) -> bool {
                    borders.len() == [$($k),+].len() $(&& self.$k.fits(&borders[$k]))+
                }
                fn views<'a>(&'a self, out: &mut Views<'a>) {
                    $(self.$k.views(out);)+
                }
            }
            impl<$($name: Returned),+> Returned for ($($name,)+) {
                fn make(border: &Border) -> Option<Self> {
                    let Border::Tuple(parts) = border else { return None };
                    (parts.len() == [$($k),+].len()).then_some(())?;
                    Some(($($name::make(&parts[$k])?,)+))
                }
                fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
                    $(self.$k.views(out);)+
                }
                fn expected() -> String {
                    format!("({})", [$($name::expected()),+].join(", "))
                }
            }
        )*
    };
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}

impl Arguments for () {
    fn borders(&self) -> Vec<Border> {
        Vec::new()
    }
    fn fit(&self, borders: &[Border]) -> bool {
        borders.is_empty()
    }
    fn views<'a>(&'a self, _: &mut Views<'a>) {}
}

/// A record comes back under the names of the program, in the order in which it has them.
impl Returned for Fields {
    fn make(border: &Border) -> Option<Self> {
        let mut out = Vec::new();
        Self::add(border, "", &mut out)?;
        Some(Self(out))
    }
    fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
        out.extend(self.0.iter_mut().map(|(_, v)| ViewMut::from(v)));
    }
    fn expected() -> String {
        "a record".into()
    }
}
