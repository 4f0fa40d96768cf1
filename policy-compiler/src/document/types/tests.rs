use remit_engine::plan::{Field, Presence, Type};

use super::read;

fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

#[test]
fn types_are_read() {
    let object = Type::Object(vec![
        Field {
            name: "id".into(),
            ty: Type::String,
            presence: Presence::Mandatory,
        },
        Field {
            name: "note".into(),
            ty: list(Type::Int),
            presence: Presence::Optional,
        },
    ]);
    let mandatory = [
        ("string", Type::String),
        (" uint ", Type::Uint),
        ("string(64)", Type::AtMost(Box::new(Type::String), 64)),
        ("list(string)", list(Type::String)),
        (
            "list( list(int), 20 )",
            Type::AtMost(Box::new(list(list(Type::Int))), 20),
        ),
        ("map(double)", Type::Map(Box::new(Type::Double))),
        ("map(string, double)", Type::Map(Box::new(Type::Double))),
        ("map(string)", Type::Map(Box::new(Type::String))),
        (
            "map(string, 5)",
            Type::AtMost(Box::new(Type::Map(Box::new(Type::String))), 5),
        ),
        (
            "list(object(id: string, note:optional(list(int))))",
            list(object),
        ),
        ("dyn", Type::Dyn),
    ];
    for (text, ty) in mandatory {
        assert_eq!(read(text), Some((ty, Presence::Mandatory)), "{text}");
    }
    assert_eq!(
        read("optional(list(string))"),
        Some((list(Type::String), Presence::Optional))
    );
}

#[test]
fn what_is_no_type_is_refused() {
    let deep = format!("{}int{}", "list(".repeat(20), ")".repeat(20));
    for text in [
        "",
        "str",
        "list",
        "list()",
        "list(string",
        "list(string))",
        "list(string, x)",
        "optional(optional(int))",
        "list(optional(int))",
        "object()",
        "object(a)",
        "object(a: int, a: int)",
        "int(5)",
        "string string",
        deep.as_str(),
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}
