//! From a request with a recipe for its token to what is sent.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Example, ExampleError, Request};
use crate::upstream::CASE;

/// Stands for the token in a path or header.
const PLACE: &str = "<token>";

/// A request with its token, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared<'e> {
    /// What it is made from.
    pub request: &'e Request,
    /// Marks it for the upstream and the access log.
    pub case: String,
    /// Path and query.
    pub target: String,
    /// Header fields beside `Host`, names as they are sent.
    pub headers: Vec<(String, String)>,
}

impl Example {
    /// Mints the tokens, as of now, and puts them where they belong.
    ///
    /// # Errors
    /// [`ExampleError`] if a key cannot be used.
    pub fn prepare(&self) -> Result<Vec<Prepared<'_>>, ExampleError> {
        let now = now();
        let numbered = self.requests().iter().enumerate();
        numbered
            .map(|(number, request)| prepare(request, number, now))
            .collect()
    }
}

impl Prepared<'_> {
    /// Method, host, path and query.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "{} {}{}",
            self.request.method, self.request.host, self.target
        )
    }
}

/// Whether the request says itself where its token goes.
pub(super) fn names_token(target: &str, headers: &[(String, String)]) -> bool {
    target.contains(PLACE) || headers.iter().any(|(_, value)| value.contains(PLACE))
}

/// Whole seconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

fn prepare(request: &Request, number: usize, now: i64) -> Result<Prepared<'_>, ExampleError> {
    let case = format!("example-{number}");
    let token = request.token.as_ref();
    let token = token.map(|token| token.mint(now, &case)).transpose()?;
    let mut target = request.target.clone();
    let mut headers = request.headers.clone();
    if let Some(token) = token {
        if names_token(&target, &headers) {
            target = target.replace(PLACE, &token);
            for (_, value) in &mut headers {
                *value = value.replace(PLACE, &token);
            }
        } else {
            headers.push((String::from("authorization"), format!("Bearer {token}")));
        }
    }
    headers.push((CASE.to_owned(), case.clone()));
    Ok(Prepared {
        request,
        case,
        target,
        headers,
    })
}
