//! Classes of characters. Those of Perl and POSIX are ASCII, as in RE2; the rest is Unicode.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// Whether upper and lower case are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Told,
    Folded,
}

/// Whether a class is what it says or all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Positive,
    Negative,
}

/// The class of a few ranges. Case is folded before a class is turned around, as RE2 does it.
pub(super) fn of(
    ranges: impl IntoIterator<Item = (char, char)>,
    sign: Sign,
    case: Case,
) -> ClassUnicode {
    let ranges = ranges.into_iter();
    let ranges = ranges.map(|(from, to)| ClassUnicodeRange::new(from, to));
    settle(ClassUnicode::new(ranges), sign, case)
}

fn settle(mut class: ClassUnicode, sign: Sign, case: Case) -> ClassUnicode {
    if case == Case::Folded {
        class.case_fold_simple();
    }
    if sign == Sign::Negative {
        class.negate();
    }
    class
}

/// `\d`, `\D` and so on, by the letter.
pub(super) fn perl(letter: char, case: Case) -> Option<ClassUnicode> {
    let sign = if letter.is_ascii_uppercase() {
        Sign::Negative
    } else {
        Sign::Positive
    };
    let ranges: &[(char, char)] = match letter.to_ascii_lowercase() {
        'd' => &[('0', '9')],
        's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
        'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    };
    Some(of(ranges.iter().copied(), sign, case))
}

/// `[:alpha:]` and so on, by the name; `^` before it turns it around.
pub(super) fn posix(name: &str, case: Case) -> Option<ClassUnicode> {
    let (name, sign) = match name.strip_prefix('^') {
        Some(name) => (name, Sign::Negative),
        None => (name, Sign::Positive),
    };
    let ranges: &[(char, char)] = match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    Some(of(ranges.iter().copied(), sign, case))
}

/// General categories that RE2 knows. `C` there has no unassigned code points.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N",
    "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So",
    "Z", "Zl", "Zp", "Zs",
];

/// `\p{Greek}` and so on: a general category or a script, by its name.
pub(super) fn unicode(name: &str, sign: Sign, case: Case) -> Option<ClassUnicode> {
    let class = match name {
        "Any" => of([('\0', char::MAX)], Sign::Positive, Case::Told),
        // Surrogates are no characters.
        "Cs" => ClassUnicode::empty(),
        "C" => {
            let mut other = property("gc=Cc")?;
            other.union(&property("gc=Cf")?);
            other.union(&property("gc=Co")?);
            other
        }
        _ if CATEGORIES.contains(&name) => property(&format!("gc={name}"))?,
        _ if is_script(name) => property(&format!("sc={name}"))?,
        _ => return None,
    };
    Some(settle(class, sign, case))
}

/// A script in RE2's spelling; the tables would take others.
fn is_script(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name
            .chars()
            .all(|each| each.is_ascii_alphabetic() || each == '_')
        && name.split('_').all(|word| {
            !word.is_empty() && !word.chars().skip(1).all(|each| each.is_ascii_uppercase())
        })
}

fn property(query: &str) -> Option<ClassUnicode> {
    let found = regex_syntax::parse(&format!("\\p{{{query}}}")).ok()?;
    match found.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let only = text.chars().map(|each| (each, each));
            Some(of(only, Sign::Positive, Case::Told))
        }
        _ => None,
    }
}

/// One character.
pub(super) fn literal(character: char, case: Case) -> Hir {
    Hir::class(Class::Unicode(of(
        [(character, character)],
        Sign::Positive,
        case,
    )))
}
