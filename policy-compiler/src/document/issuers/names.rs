//! Reading which claims carry the identities.

use super::IDENTITIES;
use crate::diagnostic::{Code, Diagnostics};
use crate::document::fields::Fields;
use crate::document::{ClaimPath, IdentityNames, claims};
use crate::yaml::Node;

pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> IdentityNames {
    let Some(fields) = Fields::open(node, "`names`", node.span, IDENTITIES, &[], diagnostics)
    else {
        return IdentityNames::default();
    };
    let mut path = |name| {
        fields
            .get(name)
            .and_then(|node| claims::path(node, diagnostics))
    };
    let names = IdentityNames {
        agent: path("agent"),
        task: path("task"),
        task_id: path("task_id"),
        session: path("session"),
        instance: path("instance"),
        tenant: path("tenant"),
        approvals: path("approvals"),
    };
    three_claims(&names, diagnostics);
    names
}

/// What one run did must not be charged to another because two names share a claim.
fn three_claims(names: &IdentityNames, diagnostics: &mut Diagnostics) {
    let all: [(&str, &Option<ClaimPath>); 3] = [
        ("task_id", &names.task_id),
        ("session", &names.session),
        ("instance", &names.instance),
    ];
    let mut seen: Vec<(&str, &ClaimPath)> = Vec::new();
    for (name, path) in all {
        let Some(path) = path else { continue };
        if let Some((other, first)) = seen.iter().find(|(_, first)| first.value == path.value) {
            diagnostics.push(
                path.diagnostic(
                    Code::SameClaim,
                    format!(
                        "`{name}` and `{other}` come from the same claim `{}`",
                        path.value.join(".")
                    ),
                )
                .also(first.span, format!("`{other}` comes from it"))
                .help("leave out the one that the issuer does not send"),
            );
        }
        seen.push((name, path));
    }
}
