//! What a host may do without harm: lives in any order, threads, callbacks that panic, arguments that lie.
#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use dslc::{
    Argument, Backend, Border, Drawing, Function, Halt, Host, Module, NoFiles, Part, Prepared, Refusal,
    Script, Session, Value, View, ViewMut, Views,
};

const BACKENDS: [Backend; 2] = [Backend::Eval, Backend::Cranelift];

/// Compiles only if the type is not `Send`: otherwise two implementations fit, and inference fails.
trait NotSend<A> {
    fn holds() {}
}
impl<T: ?Sized> NotSend<()> for T {}
struct Clash;
impl<T: ?Sized + Send> NotSend<Clash> for T {}

#[test]
fn what_crosses_threads_is_told_truly() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Prepared<f64>>();
    crosses::<Prepared<std::rc::Rc<u8>>>();
    crosses::<Value>();
    crosses::<Halt>();
    crosses::<Refusal>();
    // A session shares its host, which may be of one thread, with its scripts and modules.
    <Session<'static> as NotSend<_>>::holds();
    <Script<'static> as NotSend<_>>::holds();
    <Module<'static> as NotSend<_>>::holds();
    <Function<'static, f64> as NotSend<_>>::holds();
}

#[test]
#[cfg(target_os = "linux")]
fn no_memory_is_writable_and_executable() {
    let maps = || std::fs::read_to_string("/proc/self/maps").unwrap();
    // Code of ours is executable memory without a file behind it; how many bytes, since neighbours are one line.
    let ours = |maps: &str| -> u64 {
        let is_ours = |l: &&str| l.contains("-xp ") && !l.contains('/') && !l.contains('[');
        let bytes = |l: &str| {
            let (start, end) = l.split(' ').next().unwrap().split_once('-').unwrap();
            u64::from_str_radix(end, 16).unwrap() - u64::from_str_radix(start, 16).unwrap()
        };
        maps.lines().filter(is_ours).map(bytes).sum()
    };
    let module = Session::new(NoFiles).compile("m.dsl", "fn f(x: f64) -> f64 = sin(x)").unwrap();
    let all: Vec<Prepared<f64>> = (0..20)
        .map(|k| module.function::<f64>(&format!("|x| f(x) + {k}.0")).prepare(&(0.0,)).unwrap())
        .collect();
    let while_alive = maps();
    for (k, f) in all.iter().enumerate() {
        assert_eq!(f.call((0.0,)).unwrap(), k as f64);
    }
    assert!(ours(&while_alive) >= 20 * 4096, "{while_alive}");
    for line in while_alive.lines().chain(maps().lines()) {
        let rights = line.split(' ').nth(1).unwrap();
        assert!(!(rights.contains('w') && rights.contains('x')), "{line}");
    }
}

#[test]
fn handles_outlive_what_they_came_from() {
    for backend in BACKENDS {
        let session = Session::new(NoFiles).backend(backend);
        let module =
            session.compile("m.dsl", "let c = [1.0, 2.0]\nfn f(x: f64[2]) -> f64 = dot(c, x)").unwrap();
        let function = module.function::<f64>("f");
        let gradient = module.function::<Vec<f64>>("grad(f)");
        drop(session);
        drop(module);
        assert_eq!(function.call(([3.0, 4.0],)).unwrap(), 11.0);
        let prepared = function.prepare(&([0.0, 0.0],)).unwrap();
        drop(function);
        assert_eq!(prepared.call(([3.0, 4.0],)).unwrap(), 11.0);
        let copy = prepared.clone();
        drop(prepared);
        assert_eq!(copy.call(([1.0, 1.0],)).unwrap(), 3.0);
        assert_eq!(gradient.call(([9.0, 9.0],)).unwrap(), [1.0, 2.0]);
    }
}

#[test]
fn two_threads_have_two_sessions() {
    let work = |seed: u32| {
        move || {
            let mut sum = 0.0;
            for k in 0..20 {
                let text = format!("fn f(x: f64) -> f64 = x * {}.0", seed + k);
                let module = Session::new(NoFiles).compile("m.dsl", &text).unwrap();
                sum += module.function::<f64>("f").call((2.0,)).unwrap();
            }
            sum
        }
    };
    let threads = [1, 100].map(|seed| std::thread::spawn(work(seed)));
    // Twice 1 + 2 + .. + 20, and twice 100 + 101 + .. + 119.
    let sums = threads.map(|t| t.join().unwrap());
    assert_eq!(sums, [420.0, 4380.0]);
}

/// A host whose every function panics while the flag is set.
struct Nervous<'a>(&'a Cell<bool>);

impl Nervous<'_> {
    fn act<T>(&self, calm: T) -> T {
        assert!(!self.0.get(), "the host panics");
        calm
    }
}

impl Host for Nervous<'_> {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        self.act(Ok(b"fn g(x: f64) -> f64 = 2 * x".to_vec()))
    }
    fn write(&self, _: &str, _: &[u8]) -> Result<(), String> {
        self.act(Ok(()))
    }
    fn draw(&self, _: &str, _: &Drawing) -> Result<(), String> {
        self.act(Ok(()))
    }
    fn arg(&self, _: &str) -> Option<String> {
        self.act(None)
    }
}

#[test]
fn a_session_survives_callbacks_that_panic() {
    let panics = Cell::new(false);
    let programs = [
        "import \"m.dsl\" as m\nprint(m.g(1.0))",
        "print(arg(\"a\", 2.0))",
        "save([2.0], \"a.npy\")\nprint(2)",
        "import plot\nplot.line([1.0, 2.0], \"a.svg\")\nprint(2)",
        "print(2)",
    ];
    for backend in BACKENDS {
        for text in programs {
            let watch = |_: &_| -> Box<dyn std::any::Any> {
                assert!(!panics.get(), "the watch panics");
                Box::new(())
            };
            let mut session = Session::new(Nervous(&panics)).backend(backend).watch(watch);
            let mut run = || {
                let (ready, diagnostics) = session.check("p.dsl", text);
                let ready = ready.unwrap_or_else(|| panic!("{diagnostics:?}"));
                let mut out = String::new();
                let mut print = |line: &str| {
                    assert!(!panics.get(), "the reader panics");
                    out.push_str(line);
                };
                session.run(ready, Part::Script, &Arc::default(), &mut print).unwrap();
                out
            };
            panics.set(true);
            assert!(catch_unwind(AssertUnwindSafe(&mut run)).is_err(), "{text}");
            panics.set(false);
            assert_eq!(run(), "2", "{text}");
        }
    }
}

#[test]
fn a_script_keeps_its_values_when_a_callback_panics() {
    let panics = Cell::new(false);
    let mut script = Session::new(Nervous(&panics)).script();
    script.feed("t", "let x = [1.0, 2.0]", &mut |_| {}).unwrap();
    panics.set(true);
    for text in ["import \"m.dsl\" as m", "let y = arg(\"a\", 2.0)", "save(x, \"a.npy\")"] {
        let fed = catch_unwind(AssertUnwindSafe(|| script.feed("t", text, &mut |_| {}).is_ok()));
        assert!(fed.is_err(), "{text}");
    }
    let fed = catch_unwind(AssertUnwindSafe(|| script.feed("t", "print(x)", &mut |_| panic!("no")).is_ok()));
    assert!(fed.is_err());
    panics.set(false);
    let mut lines = Vec::new();
    script.feed("t", "let z = x + 1\nprint(z, x)", &mut |l| lines.push(l.to_string())).unwrap();
    assert_eq!(lines, ["[2, 3] [1, 2]"]);
}

/// An argument that says one thing and hands over another.
struct Liar(Vec<f64>, usize);

impl Argument for Liar {
    fn border(&self) -> Border {
        [0.0, 0.0, 0.0].border()
    }
    fn fits(&self, _: &Border) -> bool {
        true
    }
    fn views<'a>(&'a self, out: &mut Views<'a>) {
        (0..self.1).for_each(|_| out.push(View::from(&self.0[..])));
    }
}

#[test]
fn arguments_that_lie_and_results_that_do_not_fit_are_refused() {
    for backend in BACKENDS {
        let session = Session::new(NoFiles).backend(backend);
        let module = session.compile("m.dsl", "fn f(x: f64[3]) -> f64[3] = 2 * x").unwrap();
        let f = module.function::<Vec<f64>>("f").prepare(&([0.0; 3],)).unwrap();
        let refused = |e: Halt| matches!(e, Halt::Failure(d) if d.code == "R1006");
        for liar in
            [Liar(vec![1.0; 2], 1), Liar(vec![1.0; 4], 1), Liar(vec![1.0; 3], 0), Liar(vec![1.0; 3], 2)]
        {
            assert!(refused(f.call((liar,)).unwrap_err()), "{backend:?}");
        }
        let x = [1.0, 2.0, 3.0];
        assert!(refused(f.call(([1.0f32; 3],)).unwrap_err()));
        assert!(refused(f.call((x, x)).unwrap_err()));
        assert!(refused(f.call((&x[..2],)).unwrap_err()));
        let (mut good, mut short, mut other) = ([0.0; 3], [0.0; 2], [0i64; 3]);
        assert!(refused(f.call_into((x,), &mut []).unwrap_err()), "{backend:?}");
        assert!(refused(f.call_into((x,), &mut [ViewMut::from(&mut short[..])]).unwrap_err()));
        assert!(refused(f.call_into((x,), &mut [ViewMut::from(&mut other[..])]).unwrap_err()));
        f.call_into((x,), &mut [ViewMut::from(&mut good[..])]).unwrap();
        assert_eq!(good, [2.0, 4.0, 6.0]);
    }
}
