//! The protocol: one request with descriptors in, a code for each and one for all out.
//!
//! Each descriptor is counted by itself, as the protocol says: conditions and variables see it as
//! `descriptors[0]`. (Limitador's own server lets one expression see all of them at once, and says
//! nothing of each.)
//!
//! One request after the other: limitador reads its counters in Redis and then adds to them, so that
//! of many at once all could pass a limit. What tests count has to be exact.

use std::collections::HashMap;
use std::sync::Arc;

use envoy_types::pb::envoy::extensions::common::ratelimit::v3::RateLimitDescriptor;
use envoy_types::pb::envoy::service::ratelimit::v3::rate_limit_response::rate_limit::Unit;
use envoy_types::pb::envoy::service::ratelimit::v3::rate_limit_response::{
    Code, DescriptorStatus, RateLimit,
};
use envoy_types::pb::envoy::service::ratelimit::v3::rate_limit_service_server::RateLimitService;
use envoy_types::pb::envoy::service::ratelimit::v3::{RateLimitRequest, RateLimitResponse};
use envoy_types::pb::google::protobuf::Duration;
use limitador::counter::Counter;
use limitador::errors::LimitadorError;
use limitador::limit::{Context, Namespace};
use limitador::{AsyncRateLimiter, CheckResult};
use tokio::sync::{Mutex, watch};
use tonic::{Request, Response, Status};

use crate::orders::Pace;

/// The service.
pub(crate) struct Service {
    limiter: Arc<AsyncRateLimiter>,
    pace: watch::Receiver<Pace>,
    turn: Mutex<()>,
}

impl Service {
    /// One that counts with a limiter.
    pub(crate) fn new(limiter: Arc<AsyncRateLimiter>, pace: watch::Receiver<Pace>) -> Self {
        Self {
            limiter,
            pace,
            turn: Mutex::new(()),
        }
    }

    /// Counts what a descriptor stands for, where no limit that applies to it is passed by that.
    async fn count(
        &self,
        domain: &Namespace,
        descriptor: &RateLimitDescriptor,
        hits: u64,
    ) -> Result<CheckResult, Status> {
        let entries = descriptor.entries.iter();
        let entries: HashMap<String, String> = entries
            .map(|entry| (entry.key.clone(), entry.value.clone()))
            .collect();
        let mut context = Context::default();
        context.list_binding("descriptors".to_owned(), vec![entries]);
        let checked = match hits {
            // Nothing is counted, so no window begins either.
            0 => self.limiter.is_rate_limited(domain, &context, 0).await,
            _ => {
                let counted = self
                    .limiter
                    .check_rate_limited_and_update(domain, &context, hits);
                counted.await
            }
        };
        checked.map_err(|error| unavailable(&error))
    }
}

#[tonic::async_trait]
impl RateLimitService for Service {
    async fn should_rate_limit(
        &self,
        request: Request<RateLimitRequest>,
    ) -> Result<Response<RateLimitResponse>, Status> {
        let request = request.into_inner();
        let running = self
            .pace
            .clone()
            .wait_for(|pace| *pace == Pace::Running)
            .await
            .is_ok();
        if !running {
            return Err(Status::unavailable("it ends"));
        }
        // As limitador's own server says it.
        if request.domain.is_empty() {
            return Ok(Response::new(answer(Code::Unknown, vec![])));
        }
        if request.descriptors.is_empty() {
            return Err(Status::invalid_argument("no descriptors"));
        }
        let _turn = self.turn.lock().await;
        let domain = Namespace::from(request.domain.as_str());
        let mut statuses = Vec::with_capacity(request.descriptors.len());
        for descriptor in &request.descriptors {
            let hits = hits(descriptor, request.hits_addend)?;
            statuses.push(status(self.count(&domain, descriptor, hits).await?));
        }
        let over = |status: &DescriptorStatus| status.code == i32::from(Code::OverLimit);
        let overall = match statuses.iter().any(over) {
            true => Code::OverLimit,
            false => Code::Ok,
        };
        Ok(Response::new(answer(overall, statuses)))
    }
}

/// How much a descriptor adds: what it says itself, 0 included, else what the request says, where 0
/// is not said and means 1.
fn hits(descriptor: &RateLimitDescriptor, of_request: u32) -> Result<u64, Status> {
    if descriptor.is_negative_hits {
        return Err(Status::invalid_argument("limitador gives nothing back"));
    }
    let own = descriptor.hits_addend.as_ref().map(|hits| hits.value);
    Ok(own.unwrap_or(u64::from(of_request.max(1))))
}

fn answer(overall: Code, statuses: Vec<DescriptorStatus>) -> RateLimitResponse {
    RateLimitResponse {
        overall_code: overall.into(),
        statuses,
        ..RateLimitResponse::default()
    }
}

/// A descriptor's code, with the limit that has the least left.
fn status(checked: CheckResult) -> DescriptorStatus {
    let code = match checked.limited {
        true => Code::OverLimit,
        false => Code::Ok,
    };
    let tightest = checked.counters.iter().min_by_key(|c| c.remaining());
    DescriptorStatus {
        code: code.into(),
        current_limit: tightest.map(limit),
        limit_remaining: tightest.and_then(Counter::remaining).map_or(0, narrow),
        duration_until_reset: tightest
            .and_then(Counter::expires_in)
            .and_then(|rest| i64::try_from(rest.as_secs()).ok())
            .map(|seconds| Duration { seconds, nanos: 0 }),
        ..DescriptorStatus::default()
    }
}

fn limit(counter: &Counter) -> RateLimit {
    let unit = match counter.window().as_secs() {
        1 => Unit::Second,
        60 => Unit::Minute,
        3_600 => Unit::Hour,
        86_400 => Unit::Day,
        _ => Unit::Unknown,
    };
    RateLimit {
        name: counter.limit().name().unwrap_or_default().to_owned(),
        requests_per_unit: narrow(counter.max_value()),
        unit: unit.into(),
    }
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Redis is away, or an expression is wrong: no answer that could be taken for one.
fn unavailable(error: &LimitadorError) -> Status {
    eprintln!("{error}");
    Status::unavailable("the counters cannot be had")
}
