use super::sorted;

#[test]
fn equal_items_stay_as_they_were() {
    // More than the standard library sorts by insertion.
    let items: Vec<(u32, u32)> = (0..500).map(|place| (place * 7919 % 13, place)).collect();
    let mut expected = items.clone();
    expected.sort_by_key(|item| item.0);
    assert_eq!(sorted(items, |a, b| a.0.cmp(&b.0)), expected);
}

#[test]
fn nothing_is_lost() {
    assert!(sorted(Vec::<u8>::new(), Ord::cmp).is_empty());
    assert_eq!(sorted(vec!["b", "a", "b"], Ord::cmp), ["a", "b", "b"]);
}
