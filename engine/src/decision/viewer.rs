//! The upstream's answer to a message, as the rules see it.

use super::case::Case;

use super::decide::{Again, Grounds};
use super::opening::{Opened, Place, Subject, What};
use super::owned;
use super::visibility::Visibility;
use crate::answers::ListKind;
use crate::content::Content;
use crate::engine::Engine;
use crate::host::{Host, Ledger, MarkId, Unavailable};
use crate::limits;
use crate::plan::{CallKind, OperationId};
use crate::request::RequestHead;
use crate::request::path;
use crate::time::UnixTime;

/// Looks at what an endpoint answers, with the eyes of the caller whose request was let through.
pub struct Viewer<'e, 'r> {
    case: Case<'e>,
    opened: Opened<'e, 'r>,
    head: &'r RequestHead<'r>,
    place: Place<'e>,
}

impl<'e, 'r> Viewer<'e, 'r> {
    /// Of a request for an endpoint, which was allowed on these grounds. `None` where it is for
    /// none.
    pub(crate) fn new(
        engine: &'e Engine,
        head: &'r RequestHead<'r>,
        grounds: &Grounds,
        now: UnixTime,
    ) -> Option<Self> {
        let plan = engine.plan();
        let method = head.method().ok()?;
        let addressed = engine.routes().host(head.authority().ok()?).ok()?;
        let target = path::parse(head.path().ok()?).ok()?;
        let found = engine.routes().find(&addressed, method, &target.segments);
        let id = found.endpoint?;
        let resource = plan.resources.get(id.index())?;
        let place = Place {
            id,
            resource,
            endpoint: resource.endpoint.as_ref()?,
        };
        Some(Self {
            case: Case::new(engine, now, Again::default()),
            opened: Opened {
                method,
                host: addressed.name,
                target,
                parameters: Vec::new(),
                what: What::Endpoint(place),
                token: grounds.token.clone(),
                transaction: grounds.transaction.clone(),
            },
            head,
            place,
        })
    }

    /// Whether the caller could call what a list has under this name or URI.
    #[must_use]
    pub fn sees(&self, kind: ListKind, name: &str) -> Visibility {
        let calls = self.case.engine.calls();
        let of_name = |kind| calls.named(self.place.id, kind, name);
        match kind {
            ListKind::Tools => self.of(of_name(CallKind::Tool), named(name)),
            ListKind::Prompts => self.of(of_name(CallKind::Prompt), named(name)),
            ListKind::Resources => {
                let (id, captures) = calls.uri(self.place.id, name).unzip();
                let content = Content {
                    uri: Some(name),
                    captures: captures.as_deref().unwrap_or_default(),
                    ..Content::NONE
                };
                self.of(id, content)
            }
            ListKind::ResourceTemplates => {
                let id = calls.template(self.place.id, name);
                // Which URIs it will be called with is not known.
                match self.of(id, Content::NONE) {
                    Visibility::Hidden => Visibility::Hidden,
                    Visibility::Conditional | Visibility::Open => Visibility::Open,
                }
            }
            ListKind::Tasks => Visibility::Hidden,
        }
    }

    fn of(&self, id: Option<OperationId>, content: Content<'_>) -> Visibility {
        let Some((id, operation)) =
            id.and_then(|id| Some((id, self.case.engine.plan().operations.get(id.index())?)))
        else {
            return Visibility::Hidden;
        };
        let subject = Subject {
            id,
            operation,
            resource: self.place.resource,
        };
        self.case
            .visibility(&self.opened, self.head, subject, content)
    }

    /// What lists say of what the caller could call with some arguments and not with others.
    #[must_use]
    pub fn conditional(&self) -> crate::plan::Conditional {
        self.place.endpoint.conditional
    }

    /// The digest of the definition that was reviewed, where the policy has one of what a list has
    /// under this name.
    #[must_use]
    pub fn pin(&self, kind: ListKind, name: &str) -> Option<&'e [u8; 32]> {
        let (_, pin) = self.pinned(kind, name)?;
        Some(pin)
    }

    /// Has calls refused of what a list has under this name, because its definition is not the
    /// reviewed one.
    ///
    /// # Errors
    /// [`Unavailable`]: that cannot be kept.
    pub fn refuse(&self, kind: ListKind, name: &str, host: &dyn Host) -> Result<(), Unavailable> {
        match self.pinned(kind, name) {
            Some((mark, _)) => self.mark(Ledger::Changed, &mark, host),
            None => Ok(()),
        }
    }

    fn pinned(&self, kind: ListKind, name: &str) -> Option<(MarkId, &'e [u8; 32])> {
        let kind = match kind {
            ListKind::Tools => CallKind::Tool,
            ListKind::Prompts => CallKind::Prompt,
            ListKind::Resources | ListKind::ResourceTemplates | ListKind::Tasks => return None,
        };
        let id = self.case.engine.calls().named(self.place.id, kind, name)?;
        let operation = self.case.engine.plan().operations.get(id.index())?;
        let pin = operation.call.as_ref()?.pin.as_ref()?;
        Some((owned::changed(self.place.resource, operation, pin), pin))
    }

    /// Gives a session to the caller.
    ///
    /// # Errors
    /// [`Unavailable`]: that cannot be kept, and nobody can use it.
    pub fn own_session(&self, session: &str, host: &dyn Host) -> Result<(), Unavailable> {
        let plan = self.case.engine.plan();
        let id = owned::session(plan, self.place.resource, session, &self.opened.token);
        self.mark(Ledger::Owned, &id.ok_or(Unavailable)?, host)
    }

    /// Gives a protocol task to the caller's task id.
    ///
    /// # Errors
    /// [`Unavailable`]: that cannot be kept, and nobody can ask for it.
    pub fn own_task(&self, task: &str, host: &dyn Host) -> Result<(), Unavailable> {
        self.mark(Ledger::Owned, &self.task(task).ok_or(Unavailable)?, host)
    }

    /// Whether a protocol task is of the caller's task id.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn owns_task(&self, task: &str, host: &dyn Host) -> Result<bool, Unavailable> {
        match self.task(task) {
            Some(id) => host.is_marked(Ledger::Owned, &id, self.case.now),
            None => Ok(false),
        }
    }

    fn task(&self, task: &str) -> Option<MarkId> {
        let plan = self.case.engine.plan();
        owned::task(plan, self.place.resource, task, &self.opened.token)
    }

    fn mark(&self, ledger: Ledger, id: &MarkId, host: &dyn Host) -> Result<(), Unavailable> {
        let now = self.case.now;
        let until = now.plus_seconds(limits::MARK_SECONDS);
        host.mark(ledger, id, until, now).map(|_| ())
    }
}

fn named(name: &str) -> Content<'_> {
    Content {
        name: Some(name),
        ..Content::NONE
    }
}
