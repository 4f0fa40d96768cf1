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

/// A value, if there is one, and by what it is told whether it was changed since.
pub type Read = (Option<Vec<u8>>, Seen);

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
    Ok(read(gateway, key)?.0)
}

/// Looks at a value that may be changed afterwards.
///
/// # Errors
/// [`Unavailable`].
pub fn read(gateway: &impl Gateway, key: &str) -> Result<Read, Unavailable> {
    Ok(match gateway.shared(key).map_err(failed)? {
        Some((value, seen)) => (Some(value), seen),
        None => (None, Seen::Absent),
    })
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
    update_from(gateway, key, None, change)
}

/// Changes a value, beginning with what was read of it: if nobody has written since, it is not read
/// again.
///
/// # Errors
/// As of [`update`].
pub fn update_from(
    gateway: &impl Gateway,
    key: &str,
    mut first: Option<Read>,
    change: Change<'_>,
) -> Result<Update, Unavailable> {
    for _ in 0..TRIES {
        let (value, seen) = match first.take() {
            Some(first) => first,
            None => read(gateway, key)?,
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
