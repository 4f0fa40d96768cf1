//! Macros: expressions that bring variables of their own.

use remit_policy_compiler::cel::Ty;

use crate::choices::Choices;
use crate::generate::{Scope, expression, operand, some_type};
use crate::tree::Tree;

/// A macro that gives the type, if there is one.
pub(crate) fn expand(
    ty: &Ty,
    scope: &Scope,
    depth: usize,
    choices: &mut Choices<'_>,
) -> Option<Tree> {
    let expansion = Expansion {
        scope,
        depth: depth + 1,
    };
    match ty {
        Ty::Bool => {
            let name = *choices.of(&["exists", "all", "exists_one", "existsOne"]);
            let range = expansion.range(None, choices);
            Some(expansion.over(name, ty, range, &[Ty::Bool], choices))
        }
        Ty::List(element) => Some(match choices.below(4) {
            0 => {
                let range = expansion.range(Some(element), choices);
                expansion.over("filter", ty, range, &[Ty::Bool], choices)
            }
            1 => {
                let range = expansion.range(None, choices);
                expansion.over("map", ty, range, &[element.as_ref().clone()], choices)
            }
            2 => {
                let range = expansion.range(None, choices);
                let bodies = [Ty::Bool, element.as_ref().clone()];
                expansion.over("map", ty, range, &bodies, choices)
            }
            _ => {
                let list = expansion.nameable(ty, choices);
                let key = choices
                    .of(&[Ty::Int, Ty::String, Ty::Double, Ty::Bool, Ty::Timestamp])
                    .clone();
                expansion.over(
                    "sortBy",
                    ty,
                    (list, element.as_ref().clone()),
                    &[key],
                    choices,
                )
            }
        }),
        Ty::Optional(inner) => {
            let held = some_type(choices, 1);
            let on = expression(&Ty::optional(held.clone()), scope, depth + 1, choices);
            Some(if choices.below(2) == 0 {
                let body = inner.as_ref().clone();
                expansion.over("optMap", ty, (on, held), &[body], choices)
            } else {
                expansion.over(
                    "optFlatMap",
                    ty,
                    (on, held),
                    std::slice::from_ref(ty),
                    choices,
                )
            })
        }
        _ => None,
    }
}

struct Expansion<'s> {
    scope: &'s Scope,
    depth: usize,
}

impl Expansion<'_> {
    /// What a comprehension goes over, with the type of its variable: elements or keys.
    fn range(&self, element: Option<&Ty>, choices: &mut Choices<'_>) -> (Tree, Ty) {
        let element = match element {
            Some(element) => element.clone(),
            None => some_type(choices, 1),
        };
        let is_key = matches!(element, Ty::String | Ty::Int | Ty::Uint | Ty::Bool);
        let ty = if is_key && choices.once_in(3) {
            Ty::map(element.clone(), some_type(choices, 0))
        } else {
            Ty::list(element.clone())
        };
        (operand(&ty, self.scope, self.depth, choices), element)
    }

    /// `range.name(variable, bodies…)`.
    fn over(
        &self,
        name: &str,
        ty: &Ty,
        (range, element): (Tree, Ty),
        bodies: &[Ty],
        choices: &mut Choices<'_>,
    ) -> Tree {
        let variable = format!("v{}", self.depth);
        let mut scope = self.scope.clone();
        // It shadows one of the same name.
        scope.retain(|(name, _)| *name != variable);
        scope.push((variable.clone(), element));
        let bodies: Vec<Tree> = bodies
            .iter()
            .map(|ty| operand(ty, &scope, self.depth, choices))
            .collect();
        let mut text = format!("{}.{name}({variable}", range.text);
        for body in &bodies {
            text.push_str(", ");
            text.push_str(&body.text);
        }
        text.push(')');
        let mut parts = vec![range];
        parts.extend(bodies);
        Tree::new(name, ty, text, parts)
    }

    /// A list that `sortBy` takes: a variable, a literal, a call or a comprehension.
    fn nameable(&self, ty: &Ty, choices: &mut Choices<'_>) -> Tree {
        let list = expression(ty, self.scope, self.depth, choices);
        if list.text.starts_with('(') {
            return Tree::leaf("literal", ty, "[]");
        }
        list
    }
}
