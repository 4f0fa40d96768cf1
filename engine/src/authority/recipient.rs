//! `recipient_domain`: to whom a call may send something.

use crate::plan::Datum;

/// Whether all recipients are in a domain or below it: at least one, each an e-mail address or a
/// host.
pub(super) fn is_within(domain: &str, recipients: &Datum) -> bool {
    let within = |one: &Datum| {
        one.as_text()
            .and_then(host)
            .is_some_and(|it| is_below(it, domain))
    };
    match recipients.as_list() {
        Some(list) => !list.is_empty() && list.iter().all(within),
        None => within(recipients),
    }
}

/// The host of a recipient. Only what every mailer takes for one address is one: no display name,
/// no list, no quotes, no route (`%`, `!`) in the part before the `@`.
fn host(recipient: &str) -> Option<&str> {
    let host = match recipient.split_once('@') {
        Some((mailbox, host)) => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_=~'".contains(&byte);
            let is_plain = !mailbox.is_empty() && mailbox.bytes().all(plain);
            is_plain.then_some(host)?
        }
        None => recipient,
    };
    is_name(host).then_some(host)
}

/// A name in the DNS, and no IPv4 address.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.bytes().all(fits)
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the last labels of a host are those of a domain.
fn is_below(host: &str, domain: &str) -> bool {
    let mut labels = host.rsplit('.');
    is_name(domain)
        && domain.rsplit('.').all(|label| {
            let own = labels.next();
            own.is_some_and(|own| own.eq_ignore_ascii_case(label))
        })
}

#[cfg(test)]
mod tests;
