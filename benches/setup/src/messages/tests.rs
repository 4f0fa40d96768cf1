use super::*;

#[test]
fn bodies_are_as_long_as_they_should_be() {
    for size in [2 * 1024, 32 * 1024] {
        assert_eq!(of_bytes(size, "T-1", |members| members).len(), size);
        assert_eq!(call(size, "T-1").len(), size);
    }
}
