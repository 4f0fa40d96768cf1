//! One zlib stream (RFC 1950), whole and with nothing behind it, within a bound.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::StatusListError;

/// What a stream is given room for at first, at most. Most lists are far smaller than they may be.
const FIRST: usize = 16 * 1024;

/// Inflates at most so many bytes. The room doubles as it fills, so that it is never more than
/// twice what came out, however much a stream promises; header, dictionary flag and checksum are
/// looked at on the way.
pub(super) fn zlib(packed: &[u8], most: usize) -> Result<Box<[u8]>, StatusListError> {
    let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    // The byte too many shows that there are too many.
    let room = most.saturating_add(1);
    let mut state = Box::<DecompressorOxide>::default();
    let mut left = packed;
    let mut bytes = vec![0; FIRST.min(room)];
    let mut written = 0;
    loop {
        let (status, read, wrote) = decompress(&mut state, left, &mut bytes, written, flags);
        written += wrote;
        left = left.get(read..).ok_or(StatusListError::Encoding)?;
        if written > most {
            return Err(StatusListError::TooLong);
        }
        match status {
            TINFLStatus::Done if left.is_empty() => {
                bytes.truncate(written);
                return Ok(bytes.into_boxed_slice());
            }
            TINFLStatus::HasMoreOutput if bytes.len() < room => {
                let more = bytes.len().saturating_mul(2).min(room);
                bytes.resize(more, 0);
            }
            _ => return Err(StatusListError::Encoding),
        }
    }
}

#[cfg(test)]
mod tests;
