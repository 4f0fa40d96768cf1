//! The author's tool: from a readable policy to a plan.
