//! A struct of the host's as a record of the program.

/// Makes a struct a record of the program: `record!(Params { w, b })`. Its fields go in and come out under their names,
/// in this order; arrays are lent, not copied.
///
/// A field is what an argument may be and, for a struct that is a result, what a result may be: a number, a vector, a
/// tensor, a record. A struct that only goes in, since it borrows, is marked so: `record!(in Params<'_> { w, b })`.
///
/// ```
/// use dslc::{NoFiles, Session};
///
/// struct Params {
///     w: Vec<f64>,
///     b: f64,
/// }
/// dslc::record!(Params { w, b });
///
/// let text = "fn loss[n](p: {w: f64[n], b: f64}, x: f64[n], y: f64) -> f64 = (dot(p.w, x) + p.b - y)^2";
/// let module = Session::new(NoFiles).compile("m.dsl", text)?;
/// let gradient = module.function::<Params>("grad(loss, wrt: p)");
/// let p = Params { w: vec![1.0, -1.0], b: 0.5 };
/// let g = gradient.call((&p, [2.0, 1.0], 0.0))?;
/// // The residual is 2 - 1 + 0.5, and its gradient that times 2, times x and 1.
/// assert_eq!((g.w, g.b), (vec![6.0, 3.0], 3.0));
/// # Ok::<(), dslc::Refusal>(())
/// ```
#[macro_export]
macro_rules! record {
    (in $t:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::Argument for $t {
            fn border(&self) -> $crate::Border {
                $crate::Border::Record(vec![
                    $((stringify!($field).to_string(), $crate::Argument::border(&self.$field))),+
                ])
            }
            fn fits(&self, border: &$crate::Border) -> bool {
                let $crate::Border::Record(fields) = border else { return false };
                let mut fields = fields.iter();
                $(fields.next().is_some_and(|(name, field)| {
                    name == stringify!($field) && $crate::Argument::fits(&self.$field, field)
                }) &&)+ fields.next().is_none()
            }
            fn views<'v>(&'v self, out: &mut $crate::Views<'v>) {
                $($crate::Argument::views(&self.$field, out);)+
            }
        }
    };
    ($t:ident { $($field:ident),+ $(,)? }) => {
        $crate::record!(in $t { $($field),+ });
        impl $crate::Returned for $t {
            fn make(border: &$crate::Border) -> Option<Self> {
                let $crate::Border::Record(fields) = border else { return None };
                let mut fields = fields.iter();
                $(
                    let (name, field) = fields.next()?;
                    if name != stringify!($field) {
                        return None;
                    }
                    let $field = $crate::Returned::make(field)?;
                )+
                fields.next().is_none().then_some(Self { $($field),+ })
            }
            fn views<'v>(&'v mut self, out: &mut $crate::ViewsMut<'v>) {
                $($crate::Returned::views(&mut self.$field, out);)+
            }
            fn expected() -> String {
                concat!("a record of", $(" ", stringify!($field)),+).into()
            }
        }
    };
}
