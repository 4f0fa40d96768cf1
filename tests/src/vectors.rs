//! Outside test data: found, read and counted.
//!
//! The data is not part of the project. Where it is missing a suite is reported as skipped, with
//! the count, unless `REMIT_REQUIRE_VECTORS=1` says that this must not happen.

use std::env;
use std::fmt;
use std::fs;

use serde_json::Value;

use crate::places;

/// A folder of vectors.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    /// The folder.
    pub name: &'static str,
    /// Cases in it, so that a skip can say how many.
    pub cases: usize,
}

/// The suites in use.
pub const JWT_ATTACKS: Suite = Suite {
    name: "jwt-attacks",
    cases: 114,
};
/// Project Wycheproof, the JOSE part.
pub const JOSE_WYCHEPROOF: Suite = Suite {
    name: "jose-wycheproof",
    cases: 1022,
};
/// Examples of the JOSE specifications.
pub const JOSE_RFC_EXAMPLES: Suite = Suite {
    name: "jose-rfc-examples",
    cases: 46,
};
/// JWK thumbprints.
pub const JWK_THUMBPRINT: Suite = Suite {
    name: "jwk-thumbprint",
    cases: 6,
};
/// SPIFFE IDs, what matches them, and bundles.
pub const SPIFFE_ID: Suite = Suite {
    name: "spiffe-id",
    cases: 365,
};
/// DPoP proofs.
pub const DPOP: Suite = Suite {
    name: "dpop",
    cases: 31,
};
/// JSONTestSuite.
pub const JSON_PARSING: Suite = Suite {
    name: "json-parsing",
    cases: 212,
};
/// Messages of MCP and A2A, good and hostile, and the headers of MCP.
pub const MCP_A2A: Suite = Suite {
    name: "mcp-a2a",
    cases: 343,
};
/// Request targets, authorities and headers that are read in several ways.
pub const PATH_CONFUSION: Suite = Suite {
    name: "path-confusion",
    cases: 148,
};
/// OAuth Token Status List.
pub const TOKEN_STATUS_LIST: Suite = Suite {
    name: "token-status-list",
    cases: 225,
};
/// Authorization requests on entity hierarchies, with the decisions of a reference.
pub const AUTHZ_WORKLOADS: Suite = Suite {
    name: "authz-workloads",
    cases: 2751,
};

/// The CEL specification's cases.
pub const CEL_CONFORMANCE: Suite = Suite {
    name: "cel-conformance",
    cases: 1475,
};
/// CEL where authorization goes wrong.
pub const CEL_PROBES: Suite = Suite {
    name: "cel-probes",
    cases: 92,
};

impl Suite {
    /// The JSON file at a path below the suite's folder; `None` where there are no vectors.
    #[must_use]
    pub fn read(&self, file: &str) -> Option<Value> {
        let path = places::vectors()?.join(self.name).join(file);
        let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Some(serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{file}: {error}")))
    }

    /// The cases of one of its files.
    #[must_use]
    pub fn cases(&self, file: &str) -> Option<Vec<Value>> {
        match self.read(&format!("cases/{file}.json"))? {
            Value::Array(cases) => Some(cases),
            _ => panic!("{file} is not a list of cases"),
        }
    }

    /// Names of the files with cases, in order, without `.json`.
    #[must_use]
    pub fn files(&self) -> Option<Vec<String>> {
        let folder = places::vectors()?.join(self.name).join("cases");
        let entries = fs::read_dir(&folder).expect("the suite has a folder `cases`");
        let mut files: Vec<String> = entries
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                name.strip_suffix(".json").map(str::to_owned)
            })
            .collect();
        files.sort();
        Some(files)
    }

    /// The tally of a suite whose data is not there.
    #[must_use]
    pub fn skipped(&self) -> Tally {
        let mut tally = Tally::new(self.name);
        tally.skipped = self.cases;
        if env::var_os("REMIT_REQUIRE_VECTORS").is_some_and(|value| value == "1") {
            tally.fail(
                "the suite",
                "its data is not there, and REMIT_REQUIRE_VECTORS is 1",
            );
        }
        tally
    }
}

/// What came out of a suite.
#[derive(Debug)]
pub struct Tally {
    name: String,
    passed: usize,
    skipped: usize,
    failures: Vec<String>,
    notes: Vec<String>,
}

impl Tally {
    /// Nothing yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            passed: 0,
            skipped: 0,
            failures: vec![],
            notes: vec![],
        }
    }

    /// One case is as it should be.
    pub fn pass(&mut self) {
        self.passed += 1;
    }

    /// One case is not run, for a reason that is shown.
    pub fn skip(&mut self, case: &str, why: &str) {
        self.skipped += 1;
        self.notes.push(format!("skipped {case}: {why}"));
    }

    /// Cases that are not run, for one reason that is shown.
    pub fn skip_all(&mut self, cases: usize, why: &str) {
        self.skipped += cases;
        self.notes.push(format!("skipped {cases} cases: {why}"));
    }

    /// One case is not as it should be.
    pub fn fail(&mut self, case: &str, why: &str) {
        self.failures.push(format!("FAILED {case}: {why}"));
    }

    /// Passes or fails.
    pub fn check(&mut self, case: &str, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => self.pass(),
            Err(why) => self.fail(case, &why),
        }
    }

    /// Something that the reader should know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.notes.iter().chain(&self.failures) {
            writeln!(f, "  {line}")?;
        }
        let Self {
            name,
            passed,
            skipped,
            failures,
            ..
        } = self;
        write!(
            f,
            "{name}: {passed} passed, {} failed, {skipped} skipped",
            failures.len()
        )
    }
}
