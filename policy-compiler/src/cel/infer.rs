//! Inference: which types fit which, and what is found out about unknown ones on the way.
//!
//! The rules are those of the CEL specification ("Gradual Type Checking"): `dyn` fits
//! everything, a parameter takes the most general of the types that it meets, null fits types
//! that may be null.

use std::collections::HashMap;

use super::types::Ty;

/// What is known about unknown types.
#[derive(Debug, Clone, Default)]
pub(super) struct Inference {
    known: HashMap<u32, Ty>,
    next: u32,
}

impl Inference {
    /// A type that is not known yet.
    pub(super) fn fresh(&mut self) -> Ty {
        let variable = Ty::Variable(self.next);
        self.next += 1;
        variable
    }

    /// A type as far as it is known.
    pub(super) fn resolve(&self, ty: &Ty) -> Ty {
        ty.rebuild(&mut |leaf| match leaf {
            Ty::Variable(id) => match self.known.get(id) {
                Some(known) => self.resolve(known),
                None => leaf.clone(),
            },
            other => other.clone(),
        })
    }

    /// A type, with `dyn` for what never came to be known.
    pub(super) fn finish(&self, ty: &Ty) -> Ty {
        self.resolve(ty).rebuild(&mut |leaf| match leaf {
            Ty::Variable(_) => Ty::Dyn,
            other => other.clone(),
        })
    }

    /// Whether values of types can stand where others are wanted. What is learnt stays learnt
    /// only if all of them can.
    pub(super) fn fit(&mut self, pairs: &[(Ty, Ty)]) -> bool {
        let before = self.known.clone();
        let fits = pairs.iter().all(|(given, wanted)| self.fits(given, wanted));
        if !fits {
            self.known = before;
        }
        fits
    }

    /// The type of both, if one fits the other.
    pub(super) fn join(&mut self, a: &Ty, b: &Ty) -> Option<Ty> {
        if self.fit(&[(a.clone(), b.clone())]) || self.fit(&[(b.clone(), a.clone())]) {
            let (a, b) = (self.resolve(a), self.resolve(b));
            return Some(more_general(a, b));
        }
        None
    }

    fn fits(&mut self, given: &Ty, wanted: &Ty) -> bool {
        let (given, wanted) = (self.shallow(given), self.shallow(wanted));
        match (&given, &wanted) {
            (Ty::Variable(a), Ty::Variable(b)) if a == b => true,
            (_, Ty::Variable(id)) => self.learn(*id, &given),
            (Ty::Variable(id), _) => self.learn(*id, &wanted),
            (Ty::Dyn, _) | (_, Ty::Dyn) => true,
            (Ty::Null, _) if may_be_null(&wanted) => true,
            (_, Ty::Null) if may_be_null(&given) => true,
            (Ty::Wrapper(a), Ty::Wrapper(b)) => self.fits(a, b),
            (Ty::Wrapper(a), _) => self.fits(a, &wanted),
            (_, Ty::Wrapper(b)) => self.fits(&given, b),
            // Types themselves are values of one kind.
            (Ty::Type(_), Ty::Type(_)) => true,
            (Ty::Abstract(a, _), Ty::Abstract(b, _)) if a != b => false,
            (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => {
                if let (Ty::Object(a), Ty::Object(b)) = (a, b) {
                    return a == b;
                }
                let (a, b) = (a.parts(), b.parts());
                a.len() == b.len() && a.into_iter().zip(b).all(|(a, b)| self.fits(a, b))
            }
            // An object is a map at run time.
            (Ty::Object(_), Ty::Map(key, _)) | (Ty::Map(key, _), Ty::Object(_)) => {
                let key = self.shallow(key);
                matches!(key, Ty::String | Ty::Dyn)
            }
            _ => false,
        }
    }

    fn shallow(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        while let Ty::Variable(id) = &ty {
            match self.known.get(id) {
                Some(known) => ty = known.clone(),
                None => break,
            }
        }
        ty
    }

    /// An unknown type meets another. It was shallow-resolved, so nothing is known of it yet but
    /// what a more general one may replace.
    fn learn(&mut self, id: u32, ty: &Ty) -> bool {
        if self.mentions(ty, id) {
            return false;
        }
        self.known.insert(id, ty.clone());
        true
    }

    fn mentions(&self, ty: &Ty, id: u32) -> bool {
        match self.shallow(ty) {
            Ty::Variable(other) => other == id,
            other => other
                .parts()
                .into_iter()
                .any(|part| self.mentions(part, id)),
        }
    }

    /// Fits arguments to an overload's parameters, whose type parameters take the most general of
    /// what they meet, and says the type of the result.
    pub(super) fn call(&mut self, arguments: &[Ty], parameters: &[Ty], result: &Ty) -> Option<Ty> {
        if arguments.len() != parameters.len() {
            return None;
        }
        let before = self.clone();
        let mut taken: HashMap<String, Ty> = HashMap::new();
        let fits = arguments
            .iter()
            .zip(parameters)
            .all(|(argument, parameter)| self.takes(argument, parameter, &mut taken));
        if !fits {
            self.known = before.known;
            return None;
        }
        Some(self.instance(result, &mut taken))
    }

    /// A type with what its parameters stand for.
    fn instance(&mut self, ty: &Ty, taken: &mut HashMap<String, Ty>) -> Ty {
        ty.rebuild(&mut |leaf| match leaf {
            Ty::Parameter(name) => {
                if let Some(known) = taken.get(name) {
                    return known.clone();
                }
                let fresh = Ty::Variable(self.next);
                self.next += 1;
                taken.insert(name.clone(), fresh.clone());
                fresh
            }
            other => other.clone(),
        })
    }

    fn takes(&mut self, given: &Ty, wanted: &Ty, taken: &mut HashMap<String, Ty>) -> bool {
        let given = self.shallow(given);
        match wanted {
            Ty::Parameter(name) => match taken.get(name).cloned() {
                None => {
                    taken.insert(name.clone(), given);
                    true
                }
                Some(known) => match self.join(&given, &known) {
                    Some(joined) => {
                        taken.insert(name.clone(), joined);
                        true
                    }
                    None => false,
                },
            },
            _ if wanted.parts().is_empty() => self.fits(&given, wanted),
            _ => match &given {
                Ty::Dyn => {
                    // What a parameter inside is, nobody knows.
                    for part in wanted.parts() {
                        if !self.takes(&Ty::Dyn, part, taken) {
                            return false;
                        }
                    }
                    true
                }
                Ty::Variable(_) => {
                    let instance = self.instance(wanted, taken);
                    self.fits(&given, &instance)
                }
                Ty::Null if may_be_null(wanted) => true,
                Ty::Type(_) if matches!(wanted, Ty::Type(_)) => true,
                Ty::Abstract(a, _) if matches!(wanted, Ty::Abstract(b, _) if a != b) => false,
                given if std::mem::discriminant(given) == std::mem::discriminant(wanted) => {
                    let (given, wanted) = (given.parts(), wanted.parts());
                    given.len() == wanted.len()
                        && given
                            .into_iter()
                            .zip(wanted)
                            .all(|(given, wanted)| self.takes(given, wanted, taken))
                }
                Ty::Object(_) if matches!(wanted, Ty::Map(..)) => {
                    let parts = wanted.parts();
                    let given = [Ty::String, Ty::Dyn];
                    given
                        .iter()
                        .zip(parts)
                        .all(|(given, wanted)| self.takes(given, wanted, taken))
                }
                Ty::Wrapper(inner) => {
                    let inner = inner.as_ref().clone();
                    self.takes(&inner, wanted, taken)
                }
                _ => false,
            },
        }
    }
}

fn may_be_null(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Wrapper(_)
            | Ty::Timestamp
            | Ty::Duration
            | Ty::Optional(_)
            | Ty::Abstract(..)
            | Ty::Object(_)
    )
}

/// The less specific of two types that fit each other.
fn more_general(a: Ty, b: Ty) -> Ty {
    match (a, b) {
        (a, b) if a == b => a,
        (Ty::Dyn, _) | (_, Ty::Dyn) => Ty::Dyn,
        (Ty::Variable(_), other) | (other, Ty::Variable(_)) => other,
        (Ty::Null, other) | (other, Ty::Null) => other,
        (wrapper @ Ty::Wrapper(_), _) | (_, wrapper @ Ty::Wrapper(_)) => wrapper,
        (Ty::List(a), Ty::List(b)) => Ty::list(more_general(*a, *b)),
        (Ty::Optional(a), Ty::Optional(b)) => Ty::optional(more_general(*a, *b)),
        (Ty::Type(a), Ty::Type(b)) => Ty::Type(Box::new(more_general(*a, *b))),
        (Ty::Map(a, x), Ty::Map(b, y)) => Ty::map(more_general(*a, *b), more_general(*x, *y)),
        (Ty::Abstract(name, a), Ty::Abstract(_, b)) => {
            let parts = a.into_iter().zip(b).map(|(a, b)| more_general(a, b));
            Ty::Abstract(name, parts.collect())
        }
        (a, _) => a,
    }
}
