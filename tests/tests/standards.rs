//! `docs/standards.md` points to files that are there.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::path::Path;

#[test]
fn every_place_that_the_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/standards.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    let mut places = 0;
    for place in quoted.filter(|text| text.starts_with("engine/") || text.starts_with("filter/")) {
        for path in alternatives(place) {
            assert!(root.join(&path).exists(), "{path}");
            places += 1;
        }
    }
    assert!(places > 20, "the page names {places} places");
}

/// `a/{b,c}.rs` is `a/b.rs` and `a/c.rs`.
fn alternatives(place: &str) -> Vec<String> {
    let Some((before, rest)) = place.split_once('{') else {
        return vec![place.to_owned()];
    };
    let (inside, after) = rest.split_once('}').unwrap();
    let each = inside.split(',');
    each.map(|one| [before, one, after].concat()).collect()
}
