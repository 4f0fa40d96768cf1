//! ES256 signatures: from JOSE's form (R || S, RFC 7518 section 3.4) to DER (RFC 3279 section
//! 2.2.3), which is what X.509 libraries read.

const SCALAR_BYTES: usize = 32;

/// The DER form, or `None` if this is not two scalars of 32 bytes, neither of them zero.
pub(super) fn from_jose(signature: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at_checked(SCALAR_BYTES)?;
    if s.len() != SCALAR_BYTES {
        return None;
    }
    let mut content = Vec::with_capacity(2 * (SCALAR_BYTES + 3));
    push_integer(&mut content, r)?;
    push_integer(&mut content, s)?;
    let mut der = vec![0x30, u8::try_from(content.len()).ok()?];
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
mod tests {
    use p256::ecdsa::Signature;

    use super::from_jose;

    fn scalars(r: &[u8], s: &[u8]) -> Vec<u8> {
        let pad = |scalar: &[u8]| [vec![0; 32 - scalar.len()], scalar.to_vec()].concat();
        [pad(r), pad(s)].concat()
    }

    #[test]
    fn integers_are_as_short_as_der_demands() {
        let cases: [(&[u8], &[u8], &[u8]); 3] = [
            (&[1], &[0x7f], &[0x30, 6, 2, 1, 1, 2, 1, 0x7f]),
            (&[0x80], &[1, 0], &[0x30, 8, 2, 2, 0, 0x80, 2, 2, 1, 0]),
            (&[0xff, 0], &[2], &[0x30, 8, 2, 3, 0, 0xff, 0, 2, 1, 2]),
        ];
        for (r, s, expected) in cases {
            assert_eq!(
                from_jose(&scalars(r, s)).as_deref(),
                Some(expected),
                "{r:x?} {s:x?}"
            );
        }
    }

    /// An independent implementation writes the same DER.
    #[test]
    fn an_independent_encoder_agrees() {
        for seed in 1..=255u8 {
            let signature: Vec<u8> = (0..64)
                .map(|i: u8| seed.wrapping_mul(i.wrapping_add(3)) >> (seed % 3))
                .collect();
            let signature = [vec![seed / 2, seed], signature].concat()[..64].to_vec();
            let Ok(independent) = Signature::from_slice(&signature) else {
                continue;
            };
            assert_eq!(
                from_jose(&signature).as_deref(),
                Some(independent.to_der().as_bytes()),
                "{signature:x?}"
            );
        }
    }

    #[test]
    fn anything_but_two_scalars_is_refused() {
        assert_eq!(from_jose(&[]), None);
        assert_eq!(from_jose(&[1; 63]), None);
        assert_eq!(from_jose(&[1; 65]), None);
        assert_eq!(from_jose(&[1; 96]), None);
        assert_eq!(from_jose(&scalars(&[], &[1])), None, "r is zero");
        assert_eq!(from_jose(&scalars(&[1], &[])), None, "s is zero");
    }
}
