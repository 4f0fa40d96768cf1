//! Standard base64, decoded where it stands.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

use super::PlanError;

/// Characters that are decoded at once, and the bytes that they are.
const CHARACTERS: usize = 4096;
const BYTES: usize = CHARACTERS / 4 * 3;

/// Puts the bytes in the text's place. They are never longer than what has been read.
pub(super) fn decode_in_place(text: &mut Vec<u8>) -> Result<(), PlanError> {
    let mut decoded = [0; BYTES];
    let (mut read, mut written) = (0, 0);
    while read < text.len() {
        let end = text.len().min(read + CHARACTERS);
        let part = text.get(read..end).ok_or(PlanError::NotAPlan)?;
        let length = STANDARD
            .decode_slice(part, &mut decoded)
            .map_err(|_| PlanError::NotAPlan)?;
        // Padding ends a text; in the middle of one it is an error.
        if end < text.len() && length != BYTES {
            return Err(PlanError::NotAPlan);
        }
        let bytes = decoded.get(..length).ok_or(PlanError::NotAPlan)?;
        let place = text.get_mut(written..written + length);
        place.ok_or(PlanError::NotAPlan)?.copy_from_slice(bytes);
        (read, written) = (end, written + length);
    }
    text.truncate(written);
    Ok(())
}

#[cfg(test)]
mod tests;
