//! `remit-post-link INPUT OUTPUT --module headers|full`: the build step after linking.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use remit_post_link::surface::{self, Surface};

/// Removes from a linked filter what its module does not need.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The module as the linker wrote it.
    input: PathBuf,
    /// Where to write the finished one.
    output: PathBuf,
    /// Which module it is to be.
    #[arg(long)]
    module: Kind,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Decides on request headers alone.
    Headers,
    /// Reads bodies and answers as well.
    Full,
}

impl Kind {
    fn surface(self) -> &'static Surface {
        match self {
            Self::Headers => &surface::HEADERS,
            Self::Full => &surface::FULL,
        }
    }
}

fn main() -> anyhow::Result<()> {
    let Arguments {
        input,
        output,
        module,
    } = Arguments::parse();
    let before =
        std::fs::read(&input).with_context(|| format!("`{}` cannot be read", input.display()))?;
    let after = remit_post_link::link(&before, module.surface())?;
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("`{}` cannot be made", folder.display()))?;
    }
    // Under another name first: whoever watches the output sees a whole module or none.
    let unfinished = output.with_extension("unfinished");
    std::fs::write(&unfinished, &after)
        .and_then(|()| std::fs::rename(&unfinished, &output))
        .with_context(|| format!("`{}` cannot be written", output.display()))?;
    println!(
        "{}: {} bytes linked, {} bytes left",
        output.display(),
        before.len(),
        after.len()
    );
    Ok(())
}
