//! The figures: as a table, as JSON, as a chart, held against the budgets.

mod budgets;
mod chart;
mod row;
mod table;

pub use budgets::budgets;
pub use chart::chart;
pub use row::Row;
pub use table::print;
