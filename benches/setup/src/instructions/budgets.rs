//! The file of budgets: one line a case.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml_edit::{DocumentMut, TomlError};

use super::Counted;

/// What stands above the budgets.
const HEADER: &str = "\
# Instructions that one run of each fixed case takes: `make instructions` counts them, and fails
# above a budget by more than 3 %.
#
# To raise one is a commit of its own, which says why; CONTRIBUTING.md has the rest.
#
# Counted by callgrind on x86-64, in the profile that the module is built in. Two runs of the same
# code give the same counts. What else they depend on: the compiler (`rust-toolchain.toml`), the
# crates (`Cargo.lock`), the C library's allocator and copying, and the instructions that valgrind
# shows the program: with AVX2, without SHA extensions or AVX-512, whatever the processor has.
";

/// Instructions that each case may take.
#[derive(Debug, Clone, Default)]
pub struct Budgets(BTreeMap<String, u64>);

/// Why the file is not one.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// It is no TOML.
    #[error(transparent)]
    Toml(#[from] TomlError),
    /// A budget is no number above 0.
    #[error("the budget of `{name}` is no number above 0")]
    Number {
        /// The case.
        name: String,
    },
}

impl Budgets {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(text: &str) -> Result<Self, Malformed> {
        let document: DocumentMut = text.parse()?;
        let budgets = document.iter().map(|(name, value)| {
            let number = value.as_integer().and_then(|value| value.try_into().ok());
            match number {
                Some(number) if number > 0 => Ok((name.to_owned(), number)),
                _ => Err(Malformed::Number {
                    name: name.to_owned(),
                }),
            }
        });
        budgets.collect::<Result<_, _>>().map(Self)
    }

    /// The file in which every budget is what was counted.
    #[must_use]
    pub fn write(counted: &[Counted]) -> String {
        let mut text = String::from(HEADER);
        for one in counted {
            let _ = write!(text, "\n{} = {}", one.name, one.instructions);
        }
        text.push('\n');
        text
    }

    /// The budget of a case.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }

    /// The cases that have one.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
