//! SPIFFE IDs, what they match, and bundles.

use remit_engine::plan::{Pattern, Segment};
use remit_engine::token::bundle;
use remit_engine::token::spiffe::SpiffeId;
use remit_tests::vectors::{SPIFFE_ID, Tally};
use serde_json::Value;

type Judge = fn(&Value) -> Result<(), String>;

pub(crate) fn run() -> Vec<Tally> {
    let files = SPIFFE_ID.files().expect("the suite is there");
    files.iter().map(|file| judge_file(file)).collect()
}

fn judge_file(file: &str) -> Tally {
    let mut tally = Tally::new(&format!("{}/{file}", SPIFFE_ID.name));
    let cases = SPIFFE_ID.cases(file).expect("cases");
    let judge: Judge = match file {
        "spiffe_ids" => id,
        "matchers" => matcher,
        "bundles" => a_bundle,
        _ => {
            tally.fail(file, "a file of an unknown kind");
            return tally;
        }
    };
    for case in &cases {
        tally.check(case["id"].as_str().expect("a case has an id"), judge(case));
    }
    tally
}

fn text<'c>(case: &'c Value, name: &str) -> Result<&'c str, String> {
    case[name].as_str().ok_or(format!("no text `{name}`"))
}

fn id(case: &Value) -> Result<(), String> {
    let parsed = SpiffeId::parse(text(case, "input")?);
    match (parsed, case["valid"].as_bool()) {
        (Ok(id), Some(true)) => {
            for (name, found) in [("trust_domain", id.trust_domain()), ("path", id.path())] {
                if case.get(name).is_some_and(|expected| expected != found) {
                    return Err(format!("`{name}` is `{found}`"));
                }
            }
            Ok(())
        }
        (Err(_), Some(false)) => Ok(()),
        (parsed, valid) => Err(format!("{parsed:?}, valid: {valid:?}")),
    }
}

/// The names that the matchers of the suite give to IDs.
const NAMED: &[(&str, &str)] = &[
    ("foo", "spiffe://foo.test"),
    ("fooA", "spiffe://foo.test/A"),
    ("fooB", "spiffe://foo.test/B"),
    ("fooC", "spiffe://foo.test/sub/C"),
    ("barA", "spiffe://bar.test/A"),
];

fn matcher(case: &Value) -> Result<(), String> {
    let id = SpiffeId::parse(text(case, "input")?);
    let found = match text(case, "matcher")?.split_once(':') {
        Some(("match_id", one)) => id.is_ok() && matches(case, one)?,
        Some(("one_of", names)) => {
            let mut any = false;
            for name in names.split(',').filter(|name| !name.is_empty()) {
                let named = NAMED.iter().find(|(known, _)| *known == name);
                let (_, one) = named.ok_or(format!("unknown name `{name}`"))?;
                any |= id.is_ok() && matches(case, one)?;
            }
            any
        }
        Some(("member_of", domain)) => id.is_ok_and(|id| id.trust_domain() == domain),
        _ => return Err("unknown matcher".to_owned()),
    };
    if Some(found) == case["match"].as_bool() {
        Ok(())
    } else {
        Err(format!("{found}"))
    }
}

/// Whether a pattern that stands for one ID covers the input.
fn matches(case: &Value, one: &str) -> Result<bool, String> {
    let rest = one.strip_prefix("spiffe://").ok_or("no SPIFFE ID")?;
    let literals = rest
        .split('/')
        .map(|part| Segment::Literal(part.to_owned()));
    let pattern = Pattern {
        scheme: "spiffe://".to_owned(),
        segments: literals.collect(),
    };
    Ok(pattern.matches(text(case, "input")?))
}

/// A bundle is read or not, and has the keys that are for JWT-SVIDs, each by its `kid`.
fn a_bundle(case: &Value) -> Result<(), String> {
    let content = match case["content"].as_str() {
        Some(text) => text.to_owned(),
        None => case["content"].to_string(),
    };
    let read = bundle::parse(content.as_bytes());
    let bundle = match (read, case["valid"].as_bool()) {
        (Ok(bundle), Some(true)) => bundle,
        (Err(_), Some(false)) => return Ok(()),
        (read, valid) => return Err(format!("{read:?}, valid: {valid:?}")),
    };
    let keys = case["content"]["keys"].as_array().into_iter().flatten();
    let expected: Vec<_> = keys
        .filter(|key| key["use"] == "jwt-svid")
        .map(|key| key["kid"].as_str())
        .collect();
    let found: Vec<_> = bundle.keys.iter().map(|key| key.kid.as_deref()).collect();
    let sequence = case["content"]["spiffe_sequence"].as_u64();
    let hint = case["content"]["spiffe_refresh_hint"].as_u64();
    if found != expected
        || bundle.sequence != sequence
        || bundle.refresh_hint.map(u64::from) != hint
    {
        return Err(format!("{bundle:?}"));
    }
    Ok(())
}
