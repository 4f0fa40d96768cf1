//! What is generated: an expression's text, with the constructs that it is made of, so that a
//! known difference can be recognised by the construct that causes it.

use remit_policy_compiler::cel::Ty;

/// An expression.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The construct: a function's or macro's name, an operator's sign, `variable`, `literal`,
    /// `list`, `map`, `select`.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: Ty,
    /// Its text.
    pub(crate) text: String,
    /// What it is made of.
    pub(crate) operands: Vec<Tree>,
}

impl Tree {
    /// A construct.
    pub(crate) fn new(name: &str, ty: &Ty, text: String, operands: Vec<Tree>) -> Self {
        Self {
            name: name.to_owned(),
            ty: ty.clone(),
            text,
            operands,
        }
    }

    /// A literal or variable.
    pub(crate) fn leaf(name: &str, ty: &Ty, text: impl Into<String>) -> Self {
        Self::new(name, ty, text.into(), Vec::new())
    }

    /// Whether it, or a part of it, is such a construct.
    pub(crate) fn any(&self, is: &dyn Fn(&Tree) -> bool) -> bool {
        is(self) || self.operands.iter().any(|operand| operand.any(is))
    }

    /// Whether it or a part of it is a call of such a function, or such a construct.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.any(&|node| names.contains(&node.name.as_str()))
    }
}

/// Several texts with commas.
pub(crate) fn listed(trees: &[Tree]) -> String {
    let texts: Vec<&str> = trees.iter().map(|tree| tree.text.as_str()).collect();
    texts.join(", ")
}
