use super::*;

#[test]
fn a_list_is_read_by_what_its_entries_are_called_by() {
    let read = |result: &str| Listed::read(format!(r#"{{"id":1,"result":{result}}}"#).as_bytes());
    let listed = |names: &[&str], marked: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        Some(Listed {
            names: owned(names),
            marked: owned(marked),
        })
    };
    let tools = format!(
        r#"{{"tools":[{{"name":"a","_meta":{{"{CONDITIONAL}":true}}}},{{"name":"b","title":"B"}}]}}"#
    );
    assert_eq!(read(&tools), listed(&["a", "b"], &["a"]));
    assert_eq!(
        read(r#"{"resources":[{"uri":"desk://rules","name":"rules"}]}"#),
        listed(&["desk://rules"], &[])
    );
    assert_eq!(read(r#"{"tools":[]}"#), listed(&[], &[]));
    for without in [r#"{"content":[]}"#, r#"{"tools":[{"title":"B"}]}"#, "7"] {
        assert_eq!(read(without), None, "{without}");
    }
}
