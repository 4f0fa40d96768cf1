//! What a request of A2A's HTTP binding does (A2A 1.0 section 11): the same as the message would.

use super::a2a::Asked;
use super::desk::Desk;
use crate::a2a::methods;
use crate::answers::Binding;
use crate::cel::Trace;
use crate::decision::body::{Body, Unread};
use crate::decision::reason::Reason;
use crate::decision::stop::Stop;
use crate::json::Json;

impl Desk<'_, '_, '_> {
    pub(super) fn by_path(
        &mut self,
        body: &Body<'_>,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let segments = &self.opened.target.segments;
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        let base = self.place.endpoint.rest.as_deref().unwrap_or_default();
        let after = segments.get(base.len()..).unwrap_or_default();
        let asked = methods::by_path(self.opened.method, after);
        let (name, in_path) = asked.ok_or(Reason::UnknownOperation)?;
        let params = match body.content {
            Ok(Json::Object(object)) => Some(object),
            Ok(_) => return Err(Reason::MessageMalformed.into()),
            Err(Unread::Absent) => None,
            Err(unread) => return Err(unread.reason().into()),
        };
        let in_body = methods::task_of_body(name, params);
        let in_body = in_body.map_err(|_| Reason::MessageMalformed)?;
        let asked = Asked {
            name,
            tasks: [in_path, in_body],
            params,
            binding: Binding::Rest,
        };
        self.asks(&asked, trace)
    }
}
