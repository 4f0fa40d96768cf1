//! Rules of one operation that differ in a constant, found by its value.
//!
//! A rule whose condition is `key == constant && …` is `false` wherever the key has another value,
//! whatever the rest comes to: `false` absorbs errors. So an allow or deny like that need not be
//! looked at unless the key fits; a `require` is, because `false` stops the request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use remit_engine::plan::{Datum, Effect, Function, IndexKey, Plan, RuleId, RuleIndex, RuleSet};

use super::lower::{LowerError, Lowering};
use super::term::{Term, TermKind};
use super::types::Ty;

/// Fewer rules than these are looked at faster than looked up.
const WORTH: usize = 8;

/// What a rule asks of a key: to be one of these values.
struct Wanted<'t> {
    key: &'t Term,
    values: Vec<IndexKey>,
}

/// Indexes the rules of each task and operation where that pays. `conditions` stand in the order
/// of the plan's rules, each with the number of its variables.
///
/// # Errors
/// [`LowerError`].
pub(super) fn build(
    plan: &mut Plan,
    conditions: &[Option<(Term, u32)>],
    lowering: &mut Lowering,
) -> Result<(), LowerError> {
    // What each rule asks, by how the key is written in the plan.
    let mut asked: HashMap<RuleId, Vec<(String, Wanted<'_>)>> = HashMap::new();
    for (position, condition) in conditions.iter().enumerate() {
        let (Some((term, locals)), Some(rule)) = (condition, plan.rules.get(position)) else {
            continue;
        };
        if rule.effect == Effect::Require {
            continue;
        }
        let mut wanted = Vec::new();
        conjuncts(term, &mut wanted);
        let mut keyed = Vec::new();
        for one in wanted {
            keyed.push((fingerprint(one.key, *locals, lowering)?, one));
        }
        if !keyed.is_empty() {
            let id = RuleId(u32::try_from(position).unwrap_or(u32::MAX));
            asked.insert(id, keyed);
        }
    }
    for task in &mut plan.tasks {
        for (_, set) in &mut task.rules {
            index(set, &asked, lowering)?;
        }
    }
    Ok(())
}

fn index(
    set: &mut RuleSet,
    asked: &HashMap<RuleId, Vec<(String, Wanted<'_>)>>,
    lowering: &mut Lowering,
) -> Result<(), LowerError> {
    if set.always.len() < WORTH {
        return Ok(());
    }
    // The key that most rules ask for; of several, the first by name, so that plans are the same
    // every time.
    let mut counts: BTreeMap<&str, (usize, BTreeSet<&IndexKey>)> = BTreeMap::new();
    for rule in &set.always {
        let mut seen = BTreeSet::new();
        for (name, wanted) in asked.get(rule).into_iter().flatten() {
            let count = counts.entry(name).or_default();
            count.0 += usize::from(seen.insert(name));
            count.1.extend(&wanted.values);
        }
    }
    let best = counts
        .iter()
        .filter(|(_, (rules, values))| *rules >= WORTH && values.len() > 1)
        .max_by(|(a, (x, _)), (b, (y, _))| x.cmp(y).then_with(|| b.cmp(a)));
    let Some((name, _)) = best else {
        return Ok(());
    };
    let name = (*name).to_owned();
    let mut by: BTreeMap<IndexKey, Vec<RuleId>> = BTreeMap::new();
    let mut always = Vec::new();
    let mut key = None;
    for rule in &set.always {
        let wanted = asked.get(rule).into_iter().flatten();
        match wanted.into_iter().find(|(other, _)| *other == name) {
            Some((_, wanted)) => {
                key.get_or_insert(wanted.key);
                for value in &wanted.values {
                    let rules = by.entry(value.clone()).or_default();
                    if rules.last() != Some(rule) {
                        rules.push(*rule);
                    }
                }
            }
            None => always.push(*rule),
        }
    }
    if let Some(key) = key {
        let key = lowering.shared(key)?;
        set.always = always;
        set.indexed = Some(RuleIndex {
            key,
            by: by.into_iter().collect(),
        });
    }
    Ok(())
}

/// The parts that must all hold, those that ask a key for a value.
fn conjuncts<'t>(term: &'t Term, wanted: &mut Vec<Wanted<'t>>) {
    match &term.kind {
        TermKind::And(a, b) => {
            conjuncts(a, wanted);
            conjuncts(b, wanted);
        }
        TermKind::Equal(a, b) => {
            for (key, constant) in [(a, b), (b, a)] {
                let value = constant
                    .as_constant()
                    .and_then(|datum| value(datum, &key.ty));
                if let (None, Some(value)) = (key.as_constant(), value) {
                    wanted.push(Wanted {
                        key,
                        values: vec![value],
                    });
                }
            }
        }
        TermKind::Call(Function::In, operands) => {
            if let [key, list] = operands.as_slice()
                && let Some(Datum::List(elements)) = list.as_constant()
                && key.as_constant().is_none()
            {
                let values = elements.iter().map(|datum| value(datum, &key.ty));
                if let Some(values) = values.collect::<Option<Vec<_>>>() {
                    wanted.push(Wanted { key, values });
                }
            }
        }
        _ => {}
    }
}

/// A constant as a key's value, if the key has no other way to equal it.
fn value(datum: &Datum, key: &Ty) -> Option<IndexKey> {
    match (datum, key) {
        (Datum::String(text), Ty::String) => Some(IndexKey::String(text.clone())),
        (Datum::Int(number), Ty::Int) => Some(IndexKey::Int(*number)),
        _ => None,
    }
}

/// How a key is written in the plan, for telling whether two are the same.
fn fingerprint(key: &Term, locals: u32, lowering: &mut Lowering) -> Result<String, LowerError> {
    let id = lowering.inline(key, locals)?;
    let text = lowering.fingerprint(id);
    lowering.take_back();
    Ok(text)
}
