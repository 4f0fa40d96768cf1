//! What all benchmarks print alike: the machine, figures, budgets, tables.

mod budget;
mod figure;
mod grid;
mod machine;

pub use budget::{Bound, Budget, Standing, print_budgets, ratio};
pub use figure::{figure, nanoseconds};
pub use grid::{Form, grid};
pub use machine::{Machine, said_by};
