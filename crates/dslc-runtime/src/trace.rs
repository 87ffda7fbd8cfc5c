//! Where what a program shows while it runs goes: to the host, one value at a time, as soon as it is computed.

use dslc_ir::SiteId;

use crate::value::Value;

/// Takes a value that a program shows, and the site that names it.
#[derive(Clone, Copy, Default)]
pub struct Watcher<'a>(Option<&'a Show<'a>>);

/// What takes a value and the site that names it.
type Show<'a> = dyn Fn(SiteId, &Value) + 'a;

impl<'a> Watcher<'a> {
    /// Nobody watches.
    pub const NOBODY: Watcher<'static> = Watcher(None);
    /// Calls a function with each value.
    pub fn new(show: &'a Show<'a>) -> Self {
        Self(Some(show))
    }
    /// Shows the value that `make` gives; it is not made if nobody watches, or there is no memory for it.
    pub fn show(&self, site: SiteId, make: impl FnOnce() -> Option<Value>) {
        if let Some(show) = self.0
            && let Some(value) = make()
        {
            show(site, &value);
        }
    }
}

impl std::fmt::Debug for Watcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Watcher" } else { "Nobody" })
    }
}
