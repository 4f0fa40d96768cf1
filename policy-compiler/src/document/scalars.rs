//! Scalars with a form of their own: names, words of a vocabulary, durations, hosts.

use remit_engine::plan::{Algorithm, Class};
use remit_engine::request::host;

use super::fields::{some_items, text, unsupported};
use crate::diagnostic::{Code, Diagnostics, did_you_mean, listing};
use crate::source::Spanned;
use crate::yaml::Node;

/// Longest name of anything in a policy.
pub(super) const NAME_BYTES: usize = 64;

pub(crate) const CLASSES: &[(&str, Class)] = &[
    ("read", Class::Read),
    ("write", Class::Write),
    ("execute", Class::Execute),
    ("delegate", Class::Delegate),
];

pub(super) const ALGORITHMS: &[(&str, Algorithm)] = Algorithm::NAMES;

/// The names of all signature algorithms, as tokens and proofs spell them.
pub(crate) fn algorithm_names() -> impl Iterator<Item = &'static str> {
    ALGORITHMS.iter().map(|(name, _)| *name)
}

/// Whether a name can stand in `resource.operation`, in records and in metrics.
fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix(|first: char| first.is_ascii_alphabetic());
    text.len() <= NAME_BYTES
        && rest.is_some_and(|rest| {
            rest.chars()
                .all(|each| each.is_ascii_alphanumeric() || matches!(each, '-' | '_'))
        })
}

/// Complains about a name that is none.
pub(super) fn check_name(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let good = is_name(&name.value);
    if !good {
        diagnostics.push(
            name.diagnostic(Code::BadName, format!("`{}` cannot be a name", name.value))
                .help(format!(
                    "a name begins with a letter and has letters, digits, `-` and `_`, \
                     at most {NAME_BYTES} of them"
                )),
        );
    }
    good
}

/// A name.
pub(super) fn name(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    let name = text(node, diagnostics)?;
    check_name(&name, diagnostics).then_some(name)
}

/// A list of names, at least one.
pub(super) fn names(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<Spanned<String>> {
    let items = some_items(node, diagnostics);
    items
        .iter()
        .filter_map(|item| name(item, diagnostics))
        .collect()
}

/// A text of visible ASCII that is neither empty nor long, without quotes or backslashes: it is
/// compared byte by byte, and some of them are quoted in answers.
pub(super) fn line(
    node: &Node,
    longest: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    let text = text(node, diagnostics)?;
    let problem = if text.value.is_empty() {
        "it is empty".to_owned()
    } else if text.value.len() > longest {
        format!("it is longer than {longest} bytes")
    } else if text
        .value
        .bytes()
        .any(|each| !each.is_ascii_graphic() || matches!(each, b'"' | b'\\'))
    {
        "it has white space, quotes, backslashes or characters beyond ASCII".to_owned()
    } else {
        return Some(text);
    };
    diagnostics.push(
        text.diagnostic(Code::BadValue, "this text cannot stand here")
            .label(problem),
    );
    None
}

/// A word out of a vocabulary, part of which is later versions' affair.
pub(crate) fn word<T: Copy>(
    node: &Node,
    what: &str,
    known: &[(&str, T)],
    later: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let word = text(node, diagnostics)?;
    if let Some((_, value)) = known.iter().find(|(name, _)| *name == word.value) {
        return Some(*value);
    }
    if later.contains(&word.value.as_str()) {
        diagnostics.push(unsupported(&word));
        return None;
    }
    let names = || known.iter().map(|(name, _)| *name);
    diagnostics.push(
        word.diagnostic(
            Code::UnknownValue,
            format!("`{}` is not {what}", word.value),
        )
        .help(format!("it can be {}", listing(names())))
        .help_if(did_you_mean(&word.value, names())),
    );
    None
}

/// A class of operations.
pub(super) fn class(node: &Node, diagnostics: &mut Diagnostics) -> Option<Class> {
    word(node, "a class of operations", CLASSES, &[], diagnostics)
}

/// A signature algorithm.
pub(super) fn algorithm(node: &Node, diagnostics: &mut Diagnostics) -> Option<Algorithm> {
    const LATER: &[&str] = &["ML-DSA-44", "ML-DSA-65"];
    let name = text(node, diagnostics)?;
    if matches!(name.value.as_str(), "HS256" | "HS384" | "HS512") {
        diagnostics.push(
            name.diagnostic(
                Code::SymmetricAlgorithm,
                format!(
                    "`{}` is not accepted: who can verify with it can also sign",
                    name.value
                ),
            )
            .help("use EdDSA, ES256 or RS256"),
        );
        return None;
    }
    word(
        node,
        "a signature algorithm",
        ALGORITHMS,
        LATER,
        diagnostics,
    )
}

/// A duration in seconds, within bounds.
pub(crate) fn duration(
    node: &Node,
    least: u32,
    most: u32,
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let written = text(node, diagnostics)?;
    let Some(seconds) = parse_duration(&written.value) else {
        diagnostics.push(
            written
                .diagnostic(
                    Code::BadDuration,
                    format!("`{}` is not a duration", written.value),
                )
                .help("write a number with a unit: `90s`, `10m`, `1h` or `7d`"),
        );
        return None;
    };
    if (least..=most).contains(&seconds) {
        return Some(seconds);
    }
    diagnostics.push(
        written
            .diagnostic(
                Code::BadDuration,
                format!("`{}` is out of range", written.value),
            )
            .help(format!("it can be from {least} to {most} seconds")),
    );
    None
}

/// A short time in milliseconds, of at least one.
pub(super) fn milliseconds(node: &Node, most: u32, diagnostics: &mut Diagnostics) -> Option<u32> {
    let written = text(node, diagnostics)?;
    let units = [("ms", 1), ("s", 1000)];
    let found = units.iter().find_map(|(unit, factor)| {
        let number = written.value.strip_suffix(unit)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| number.parse::<u32>().ok()?.checked_mul(*factor))?
    });
    if let Some(time) = found.filter(|time| (1..=most).contains(time)) {
        return Some(time);
    }
    diagnostics.push(
        written
            .diagnostic(
                Code::BadDuration,
                format!("`{}` is not how long an answer may take", written.value),
            )
            .help(format!("it can be from `1ms` to `{most}ms`: `100ms`")),
    );
    None
}

fn parse_duration(text: &str) -> Option<u32> {
    let (number, factor) = [('s', 1), ('m', 60), ('h', 3600), ('d', 24 * 3600)]
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(*unit)?, *factor)))?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<u32>().ok()?.checked_mul(factor)
}

/// A host as requests carry it.
pub(super) fn host_name(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    let written = text(node, diagnostics)?;
    if let Ok(host) = host::check(written.value.as_bytes()) {
        if host.has_port {
            diagnostics.push(
                written
                    .diagnostic(
                        Code::HostWithPort,
                        "no request has this host where the gateway takes ports off",
                    )
                    .label("it has a port")
                    .help("leave the port out, unless your gateway keeps it: `strip_any_host_port`, which every configuration from `remit compile --envoy` sets, takes it off"),
            );
        }
        return Some(written);
    }
    let lower = written.value.to_ascii_lowercase();
    let bare = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or(bare).trim_end_matches('.');
    let near = (host::check(bare.as_bytes()).is_ok()).then(|| format!("write `{bare}`"));
    diagnostics.push(
        written
            .diagnostic(
                Code::BadHost,
                format!("`{}` is not a host as requests carry it", written.value),
            )
            .help("a host is a name or address in lower case, without a port")
            .help_if(near),
    );
    None
}
