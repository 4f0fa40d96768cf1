//! One entry of `authorization_details`.

use super::constraint::{Constraint, Held, read_all};
use super::read::{array, block, object, text, texts, texts_bytes};
use super::uri::{Reach, Uri};
use super::{Call, Denial, Grant, action};
use crate::decision::Reason;
use crate::json::{Json, Object};
use crate::limits;

/// The type that the draft defines (section 15.2).
const MISSION: &str = "mission_resource_access";

/// An entry that can permit something, if everything in it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    places: Places,
    actions: Vec<String>,
    constraints: Vec<Constraint>,
    /// The depth of delegation up to which it may be used, where it says one.
    deepest: Option<u32>,
}

/// Where an entry counts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Places {
    /// At one resource, or below it.
    Resource(Uri, Reach),
    /// At each of these alone.
    Locations(Vec<Uri>),
    /// Wherever its type is declared.
    Anywhere,
}

impl Entry {
    /// `None` for what gives nothing, whoever calls: of a type that is not declared, or for a
    /// resource that is no absolute URI.
    pub(super) fn parse(entry: &Json<'_>, types: &[String]) -> Result<Option<Self>, Reason> {
        let entry = object(entry)?;
        let kind = text(entry.member("type").ok_or(Reason::ClaimMalformed)?)?;
        if kind == MISSION {
            Self::of_mission(entry)
        } else if types.iter().any(|declared| declared == kind) {
            Self::declared(entry).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Section 4 of the draft.
    fn of_mission(entry: &Object<'_>) -> Result<Option<Self>, Reason> {
        let (mut resource, mut actions) = (None, None);
        let (mut constraints, mut reach) = (Vec::new(), Reach::Alone);
        // Authority is not delegable unless it says so.
        let mut deepest = 0;
        for (member, value) in entry.members() {
            match member {
                "type" => {}
                "resource" => resource = Some(text(value)?),
                "resource_match" => match text(value)? {
                    "exact" => {}
                    "prefix" => reach = Reach::Below,
                    _ => constraints.push(Constraint::NotEnforced),
                },
                "actions" => actions = Some(texts(value, |action| Some(action.to_owned()))?),
                "constraints" => constraints.extend(read_all(object(value)?)?),
                "delegation" => deepest = depth(object(value)?)?,
                _ => constraints.push(Constraint::NotEnforced),
            }
        }
        let (Some(resource), Some(actions)) = (resource, actions) else {
            return Err(Reason::ClaimMalformed);
        };
        if resource.len() > limits::URI_BYTES {
            return Err(Reason::ClaimMalformed);
        }
        let Some(resource) = Uri::parse(resource) else {
            return Ok(None);
        };
        if reach == Reach::Below && !resource.has_below() {
            constraints.push(Constraint::NotEnforced);
        }
        Ok(Some(Self {
            places: Places::Resource(resource, reach),
            actions,
            constraints,
            deepest: Some(deepest),
        }))
    }

    /// Section 2.2 of RFC 9396. What a field means that is not one of these, only the type's own
    /// API knows.
    fn declared(entry: &Object<'_>) -> Result<Self, Reason> {
        let (mut places, mut actions) = (Places::Anywhere, Vec::new());
        let mut constraints = Vec::new();
        for (member, value) in entry.members() {
            match member {
                "type" => {}
                "locations" => places = Places::Locations(texts(value, location)?),
                // An entry that names no action gives none.
                "actions" => actions = texts(value, |action| Some(action.to_owned()))?,
                _ => constraints.push(Constraint::NotEnforced),
            }
        }
        Ok(Self {
            places,
            actions,
            constraints,
            deepest: None,
        })
    }

    /// Whether it permits a call; `at` is the call's audience and URL.
    pub(super) fn permits(&self, call: &Call<'_>, at: &[Option<Uri>]) -> Result<Grant, Denial> {
        let covered = self
            .actions
            .iter()
            .any(|action| action::covers(action, call));
        let near = self
            .deepest
            .is_none_or(|deepest| call.delegation_depth <= deepest);
        if !(self.places.have(at) && covered && near) {
            return Err(Denial::InsufficientAuthority);
        }
        let held = self.constraints.iter().map(|each| each.holds(call));
        match held.max().unwrap_or(Held::Yes) {
            Held::Yes => Ok(Grant::Whole),
            Held::Later => Ok(Grant::ByContent),
            Held::No => Err(Denial::InsufficientAuthority),
            Held::NotEnforced => Err(Denial::ConstraintUnrecognized),
        }
    }

    /// What it takes beyond itself.
    pub(super) fn bytes(&self) -> usize {
        let constraints = self.constraints.iter().map(Constraint::bytes);
        self.places.bytes()
            + texts_bytes(&self.actions)
            + block(size_of_val(&*self.constraints))
            + constraints.sum::<usize>()
    }
}

impl Places {
    fn have(&self, at: &[Option<Uri>]) -> bool {
        let mut at = at.iter().flatten();
        match self {
            Self::Resource(resource, reach) => at.any(|at| resource.reaches(*reach, at)),
            Self::Locations(locations) => at.any(|at| locations.contains(at)),
            Self::Anywhere => true,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Resource(resource, _) => resource.bytes(),
            Self::Locations(locations) => {
                let inside = locations.iter().map(Uri::bytes);
                block(size_of_val(&**locations)) + inside.sum::<usize>()
            }
            Self::Anywhere => 0,
        }
    }
}

/// A location that is no absolute URI is nowhere.
fn location(text: &str) -> Option<Uri> {
    Uri::parse(text).filter(|_| text.len() <= limits::URI_BYTES)
}

/// How deep a delegation may be (section 10.1 of the draft). Who may be delegated to, the issuer
/// has seen to when it issued the token, which says of an actor's kind only what the issuer does;
/// where nobody may, or something is said that is not understood, nobody does.
fn depth(delegation: &Object<'_>) -> Result<u32, Reason> {
    let deepest = match delegation.member("max_depth") {
        Some(Json::Int(depth)) if *depth >= 0 => u32::try_from(*depth).unwrap_or(u32::MAX),
        _ => return Err(Reason::ClaimMalformed),
    };
    let mut nobody = false;
    for (member, value) in delegation.members() {
        match member {
            "max_depth" => {}
            "allowed_delegates" => {
                let delegates = array(value)?;
                for delegate in delegates {
                    for (_, named) in object(delegate)?.members() {
                        text(named)?;
                    }
                }
                nobody |= delegates.is_empty();
            }
            _ => nobody = true,
        }
    }
    Ok(if nobody { 0 } else { deepest })
}
