//! From an unverified token to a verified one.

use std::cell::{OnceCell, RefCell};

use sha2::{Digest as _, Sha256};

use super::claims::Claims;
use super::identity::Identity;
use super::json::{self, Json};
use super::jws::{CompactJws, Header, media_type};
use crate::cel::EvalError;
use crate::crypto::{self, HostCrypto, KeyError, PublicKey, SignatureError};
use crate::decision::Reason;
use crate::limits;
use crate::plan::{AudienceId, Datum, Issuer, IssuerId, Node, Plan, Presence, Profile, ProgramId};
use crate::time::UnixTime;

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

/// What follows from a token's bytes, its issuer, the issuer's profile and keys: signature right,
/// claims of the right types, identities that the issuer may name. Whether it stands now
/// ([`VerifiedToken::stands_at`]) and here ([`VerifiedToken::is_for`]) is asked on every use.
#[derive(Debug)]
pub struct VerifiedToken {
    issuer: IssuerId,
    identity: Identity,
    subject: Option<String>,
    id: Option<String>,
    expires: UnixTime,
    not_before: Option<UnixTime>,
    issued_at: Option<UnixTime>,
    leeway: u32,
    audiences: Vec<AudienceId>,
    claims: Vec<Option<Datum>>,
    fingerprint: [u8; 16],
    /// The part of a record that is about the token, once one was written.
    record_part: OnceCell<Box<str>>,
    /// Most bytes of that part.
    record_bytes: usize,
    /// The position of the task that it may have under its plan, once that was looked for.
    task: OnceCell<Result<usize, Reason>>,
    /// What programs that read only this token came to, by program.
    kept: RefCell<Vec<(ProgramId, Result<bool, EvalError>)>>,
    /// How many of them there can be.
    most_kept: usize,
}

impl VerifiedToken {
    /// Whose it is.
    #[must_use]
    pub fn issuer(&self) -> IssuerId {
        self.issuer
    }

    /// Whom it speaks for.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `jti`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// `exp`.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.expires
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.issued_at
    }

    /// The declared claims, by [`crate::plan::ClaimId`]; `None` where the token has none.
    #[must_use]
    pub fn claims(&self) -> &[Option<Datum>] {
        &self.claims
    }

    /// The first 16 bytes of the token's SHA-256 in hexadecimal: what records show of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::text::hex(self.fingerprint.iter().copied())
    }

    /// What records say of the token, made once: the token does not change.
    pub(crate) fn record_part(&self, make: impl FnOnce(&Self) -> Box<str>) -> &str {
        self.record_part.get_or_init(|| make(self))
    }

    /// The position of its task in the plan, looked for once: token and plan do not change.
    pub(crate) fn task(
        &self,
        find: impl FnOnce(&Self) -> Result<usize, Reason>,
    ) -> Result<usize, Reason> {
        *self.task.get_or_init(|| find(self))
    }

    /// What a program that reads only this token came to before.
    pub(crate) fn kept(&self, program: ProgramId) -> Option<Result<bool, EvalError>> {
        let kept = self.kept.borrow();
        let found = kept.binary_search_by_key(&program, |(id, _)| *id).ok()?;
        kept.get(found).map(|(_, result)| *result)
    }

    /// Keeps what a program that reads only this token came to, for as many as its plan has, at
    /// most [`limits::KEPT_RESULTS`].
    pub(crate) fn keep(&self, program: ProgramId, result: Result<bool, EvalError>) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= self.most_kept {
            return;
        }
        if let Err(place) = kept.binary_search_by_key(&program, |(id, _)| *id) {
            if kept.capacity() == 0 {
                kept.reserve_exact(self.most_kept);
            }
            kept.insert(place, (program, result));
        }
    }

    /// Whether its time has come and is not over (RFC 7519 sections 4.1.4 to 4.1.6).
    ///
    /// # Errors
    /// [`Reason::TokenExpired`], [`Reason::TokenNotYetValid`].
    pub fn stands_at(&self, now: UnixTime) -> Result<(), Reason> {
        if now >= self.expires.plus_seconds(self.leeway) {
            return Err(Reason::TokenExpired);
        }
        let latest = now.plus_seconds(self.leeway);
        if self.not_before.is_some_and(|start| start > latest)
            || self.issued_at.is_some_and(|start| start > latest)
        {
            return Err(Reason::TokenNotYetValid);
        }
        Ok(())
    }

    /// Whether it was issued for an audience.
    ///
    /// # Errors
    /// [`Reason::WrongAudience`].
    pub fn is_for(&self, audience: AudienceId) -> Result<(), Reason> {
        if self.audiences.contains(&audience) {
            Ok(())
        } else {
            Err(Reason::WrongAudience)
        }
    }

    /// How much memory it takes at most, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let claims: usize = self.claims.iter().flatten().map(datum_bytes).sum();
        let identities = self.identity.named();
        let identities = identities.iter().filter_map(|(_, identity)| *identity);
        let texts = identities.chain(self.subject()).chain(self.id());
        block(size_of::<Self>())
            + block(self.record_bytes)
            + block(self.audiences.capacity() * size_of::<AudienceId>())
            + texts.map(|text| block(text.len())).sum::<usize>()
            + block(self.claims.capacity() * size_of::<Option<Datum>>())
            + block(self.most_kept * size_of::<(ProgramId, Result<bool, EvalError>)>())
            + claims
    }
}

/// Most bytes of what a record says of a token.
fn record_bytes(identity: &Identity, issuer: &Issuer) -> usize {
    let named = identity.named();
    let identities = named.iter().filter_map(|(_, identity)| *identity);
    let values = identities.chain([issuer.name.as_str()]).map(in_record);
    limits::RECORD_NAMES_BYTES + values.sum::<usize>()
}

/// What an identity takes in a record: an escape is a byte more.
fn in_record(identity: &str) -> usize {
    let escaped = identity.bytes().filter(|byte| matches!(byte, b'"' | b'\\'));
    identity.len() + escaped.count()
}

/// What an allocator takes for a block: its size rounded up, and a header.
pub(super) fn block(bytes: usize) -> usize {
    bytes.next_multiple_of(16) + 16
}

/// What a value takes beyond itself.
fn datum_bytes(datum: &Datum) -> usize {
    match datum {
        Datum::String(text) | Datum::Type(text) => block(text.capacity()),
        Datum::Bytes(octets) => block(octets.capacity()),
        Datum::List(many) => {
            block(many.capacity() * size_of::<Datum>())
                + many.iter().map(datum_bytes).sum::<usize>()
        }
        Datum::Map(entries) => {
            let inside = entries
                .iter()
                .map(|(key, value)| datum_bytes(key) + datum_bytes(value));
            block(entries.capacity() * size_of::<(Datum, Datum)>()) + inside.sum::<usize>()
        }
        Datum::Optional(Some(value)) => block(size_of::<Datum>()) + datum_bytes(value),
        Datum::Null
        | Datum::Bool(_)
        | Datum::Int(_)
        | Datum::Uint(_)
        | Datum::Double(_)
        | Datum::Timestamp(_)
        | Datum::Duration(_)
        | Datum::Optional(None)
        | Datum::Ip(_)
        | Datum::Cidr(_) => 0,
    }
}

/// The issuers of a plan with their keys made ready.
#[derive(Debug)]
pub struct Verifier {
    keys: Vec<Vec<PublicKey>>,
    /// How many results of its conditions the plan has kept with a token, at most.
    most_kept: usize,
}

impl Verifier {
    /// Makes the keys of a plan ready.
    ///
    /// # Errors
    /// [`KeyError`] of the first key that is not one.
    pub fn new(plan: &Plan) -> Result<Self, KeyError> {
        let ready = |issuer: &Issuer| {
            issuer
                .keys
                .iter()
                .map(|key| PublicKey::from_spki(key.kind, &key.spki))
                .collect()
        };
        Ok(Self {
            keys: plan.issuers.iter().map(ready).collect::<Result<_, _>>()?,
            most_kept: most_kept(plan),
        })
    }

    /// Verifies a token: header, issuer, key, signature, then claims.
    ///
    /// # Errors
    /// The reason why it is refused.
    pub fn verify(
        &self,
        plan: &Plan,
        token: &UnverifiedToken<'_>,
        crypto: &dyn HostCrypto,
    ) -> Result<VerifiedToken, Reason> {
        let UnverifiedToken { whole, jws } = token;
        let header = jws.header()?;
        let payload = json::parse_object(jws.payload()).map_err(|_| Reason::TokenMalformed)?;
        let claims = Claims::new(payload);
        let issued_by = claims.top_text("iss")?.ok_or(Reason::ClaimMissing)?;
        let (position, issuer) = plan
            .issuers
            .iter()
            .enumerate()
            .find(|(_, issuer)| issuer.issuer == issued_by)
            .ok_or(Reason::UnknownIssuer)?;
        check_type(&header, issuer.profile)?;
        self.check_signature(position, issuer, &header, jws, crypto)?;
        let issuer_id = IssuerId(u32::try_from(position).map_err(|_| Reason::HostFailure)?);
        let most_kept = self.most_kept;
        believe(plan, issuer_id, issuer, &claims, whole, most_kept)
    }

    fn check_signature(
        &self,
        position: usize,
        issuer: &Issuer,
        header: &Header<'_>,
        jws: &CompactJws<'_>,
        crypto: &dyn HostCrypto,
    ) -> Result<(), Reason> {
        let algorithm = header
            .algorithm
            .filter(|algorithm| issuer.algorithms.contains(algorithm))
            .ok_or(Reason::AlgorithmRefused)?;
        if header
            .kid
            .as_ref()
            .is_some_and(|kid| kid.len() > limits::KID_BYTES)
        {
            return Err(Reason::UnknownKey);
        }
        let ready = self.keys.get(position).ok_or(Reason::UnknownKey)?;
        // A token that names a key gets that one or none (RFC 7515 section 4.1.4); one that names
        // none gets a key only where there is nothing to choose.
        let mut fitting = issuer.keys.iter().zip(ready).filter(|(key, _)| {
            let named = header
                .kid
                .as_deref()
                .is_none_or(|kid| key.kid.as_deref() == Some(kid));
            named && key.fits(algorithm)
        });
        let key = fitting.next().ok_or(Reason::UnknownKey)?;
        if fitting.next().is_some() {
            return Err(Reason::KeyUnclear);
        }
        crypto::check(crypto, algorithm, key, jws.signed(), jws.signature()).map_err(|error| {
            match error {
                SignatureError::Wrong => Reason::BadSignature,
                SignatureError::Unchecked => Reason::HostFailure,
            }
        })
    }
}

fn most_kept(plan: &Plan) -> usize {
    let nodes = plan.programs.iter().flat_map(|program| &program.nodes);
    let once = nodes.filter(|node| matches!(node, Node::Once(_)));
    once.take(limits::KEPT_RESULTS).count()
}

/// `typ` per profile (RFC 8725 section 3.11; RFC 9068 section 4; RFC 7519 section 5.1), without
/// regard to case, with or without `application/` (RFC 7515 section 4.1.9).
fn check_type(header: &Header<'_>, profile: Profile) -> Result<(), Reason> {
    let typ = header.typ.as_ref().map(|typ| media_type(typ));
    match (profile, typ.as_deref()) {
        (Profile::AccessToken, Some("at+jwt")) | (Profile::Plain, None | Some("jwt")) => Ok(()),
        _ => Err(Reason::TokenTypeRefused),
    }
}

/// Claims that restrict a token in a way that is not enforced here: to ignore one would be to
/// widen the token (RFC 7800 section 3.1, RFC 9396 section 9.1, Token Status List section 8.3).
fn restricts_otherwise(claims: &Claims<'_>) -> bool {
    let listed = matches!(claims.member("status"), Some(Json::Object(_)));
    listed || claims.has("cnf") || claims.has("authorization_details")
}

/// Builds the verified token. Called only with the claims of a token whose signature is right.
fn believe(
    plan: &Plan,
    issuer_id: IssuerId,
    issuer: &Issuer,
    claims: &Claims<'_>,
    whole: &[u8],
    most_kept: usize,
) -> Result<VerifiedToken, Reason> {
    let expires = claims.date("exp")?.ok_or(Reason::ClaimMissing)?;
    let not_before = claims.date("nbf")?;
    let issued_at = claims.date("iat")?;
    let (subject, id) = (claims.top_text("sub")?, claims.top_text("jti")?);
    let client = claims.top_text("client_id")?;
    let audiences = claims.audiences()?;
    if issuer.profile == Profile::AccessToken
        && (subject.is_none() || id.is_none() || client.is_none())
    {
        return Err(Reason::ClaimMissing);
    }
    let since = issued_at.ok_or(Reason::ClaimMissing)?;
    if expires > since.plus_seconds(issuer.max_lifetime) {
        return Err(Reason::LifetimeExceeded);
    }
    if restricts_otherwise(claims) {
        return Err(Reason::ClaimNotEnforceable);
    }
    let identity = Identity::read(claims, issuer)?;
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
    let known = |audience: &&str| plan.audiences.iter().position(|known| known == audience);
    Ok(VerifiedToken {
        issuer: issuer_id,
        subject: subject.map(str::to_owned),
        id: id.map(str::to_owned),
        expires,
        not_before,
        issued_at,
        leeway: issuer.leeway,
        audiences: audiences
            .iter()
            .filter_map(known)
            .filter_map(|index| u32::try_from(index).ok())
            .map(AudienceId)
            .collect(),
        claims: values,
        fingerprint: fingerprint(whole),
        record_part: OnceCell::new(),
        record_bytes: record_bytes(&identity, issuer),
        identity,
        task: OnceCell::new(),
        kept: RefCell::default(),
        most_kept,
    })
}

fn fingerprint(token: &[u8]) -> [u8; 16] {
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(Sha256::digest(token)) {
        *to = from;
    }
    first
}
