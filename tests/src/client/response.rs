//! What a client got back.

/// A response, or what there was of it.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The status; 0 where the connection ended without one.
    pub status: u16,
    /// Statuses of 1xx responses before it.
    pub interim: Vec<u16>,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The values of a header; the name in lower case.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        let matching = self.headers.iter().filter(|(key, _)| key == name);
        matching.map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a header.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.values(name).as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the upstream wrote it.
    #[must_use]
    pub fn is_from_upstream(&self) -> bool {
        !self.values(crate::upstream::MARK).is_empty()
    }
}
