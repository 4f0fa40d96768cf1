//! Makes a linked module fit its [`Surface`].

use std::collections::HashSet;

use walrus::ir::{Visitor, dfs_in_order};
use walrus::{FunctionId, Module, ModuleConfig};

use crate::surface::{Row, Surface};

/// How the symbol of a method begins that one of the SDK's traits has a body for.
const SDK_TRAIT: &str = "_ZN10proxy_wasm6traits";

/// Why no module is written.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The input is not a WebAssembly module.
    #[error("the input cannot be read as a module: {0:#}")]
    Unreadable(anyhow::Error),
    /// Something that the host needs is not exported.
    #[error("the module does not export `{name}`, which it must: {reason}")]
    ExportMissing {
        /// The export.
        name: &'static str,
        /// What for.
        reason: &'static str,
    },
    /// Something is imported that is not in the table.
    #[error("the module imports `{module}.{name}`, which is not in the table of `surface.rs`")]
    ImportUnknown {
        /// The module that it comes from.
        module: String,
        /// The import.
        name: String,
    },
}

/// Removes exports that are not in the table, empties methods of the SDK that nothing calls, drops
/// what nothing reaches any more, and writes the module without names, producers and debug sections.
///
/// # Errors
/// [`LinkError`]: a required export is missing, or an import is not in the table.
pub fn link(input: &[u8], surface: &Surface) -> Result<Vec<u8>, LinkError> {
    let mut module = ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .generate_dwarf(false)
        .parse(input)
        .map_err(LinkError::Unreadable)?;
    keep_exports(&mut module, surface)?;
    walrus::passes::gc::run(&mut module);
    empty_methods(&mut module, surface);
    walrus::passes::gc::run(&mut module);
    check_imports(&module, surface)?;
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in custom {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

fn keep_exports(module: &mut Module, surface: &Surface) -> Result<(), LinkError> {
    let unneeded: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !lists(surface.exports, &export.name))
        .map(walrus::Export::id)
        .collect();
    for id in unneeded {
        module.exports.delete(id);
    }
    let mut wanted = surface.exports.iter().copied().flatten();
    match wanted.find(|row| !module.exports.iter().any(|export| export.name == row.name)) {
        Some(&Row { name, reason }) => Err(LinkError::ExportMissing { name, reason }),
        None => Ok(()),
    }
}

/// Makes a trap of each method that only trait objects name and that is no callback.
fn empty_methods(module: &mut Module, surface: &Surface) {
    let mut called = Called(HashSet::new());
    for (_, function) in module.funcs.iter_local() {
        dfs_in_order(&mut called, function, function.entry_block());
    }
    for function in module.funcs.iter_mut() {
        let method = function.name.as_deref().and_then(sdk_method);
        let is_needed = method.is_none_or(|name| {
            let mut callbacks = surface.callbacks.iter();
            callbacks.any(|begin| name.starts_with(begin))
        });
        if is_needed || called.0.contains(&function.id()) {
            continue;
        }
        if let walrus::FunctionKind::Local(body) = &mut function.kind {
            let entry = body.entry_block();
            body.block_mut(entry).instrs.clear();
            body.builder_mut().instr_seq(entry).unreachable();
        }
    }
}

/// The functions that code names.
struct Called(HashSet<FunctionId>);

impl<'i> Visitor<'i> for Called {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.insert(*function);
    }
}

/// The method's name, in the symbol of a method that one of the SDK's traits has a body for.
fn sdk_method(symbol: &str) -> Option<&str> {
    let (_trait, rest) = symbol_part(symbol.strip_prefix(SDK_TRAIT)?)?;
    symbol_part(rest).map(|(method, _)| method)
}

/// One part of a symbol, which its length stands before; and what follows.
fn symbol_part(symbol: &str) -> Option<(&str, &str)> {
    let digits = symbol.find(|c: char| !c.is_ascii_digit())?;
    let (length, rest) = symbol.split_at_checked(digits)?;
    rest.split_at_checked(length.parse().ok()?)
}

fn check_imports(module: &Module, surface: &Surface) -> Result<(), LinkError> {
    let mut imports = module.imports.iter();
    match imports.find(|import| !lists(surface.imports, &import.name)) {
        Some(import) => Err(LinkError::ImportUnknown {
            module: import.module.clone(),
            name: import.name.clone(),
        }),
        None => Ok(()),
    }
}

fn lists(groups: &[&[Row]], name: &str) -> bool {
    groups.iter().copied().flatten().any(|row| row.name == name)
}

#[cfg(test)]
mod tests;
