use std::rc::Rc;

use super::TokenCache;
use crate::crypto::NoHostCrypto;
use crate::decision::Reason;
use crate::limits;
use crate::tests::{engine, mint, triage};
use crate::token::{UnverifiedToken, VerifiedToken};

fn verified(more: &str) -> (String, Rc<VerifiedToken>) {
    let (plan, token) = (triage(), mint(more));
    let engine = engine(&plan);
    let unverified = UnverifiedToken::parse(token.as_bytes()).unwrap();
    let verified = engine
        .verifier()
        .verify(&plan, &unverified, &NoHostCrypto)
        .unwrap();
    (token, Rc::new(verified))
}

fn refuse(cache: &mut TokenCache, number: usize) {
    let token = format!("{number:0>800}");
    cache.remember(token.as_bytes(), Err(Reason::BadSignature));
}

#[test]
fn knows_a_token_by_all_of_its_bytes() {
    let mut cache = TokenCache::new();
    let (token, verified) = verified("");
    assert!(cache.known(token.as_bytes()).is_none());
    cache.remember(token.as_bytes(), Ok(&verified));
    assert!(Rc::ptr_eq(
        &cache.known(token.as_bytes()).unwrap().unwrap(),
        &verified
    ));
    let mut other = token.clone().into_bytes();
    other[40] ^= 1;
    assert!(cache.known(&other).is_none(), "same end, other bytes");
}

#[test]
fn remembers_only_refusals_that_follow_from_the_bytes() {
    let mut cache = TokenCache::new();
    for (number, reason) in Reason::ALL.iter().enumerate() {
        let token = format!("{number:0>20}");
        cache.remember(token.as_bytes(), Err(*reason));
        let known = cache.known(token.as_bytes()).map(|known| known.map(|_| ()));
        let for_ever = [
            Reason::TokenMalformed,
            Reason::TokenHeaderRefused,
            Reason::TokenTypeRefused,
            Reason::UnknownIssuer,
            Reason::AlgorithmRefused,
            Reason::BadSignature,
            Reason::ClaimMissing,
            Reason::ClaimMalformed,
            Reason::ClaimNotEnforceable,
            Reason::LifetimeExceeded,
            Reason::IssuerMayNotAssert,
        ];
        assert_eq!(
            known,
            for_ever.contains(reason).then_some(Err(*reason)),
            "{reason}"
        );
    }
}

#[test]
fn memory_is_bounded_and_forged_tokens_do_not_push_out_good_ones() {
    let mut cache = TokenCache::new();
    let (token, verified) = verified("");
    cache.remember(token.as_bytes(), Ok(&verified));
    for number in 0..20_000 {
        refuse(&mut cache, number);
        assert!(cache.bytes() <= limits::VERIFIED_CACHE_BYTES + limits::REFUSED_CACHE_BYTES);
    }
    assert!(cache.known(token.as_bytes()).is_some());
    assert!(
        cache.known(format!("{:0>800}", 0).as_bytes()).is_none(),
        "the oldest is forgotten"
    );
    assert!(
        cache
            .known(format!("{:0>800}", 19_999).as_bytes())
            .is_some()
    );
}

#[test]
fn what_is_used_stays() {
    let mut cache = TokenCache::new();
    refuse(&mut cache, 0);
    for number in 1..20_000 {
        refuse(&mut cache, number);
        assert!(
            cache.known(format!("{:0>800}", 0).as_bytes()).is_some(),
            "{number}"
        );
    }
}

#[test]
fn tokens_are_the_same_only_byte_for_byte() {
    for length in 0..40 {
        let token: Vec<u8> = (0..length).collect();
        assert!(super::is_same(&token, &token.clone()));
        for place in 0..token.len() {
            let mut other = token.clone();
            other[place] ^= 1;
            assert!(!super::is_same(&token, &other), "{place} of {length}");
        }
        let mut longer = token.clone();
        longer.push(length);
        assert!(!super::is_same(&token, &longer) && !super::is_same(&longer, &token));
    }
}
