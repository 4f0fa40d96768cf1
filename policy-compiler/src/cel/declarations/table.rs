//! The table. `A` and `B` are any type; `list<A>` is shown as `list(A)`.

use remit_engine::plan::Function as F;

use super::Callee;

/// Names before a dot that are no values.
pub(super) const NAMESPACES: &[&str] = &[
    "math", "base64", "strings", "lists", "optional", "ip", "cel",
];

const fn call(function: F) -> Callee {
    Callee::Function(function)
}

/// Operators with their overloads.
pub const OPERATORS: &[(F, &[&str])] = &[
    (F::Negate, &["(int) -> int", "(double) -> double"]),
    (
        F::Add,
        &[
            "(int, int) -> int",
            "(uint, uint) -> uint",
            "(double, double) -> double",
            "(string, string) -> string",
            "(bytes, bytes) -> bytes",
            "(list<A>, list<A>) -> list<A>",
            "(timestamp, duration) -> timestamp",
            "(duration, timestamp) -> timestamp",
            "(duration, duration) -> duration",
        ],
    ),
    (
        F::Subtract,
        &[
            "(int, int) -> int",
            "(uint, uint) -> uint",
            "(double, double) -> double",
            "(timestamp, timestamp) -> duration",
            "(timestamp, duration) -> timestamp",
            "(duration, duration) -> duration",
        ],
    ),
    (
        F::Multiply,
        &[
            "(int, int) -> int",
            "(uint, uint) -> uint",
            "(double, double) -> double",
        ],
    ),
    (
        F::Divide,
        &[
            "(int, int) -> int",
            "(uint, uint) -> uint",
            "(double, double) -> double",
        ],
    ),
    (F::Remainder, &["(int, int) -> int", "(uint, uint) -> uint"]),
    (F::Less, ORDERED),
    (F::LessOrEqual, ORDERED),
    (F::Greater, ORDERED),
    (F::GreaterOrEqual, ORDERED),
    (F::In, &["(A, list<A>) -> bool", "(A, map<A, B>) -> bool"]),
    (
        F::Index,
        &[
            "(list<A>, int) -> A",
            "(map<A, B>, A) -> B",
            "(optional<list<A>>, int) -> optional<A>",
            "(optional<map<A, B>>, A) -> optional<B>",
        ],
    ),
    (
        F::OptionalIndex,
        &[
            "(list<A>, int) -> optional<A>",
            "(map<A, B>, A) -> optional<B>",
            "(optional<list<A>>, int) -> optional<A>",
            "(optional<map<A, B>>, A) -> optional<B>",
        ],
    ),
];

/// `<` and its kind: numbers across their types.
const ORDERED: &[&str] = &[
    "(bool, bool) -> bool",
    "(int, int) -> bool",
    "(int, uint) -> bool",
    "(int, double) -> bool",
    "(uint, uint) -> bool",
    "(uint, int) -> bool",
    "(uint, double) -> bool",
    "(double, double) -> bool",
    "(double, int) -> bool",
    "(double, uint) -> bool",
    "(string, string) -> bool",
    "(bytes, bytes) -> bool",
    "(timestamp, timestamp) -> bool",
    "(duration, duration) -> bool",
];

const GREATEST: &[&str] = &[
    "(int) -> int",
    "(uint) -> uint",
    "(double) -> double",
    "(list<int>) -> int",
    "(list<uint>) -> uint",
    "(list<double>) -> double",
    "(int...) -> int",
    "(uint...) -> uint",
    "(double...) -> double",
    "(dyn...) -> dyn",
];

const BITS: &[&str] = &["(int, int) -> int", "(uint, uint) -> uint"];
const SHIFT: &[&str] = &["(int, int) -> int", "(uint, int) -> uint"];
const SAME_NUMBER: &[&str] = &["(int) -> int", "(uint) -> uint", "(double) -> double"];
const OF_TIMESTAMP: &[&str] = &["timestamp.() -> int", "timestamp.(string) -> int"];
const OF_TIME: &[&str] = &[
    "timestamp.() -> int",
    "timestamp.(string) -> int",
    "duration.() -> int",
];

/// Functions with their overloads.
pub(super) const FUNCTIONS: &[(&str, Callee, &[&str])] = &[
    // Conversions.
    (
        "bool",
        call(F::ToBool),
        &["(bool) -> bool", "(string) -> bool"],
    ),
    (
        "bytes",
        call(F::ToBytes),
        &["(bytes) -> bytes", "(string) -> bytes"],
    ),
    (
        "double",
        call(F::ToDouble),
        &[
            "(double) -> double",
            "(int) -> double",
            "(uint) -> double",
            "(string) -> double",
        ],
    ),
    (
        "duration",
        call(F::ToDuration),
        &["(duration) -> duration", "(string) -> duration"],
    ),
    ("dyn", call(F::ToDyn), &["(A) -> dyn"]),
    (
        "int",
        call(F::ToInt),
        &[
            "(int) -> int",
            "(uint) -> int",
            "(double) -> int",
            "(string) -> int",
            "(timestamp) -> int",
        ],
    ),
    (
        "string",
        call(F::ToString),
        &[
            "(string) -> string",
            "(bool) -> string",
            "(int) -> string",
            "(uint) -> string",
            "(double) -> string",
            "(bytes) -> string",
            "(timestamp) -> string",
            "(duration) -> string",
            "(ip) -> string",
            "(cidr) -> string",
        ],
    ),
    (
        "timestamp",
        call(F::ToTimestamp),
        &[
            "(timestamp) -> timestamp",
            "(string) -> timestamp",
            "(int) -> timestamp",
        ],
    ),
    ("type", call(F::TypeOf), &["(A) -> type<A>"]),
    (
        "uint",
        call(F::ToUint),
        &[
            "(uint) -> uint",
            "(int) -> uint",
            "(double) -> uint",
            "(string) -> uint",
        ],
    ),
    // Strings and containers.
    (
        "size",
        call(F::Size),
        &[
            "(string) -> int",
            "(bytes) -> int",
            "(list<A>) -> int",
            "(map<A, B>) -> int",
            "string.() -> int",
            "bytes.() -> int",
            "list<A>.() -> int",
            "map<A, B>.() -> int",
        ],
    ),
    ("contains", call(F::Contains), &["string.(string) -> bool"]),
    ("endsWith", call(F::EndsWith), &["string.(string) -> bool"]),
    (
        "startsWith",
        call(F::StartsWith),
        &["string.(string) -> bool"],
    ),
    (
        "matches",
        Callee::Matches,
        &["string.(string) -> bool", "(string, string) -> bool"],
    ),
    // Times.
    ("getDate", call(F::GetDate), OF_TIMESTAMP),
    ("getDayOfMonth", call(F::GetDayOfMonth), OF_TIMESTAMP),
    ("getDayOfWeek", call(F::GetDayOfWeek), OF_TIMESTAMP),
    ("getDayOfYear", call(F::GetDayOfYear), OF_TIMESTAMP),
    ("getFullYear", call(F::GetFullYear), OF_TIMESTAMP),
    ("getHours", call(F::GetHours), OF_TIME),
    ("getMilliseconds", call(F::GetMilliseconds), OF_TIME),
    ("getMinutes", call(F::GetMinutes), OF_TIME),
    ("getMonth", call(F::GetMonth), OF_TIMESTAMP),
    ("getSeconds", call(F::GetSeconds), OF_TIME),
    // Extension: strings.
    ("charAt", call(F::CharAt), &["string.(int) -> string"]),
    ("format", call(F::Format), &["string.(list<dyn>) -> string"]),
    (
        "indexOf",
        call(F::IndexOf),
        &["string.(string) -> int", "string.(string, int) -> int"],
    ),
    (
        "join",
        call(F::Join),
        &[
            "list<string>.() -> string",
            "list<string>.(string) -> string",
        ],
    ),
    (
        "lastIndexOf",
        call(F::LastIndexOf),
        &["string.(string) -> int", "string.(string, int) -> int"],
    ),
    ("lowerAscii", call(F::LowerAscii), &["string.() -> string"]),
    ("strings.quote", call(F::Quote), &["(string) -> string"]),
    (
        "replace",
        call(F::Replace),
        &[
            "string.(string, string) -> string",
            "string.(string, string, int) -> string",
        ],
    ),
    (
        "reverse",
        call(F::Reverse),
        &["string.() -> string", "list<A>.() -> list<A>"],
    ),
    (
        "split",
        call(F::Split),
        &[
            "string.(string) -> list<string>",
            "string.(string, int) -> list<string>",
        ],
    ),
    (
        "substring",
        call(F::Substring),
        &["string.(int) -> string", "string.(int, int) -> string"],
    ),
    ("trim", call(F::Trim), &["string.() -> string"]),
    ("upperAscii", call(F::UpperAscii), &["string.() -> string"]),
    // Extension: math.
    ("math.greatest", call(F::Greatest), GREATEST),
    ("math.least", call(F::Least), GREATEST),
    ("math.abs", call(F::Abs), SAME_NUMBER),
    ("math.bitAnd", call(F::BitAnd), BITS),
    (
        "math.bitNot",
        call(F::BitNot),
        &["(int) -> int", "(uint) -> uint"],
    ),
    ("math.bitOr", call(F::BitOr), BITS),
    ("math.bitShiftLeft", call(F::BitShiftLeft), SHIFT),
    ("math.bitShiftRight", call(F::BitShiftRight), SHIFT),
    ("math.bitXor", call(F::BitXor), BITS),
    ("math.ceil", call(F::Ceil), &["(double) -> double"]),
    ("math.floor", call(F::Floor), &["(double) -> double"]),
    ("math.isFinite", call(F::IsFinite), &["(double) -> bool"]),
    ("math.isInf", call(F::IsInf), &["(double) -> bool"]),
    ("math.isNaN", call(F::IsNan), &["(double) -> bool"]),
    ("math.round", call(F::Round), &["(double) -> double"]),
    ("math.sign", call(F::Sign), SAME_NUMBER),
    (
        "math.sqrt",
        call(F::Sqrt),
        &["(double) -> double", "(int) -> double", "(uint) -> double"],
    ),
    ("math.trunc", call(F::Trunc), &["(double) -> double"]),
    // Extension: encoders.
    (
        "base64.decode",
        call(F::Base64Decode),
        &["(string) -> bytes"],
    ),
    (
        "base64.encode",
        call(F::Base64Encode),
        &["(bytes) -> string"],
    ),
    // Extension: lists.
    ("distinct", call(F::Distinct), &["list<A>.() -> list<A>"]),
    ("first", call(F::First), &["list<A>.() -> optional<A>"]),
    (
        "flatten",
        call(F::Flatten),
        &[
            "list<list<A>>.() -> list<A>",
            "list<dyn>.() -> list<dyn>",
            "list<dyn>.(int) -> list<dyn>",
        ],
    ),
    ("last", call(F::Last), &["list<A>.() -> optional<A>"]),
    ("lists.range", call(F::Range), &["(int) -> list<int>"]),
    ("slice", call(F::Slice), &["list<A>.(int, int) -> list<A>"]),
    ("sort", call(F::Sort), &["list<A>.() -> list<A>"]),
    // Extension: optionals.
    ("optional.of", call(F::OptionalOf), &["(A) -> optional<A>"]),
    (
        "optional.ofNonZeroValue",
        call(F::OptionalOfNonZero),
        &["(A) -> optional<A>"],
    ),
    (
        "optional.none",
        call(F::OptionalNone),
        &["() -> optional<A>"],
    ),
    (
        "optional.unwrap",
        call(F::Unwrap),
        &["(list<optional<A>>) -> list<A>"],
    ),
    (
        "unwrapOpt",
        call(F::Unwrap),
        &["list<optional<A>>.() -> list<A>"],
    ),
    ("hasValue", call(F::HasValue), &["optional<A>.() -> bool"]),
    ("value", call(F::OptionalValue), &["optional<A>.() -> A"]),
    (
        "or",
        Callee::OptionalOr,
        &["optional<A>.(optional<A>) -> optional<A>"],
    ),
    (
        "orValue",
        Callee::OptionalOrValue,
        &["optional<A>.(A) -> A"],
    ),
    // Extension: network.
    (
        "ip",
        call(F::Ip),
        &["(string) -> ip", "(ip) -> ip", "cidr.() -> ip"],
    ),
    (
        "cidr",
        call(F::Cidr),
        &["(string) -> cidr", "(cidr) -> cidr"],
    ),
    ("isIP", call(F::IsIp), &["(string) -> bool"]),
    ("isCIDR", call(F::IsCidr), &["(string) -> bool"]),
    (
        "ip.isCanonical",
        call(F::IsCanonical),
        &["(string) -> bool"],
    ),
    ("family", call(F::Family), &["ip.() -> int"]),
    ("isUnspecified", call(F::IsUnspecified), &["ip.() -> bool"]),
    ("isLoopback", call(F::IsLoopback), &["ip.() -> bool"]),
    (
        "isGlobalUnicast",
        call(F::IsGlobalUnicast),
        &["ip.() -> bool"],
    ),
    (
        "isLinkLocalMulticast",
        call(F::IsLinkLocalMulticast),
        &["ip.() -> bool"],
    ),
    (
        "isLinkLocalUnicast",
        call(F::IsLinkLocalUnicast),
        &["ip.() -> bool"],
    ),
    (
        "containsIP",
        call(F::ContainsIp),
        &["cidr.(ip) -> bool", "cidr.(string) -> bool"],
    ),
    (
        "containsCIDR",
        call(F::ContainsCidr),
        &["cidr.(cidr) -> bool", "cidr.(string) -> bool"],
    ),
    ("masked", call(F::Masked), &["cidr.() -> cidr"]),
    ("prefixLength", call(F::PrefixLength), &["cidr.() -> int"]),
];
