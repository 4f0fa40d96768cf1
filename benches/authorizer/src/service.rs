//! The decision in the words of `envoy.service.auth.v3`.

use std::future::Future;

use envoy_types::ext_authz::v3::pb::{
    Authorization, AuthorizationServer, CheckRequest, CheckResponse, HeaderAppendAction,
    HttpStatusCode,
};
use envoy_types::ext_authz::v3::{
    CheckResponseExt as _, DeniedHttpResponseBuilder, OkHttpResponseBuilder,
};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::authorizer::{Asked, Authorizer, Refusal};

/// The field that tells the upstream who asks.
const SUBJECT: &str = "x-subject";

/// Answers until something ends.
///
/// # Errors
/// What goes wrong with the listener.
pub async fn serve(
    authorizer: Authorizer,
    listener: TcpListener,
    end: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .serve_with_incoming_shutdown(AuthorizationServer::new(authorizer), incoming, end)
        .await
}

#[tonic::async_trait]
impl Authorization for Authorizer {
    async fn check(
        &self,
        request: Request<CheckRequest>,
    ) -> Result<Response<CheckResponse>, Status> {
        Ok(Response::new(answer(self, request.get_ref())))
    }
}

fn answer(authorizer: &Authorizer, request: &CheckRequest) -> CheckResponse {
    let attributes = request.attributes.as_ref();
    let http = attributes.and_then(|it| it.request.as_ref()?.http.as_ref());
    let Some(http) = http else {
        return denied(&Refusal::NotAllowed);
    };
    let asked = Asked {
        method: &http.method,
        path: &http.path,
        authorization: http.headers.get("authorization").map(String::as_str),
    };
    match authorizer.decide(asked) {
        Ok(subject) => allowed(subject),
        Err(refusal) => denied(&refusal),
    }
}

fn allowed(subject: String) -> CheckResponse {
    let mut http = OkHttpResponseBuilder::new();
    let overwrite = Some(HeaderAppendAction::OverwriteIfExistsOrAdd);
    http.add_header(SUBJECT, subject, overwrite, false);
    let mut response = CheckResponse::with_status(Status::ok(""));
    response.set_http_response(http);
    response
}

fn denied(refusal: &Refusal) -> CheckResponse {
    let (status, http_status) = match refusal {
        Refusal::NoToken | Refusal::Token(_) | Refusal::Expired => (
            Status::unauthenticated(refusal.to_string()),
            HttpStatusCode::Unauthorized,
        ),
        Refusal::NotAllowed | Refusal::Policy(_) => (
            Status::permission_denied(refusal.to_string()),
            HttpStatusCode::Forbidden,
        ),
    };
    let mut http = DeniedHttpResponseBuilder::new();
    http.set_http_status(http_status);
    let mut response = CheckResponse::with_status(status);
    response.set_http_response(http);
    response
}
