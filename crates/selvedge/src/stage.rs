//! The four stages of a request, shared with the compiled plan.

pub use selvedge_plan::Stage;
