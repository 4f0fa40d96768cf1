//! From an unverified token to a verified one.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::claims::Claims;
use super::identity::Identity;
use super::jws::{CompactJws, Header};
use super::keys::{KeyRing, NoKey, ReadyKey};
use super::profile;
use super::restrictions::Restrictions;
use super::verified::{Lifetime, VerifiedToken};
use super::work::Work;
use crate::crypto::{self, KeyError, SignatureError};
use crate::decision::Reason;
use crate::host::Host;
use crate::json;
use crate::limits;
use crate::plan::{AudienceId, Datum, Issuer, IssuerId, Key, Node, Per, Plan, Presence};

/// A token in the right form. Nothing in it may be believed: it has no accessors, only
/// [`Verifier::verify`] makes something of it.
#[derive(Debug)]
pub struct UnverifiedToken<'t> {
    whole: &'t [u8],
    jws: CompactJws<'t>,
}

impl<'t> UnverifiedToken<'t> {
    /// Reads a compact JWS.
    ///
    /// # Errors
    /// [`Reason::TokenTooLarge`], [`Reason::TokenMalformed`].
    pub fn parse(token: &'t [u8]) -> Result<Self, Reason> {
        Ok(Self {
            whole: token,
            jws: CompactJws::parse(token)?,
        })
    }
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// For a reason that stays while the plan and its keys do.
    For(Reason),
    /// Its issuer has no key for it among those that are known now.
    KeyNotThere {
        /// The issuer.
        issuer: IssuerId,
        /// The reason if there are no others: [`Reason::UnknownKey`] of a key that is not among
        /// the issuer's, [`Reason::KeysUnavailable`] where none were fetched yet.
        settled: Reason,
    },
}

impl Refused {
    /// The reason where nothing can be fetched.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::For(reason)
            | Self::KeyNotThere {
                settled: reason, ..
            } => reason,
        }
    }
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self::For(reason)
    }
}

/// The issuers of a plan with their keys made ready.
#[derive(Debug)]
pub struct Verifier {
    keys: KeyRing,
    /// Time for the signatures of tokens, which strangers use up too.
    work: Work,
    /// Time for those of proofs and approvals, which only who has a token gets to.
    proofs: Work,
    /// How many results of its conditions the plan has kept with a token, at most.
    most_kept: usize,
    /// Whether the plan asks what was done before.
    keeps_history: bool,
}

impl Verifier {
    /// Makes the keys of a plan ready.
    ///
    /// # Errors
    /// [`KeyError`] of the first key that is not one.
    pub fn new(plan: &Plan) -> Result<Self, KeyError> {
        Ok(Self {
            keys: KeyRing::new(plan)?,
            work: Work::new(),
            proofs: Work::new(),
            most_kept: most_kept(plan),
            keeps_history: plan.keeps_history(),
        })
    }

    /// Verifies a token: header, issuer, key, signature, then claims.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn verify(
        &self,
        plan: &Plan,
        token: &UnverifiedToken<'_>,
        host: &dyn Host,
    ) -> Result<VerifiedToken, Refused> {
        let UnverifiedToken { whole, jws } = token;
        let header = jws.header()?;
        let payload = json::parse_object(jws.payload()).map_err(|_| Reason::TokenMalformed)?;
        let claims = Claims::new(payload);
        let (id, issuer) = profile::issuer(plan, &claims, &header)?;
        profile::check_header(&header, issuer.profile)?;
        let key = self.check_signature((id, issuer), &header, jws, host)?;
        let texts = (*whole, jws.signed());
        let verified = self.believe(plan, (id, issuer), key, &claims, texts)?;
        Ok(verified)
    }

    /// Checks a signature with the key that the issuer has for it.
    pub(crate) fn check_signature(
        &self,
        (id, issuer): (IssuerId, &Issuer),
        header: &Header<'_>,
        jws: &CompactJws<'_>,
        host: &dyn Host,
    ) -> Result<Rc<ReadyKey>, Refused> {
        let algorithm = header
            .algorithm
            .filter(|algorithm| issuer.algorithms.contains(algorithm))
            .ok_or(Reason::AlgorithmRefused)?;
        let key = self.keys.find(id, header, algorithm).map_err(|why| {
            let settled = match why {
                NoKey::NotThere => Reason::KeysUnavailable,
                NoKey::Unknown => Reason::UnknownKey,
                NoKey::Unclear => return Refused::For(Reason::KeyUnclear),
            };
            Refused::KeyNotThere {
                issuer: id,
                settled,
            }
        })?;
        let pair = (key.key(), key.public());
        let checked = crypto::check(host, algorithm, pair, jws.signed(), jws.signature());
        checked.map_err(|error| match error {
            SignatureError::Wrong => Reason::BadSignature,
            SignatureError::Unchecked => Reason::HostFailure,
        })?;
        Ok(key)
    }

    /// Puts an issuer's keys in the place of those before; says whether anything changed.
    pub(crate) fn replace_keys(&self, issuer: IssuerId, keys: &[Key]) -> bool {
        self.keys.replace(issuer, keys)
    }

    /// The key for an approval with this header.
    pub(crate) fn approver(&self, header: &Header<'_>) -> Option<&ReadyKey> {
        self.keys.approver(header).map(AsRef::as_ref)
    }

    /// What tokens that are not known may cost.
    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    /// What proofs of possession and approvals may cost.
    pub(crate) fn proofs(&self) -> &Work {
        &self.proofs
    }

    /// Builds the verified token. Called only with the claims of a token whose signature is right.
    fn believe(
        &self,
        plan: &Plan,
        (id, issuer): (IssuerId, &Issuer),
        key: Rc<ReadyKey>,
        claims: &Claims<'_>,
        (whole, signed): (&[u8], &[u8]),
    ) -> Result<VerifiedToken, Reason> {
        let lifetime = lifetime(claims, issuer)?;
        profile::check_claims(claims, issuer)?;
        let audiences = audiences(plan, claims, issuer)?;
        let (identity, delegators) = Identity::read(claims, issuer)?;
        let restrictions = Restrictions::read(plan, issuer, claims, &delegators, signed)?;
        let record_bytes = record_bytes(&identity, &delegators, issuer);
        let most_subjects = if self.keeps_history {
            Per::COUNT + 1 + delegators.len()
        } else {
            0
        };
        Ok(VerifiedToken {
            issuer: id,
            key,
            subject: claims.top_text("sub")?.map(str::to_owned),
            id: profile::id(claims, issuer.profile)?,
            lifetime,
            audiences,
            claims: declared(plan, issuer, claims)?,
            restrictions,
            fingerprint: fingerprint(whole),
            record_part: OnceCell::new(),
            record_bytes,
            identity,
            task: OnceCell::new(),
            kept: RefCell::default(),
            most_kept: self.most_kept,
            subjects: RefCell::default(),
            most_subjects,
        })
    }
}

fn most_kept(plan: &Plan) -> usize {
    let nodes = plan.programs.iter().flat_map(|program| &program.nodes);
    let once = nodes.filter(|node| matches!(node, Node::Once(_)));
    once.take(limits::KEPT_RESULTS).count()
}

fn lifetime(claims: &Claims<'_>, issuer: &Issuer) -> Result<Lifetime, Reason> {
    let expires = claims.date("exp")?.ok_or(Reason::ClaimMissing)?;
    let issued_at = claims.date("iat")?;
    if issued_at.is_none() && profile::needs_issue_time(issuer.profile) {
        return Err(Reason::ClaimMissing);
    }
    if issued_at.is_some_and(|since| expires > since.plus_seconds(issuer.max_lifetime)) {
        return Err(Reason::LifetimeExceeded);
    }
    Ok(Lifetime {
        expires,
        not_before: claims.date("nbf")?,
        issued_at,
        leeway: issuer.leeway,
        longest: issuer.max_lifetime,
    })
}

/// The audiences of the plan that the token is for. A transaction token is for a trust domain.
fn audiences(plan: &Plan, claims: &Claims<'_>, issuer: &Issuer) -> Result<Vec<AudienceId>, Reason> {
    let named = claims.audiences()?;
    if profile::is_for_trust_domain(issuer.profile) {
        let is_ours = named
            .iter()
            .any(|one| Some(*one) == issuer.trust_domain.as_deref());
        return if is_ours {
            Ok(Vec::new())
        } else {
            Err(Reason::WrongAudience)
        };
    }
    let known = |audience: &&str| plan.audiences.iter().position(|known| known == audience);
    let known = named.iter().filter_map(known);
    Ok(known
        .filter_map(|index| u32::try_from(index).ok())
        .map(AudienceId)
        .collect())
}

/// The claims that the issuer declares, by their index in the plan.
fn declared(
    plan: &Plan,
    issuer: &Issuer,
    claims: &Claims<'_>,
) -> Result<Vec<Option<Datum>>, Reason> {
    let mut values = vec![None; plan.claims.len()];
    for (claim, presence) in &issuer.claims {
        let declared = plan.claims.get(claim.index()).ok_or(Reason::HostFailure)?;
        let value = claims.declared(&declared.path, &declared.ty)?;
        if value.is_none() && *presence == Presence::Mandatory {
            return Err(Reason::ClaimMissing);
        }
        if let Some(slot) = values.get_mut(claim.index()) {
            *slot = value;
        }
    }
    Ok(values)
}

/// Most bytes of what a record says of a token.
fn record_bytes(identity: &Identity, delegators: &[&str], issuer: &Issuer) -> usize {
    let named = identity.named();
    let identities = named.iter().filter_map(|(_, identity)| *identity);
    let values = identities.chain([issuer.name.as_str()]).map(in_record);
    // Quotes and a comma.
    let delegators = delegators.iter().map(|name| in_record(name) + 3);
    limits::RECORD_NAMES_BYTES + values.sum::<usize>() + delegators.sum::<usize>()
}

/// What an identity takes in a record: an escape is a byte more.
fn in_record(identity: &str) -> usize {
    let escaped = identity.bytes().filter(|byte| matches!(byte, b'"' | b'\\'));
    identity.len() + escaped.count()
}

fn fingerprint(token: &[u8]) -> [u8; 16] {
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(Sha256::digest(token)) {
        *to = from;
    }
    first
}
