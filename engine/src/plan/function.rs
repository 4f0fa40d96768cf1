//! What a plan says: the functions that conditions call. One table: the compiler gives them
//! overloads, the engine carries them out.

use serde::{Deserialize, Serialize};

/// Declares the functions, each with the name that CEL has for it.
macro_rules! functions {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// A function that a condition calls. Operand types choose what it does; operands that
        /// it does not take are an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Function {
            $($(#[$doc])* $variant,)*
        }

        impl Function {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in CEL: an operator's is the sign. `x.f(y)` and `f(x, y)` have the same.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

functions! {
    // Operators.
    /// `-a`.
    Negate "-";
    /// `a + b`: numbers, strings, bytes, lists, times.
    Add "+";
    /// `a - b`.
    Subtract "-";
    /// `a * b`.
    Multiply "*";
    /// `a / b`.
    Divide "/";
    /// `a % b`.
    Remainder "%";
    /// `a < b`.
    Less "<";
    /// `a <= b`.
    LessOrEqual "<=";
    /// `a > b`.
    Greater ">";
    /// `a >= b`.
    GreaterOrEqual ">=";
    /// `a in b`: elements of lists, keys of maps.
    In "in";
    /// `a[b]`: lists, maps; an optional of one gives an optional.
    Index "[]";
    /// `a[?b]`: an optional.
    OptionalIndex "[?]";

    // Conversions.
    /// `bool(a)`.
    ToBool "bool";
    /// `bytes(a)`.
    ToBytes "bytes";
    /// `double(a)`.
    ToDouble "double";
    /// `duration(a)`.
    ToDuration "duration";
    /// `dyn(a)`: the value itself.
    ToDyn "dyn";
    /// `int(a)`.
    ToInt "int";
    /// `string(a)`.
    ToString "string";
    /// `timestamp(a)`.
    ToTimestamp "timestamp";
    /// `uint(a)`.
    ToUint "uint";
    /// `type(a)`.
    TypeOf "type";

    // Strings and containers.
    /// `size(a)`: code points, octets, elements.
    Size "size";
    /// `a.contains(b)`.
    Contains "contains";
    /// `a.startsWith(b)`.
    StartsWith "startsWith";
    /// `a.endsWith(b)`.
    EndsWith "endsWith";

    // Times. With a second operand: in that time zone.
    /// `getDate`: day of the month from 1.
    GetDate "getDate";
    /// `getDayOfMonth`: day of the month from 0.
    GetDayOfMonth "getDayOfMonth";
    /// `getDayOfWeek`: from 0, Sunday.
    GetDayOfWeek "getDayOfWeek";
    /// `getDayOfYear`: from 0.
    GetDayOfYear "getDayOfYear";
    /// `getFullYear`.
    GetFullYear "getFullYear";
    /// `getHours`: of the day; of a duration: all of it.
    GetHours "getHours";
    /// `getMilliseconds`: of the second, timestamps and durations alike.
    GetMilliseconds "getMilliseconds";
    /// `getMinutes`: of the hour; of a duration: all of it.
    GetMinutes "getMinutes";
    /// `getMonth`: from 0.
    GetMonth "getMonth";
    /// `getSeconds`: of the minute; of a duration: all of it.
    GetSeconds "getSeconds";

    // Extension: strings.
    /// `a.charAt(i)`.
    CharAt "charAt";
    /// `a.format(list)`.
    Format "format";
    /// `a.indexOf(b)`, `a.indexOf(b, from)`.
    IndexOf "indexOf";
    /// `list.join()`, `list.join(separator)`.
    Join "join";
    /// `a.lastIndexOf(b)`, `a.lastIndexOf(b, to)`.
    LastIndexOf "lastIndexOf";
    /// `a.lowerAscii()`.
    LowerAscii "lowerAscii";
    /// `strings.quote(a)`.
    Quote "strings.quote";
    /// `a.replace(b, c)`, `a.replace(b, c, most)`.
    Replace "replace";
    /// `a.reverse()`: strings and lists.
    Reverse "reverse";
    /// `a.split(b)`, `a.split(b, most)`.
    Split "split";
    /// `a.substring(from)`, `a.substring(from, to)`.
    Substring "substring";
    /// `a.trim()`.
    Trim "trim";
    /// `a.upperAscii()`.
    UpperAscii "upperAscii";

    // Extension: math.
    /// `math.greatest(…)`: of operands, or of one list.
    Greatest "math.greatest";
    /// `math.least(…)`: of operands, or of one list.
    Least "math.least";
    /// `math.abs(a)`.
    Abs "math.abs";
    /// `math.bitAnd(a, b)`.
    BitAnd "math.bitAnd";
    /// `math.bitNot(a)`.
    BitNot "math.bitNot";
    /// `math.bitOr(a, b)`.
    BitOr "math.bitOr";
    /// `math.bitShiftLeft(a, n)`.
    BitShiftLeft "math.bitShiftLeft";
    /// `math.bitShiftRight(a, n)`.
    BitShiftRight "math.bitShiftRight";
    /// `math.bitXor(a, b)`.
    BitXor "math.bitXor";
    /// `math.ceil(a)`.
    Ceil "math.ceil";
    /// `math.floor(a)`.
    Floor "math.floor";
    /// `math.isFinite(a)`.
    IsFinite "math.isFinite";
    /// `math.isInf(a)`.
    IsInf "math.isInf";
    /// `math.isNaN(a)`.
    IsNan "math.isNaN";
    /// `math.round(a)`: ties away from zero.
    Round "math.round";
    /// `math.sign(a)`.
    Sign "math.sign";
    /// `math.sqrt(a)`.
    Sqrt "math.sqrt";
    /// `math.trunc(a)`.
    Trunc "math.trunc";

    // Extension: encoders.
    /// `base64.decode(a)`.
    Base64Decode "base64.decode";
    /// `base64.encode(a)`.
    Base64Encode "base64.encode";

    // Extension: lists.
    /// `a.distinct()`.
    Distinct "distinct";
    /// `a.first()`: an optional.
    First "first";
    /// `a.flatten()`, `a.flatten(depth)`.
    Flatten "flatten";
    /// `a.last()`: an optional.
    Last "last";
    /// `lists.range(n)`.
    Range "lists.range";
    /// `a.slice(from, to)`.
    Slice "slice";
    /// `a.sort()`.
    Sort "sort";

    // Extension: optionals.
    /// `optional.of(a)`.
    OptionalOf "optional.of";
    /// `optional.ofNonZeroValue(a)`.
    OptionalOfNonZero "optional.ofNonZeroValue";
    /// `optional.none()`.
    OptionalNone "optional.none";
    /// `a.hasValue()`.
    HasValue "hasValue";
    /// `a.value()`.
    OptionalValue "value";
    /// `optional.unwrap(list)`, `list.unwrapOpt()`: the values of those that have one.
    Unwrap "optional.unwrap";

    // Extension: network.
    /// `ip(a)`: from a string, or of a range (`a.ip()`).
    Ip "ip";
    /// `cidr(a)`.
    Cidr "cidr";
    /// `isIP(a)`.
    IsIp "isIP";
    /// `isCIDR(a)`.
    IsCidr "isCIDR";
    /// `ip.isCanonical(a)`.
    IsCanonical "ip.isCanonical";
    /// `a.family()`.
    Family "family";
    /// `a.isUnspecified()`.
    IsUnspecified "isUnspecified";
    /// `a.isLoopback()`.
    IsLoopback "isLoopback";
    /// `a.isGlobalUnicast()`.
    IsGlobalUnicast "isGlobalUnicast";
    /// `a.isLinkLocalMulticast()`.
    IsLinkLocalMulticast "isLinkLocalMulticast";
    /// `a.isLinkLocalUnicast()`.
    IsLinkLocalUnicast "isLinkLocalUnicast";
    /// `range.containsIP(a)`.
    ContainsIp "containsIP";
    /// `range.containsCIDR(a)`.
    ContainsCidr "containsCIDR";
    /// `range.masked()`.
    Masked "masked";
    /// `range.prefixLength()`.
    PrefixLength "prefixLength";
}

impl Function {
    /// Whether it is a part of a time (`getHours` and its kind), and takes a time zone.
    #[must_use]
    pub fn is_time_part(self) -> bool {
        matches!(
            self,
            Self::GetDate
                | Self::GetDayOfMonth
                | Self::GetDayOfWeek
                | Self::GetDayOfYear
                | Self::GetFullYear
                | Self::GetHours
                | Self::GetMilliseconds
                | Self::GetMinutes
                | Self::GetMonth
                | Self::GetSeconds
        )
    }
}
