//! A process that runs cases when asked.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::num::ParseIntError;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that answers each line `CASE RUNS` with a number. It ends with its input.
#[derive(Debug)]
pub struct Runner {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RunnerFailed {
    /// It does not start, or has ended.
    #[error("the runner is not there: {0}")]
    Gone(#[from] io::Error),
    /// It says something else. What went wrong stands in its standard error.
    #[error("the runner answered `{0}`")]
    Answer(String, #[source] ParseIntError),
}

impl Runner {
    /// Starts one.
    ///
    /// # Errors
    /// [`RunnerFailed`].
    pub fn start(command: &mut Command) -> Result<Self, RunnerFailed> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ends = child.stdin.take().zip(child.stdout.take());
        let (requests, answers) = ends
            .ok_or(io::ErrorKind::BrokenPipe)
            .map_err(io::Error::from)?;
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
        })
    }

    /// Asks for so many runs of a case.
    ///
    /// # Errors
    /// [`RunnerFailed`].
    pub fn ask(&mut self, case: &str, runs: u32) -> Result<u64, RunnerFailed> {
        writeln!(self.requests, "{case} {runs}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let answer = answer.trim();
        answer
            .parse()
            .map_err(|error| RunnerFailed::Answer(answer.to_owned(), error))
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
