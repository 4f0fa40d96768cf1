//! The policy of the table, once for all tests.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use remit_tests::cases::{Credential, credentials};
use remit_tests::policy::Compiled;

/// The table's policy.
pub(crate) static POLICY: LazyLock<Compiled> = LazyLock::new(|| Compiled::policy("cases"));

/// When the table's tokens were minted, in seconds.
pub(crate) static NOW: LazyLock<i64> = LazyLock::new(|| {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
});

/// The table's credentials.
pub(crate) static CREDENTIALS: LazyLock<Vec<Credential>> = LazyLock::new(|| credentials(*NOW));
