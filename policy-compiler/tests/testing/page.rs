//! `docs/testing.md` is true: the files that it shows are written, the commands run, and what they
//! print is what stands there. `UPDATE=1 cargo test -p remit-policy-compiler --test testing page`
//! rewrites what they print: read it before it is committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/testing.md")
}

/// What a command prints, whichever way.
fn printed(folder: &Path, line: &str) -> String {
    let line = line.strip_prefix("remit ").unwrap();
    let line = format!("{} {line} 2>&1", env!("CARGO_BIN_EXE_remit"));
    let output = Command::new("sh")
        .args(["-c", &line])
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_the_page_shows_is_what_happens() {
    let text = fs::read_to_string(page()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut expected = String::new();
    let mut commands = 0;
    // Every second piece is inside a fence.
    for (position, piece) in text.split("```").enumerate() {
        if position > 0 {
            expected.push_str("```");
        }
        let (language, block) = piece.split_once('\n').unwrap_or((piece, ""));
        match language {
            "yaml" if position % 2 == 1 => {
                let file = block.lines().next().unwrap().strip_prefix("# ").unwrap();
                let file = folder.path().join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, block).unwrap();
                expected.push_str(piece);
            }
            "console" if position % 2 == 1 => {
                let command = block.lines().next().unwrap().strip_prefix("$ ").unwrap();
                let shown = printed(folder.path(), command);
                let shown = shown.trim_end();
                expected.push_str(&format!("console\n$ {command}\n{shown}\n"));
                commands += 1;
            }
            _ => expected.push_str(piece),
        }
    }
    assert!(commands > 4, "{commands} commands");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(page(), &expected).unwrap();
    }
    if fs::read_to_string(page()).unwrap() != expected {
        panic!("docs/testing.md is out of date; it should be\n{expected}");
    }
}
