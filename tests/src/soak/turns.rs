//! The plans that take turns: they differ in the keys that they trust and in one rule.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::decision::Reason;

use crate::mint::Mint;
use crate::policy::Compiled;

/// A plan, and what a request can see of it.
#[derive(Debug)]
pub(super) struct Turn {
    /// The policy's name, which every record has.
    pub(super) name: String,
    /// Those of the keys that come and go which it trusts.
    trusted: &'static [&'static str],
    /// What becomes of a list asked for in the task `closing`.
    list_at_closing: Reason,
    /// The plan.
    pub(super) plan: Vec<u8>,
}

/// All of them, in the order in which they come into force, over and over.
#[derive(Debug)]
pub(super) struct Turns(Vec<Turn>);

/// What a request leads to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expectation {
    /// The same under each plan.
    Always(Reason),
    /// To an allow if this key is trusted.
    SignedBy(&'static str),
    /// To what the plan says of lists at closing.
    ListAtClosing,
}

/// The keys that come and go.
pub(super) const KEY_A: &str = "corp-ed-a";
pub(super) const KEY_B: &str = "corp-ed-b";
const STAY: [&str; 3] = ["corp-ed", "corp-ed-next", "corp-ec"];

const RULE: &str = "allow: [ledger.balance]";
const WIDER: &str = "allow: [ledger.balance, orders.list]";

impl Turns {
    pub(super) fn compiled() -> Self {
        let turns = [
            ("soak-a", &[KEY_A] as &[_], Reason::NotAllowed),
            ("soak-a-and-b", &[KEY_A, KEY_B], Reason::Allowed),
            ("soak-b", &[KEY_B], Reason::NotAllowed),
            ("soak-b-and-a", &[KEY_A, KEY_B], Reason::Allowed),
        ];
        let compiled = turns.map(|(name, trusted, list_at_closing)| {
            let keys = [&STAY, trusted].concat();
            let rule = if list_at_closing == Reason::Allowed {
                WIDER
            } else {
                RULE
            };
            let named = format!("policy: {name}");
            let compiled = Compiled::policy_changed(
                "cases",
                &[("policy: cases", &named), (RULE, rule)],
                &[("corp.jwks.json", &Mint::shared().jwks(&keys).to_string())],
            );
            Turn {
                name: name.to_owned(),
                trusted,
                list_at_closing,
                plan: compiled.plan,
            }
        });
        Self(compiled.into())
    }

    pub(super) fn first(&self) -> &Turn {
        &self.0[0]
    }

    /// The turns from the second on, and their positions.
    pub(super) fn following(&self) -> impl Iterator<Item = (usize, &Turn)> {
        self.0.iter().enumerate().cycle().skip(1)
    }

    /// The turn whose policy has the name.
    pub(super) fn named(&self, name: &str) -> Option<(usize, &Turn)> {
        self.0
            .iter()
            .enumerate()
            .find(|(_, turn)| turn.name == name)
    }
}

impl Turn {
    /// As it stands in the gateway's configuration.
    pub(super) fn text(&self) -> String {
        STANDARD.encode(&self.plan)
    }
}

impl Expectation {
    /// The reason of the decision by that plan.
    pub(super) fn under(self, turn: &Turn) -> Reason {
        match self {
            Self::Always(reason) => reason,
            Self::SignedBy(key) if turn.trusted.contains(&key) => Reason::Allowed,
            Self::SignedBy(_) => Reason::UnknownKey,
            Self::ListAtClosing => turn.list_at_closing,
        }
    }
}
