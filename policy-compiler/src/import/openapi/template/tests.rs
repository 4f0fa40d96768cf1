use super::{Problem, read};

#[test]
fn paths_keep_their_captures() {
    for (written, expected) in [
        ("/", "/"),
        ("/v1/orders/{order_id}", "/v1/orders/{order_id}"),
        ("/a/{order-id}/{2nd}", "/a/{order_id}/{_2nd}"),
        ("/a/{}", "/a/{_}"),
    ] {
        assert_eq!(read(written).as_deref(), Ok(expected));
    }
}

#[test]
fn what_a_policy_cannot_have_is_refused() {
    let raw = |text: &str| text.to_owned();
    for (written, expected) in [
        ("orders", Problem::NoSlash),
        ("/orders/", Problem::Empty),
        ("//orders", Problem::Empty),
        ("/a/{id}.json", Problem::Partial(raw("{id}.json"))),
        ("/a/{x}{y}", Problem::Partial(raw("{x}{y}"))),
        ("/a/{x-y}/{x_y}", Problem::Twice(raw("{x_y}"))),
        ("/a/*", Problem::NotNormal(raw("*"))),
        ("/a/:id", Problem::NotNormal(raw(":id"))),
        ("/a/..", Problem::NotNormal(raw(".."))),
        ("/a/b c", Problem::NotNormal(raw("b c"))),
        ("/a/b\n", Problem::NotNormal(raw("b\n"))),
    ] {
        assert_eq!(read(written), Err(expected), "{written}");
    }
    assert_eq!(read(&"/a".repeat(65)), Err(Problem::TooLong));
}
