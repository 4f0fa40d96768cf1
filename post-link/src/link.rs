//! Makes a linked module fit its [`Surface`].

use walrus::ir::Value;
use walrus::{FunctionId, Module, ModuleConfig, ValType};

use crate::surface::{Row, Surface};

/// Status "internal failure": what a host answers for a capability that it does not grant.
const INTERNAL_FAILURE: i32 = 10;

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
    /// Something is imported that is in neither table.
    #[error("the module imports `{module}.{name}`, which is in no table of `surface.rs`")]
    ImportUnknown {
        /// The module that it comes from.
        module: String,
        /// The import.
        name: String,
    },
    /// A cut import is not a function that answers with a status.
    #[error("the import `{name}` cannot be cut: it does not answer with one status")]
    ImportNotCuttable {
        /// The import.
        name: String,
    },
}

/// Removes exports that are not in the table, cuts the imports that are to be cut, drops what
/// nothing reaches any more, and writes the module without names, producers and debug sections.
///
/// # Errors
/// [`LinkError`]: a required export is missing, or an import is in no table.
pub fn link(input: &[u8], surface: &Surface) -> Result<Vec<u8>, LinkError> {
    let mut module = ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .generate_dwarf(false)
        .parse(input)
        .map_err(LinkError::Unreadable)?;
    keep_exports(&mut module, surface)?;
    walrus::passes::gc::run(&mut module);
    cut_imports(&mut module, surface)?;
    walrus::passes::gc::run(&mut module);
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
    match surface
        .exports
        .iter()
        .find(|row| !module.exports.iter().any(|export| export.name == row.name))
    {
        Some(&Row { name, reason }) => Err(LinkError::ExportMissing { name, reason }),
        None => Ok(()),
    }
}

fn cut_imports(module: &mut Module, surface: &Surface) -> Result<(), LinkError> {
    let mut cut = Vec::new();
    for import in module.imports.iter() {
        if lists(surface.imports, &import.name) {
            continue;
        }
        match import.kind {
            walrus::ImportKind::Function(function)
                if surface.cut.contains(&import.name.as_str()) =>
            {
                cut.push((function, import.name.clone()));
            }
            _ => {
                return Err(LinkError::ImportUnknown {
                    module: import.module.clone(),
                    name: import.name.clone(),
                });
            }
        }
    }
    for (function, name) in cut {
        cut_import(module, function).ok_or(LinkError::ImportNotCuttable { name })?;
    }
    Ok(())
}

fn cut_import(module: &mut Module, function: FunctionId) -> Option<()> {
    let ty = module.funcs.get(function).ty();
    if module.types.get(ty).results() != [ValType::I32] {
        return None;
    }
    module
        .replace_imported_func(function, |(body, _)| {
            body.const_(Value::I32(INTERNAL_FAILURE));
        })
        .ok()
        .map(drop)
}

fn lists(rows: &[Row], name: &str) -> bool {
    rows.iter().any(|row| row.name == name)
}

#[cfg(test)]
mod tests;
