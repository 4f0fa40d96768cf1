//! The figures for a terminal.

use std::fmt;

use super::{Counted, Report};
use crate::soak::{Reloaded, Reloads};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seconds,
            requests,
            lost,
            wrong,
            switches,
            memory,
            machines: [_, machines],
            ..
        } = self;
        #[expect(clippy::cast_precision_loss, reason = "for a reader")]
        let rate = *requests as f64 / seconds;
        writeln!(f, "{seconds:.1} s, {requests} requests, {rate:.0} a second")?;
        writeln!(f, "  wrong answers      {wrong}")?;
        writeln!(f, "  lost requests      {lost}")?;
        let (allowed, arrived) = (self.allowed, self.arrived);
        writeln!(f, "  allowed / arrived  {allowed} / {arrived}")?;
        writeln!(
            f,
            "  plans              {} came into force, at most {:.0} ms each; {} were refused",
            switches.in_force,
            switches.longest_seconds * 1000.0,
            switches.refused,
        )?;
        writeln!(
            f,
            "  machines           {}, {} made again",
            machines.active, machines.reloaded
        )?;
        writeln!(
            f,
            "  memory             {} at the start, {} then {} after warm-up, {} at most",
            MiB(memory.at_start_bytes.cast_signed()),
            MiB(memory.earlier_bytes.cast_signed()),
            MiB(memory.later_bytes.cast_signed()),
            MiB(memory.highest_bytes.cast_signed()),
        )?;
        writeln!(
            f,
            "  decisions          seen by clients / counted by the gateway"
        )?;
        for (reason, Counted { seen, counted }) in &self.decisions {
            writeln!(f, "    {reason:<24} {seen:>9} / {counted}")?;
        }
        match &self.reloads {
            Some(reloads) => reloads.fmt(f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Reloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} reloads in a row under load", self.count)?;
        for (filter, reloaded) in [("as shipped", &self.remit), ("no-op", &self.noop)] {
            let Reloaded {
                seconds,
                requests,
                lost,
                after_first_bytes,
                at_end_bytes,
            } = reloaded;
            writeln!(
                f,
                "  {filter:<18} {seconds:.1} s, {requests} requests, {lost} lost; memory {} after \
                 the first, {} at the end, {} more",
                MiB(after_first_bytes.cast_signed()),
                MiB(at_end_bytes.cast_signed()),
                MiB(reloaded.growth_bytes()),
            )?;
        }
        Ok(())
    }
}

/// Bytes as MiB.
struct MiB(i64);

impl fmt::Display for MiB {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "for a reader")]
        let mib = self.0 as f64 / (1024.0 * 1024.0);
        write!(f, "{mib:.1} MiB")
    }
}
