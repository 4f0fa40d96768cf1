//! Rounds: in each, every row has its turn, in another order each time, so that whatever else the
//! machine does falls on all of them.

use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::task::LocalSet;

use crate::authorizer::Authorizer;
use crate::cores::Worker;
use crate::load::{Closed, Got, Open, Outcome, Until};
use crate::progress::Progress;
use crate::spread::Spread;
use crate::variant::{Group, Variant};

/// How long and how hard.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Effort {
    /// Rounds that count; one more warms everything up.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Milliseconds at saturation, and again at the fixed rate, for each row and round.
    #[arg(long, default_value_t = 1000, value_name = "MS")]
    pub milliseconds: u64,
    /// Requests in flight at saturation.
    #[arg(long, default_value_t = 8)]
    pub connections: usize,
    /// Requests a second in open loop.
    #[arg(long, default_value_t = 2000)]
    pub rate: u32,
}

/// What was found of a row.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Worker's processor time for a request at saturation, in nanoseconds, a figure a round.
    pub worker_ns: Spread,
    /// The same of the authorizer, where it is asked.
    pub authorizer_ns: Spread,
    /// Requests a second at saturation.
    pub rate: Spread,
    /// Latencies at saturation, in nanoseconds.
    pub saturated: Histogram<u64>,
    /// Latencies at the fixed rate, in nanoseconds.
    pub paced: Histogram<u64>,
    /// Share of the worker's time while a flood comes in.
    pub flooded: Spread,
    /// Requests answered otherwise than expected.
    pub unexpected: u64,
    /// The first of those answers.
    pub first_unexpected: Option<Got>,
}

/// A row and where it listens.
#[derive(Debug)]
pub struct Place {
    /// The row.
    pub variant: Variant,
    /// Its listener.
    pub address: SocketAddr,
}

/// Measures all rows.
///
/// # Errors
/// Of the first load that breaks.
pub fn measure(
    places: &[Place],
    worker: &Worker,
    authorizer: Option<&Authorizer>,
    effort: Effort,
) -> anyhow::Result<Vec<Measured>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut found = vec![Measured::new(); places.len()];
    let mut order: Vec<usize> = (0..places.len()).collect();
    let mut random = fastrand::Rng::new();
    let progress = Progress::new((effort.rounds + 1) * places.len());
    for round in 0..=effort.rounds {
        random.shuffle(&mut order);
        for &position in &order {
            let (Some(place), Some(measured)) = (places.get(position), found.get_mut(position))
            else {
                continue;
            };
            progress.step(&place.variant.name);
            let turn = Turn {
                place,
                worker,
                authorizer,
                effort,
            };
            if round == 0 {
                let warm_up = LocalSet::new().block_on(&runtime, turn.warm_up())?;
                measured.note_unexpected(&warm_up);
            }
            let once = LocalSet::new().block_on(&runtime, turn.take())?;
            // Unexpected answers count in the warm-up as well.
            measured.unexpected += once.unexpected;
            measured.first_unexpected = measured.first_unexpected.or(once.first_unexpected);
            if round > 0 {
                measured.add(&once);
            }
        }
    }
    progress.end();
    Ok(found)
}

struct Turn<'t> {
    place: &'t Place,
    worker: &'t Worker,
    authorizer: Option<&'t Authorizer>,
    effort: Effort,
}

impl Turn<'_> {
    /// Shows the gateway each request once; none where it is to know none of them.
    async fn warm_up(&self) -> anyhow::Result<Outcome> {
        let variant = &self.place.variant;
        let closed = Closed {
            connections: self.effort.connections,
            until: Until::Sent(match variant.round {
                None => variant.requests.distinct(),
                Some(_) => 0,
            }),
        };
        closed.run(self.place.address, &variant.requests).await
    }

    async fn take(self) -> anyhow::Result<Measured> {
        if self.place.variant.group == Group::Flood {
            self.flooded().await
        } else {
            self.saturated_and_paced().await
        }
    }

    async fn saturated_and_paced(&self) -> anyhow::Result<Measured> {
        let variant = &self.place.variant;
        let time = Duration::from_millis(self.effort.milliseconds);
        let until = variant
            .round
            .map_or(Until::Elapsed(time), |most| Until::Sent(most / 2));
        let closed = Closed {
            connections: self.effort.connections,
            until,
        };
        let before = self.spent()?;
        let outcome = closed.run(self.place.address, &variant.requests).await?;
        let after = self.spent()?;
        let mut measured = Measured::new();
        measured.worker_ns.note(each(after.0 - before.0, &outcome));
        if variant.asks_authorizer {
            measured
                .authorizer_ns
                .note(each(after.1 - before.1, &outcome));
        }
        measured.rate.note(outcome.rate());
        measured.saturated = outcome.latencies.clone();
        measured.note_unexpected(&outcome);
        let time = variant.round.map_or(time, |most| self.time_of(most / 2));
        let paced = self.open(pace(self.effort.rate, outcome.rate()), time);
        let outcome = paced.run(self.place.address, &variant.requests).await?;
        measured.note_unexpected(&outcome);
        measured.paced = outcome.latencies;
        Ok(measured)
    }

    async fn flooded(&self) -> anyhow::Result<Measured> {
        let variant = &self.place.variant;
        let time = Duration::from_millis(self.effort.milliseconds);
        let good = self.open(self.effort.rate / 2, time);
        let address = self.place.address;
        let before = self.spent()?.0;
        let mut measured = Measured::new();
        let outcome = match &variant.flood {
            Some((forged, rate)) => {
                let flood = self.open(*rate, time);
                let (good, forged) = tokio::join!(
                    good.run(address, &variant.requests),
                    flood.run(address, forged)
                );
                measured.note_unexpected(&forged?);
                good?
            }
            None => good.run(address, &variant.requests).await?,
        };
        let busy = (self.spent()?.0 - before).as_secs_f64() / outcome.elapsed.as_secs_f64();
        measured.flooded.note(busy);
        measured.note_unexpected(&outcome);
        measured.paced = outcome.latencies;
        Ok(measured)
    }

    fn open(&self, rate: u32, time: Duration) -> Open {
        Open {
            rate,
            time,
            connections: self.effort.connections * 4,
        }
    }

    /// How long so many requests take at the fixed rate.
    fn time_of(&self, requests: usize) -> Duration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        Duration::from_secs(1) * requests / self.effort.rate
    }

    fn spent(&self) -> anyhow::Result<(Duration, Duration)> {
        let authorizer = match self.authorizer {
            Some(authorizer) if self.place.variant.asks_authorizer => authorizer.spent()?,
            _ => Duration::ZERO,
        };
        Ok((self.worker.spent()?, authorizer))
    }
}

/// Requests a second in open loop: what is asked for, or half of what the gateway can do where that
/// is less, as latencies would be those of an endless line otherwise.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 1 and what is asked for"
)]
fn pace(asked: u32, most: f64) -> u32 {
    if most >= f64::from(asked) {
        asked
    } else {
        (most / 2.0).max(1.0) as u32
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run takes that long")]
fn each(spent: Duration, outcome: &Outcome) -> f64 {
    spent.as_nanos() as f64 / outcome.requests.max(1) as f64
}

impl Measured {
    fn new() -> Self {
        let empty = || Histogram::new(3).expect("three figures are few enough");
        Self {
            worker_ns: Spread::default(),
            authorizer_ns: Spread::default(),
            rate: Spread::default(),
            saturated: empty(),
            paced: empty(),
            flooded: Spread::default(),
            unexpected: 0,
            first_unexpected: None,
        }
    }

    fn note_unexpected(&mut self, outcome: &Outcome) {
        self.unexpected += outcome.unexpected;
        self.first_unexpected = self.first_unexpected.or(outcome.first_unexpected);
    }

    fn add(&mut self, once: &Self) {
        self.worker_ns.add(&once.worker_ns);
        self.authorizer_ns.add(&once.authorizer_ns);
        self.rate.add(&once.rate);
        self.flooded.add(&once.flooded);
        for (all, new) in [
            (&mut self.saturated, &once.saturated),
            (&mut self.paced, &once.paced),
        ] {
            all.add(new).expect("both tell apart as much");
        }
    }
}
