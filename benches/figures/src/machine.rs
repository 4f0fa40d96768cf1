//! On what was measured, and which versions.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use serde::Serialize;

/// On what was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// How many of it there are for us.
    pub cores: usize,
    /// The operating system.
    pub system: String,
    /// The compiler.
    pub rustc: String,
    /// Packages by name.
    pub versions: BTreeMap<String, String>,
}

impl Machine {
    /// Looks around; `workspace` is the folder with the lock file, `packages` are those whose
    /// versions belong to the figures.
    #[must_use]
    pub fn here(workspace: &Path, packages: &[&str]) -> Self {
        Self {
            processor: processor(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            system: said_by("uname", &["-srm"]),
            rustc: said_by("rustc", &["--version"]),
            versions: versions(workspace, packages),
        }
    }
}

/// One line, as tables have it above them.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions = self.versions.iter();
        let versions: Vec<String> = versions
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        write!(
            f,
            "{}, {} cores, {}; {}; {}",
            self.processor,
            self.cores,
            self.system,
            self.rustc,
            versions.join(", ")
        )
    }
}

fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = known
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| said_by("uname", &["-m"]), |(_, name)| name.to_owned())
}

/// What a program says of itself, or `unknown`.
#[must_use]
pub fn said_by(program: &str, arguments: &[&str]) -> String {
    let said = Command::new(program).args(arguments).output();
    said.map_or_else(
        |_| String::from("unknown"),
        |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
    )
}

/// A package's name and version stand on lines of their own, one after the other.
fn versions(workspace: &Path, packages: &[&str]) -> BTreeMap<String, String> {
    let lock = fs::read_to_string(workspace.join("Cargo.lock")).unwrap_or_default();
    let quoted = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"').map(str::to_owned)
    };
    lock.lines()
        .zip(lock.lines().skip(1))
        .filter_map(|(first, second)| Some((quoted(first, "name")?, quoted(second, "version")?)))
        .filter(|(name, _)| packages.contains(&name.as_str()))
        .collect()
}
