//! What kind of content a body may be: JSON in UTF-8, as it is.

use super::RequestHead;
use crate::decision::Reason;

/// Whether the head announces JSON (RFC 8259, or a type that ends in `+json`, RFC 6839 section 3.1)
/// in UTF-8 and without an encoding: what is compressed or in another charset the upstream would
/// read, and rules would not.
///
/// # Errors
/// [`Reason::ContentRefused`].
pub(crate) fn check(head: &RequestHead<'_>) -> Result<(), Reason> {
    let field = |name| head.header(name).map_err(|_| Reason::ContentRefused);
    let encoding = field("content-encoding")?.unwrap_or("identity").trim();
    let ty = field("content-type")?.ok_or(Reason::ContentRefused)?;
    if is_json(ty) && encoding.eq_ignore_ascii_case("identity") {
        Ok(())
    } else {
        Err(Reason::ContentRefused)
    }
}

/// `application/json` or `application/<name>+json`, perhaps with `charset=utf-8` and nothing else.
fn is_json(ty: &str) -> bool {
    let (essence, parameters) = ty.split_once(';').unwrap_or((ty, ""));
    let essence = essence.trim().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/").unwrap_or_default();
    let named = subtype.strip_suffix("+json").unwrap_or_default();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte);
    let is_json = subtype == "json" || (!named.is_empty() && named.bytes().all(is_token));
    let charset = parameters.trim().to_ascii_lowercase();
    is_json && matches!(charset.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
}

#[cfg(test)]
mod tests;
