//! What somebody may have meant who wrote what is not CEL: habits from other languages.

use std::ops::Range;

/// A few words about what stands where nothing of its kind can.
pub(super) fn unexpected(text: &str, range: &Range<usize>) -> Option<String> {
    let token = text.get(range.clone()).unwrap_or("");
    let before = text.get(..range.start).unwrap_or("");
    let behind = text.get(range.end..).unwrap_or("");
    operator(token, before, behind)
        .or_else(|| word(token, before, behind))
        .or_else(|| path(token, before))
        .map(str::to_owned)
        .or_else(|| method(token))
        .or_else(|| quote(token, before))
}

/// Operators of other languages.
fn operator(token: &str, before: &str, behind: &str) -> Option<&'static str> {
    let declares = before.trim_start().starts_with("let ") || before.ends_with(':');
    Some(match token {
        "=" if before.ends_with("==") || before.ends_with("!=") => {
            "write `==` and `!=`: they compare types too"
        }
        "=" if behind.starts_with('~') => MATCHES,
        "=" if behind.starts_with('>') => LAMBDA,
        "=" if behind.starts_with('<') => "write `<=`",
        "=" if declares => BIND,
        "=" => "write `==` to compare",
        ">" if before.ends_with('<') => "write `!=` for \"not equal\"",
        ">" if before.ends_with('-') => LAMBDA,
        "&" => AND,
        "|" => OR,
        "~" => MATCHES,
        "/" if before.trim_end().ends_with(['(', ',']) => PATTERN,
        _ if before.ends_with("(/") => PATTERN,
        "?" if before.ends_with('?') => {
            "write `x.orValue(y)` for what an optional is without value"
        }
        ";" => "a condition is one expression: join several with `&&`",
        "\\" => "a condition goes on in the next line as it is",
        "#" => "a comment cannot stand in a condition: write it above or behind",
        "*" if before.ends_with('*') => "there is no power operator: multiply",
        "+" | "-" if before.ends_with(token) => "values do not change: write `x + 1` or `x - 1`",
        _ => return None,
    })
}

/// Words that are operators or literals elsewhere.
fn word(token: &str, before: &str, behind: &str) -> Option<&'static str> {
    let next = behind.split_whitespace().next().unwrap_or("");
    let last = before.split_whitespace().next_back().unwrap_or("");
    Some(match token.to_ascii_lowercase().as_str() {
        "and" => AND,
        "or" => OR,
        "not" if next == "in" => NOT_IN,
        "not" => NOT,
        "in" if last == "!" || last.eq_ignore_ascii_case("not") => NOT_IN,
        "!" if next == "in" => NOT_IN,
        _ if last.eq_ignore_ascii_case("not") => NOT,
        _ if ["any", "every", "some"].contains(&last) => LAMBDA,
        "is" if ["null", "not"].contains(&next.to_ascii_lowercase().as_str()) => {
            "ask with `has(a.b)` whether something is there; compare with `== null`"
        }
        "is" | "eq" | "equals" => "write `==` to compare",
        "isnot" | "ne" | "neq" => "write `!=` for \"not equal\"",
        "instanceof" | "isinstance" => "write `type(x) == string`",
        "lt" => "write `<`",
        "le" | "lte" => "write `<=`",
        "gt" => "write `>`",
        "ge" | "gte" => "write `>=`",
        "mod" => "write `%` for the remainder",
        "like" | "regex" => MATCHES,
        "between" => "write `a <= x && x <= b`",
        "then" | "if" | "else" => CHOOSE,
        "any" | "every" | "some" | "for" => LAMBDA,
        _ => return None,
    })
}

/// Paths into JSON as other tools have them.
fn path(token: &str, before: &str) -> Option<&'static str> {
    Some(match token {
        "$" => "a path begins with the name of a variable: `token.sub`",
        "@" => "an element has the name that you give it: `list.exists(x, x.name == 'a')`",
        "*" if before.ends_with(['[', '.']) => LAMBDA,
        "." if before.ends_with('.') => "name each member on the way: `a.b.c`",
        _ => return None,
    })
}

/// `x contains 'y'`.
fn method(token: &str) -> Option<String> {
    ["contains", "startsWith", "endsWith", "matches"]
        .into_iter()
        .find(|name| token.replace('_', "").eq_ignore_ascii_case(name))
        .map(|name| format!("write `x.{name}('…')`"))
}

/// Quotes of all kinds.
fn quote(token: &str, before: &str) -> Option<String> {
    let typographic = ['“', '”', '„', '‘', '’', '‚', '«', '»', '´'];
    if token.starts_with(typographic) {
        return Some("write strings with straight quotes: `'…'`".to_owned());
    }
    let behind = before
        .chars()
        .next_back()
        .filter(|last| ['\'', '"'].contains(last))?;
    let inside = token.starts_with(|first: char| first.is_alphanumeric());
    inside.then(|| escape_quote(behind))
}

/// What to do about a string without an end.
pub(super) fn open_string(string: &str) -> String {
    let prefix = string.trim_start_matches(['r', 'R', 'b', 'B']);
    let quote = prefix.chars().next().unwrap_or('\'');
    let triple: String = [quote; 3].iter().collect();
    if prefix.starts_with(&triple) {
        return format!("close it with `{triple}`");
    }
    let escape = escape_quote(quote);
    if prefix.len() <= 1 {
        // It closed another string more likely than it opens one.
        return escape;
    }
    let line = match prefix.contains('\n') {
        true => " in the same line",
        false => "",
    };
    format!("close it{line} with `{quote}`; {escape}")
}

fn escape_quote(quote: char) -> String {
    format!("a quote within a string is written `\\{quote}`")
}

/// The bracket that closes another.
pub(super) fn partner(bracket: &str) -> Option<char> {
    match bracket {
        "(" => Some(')'),
        "[" => Some(']'),
        "{" => Some('}'),
        _ => None,
    }
}

/// What to write instead of a reserved word.
pub(super) fn reserved(word: &str) -> Option<&'static str> {
    Some(match word {
        "let" | "var" | "const" => BIND,
        "if" | "else" => CHOOSE,
        "for" | "while" | "loop" => LAMBDA,
        "function" | "return" => "a condition is one expression, without functions of its own",
        _ => return None,
    })
}

/// How large a number can be.
pub(super) fn number(number: &str) -> String {
    if number.ends_with(['u', 'U']) {
        format!("a uint goes up to {}", u64::MAX)
    } else if number.contains('.') || (number.contains(['e', 'E']) && !number.starts_with("0x")) {
        "a double goes up to about 1.8e308".to_owned()
    } else {
        format!("an int goes from {} to {}", i64::MIN, i64::MAX)
    }
}

/// What a literal's escapes can be.
pub(super) fn string(literal: &str) -> &'static str {
    match literal.starts_with(['b', 'B']) {
        true => "bytes have no `\\u`: write each byte as `\\x` and two digits",
        false => "`\\u` and `\\U` stand for characters, surrogates are none",
    }
}

const AND: &str = "write `&&` for \"and\"";
const OR: &str = "write `||` for \"or\"";
const NOT: &str = "write `!` for \"not\"";
const NOT_IN: &str = "write `!(x in list)`";
const MATCHES: &str = "write `x.matches('…')` to compare with a pattern";
const PATTERN: &str = "write a pattern as a string: `x.matches(r'^[a-z]+$')`";
const CHOOSE: &str = "write `condition ? a : b`";
const BIND: &str = "write `cel.bind(name, value, …)` to give a value a name";
const LAMBDA: &str = "write `list.exists(x, …)` or `list.all(x, …)` to ask about elements";
