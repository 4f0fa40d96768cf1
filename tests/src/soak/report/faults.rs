//! What must hold of a soak.

use super::{Counted, Report};
use crate::soak::{Memory, Reloads};

impl Report {
    /// What is not as it must be, in words.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.first_faults.clone();
        let mut hold = |holds: bool, otherwise: String| {
            if !holds {
                faults.push(otherwise);
            }
        };
        hold(self.lost == 0, format!("{} requests lost", self.lost));
        hold(self.wrong == 0, format!("{} wrong answers", self.wrong));
        for (reason, Counted { seen, counted }) in &self.decisions {
            let told = format!("{reason}: {seen} decisions seen, {counted} counted");
            hold(seen == counted, told);
        }
        for case in &self.arrived_wrong {
            hold(false, case.clone());
        }
        let [before, after] = self.machines;
        hold(
            after.reloaded == 0,
            format!("{} machines died", after.reloaded),
        );
        hold(
            after == before,
            format!("machines: {before:?}, then {after:?}"),
        );
        let Memory {
            growth_bytes,
            bound_bytes,
            ..
        } = self.memory;
        let told = format!("memory grew by {growth_bytes} bytes, more than {bound_bytes}");
        hold(growth_bytes <= bound_bytes, told);
        if let Some(Reloads {
            remit,
            noop,
            bound_bytes,
            ..
        }) = self.reloads
        {
            let lost = remit.lost + noop.lost;
            hold(lost == 0, format!("{lost} requests lost at reloads"));
            let more = remit.growth_bytes() - noop.growth_bytes();
            let told = format!("reloads: {more} bytes more than a no-op filter's");
            hold(more <= bound_bytes, told);
        }
        faults
    }
}
