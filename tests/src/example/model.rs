//! Examples as they are run: a policy, and requests of which each says what must come of it.

use std::fs;
use std::path::{Path, PathBuf};

use remit_engine::plan::{IssuerId, Plan};
use remit_policy_compiler::diagnostic::{Colour, Diagnostic, human};
use remit_policy_compiler::source::{Sources, Spanned};
use remit_policy_compiler::testing::{Attempt, Case, Credential, Suite, SuiteError, Which};
use remit_policy_compiler::{Compiled, compile};

use super::ExampleError;
use crate::places;

/// A folder with a policy and requests.
#[derive(Debug)]
pub struct Example {
    folder: PathBuf,
    policy: Compiled,
    suites: Vec<Suite>,
}

/// The files of requests. By their names the compiler, which takes every other YAML file of the
/// folder for a part of the policy, leaves them alone. The second is not run by `remit test`: it has
/// what turns on the requests before, or on what is fetched.
const FILES: [&str; 2] = ["requests.test.yaml", "gateway/requests.test.yaml"];

/// The folders in `examples/`, by name. Each is to be an example.
///
/// # Errors
/// [`ExampleError`] if they cannot be listed.
pub fn folders() -> Result<Vec<PathBuf>, ExampleError> {
    let all = places::workspace().join("examples");
    let unreadable = |source| ExampleError::Read {
        path: all.clone(),
        source,
    };
    let mut folders = vec![];
    for entry in fs::read_dir(&all).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

impl Example {
    /// Compiles the policy of a folder and reads its requests.
    ///
    /// # Errors
    /// [`ExampleError`]: something is not there, or not in order.
    pub fn load(folder: &Path) -> Result<Self, ExampleError> {
        let sources = Sources::load(folder)?;
        let policy = compile(&sources).map_err(|rejected| ExampleError::Wrong {
            path: folder.to_owned(),
            said: told(&rejected.diagnostics, &sources),
        })?;
        let mut suites = vec![];
        for file in FILES {
            let path = folder.join(file);
            if path.exists() {
                let mut suite = Suite::load(&path, &policy.plan).map_err(wrong)?;
                for case in &mut suite.cases {
                    sendable(case)?;
                    sign_as_issuers(case, &path, folder, &policy.plan)?;
                }
                suites.push(suite);
            }
        }
        if suites.iter().all(|suite| suite.cases.is_empty()) {
            let folder = folder.to_owned();
            return Err(ExampleError::NoRequests { folder });
        }
        Ok(Self {
            folder: folder.to_owned(),
            policy,
            suites,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Compiled {
        &self.policy
    }

    /// The requests in the order in which they are sent, each with the file that it stands in.
    pub fn requests(&self) -> impl Iterator<Item = (&Case, &Suite)> {
        let all = self.suites.iter();
        all.flat_map(|suite| suite.cases.iter().map(move |case| (case, suite)))
    }
}

fn told(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let said = diagnostics.iter();
    said.map(|one| human(one, sources, Colour::None)).collect()
}

fn wrong(error: SuiteError) -> ExampleError {
    match error {
        SuiteError::Load(error) => error.into(),
        SuiteError::Wrong {
            path,
            sources,
            diagnostics,
        } => ExampleError::Wrong {
            said: told(&diagnostics, &sources),
            path,
        },
    }
}

/// A gateway has a clock and routes of its own.
fn sendable(case: &Case) -> Result<(), ExampleError> {
    // A step that is sent at another time than its sequence began says `after`.
    let time = match case.attempt.before.is_empty() {
        true => "now",
        false => "after",
    };
    let of_none = [
        ("cluster", case.attempt.cluster.is_some()),
        (time, case.attempt.now != Attempt::usual_time()),
    ];
    match of_none.into_iter().find(|(_, said)| *said) {
        None => Ok(()),
        Some((key, _)) => Err(ExampleError::NotSent {
            request: case.name.clone(),
            key,
        }),
    }
}

/// A token that names no key is signed by the one in `keys/<issuer>/`, an approval by the one in
/// `keys/approvers/`.
fn sign_as_issuers(
    case: &mut Case,
    file: &Path,
    folder: &Path,
    plan: &Plan,
) -> Result<(), ExampleError> {
    let minted = match &mut case.attempt.credential {
        Credential::Minted(recipe) => {
            let signer = recipe.signer(plan);
            Some((&mut **recipe, signer))
        }
        Credential::None | Credential::Verbatim(_) => None,
    };
    let beside = case.attempt.transaction.as_mut().map(|recipe| {
        let signer = recipe.transaction_signer(plan);
        (recipe, signer)
    });
    let (span, keys) = (case.span, folder.join("keys"));
    let key_of = |name: &str| -> Result<_, ExampleError> {
        let key = private_key(&keys.join(name))?;
        // As the file would name it.
        let below = file.parent() != Some(folder);
        let up = if below { "../" } else { "" };
        let key = key.strip_prefix(folder).unwrap_or(&key);
        Ok(Spanned::new(format!("{up}{}", key.display()), span))
    };
    for (recipe, signer) in minted.into_iter().chain(beside) {
        if recipe.key.is_none()
            && let Some(issuer) = signer.and_then(|id: IssuerId| plan.issuers.get(id.index()))
        {
            recipe.key = Some(key_of(&issuer.name)?);
        }
    }
    if let Some(approval) = &mut case.attempt.approval
        && approval.key.is_none()
        && matches!(approval.which, Which::Made { .. })
    {
        approval.key = Some(key_of("approvers")?);
    }
    Ok(())
}

/// The first of a folder, by name.
fn private_key(folder: &Path) -> Result<PathBuf, ExampleError> {
    let unreadable = |source| ExampleError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut keys = vec![];
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".private.jwk.json") {
            keys.push(path);
        }
    }
    keys.sort();
    let first = keys.into_iter().next();
    first.ok_or_else(|| ExampleError::NoKey {
        folder: folder.to_owned(),
    })
}

#[cfg(test)]
mod tests;
