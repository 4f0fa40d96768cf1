//! What the author wrote, taken apart but not yet related to each other.
//!
//! Every part keeps its place. A part that could not be read is left out, its reason being among
//! the diagnostics, so that the rest can still be looked at. A key that belongs to the language
//! but not to this version is an error of its own: a policy must never seem to limit what it
//! does not.

mod a2a;
mod approvals;
mod body;
mod bounded;
mod break_glass;
mod calls;
mod claims;
mod demand;
mod endpoint;
pub(crate) mod fields;
mod guards;
mod history;
mod issuers;
mod limits;
mod metadata;
mod operations;
pub(crate) mod owners;
mod pattern;
mod resources;
pub(crate) mod scalars;
mod schema;
mod sequence;
mod sources;
mod tasks;
pub(crate) mod template;
mod types;
mod uri;
mod url;

use remit_engine::plan::{
    Algorithm, Binding, Class, Demand, Effect, Forwarding, Per, Presence, Profile, Type, Uses,
};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::{self, Node, Text};

pub(crate) use a2a::CARD as A2A_CARD;
pub(crate) use approvals::Approvals;
pub(crate) use body::Body;
pub(crate) use bounded::{Amount, Currency};
pub(crate) use calls::{Call, Called};
pub(crate) use endpoint::{Card, Endpoint};
use fields::{Fields, entries, items, text};
pub(crate) use history::{DEFAULT_KEEP, DEFAULT_ROOM, Fleet, History};
pub(crate) use limits::{Counting, Limit, per_name};
pub(crate) use metadata::Metadata;
pub(crate) use pattern::WrittenPattern;
pub(crate) use scalars::{CLASSES, algorithm_names};
pub use schema::schema;
pub(crate) use sequence::Sequence;
pub(crate) use sources::Remote;
pub(crate) use template::{Template, TemplatePart};
pub(crate) use uri::{Part as UriTemplatePart, Template as UriTemplate};
pub(crate) use url::Url;

/// Everything that the files of a policy say.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The policy's name.
    pub(crate) policy: Option<Spanned<String>>,
    /// Whose the files are.
    pub(crate) owners: owners::Owners,
    /// The vocabulary of labels.
    pub(crate) labels: Vec<LabelDeclaration>,
    /// Who issues tokens.
    pub(crate) issuers: Vec<Issuer>,
    /// What needs no token.
    pub(crate) public: Vec<PublicOperation>,
    /// What stands behind the gateway.
    pub(crate) resources: Vec<Resource>,
    /// The kinds of job.
    pub(crate) tasks: Vec<Task>,
    /// Rules over all tasks.
    pub(crate) guards: Vec<Guard>,
    /// Limits over all tasks; each says of which operations.
    pub(crate) guarding: Vec<Limit>,
    /// Ids of rules that only report.
    pub(crate) observe: Vec<Spanned<String>>,
    /// Which document says what no longer stands.
    pub(crate) deny_feed: Option<Remote>,
    /// What is allowed in an emergency.
    pub(crate) break_glass: Vec<BreakGlass>,
    /// How much is remembered.
    pub(crate) history: Option<History>,
    /// Who counts for all gateways.
    pub(crate) fleet: Option<Fleet>,
    /// Who approves single calls.
    pub(crate) approvals: Option<Approvals>,
}

/// A label and the values it can have.
#[derive(Debug)]
pub(crate) struct LabelDeclaration {
    pub(crate) name: Spanned<String>,
    pub(crate) values: Vec<Spanned<String>>,
}

/// A label given to something.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) name: Spanned<String>,
    pub(crate) value: Spanned<String>,
}

/// An issuer.
#[derive(Debug)]
pub(crate) struct Issuer {
    pub(crate) name: Spanned<String>,
    pub(crate) issuer: Option<Spanned<String>>,
    pub(crate) trust_domain: Option<Spanned<String>>,
    pub(crate) profile: Profile,
    pub(crate) algorithms: Vec<Algorithm>,
    /// `jwks`, or the `bundle` of a trust domain.
    pub(crate) jwks: Option<Jwks>,
    pub(crate) may_assert: Vec<WrittenPattern>,
    pub(crate) max_lifetime: Spanned<u32>,
    pub(crate) leeway: u32,
    pub(crate) binding: Binding,
    pub(crate) status_lists: Vec<Remote>,
    pub(crate) detail_types: Vec<String>,
    pub(crate) forwarding: Forwarding,
    pub(crate) uses: Uses,
    pub(crate) names: IdentityNames,
    pub(crate) claims: Vec<ClaimDeclaration>,
}

/// Where an issuer's keys are.
#[derive(Debug)]
pub(crate) enum Jwks {
    /// In a file.
    File(Spanned<String>),
    /// Here.
    Inline(Node),
    /// Behind a URL.
    Remote(Remote),
}

/// A claim's place in a token.
pub(crate) type ClaimPath = Spanned<Vec<String>>;

/// Which claims carry the identities.
#[derive(Debug, Default)]
pub(crate) struct IdentityNames {
    pub(crate) agent: Option<ClaimPath>,
    pub(crate) task: Option<ClaimPath>,
    pub(crate) task_id: Option<ClaimPath>,
    pub(crate) session: Option<ClaimPath>,
    pub(crate) instance: Option<ClaimPath>,
    pub(crate) tenant: Option<ClaimPath>,
    pub(crate) approvals: Option<ClaimPath>,
}

/// A claim that rules may read.
#[derive(Debug)]
pub(crate) struct ClaimDeclaration {
    pub(crate) path: ClaimPath,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
}

/// A method with a path template, and where it stands.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) method: String,
    pub(crate) template: Template,
    pub(crate) span: Span,
}

/// The query that an operation takes.
#[derive(Debug)]
pub(crate) enum Query {
    Any,
    Declared(Vec<Parameter>),
}

/// A query parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Spanned<String>,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
}

/// An operation that needs no token.
#[derive(Debug)]
pub(crate) struct PublicOperation {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) host: Option<Spanned<String>>,
    pub(crate) http: Http,
    pub(crate) query: Query,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: Spanned<String>,
    pub(crate) host: Option<Spanned<String>>,
    pub(crate) audience: Option<Spanned<String>>,
    pub(crate) cluster: Option<Spanned<String>>,
    pub(crate) origin: Option<Spanned<Url>>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) labels: Vec<Label>,
    /// Where it takes messages, if it does.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) operations: Vec<Operation>,
    /// Whether a part of it could not be read.
    pub(crate) incomplete: bool,
}

/// An operation of a resource.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: Spanned<String>,
    pub(crate) http: Option<Http>,
    pub(crate) class: Option<Class>,
    pub(crate) labels: Vec<Label>,
    pub(crate) query: Query,
    /// Its body, or what it is called with; `None` where that is not read.
    pub(crate) body: Option<Body>,
    /// How it is called, where that is by messages.
    pub(crate) call: Option<Call>,
    pub(crate) scopes: Vec<String>,
    /// Cost units of one call.
    pub(crate) cost: u32,
    pub(crate) upgrade: Option<&'static str>,
    /// Where it says that nobody has looked at it yet.
    pub(crate) unreviewed: Option<Span>,
}

/// A task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) name: Spanned<String>,
    pub(crate) issuers: Vec<Spanned<String>>,
    pub(crate) agents: Vec<WrittenPattern>,
    /// In the order of the text, effects mixed.
    pub(crate) rules: Vec<Rule>,
    pub(crate) delegation: Option<Delegation>,
    /// What completes it.
    pub(crate) ends_with: Option<Spanned<Selection>>,
    /// How much there may be.
    pub(crate) limits: Vec<Limit>,
}

/// To whom a task may be handed on.
#[derive(Debug)]
pub(crate) struct Delegation {
    pub(crate) depth: u32,
    pub(crate) to: Vec<WrittenPattern>,
}

/// A rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) effect: Effect,
    pub(crate) id: Option<Spanned<String>>,
    pub(crate) operations: Option<Selection>,
    pub(crate) when: Option<Spanned<Text>>,
    /// What it asks of calls before.
    pub(crate) sequence: Option<Sequence>,
    /// What a require asks for instead of a condition.
    pub(crate) demand: Option<Spanned<Demand>>,
    pub(crate) span: Span,
}

/// A rule over all tasks.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Never an allow.
    pub(crate) rule: Rule,
    /// Whose calls before it looks at.
    pub(crate) per: Per,
}

/// What a rule is about.
#[derive(Debug)]
pub(crate) enum Selection {
    /// `resource.operation` or `resource.*`, each.
    Named(Vec<Spanned<String>>),
    /// Whatever has this class and these labels; without any, whatever needs a token.
    Selector {
        class: Option<Class>,
        labels: Vec<Label>,
        span: Span,
    },
}

/// What is allowed in an emergency.
#[derive(Debug)]
pub(crate) struct BreakGlass {
    pub(crate) id: Spanned<String>,
    /// `None`: every issuer whose tokens authenticate.
    pub(crate) issuers: Option<Vec<Spanned<String>>>,
    pub(crate) agents: Vec<WrittenPattern>,
    pub(crate) allow: Selection,
    pub(crate) overrides: Vec<Spanned<String>>,
    /// In seconds since 1970.
    pub(crate) until: Spanned<i64>,
    pub(crate) reason: String,
}

const SECTIONS: &[&str] = &[
    "remit",
    "policy",
    "owner",
    "owners",
    "labels",
    "issuers",
    "public",
    "resources",
    "tasks",
    "guards",
    "observe",
    "deny_feed",
    "break_glass",
    "history",
    "fleet",
    "approvals",
];

/// Reads all files of a policy.
pub(crate) fn read(sources: &Sources, diagnostics: &mut Diagnostics) -> Document {
    let mut document = Document::default();
    let mut first = None;
    for (id, file) in sources.files() {
        let start = Span {
            file: id,
            start: 0,
            end: 0,
        };
        first.get_or_insert(start);
        if let Some(root) = yaml::parse(id, file, diagnostics) {
            document.read_file(&root, start, diagnostics);
        }
    }
    document.distinct(diagnostics);
    owners::check(&document, sources, diagnostics);
    if let (None, Some(start)) = (&document.policy, first)
        && !diagnostics.has_errors()
    {
        diagnostics.push(
            fields::missing("policy", "a policy", start).help("give it a name: `policy: <name>`"),
        );
    }
    document
}

impl Document {
    fn read_file(&mut self, root: &Node, start: Span, diagnostics: &mut Diagnostics) {
        let Some(top) = Fields::open(root, "a policy", start, SECTIONS, &[], diagnostics) else {
            return;
        };
        match top.require("remit", diagnostics).and_then(|node| text(node, diagnostics)) {
            Some(version) if version.value != "v1" => diagnostics.push(
                version
                    .diagnostic(
                        Code::Unsupported,
                        format!(
                            "version `{}` of the language is not supported by this version of remit",
                            version.value
                        ),
                    )
                    .help("write `remit: v1`"),
            ),
            _ => {}
        }
        self.name(top.get("policy"), diagnostics);
        self.owners.read_file(&top, start, diagnostics);
        for entry in entries(top.get("labels"), diagnostics) {
            let values = scalars::names(Some(&entry.value), diagnostics);
            self.labels.push(LabelDeclaration {
                name: entry.key.clone(),
                values,
            });
        }
        for entry in entries(top.get("issuers"), diagnostics) {
            self.issuers.extend(issuers::read(entry, diagnostics));
        }
        for item in items(top.get("public"), diagnostics) {
            self.public
                .extend(operations::read_public(item, diagnostics));
        }
        for entry in entries(top.get("resources"), diagnostics) {
            self.resources.extend(resources::read(entry, diagnostics));
        }
        for entry in entries(top.get("tasks"), diagnostics) {
            self.tasks.extend(tasks::read(entry, diagnostics));
        }
        for item in items(top.get("guards"), diagnostics) {
            match guards::read(item, diagnostics) {
                Some(guards::Read::Rule(guard)) => self.guards.push(guard),
                Some(guards::Read::Limit(limit)) => self.guarding.push(limit),
                None => {}
            }
        }
        if let Some(node) = top.get("deny_feed") {
            self.read_deny_feed(node, diagnostics);
        }
        self.read_remembered(&top, diagnostics);
        for item in items(top.get("break_glass"), diagnostics) {
            self.break_glass
                .extend(break_glass::read(item, diagnostics));
        }
        let observed = items(top.get("observe"), diagnostics);
        self.observe
            .extend(observed.iter().filter_map(|item| text(item, diagnostics)));
    }

    fn read_deny_feed(&mut self, node: &Node, diagnostics: &mut Diagnostics) {
        let feed = sources::standing(node, "a deny feed", sources::DENY_FEED, diagnostics);
        match (&self.deny_feed, feed) {
            (Some(first), Some(second)) => diagnostics.push(
                second
                    .url
                    .diagnostic(Code::DuplicateName, "a policy has one deny feed")
                    .label("again here")
                    .also(first.url.span, "first here"),
            ),
            (None, feed) => self.deny_feed = feed,
            (Some(_), None) => {}
        }
    }

    /// What is kept of calls, and who says more than tokens do.
    fn read_remembered(&mut self, top: &Fields<'_>, diagnostics: &mut Diagnostics) {
        if let Some(node) = top.get("history")
            && let Some(history) = history::read(node, diagnostics)
        {
            let at = |one: &History| one.span;
            once(&mut self.history, history, "`history`", at, diagnostics);
        }
        if let Some(node) = top.get("fleet")
            && let Some(fleet) = history::read_fleet(node, diagnostics)
        {
            let at = |one: &Fleet| one.cluster.span;
            once(&mut self.fleet, fleet, "`fleet`", at, diagnostics);
        }
        if let Some(node) = top.get("approvals")
            && let Some(approvals) = approvals::read(node, diagnostics)
        {
            let at = |one: &Approvals| one.span;
            once(
                &mut self.approvals,
                approvals,
                "`approvals`",
                at,
                diagnostics,
            );
        }
    }

    fn name(&mut self, node: Option<&Node>, diagnostics: &mut Diagnostics) {
        let Some(name) = node.and_then(|node| scalars::name(node, diagnostics)) else {
            return;
        };
        match &self.policy {
            Some(first) if first.value != name.value => diagnostics.push(
                name.diagnostic(
                    Code::PolicyNameDiffers,
                    format!(
                        "the policy is called `{}` here and `{}` in another file",
                        name.value, first.value
                    ),
                )
                .also(first.span, "the other name")
                .help("the files of a folder are one policy with one name"),
            ),
            Some(_) => {}
            None => self.policy = Some(name),
        }
    }

    /// Within a file the YAML reader sees to it; here, across files.
    fn distinct(&mut self, diagnostics: &mut Diagnostics) {
        let owners = &self.owners;
        let labels = self.labels.iter().map(|one| &one.name);
        fields::distinct("label", labels, owners, diagnostics);
        let issuers = self.issuers.iter().map(|one| &one.name);
        fields::distinct("issuer", issuers, owners, diagnostics);
        let resources = self.resources.iter().map(|one| &one.name);
        fields::distinct("resource", resources, owners, diagnostics);
        let tasks = self.tasks.iter().map(|one| &one.name);
        fields::distinct("task", tasks, owners, diagnostics);
        let public = self.public.iter().filter_map(|one| one.name.as_ref());
        fields::distinct("public operation", public, owners, diagnostics);
        let exceptions = self.break_glass.iter().map(|one| &one.id);
        fields::distinct("exception", exceptions, owners, diagnostics);
    }
}

/// Takes in what a policy says once, whichever of its files says it.
fn once<T>(
    place: &mut Option<T>,
    found: T,
    what: &str,
    at: fn(&T) -> Span,
    diagnostics: &mut Diagnostics,
) {
    match place {
        Some(first) => diagnostics.push(
            Diagnostic::new(
                Code::DuplicateName,
                at(&found),
                format!("a policy has one {what}"),
            )
            .label("again here")
            .also(at(first), "first here"),
        ),
        None => *place = Some(found),
    }
}
