//! Values that all workers of the process share, changed so that no change is lost.
//!
//! They outlive the module that wrote them: another one that is loaded in its place finds them.
//! Every key begins with `remit/` and the number of the form that its value has; a value of another
//! form needs another number.

use remit_engine::host::Unavailable;

use crate::gateway::{CallFailed, Gateway, Seen, Stored};

/// Writes that may be in vain, because another was quicker, before it is given up.
pub const TRIES: usize = 16;

/// Says what a value becomes; `None` leaves it as it is. It may be asked more than once.
pub type Change<'c> = &'c mut dyn FnMut(Option<&[u8]>) -> Result<Option<Vec<u8>>, Unavailable>;

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// It was made to the value that it was made for.
    Made,
    /// None was wanted.
    Unwanted,
}

/// Looks at a value.
///
/// # Errors
/// [`Unavailable`].
pub fn look(gateway: &impl Gateway, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
    let found = gateway.shared(key).map_err(failed)?;
    Ok(found.map(|(value, _)| value))
}

/// Changes a value.
///
/// # Errors
/// [`Unavailable`], of the change too, and where others are quicker again and again.
pub fn update(
    gateway: &impl Gateway,
    key: &str,
    change: Change<'_>,
) -> Result<Update, Unavailable> {
    for _ in 0..TRIES {
        let (value, seen) = match gateway.shared(key).map_err(failed)? {
            Some((value, seen)) => (Some(value), seen),
            None => (None, Seen::Absent),
        };
        let Some(changed) = change(value.as_deref())? else {
            return Ok(Update::Unwanted);
        };
        if gateway.share(key, &changed, seen).map_err(failed)? == Stored::Done {
            return Ok(Update::Made);
        }
    }
    Err(Unavailable)
}

fn failed(_: CallFailed) -> Unavailable {
    Unavailable
}
