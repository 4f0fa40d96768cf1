//! Actions: the name of one, or of a family (section 4 of the draft).

use super::Call;

/// Whether an entry's action covers a call: it is the operation's name, alone or with its
/// resource's, or a family that the latter is in. `invoices.*` is a family, and has `invoices.read`
/// and `invoices.q3.export` in it, but neither `invoices` nor `invoicesx.read`.
pub(super) fn covers(action: &str, call: &Call<'_>) -> bool {
    let in_family = |family: &str| {
        let rest = call.qualified.strip_prefix(family);
        let rest = rest.and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| !rest.is_empty())
    };
    action == call.action
        || action == call.qualified
        || action.strip_suffix(".*").is_some_and(in_family)
}
