//! ECDSA signatures: from JOSE's form (R || S, RFC 7518 section 3.4) to DER (RFC 3279 section
//! 2.2.3), which is what X.509 libraries read.

/// The DER form, or `None` if this is not two scalars of `scalar_bytes` (66 at most), neither of
/// them zero.
pub(super) fn from_jose(signature: &[u8], scalar_bytes: usize) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at_checked(scalar_bytes)?;
    if s.len() != scalar_bytes {
        return None;
    }
    let mut content = Vec::with_capacity(2 * (scalar_bytes + 3));
    push_integer(&mut content, r)?;
    push_integer(&mut content, s)?;
    let length = u8::try_from(content.len()).ok()?;
    let mut der = vec![0x30];
    if length >= 0x80 {
        // The long form: how many bytes of length follow.
        der.push(0x81);
    }
    der.push(length);
    der.append(&mut content);
    Some(der)
}

/// Appends a positive INTEGER in as few bytes as hold it.
fn push_integer(out: &mut Vec<u8>, scalar: &[u8]) -> Option<()> {
    let first = scalar.iter().position(|&byte| byte != 0)?;
    let digits = scalar.get(first..)?;
    // A set top bit would make it negative.
    let padding = usize::from(*digits.first()? >= 0x80);
    out.push(0x02);
    out.push(u8::try_from(padding + digits.len()).ok()?);
    out.resize(out.len() + padding, 0);
    out.extend_from_slice(digits);
    Some(())
}

#[cfg(test)]
mod tests;
