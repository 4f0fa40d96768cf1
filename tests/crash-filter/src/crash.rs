//! The ways in which a module can come to its end.

use std::hint::black_box;

/// A way to crash. Each ends the virtual machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// A panic, as of a bug in Rust code.
    Panic,
    /// The instruction `unreachable`.
    Abort,
    /// An allocation that the host's limit on the machine's memory (1 GiB in Envoy) does not let
    /// through.
    Memory,
    /// A call that never stops calling.
    Stack,
}

impl Crash {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Panic, Self::Abort, Self::Memory, Self::Stack];

    /// Its name in an order.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Abort => "abort",
            Self::Memory => "memory",
            Self::Stack => "stack",
        }
    }

    /// Crashes.
    #[expect(clippy::panic, reason = "what it is for")]
    pub(crate) fn happen(self) -> ! {
        match self {
            Self::Panic => panic!("a crash that a request has ordered"),
            Self::Abort => {}
            Self::Memory => drop(black_box(Vec::<u8>::with_capacity(TOO_MUCH))),
            Self::Stack => {
                black_box(deeper(0));
            }
        }
        // For the two above it, this is never reached.
        std::process::abort()
    }
}

/// As much as an allocation may ask for at all.
const TOO_MUCH: usize = isize::MAX as usize;

#[expect(unconditional_recursion, reason = "what it is for")]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    let below = deeper(depth.wrapping_add(1));
    black_box(frame).iter().fold(below, |sum, one| sum ^ one)
}
