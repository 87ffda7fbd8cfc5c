//! Files of a program: modules and data beside it.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use dslc::{Drawing, Host};

/// The folder of the program's file, under which its paths must stay, and what the command line gives it.
pub(crate) struct Files {
    root: PathBuf,
    args: Vec<(String, String)>,
    /// The most bytes of a file that is read whole.
    most: u64,
}

const OUTSIDE: &str = "the path leaves the folder of the program";

impl Files {
    /// The files beside a program.
    pub(crate) fn beside(program: &str, args: Vec<(String, String)>, most: u64) -> Self {
        let parent = Path::new(program).parent().map(Path::to_path_buf).unwrap_or_default();
        Self { root: if program == "-" { PathBuf::new() } else { parent }, args, most }
    }

    /// The place of a file that is there, and is no device or pipe, and how many bytes it has.
    fn regular(&self, path: &str) -> Result<(PathBuf, u64), String> {
        let place = self.place(path)?;
        let about = std::fs::metadata(&place).map_err(|e| e.to_string())?;
        if !about.is_file() {
            return Err("it is not a regular file".into());
        }
        self.inside(&place)?;
        Ok((place, about.len()))
    }

    /// Whether a place that is there is under the root once every link is followed.
    fn inside(&self, place: &Path) -> Result<(), String> {
        let root = if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root };
        let real = |p: &Path| std::fs::canonicalize(p).map_err(|e| e.to_string());
        if real(place)?.starts_with(real(root)?) { Ok(()) } else { Err(OUTSIDE.into()) }
    }

    /// The place of a path that a program names: relative, and under the root.
    fn place(&self, path: &str) -> Result<PathBuf, String> {
        let inside =
            Path::new(path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        if !inside || path.contains('\0') {
            return Err(OUTSIDE.into());
        }
        Ok(self.root.join(path))
    }
}

impl Host for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let (place, bytes) = self.regular(path)?;
        if bytes > self.most {
            return Err(format!("it has {bytes} bytes; the limit is {}", self.most));
        }
        std::fs::read(place).map_err(|e| e.to_string())
    }
    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        let file = std::fs::File::open(self.regular(path)?.0).map_err(|e| e.to_string())?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        Ok(bytes)
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let place = self.place(path)?;
        // A folder on the way may be a link.
        if let Some(folder) = place.parent().filter(|f| !f.as_os_str().is_empty()) {
            self.inside(folder)?;
        }
        replace(&place, bytes).map_err(|e| e.to_string())
    }
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String> {
        if !path.ends_with(".svg") {
            return Err("a plot is an SVG file; end its name in `.svg`".into());
        }
        self.write(path, crate::plot::of(drawing).svg()?.as_bytes())
    }
    fn arg(&self, name: &str) -> Option<String> {
        self.args.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }
    fn trace(&self, line: &str) {
        crate::tell(line);
    }
}

/// Writes a file beside its place and moves it there, so that it is the old one or the new one, whole.
fn replace(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let about = std::fs::symlink_metadata(place);
    if about.is_ok_and(|a| !a.is_file()) {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = place.with_file_name(name);
    let moved = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, place));
    if moved.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    moved
}
