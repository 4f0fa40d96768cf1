//! Every errand with every credential.

use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::time::UnixTime;
use remit_tests::cases::{Credential, Errand, challenge, errands, expected, told, verify_record};
use remit_tests::native::{Decided, decide};

use crate::world::{CREDENTIALS, NOW, POLICY};

#[test]
fn every_errand_with_every_credential() {
    let engine = POLICY.engine();
    let mut wrong = vec![];
    let mut cases = 0;
    for errand in errands() {
        for credential in CREDENTIALS.iter() {
            let now = UnixTime::from_seconds(*NOW);
            let decided = decide(&engine, &errand, &credential.shown, now, &NoHostCrypto);
            if let Err(why) = verify(&errand, credential, &decided) {
                wrong.push(format!("{} / {}: {why}", errand.name, credential.name));
            }
            // By now the engine remembers the token: that must change nothing.
            let again = decide(&engine, &errand, &credential.shown, now, &NoHostCrypto);
            if again != decided {
                wrong.push(format!(
                    "{} / {}: not twice the same",
                    errand.name, credential.name
                ));
            }
            cases += 1;
        }
    }
    assert!(cases > 5000, "the table shrank to {cases} cases");
    assert!(
        wrong.is_empty(),
        "{} of {cases} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn verify(errand: &Errand, credential: &Credential, decided: &Decided) -> Result<(), String> {
    let finding = expected(errand, credential);
    let told = told(finding.reason);
    verify_record(errand, credential, &decided.record)?;
    let passes = matches!(finding.reason, Reason::Allowed | Reason::Public);
    let Some(answer) = &decided.answer else {
        return if passes {
            Ok(())
        } else {
            Err(String::from("it goes on"))
        };
    };
    if passes {
        return Err(format!("it is refused with {}", answer.status));
    }
    let header = |name| answer.headers.iter().find(|(other, _)| *other == name);
    let asked = header("www-authenticate").map(|(_, value)| value.clone());
    let expected = challenge(finding.reason, errand.metadata());
    if answer.status != told.status || asked != expected {
        return Err(format!(
            "answered {} {asked:?}, not {} {expected:?}",
            answer.status, told.status
        ));
    }
    if !answer.body.contains(told.text) || told.text.is_empty() {
        return Err(format!("says `{}`, not `{}`", answer.body, told.text));
    }
    let retries = header("retry-after").is_some();
    if retries != (told.status == 503) {
        return Err(format!("retry-after: {retries}"));
    }
    Ok(())
}
