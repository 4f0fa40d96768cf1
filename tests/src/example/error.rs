//! What can be wrong with an example.

use std::io;
use std::path::PathBuf;

use remit_policy_compiler::signing_key::SigningError;

/// An example cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `requests.test.yaml` is not what it should be.
    #[error("`{}` is not in order\n{source}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// What and where.
        source: Box<serde_saphyr::Error>,
    },
    /// A private key cannot be used.
    #[error("cannot sign with `{}`", path.display())]
    Key {
        /// Where it lies.
        path: PathBuf,
        /// Why.
        source: SigningError,
    },
    /// A request is like a token that is not there.
    #[error("request `{request}` is like the token `{token}`, which is not there")]
    UnknownToken {
        /// The request.
        request: String,
        /// The token.
        token: String,
    },
    /// Two requests could not be told apart.
    #[error("two requests are named `{name}`")]
    SameName {
        /// Their name.
        name: String,
    },
    /// There is nothing to run.
    #[error("`{}` has no requests", path.display())]
    NoRequests {
        /// The file.
        path: PathBuf,
    },
    /// A `send` line is not a method and an `http://` URL.
    #[error("request `{request}` sends `{line}`, which is not `METHOD http://host/path`")]
    Line {
        /// The request.
        request: String,
        /// The line.
        line: String,
    },
    /// A header is not a name and a value.
    #[error("request `{request}` has the header `{header}`, which is not `name: value`")]
    Header {
        /// The request.
        request: String,
        /// The header.
        header: String,
    },
    /// A place for the token, and no token.
    #[error("request `{request}` has a place for a token and no token")]
    NoToken {
        /// The request.
        request: String,
    },
}
