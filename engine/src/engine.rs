//! A plan made ready for deciding.

use std::cell::{OnceCell, RefCell, RefMut};

use crate::calls::Calls;
use crate::cel::{Automata, AutomatonError, Silent, Trace};
use crate::crypto::KeyError;
use crate::decision::{
    Again, Body, Decision, Grounds, Reason, Viewer, decide, decide_whole, is_running,
};
use crate::host::Host;
use crate::plan::{LoadedPlan, Plan};
use crate::request::RequestHead;
use crate::route::Routes;
use crate::standing::held::{Held, NoStanding};
use crate::time::UnixTime;
use crate::token::{TokenCache, Verifier};

/// A plan made ready for deciding. Everything that it remembers belongs to this plan and goes
/// with it; one is made per worker and plan.
#[derive(Debug)]
pub struct Engine {
    loaded: LoadedPlan,
    version: String,
    routes: Routes,
    verifier: Verifier,
    automata: Automata,
    tokens: RefCell<TokenCache>,
    standing: Held,
    /// Whether the plan asks what was done before.
    keeps_history: bool,
    /// What messages call, once one has come.
    calls: OnceCell<Calls>,
}

/// Why a plan that was read cannot be decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// An issuer's key is not one.
    #[error("a key in the plan cannot be used: {0}")]
    Key(#[from] KeyError),
    /// A pattern's automaton is not one.
    #[error("a pattern in the plan cannot be used: {0}")]
    Automaton(#[from] AutomatonError),
}

impl Engine {
    /// Makes a plan ready.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn new(loaded: LoadedPlan) -> Result<Self, EngineError> {
        Ok(Self {
            version: loaded.digest().short(),
            routes: Routes::new(loaded.plan()),
            verifier: Verifier::new(loaded.plan())?,
            automata: Automata::new(&loaded.plan().automata)?,
            tokens: RefCell::new(TokenCache::new()),
            standing: Held::new(loaded.plan()),
            keeps_history: loaded.plan().keeps_history(),
            calls: OnceCell::new(),
            loaded,
        })
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        self.loaded.plan()
    }

    /// Whether the plan asks what was done before.
    #[must_use]
    pub fn keeps_history(&self) -> bool {
        self.keeps_history
    }

    /// The plan's digest in short form: the policy version in records.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides one request.
    pub fn decide(&self, head: &RequestHead<'_>, now: UnixTime, host: &dyn Host) -> Decision<'_> {
        decide(self, head, &Again::default(), now, host, &mut Silent)
    }

    /// Decides one request anew, with what was found out before.
    pub fn decide_again(
        &self,
        head: &RequestHead<'_>,
        again: &Again,
        now: UnixTime,
        host: &dyn Host,
    ) -> Decision<'_> {
        decide(self, head, again, now, host, &mut Silent)
    }

    /// Decides one request and tells what was evaluated on the way. The decision is the same.
    pub fn decide_traced(
        &self,
        head: &RequestHead<'_>,
        now: UnixTime,
        host: &dyn Host,
        trace: &mut dyn Trace,
    ) -> Decision<'_> {
        decide(self, head, &Again::default(), now, host, &mut { trace })
    }

    /// [`Engine::decide_again`], and tells what was evaluated on the way.
    pub fn decide_again_traced(
        &self,
        head: &RequestHead<'_>,
        again: &Again,
        now: UnixTime,
        host: &dyn Host,
        trace: &mut dyn Trace,
    ) -> Decision<'_> {
        decide(self, head, again, now, host, &mut { trace })
    }

    /// Decides one request whose head alone was not enough, by its head and its body.
    pub fn decide_whole(
        &self,
        head: &RequestHead<'_>,
        body: &Body<'_>,
        now: UnixTime,
        host: &dyn Host,
    ) -> Decision<'_> {
        decide_whole(self, head, body, now, host, &mut Silent)
    }

    /// [`Engine::decide_whole`], and tells what was evaluated on the way.
    pub fn decide_whole_traced(
        &self,
        head: &RequestHead<'_>,
        body: &Body<'_>,
        now: UnixTime,
        host: &dyn Host,
        trace: &mut dyn Trace,
    ) -> Decision<'_> {
        decide_whole(self, head, body, now, host, &mut { trace })
    }

    /// Looks at the answer to a request for an endpoint, which was allowed on these grounds. `None`
    /// where it was for none.
    #[must_use]
    pub fn viewer<'e, 'r>(
        &'e self,
        head: &'r RequestHead<'r>,
        grounds: &Grounds,
        now: UnixTime,
    ) -> Option<Viewer<'e, 'r>> {
        Viewer::new(self, head, grounds, now)
    }

    /// Whether what a request was allowed by still stands, as far as can be told now: the time, key,
    /// status and denial of its tokens, whether its task id is over, and its exception. For whoever
    /// keeps the stream of such a request open.
    ///
    /// # Errors
    /// The reason why it does not.
    pub fn still_stands(
        &self,
        grounds: &Grounds,
        now: UnixTime,
        host: &dyn Host,
    ) -> Result<(), Reason> {
        for token in [Some(&grounds.token), grounds.transaction.as_ref()] {
            let Some(token) = token else { continue };
            token.stands_at(now)?;
            if token.key_is_withdrawn() {
                return Err(Reason::UnknownKey);
            }
            let standing = self.standing.check(self.plan(), token, now);
            standing.map_err(NoStanding::reason)?;
        }
        if grounds.exception_ends.is_some_and(|end| now >= end) {
            return Err(Reason::NotAllowed);
        }
        if grounds.completes {
            return Ok(());
        }
        is_running(self.plan(), &grounds.token, now, host)
    }

    /// Forgets all tokens. The next request with one verifies it again; no decision changes.
    pub fn forget_tokens(&self) {
        *self.tokens() = TokenCache::new();
    }

    pub(crate) fn calls(&self) -> &Calls {
        self.calls.get_or_init(|| Calls::new(self.plan()))
    }

    pub(crate) fn standing(&self) -> &Held {
        &self.standing
    }

    pub(crate) fn automata(&self) -> &Automata {
        &self.automata
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.routes
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The cache, for the length of one look-up or note: never held while anything else runs.
    pub(crate) fn tokens(&self) -> RefMut<'_, TokenCache> {
        self.tokens.borrow_mut()
    }
}
