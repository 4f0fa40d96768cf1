//! What stands behind the filters of a row.

/// A direct response with status 200.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its media type.
    pub media: &'static str,
    /// Its body.
    pub body: String,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            media: "text/plain",
            body: String::from("ok"),
        }
    }
}

impl Answer {
    /// One of JSON.
    #[must_use]
    pub fn json(body: String) -> Self {
        Self {
            media: "application/json",
            body,
        }
    }
}
