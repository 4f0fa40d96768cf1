//! Header maps as proxy-wasm hands them over: one buffer, read in place.
//!
//! ```text
//! count                         4 bytes
//! count x (name size, value size)  4 + 4 bytes each
//! count x (name, NUL, value, NUL)
//! ```
//! Numbers are little endian. The buffer comes from the gateway, but the names and values in it
//! come from the client, so nothing here trusts a size: a buffer that is not exactly this is an
//! error, never a partial list.

/// One header field: name and value, as they stand in the buffer.
pub type Field<'b> = (&'b [u8], &'b [u8]);

/// Bytes that a field takes at least: two sizes and two NULs.
const SMALLEST_FIELD: usize = 10;

/// A buffer that is not a header map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedPairs {
    /// It ends before what its sizes say.
    #[error("the header map is cut off")]
    CutOff,
    /// A name or value does not end where its size says.
    #[error("the header map has a name or value without its end mark")]
    NotTerminated,
    /// Something stands behind the last field.
    #[error("the header map has bytes left over")]
    LeftOver,
}

/// The fields of a header map, in order. No bytes at all are a map without fields.
///
/// # Errors
/// [`MalformedPairs`].
pub fn read(buffer: &[u8]) -> Result<Vec<Field<'_>>, MalformedPairs> {
    if buffer.is_empty() {
        return Ok(Vec::new());
    }
    let (count, rest) = split_size(buffer)?;
    // Before anything is allocated: a count that the buffer cannot hold is a lie.
    if count > rest.len() / SMALLEST_FIELD {
        return Err(MalformedPairs::CutOff);
    }
    let (mut sizes, mut content) = rest
        .split_at_checked(count * 8)
        .ok_or(MalformedPairs::CutOff)?;
    let mut fields = Vec::with_capacity(count);
    while !sizes.is_empty() {
        let (name_size, after_name) = split_size(sizes)?;
        let (value_size, after_value) = split_size(after_name)?;
        sizes = after_value;
        let (name, after_name) = split_text(content, name_size)?;
        let (value, after_value) = split_text(after_name, value_size)?;
        content = after_value;
        fields.push((name, value));
    }
    if content.is_empty() {
        Ok(fields)
    } else {
        Err(MalformedPairs::LeftOver)
    }
}

/// A header map of these fields; `None` if a size does not fit into 32 bits.
#[must_use]
pub fn write(fields: &[(&str, &str)]) -> Option<Vec<u8>> {
    let content: usize = fields
        .iter()
        .map(|(name, value)| SMALLEST_FIELD + name.len() + value.len())
        .sum();
    let mut buffer = Vec::with_capacity(4 + content);
    buffer.extend_from_slice(&u32::try_from(fields.len()).ok()?.to_le_bytes());
    for (name, value) in fields {
        buffer.extend_from_slice(&u32::try_from(name.len()).ok()?.to_le_bytes());
        buffer.extend_from_slice(&u32::try_from(value.len()).ok()?.to_le_bytes());
    }
    for text in fields.iter().flat_map(|(name, value)| [name, value]) {
        buffer.extend_from_slice(text.as_bytes());
        buffer.push(0);
    }
    Some(buffer)
}

fn split_size(bytes: &[u8]) -> Result<(usize, &[u8]), MalformedPairs> {
    let (size, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or(MalformedPairs::CutOff)?;
    Ok((u32::from_le_bytes(*size) as usize, rest))
}

fn split_text(bytes: &[u8], size: usize) -> Result<(&[u8], &[u8]), MalformedPairs> {
    let (text, rest) = bytes.split_at_checked(size).ok_or(MalformedPairs::CutOff)?;
    match rest.split_first() {
        Some((0, rest)) => Ok((text, rest)),
        Some(_) => Err(MalformedPairs::NotTerminated),
        None => Err(MalformedPairs::CutOff),
    }
}

#[cfg(test)]
mod tests;
