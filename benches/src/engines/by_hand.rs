//! The same decisions by hand, for the benchmarks to ask.

mod applications;

use remit_bench_cases::by_hand::{Inputs, ManyRules, one_rule};
use remit_bench_cases::rules::Request;
use remit_tests::workloads::Verdict;

pub use applications::Application;

use crate::{Contender, verdict};

/// The one rule, written out.
#[derive(Debug)]
pub struct OneRule;

impl Contender<Request> for OneRule {
    type Input = Inputs;

    fn prepare(&self, request: &Request) -> Inputs {
        Inputs::new(request)
    }

    fn decide(&mut self, inputs: &Inputs) -> Verdict {
        verdict(|| one_rule(inputs))
    }
}

impl Contender<Request> for ManyRules {
    type Input = Inputs;

    fn prepare(&self, request: &Request) -> Inputs {
        Inputs::new(request)
    }

    fn decide(&mut self, inputs: &Inputs) -> Verdict {
        verdict(|| self.allow(inputs))
    }
}
