use super::{FUNCTIONS, OPERATORS, operator, table};

#[test]
fn every_signature_can_be_read() {
    let written: usize = table::FUNCTIONS
        .iter()
        .map(|(_, _, signatures)| signatures.len())
        .sum();
    let read: usize = FUNCTIONS.values().map(|one| one.overloads.len()).sum();
    assert_eq!(written, read);
    for (function, signatures) in OPERATORS {
        let declared = operator(*function).unwrap();
        assert_eq!(declared.overloads.len(), signatures.len(), "{function:?}");
    }
}

#[test]
fn signatures_are_shown_as_they_are_called() {
    let shown = |name: &str| {
        let texts = FUNCTIONS[name].overloads.iter().map(|one| one.text.clone());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(shown("startsWith"), ["string.startsWith(string) -> bool"]);
    assert_eq!(
        shown("unwrapOpt"),
        ["list(optional(A)).unwrapOpt() -> list(A)"]
    );
    let minus = operator(remit_engine::plan::Function::Negate).unwrap();
    assert_eq!(minus.overloads[0].text, "-int -> int");
}
