//! The engines, each with the rules and the authorization workloads in its own language.

pub mod by_hand;
pub mod cedar;
pub mod cel_crate;
pub mod interpreter;
pub mod ours;
pub mod rego;

/// The conditions of an application in CEL, of which any one allows, as the vectors have them.
#[must_use]
pub fn cel_conditions(application: &str) -> Vec<String> {
    let file = format!("policies/{application}/equivalent.cel.json");
    let policy = remit_tests::vectors::AUTHZ_WORKLOADS.read(&file);
    let mut policy = policy.expect("the vectors are there");
    serde_json::from_value(policy["allow_if_any"].take()).expect("a list of conditions")
}
