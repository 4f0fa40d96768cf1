use super::*;
use EvalError::{Conversion, Type};
use Function::{
    Cidr, ContainsCidr, ContainsIp, Family, Ip, IsCanonical, IsCidr, IsGlobalUnicast, IsIp,
    IsLinkLocalMulticast, IsLinkLocalUnicast, IsLoopback, IsUnspecified, Masked, PrefixLength,
};

#[test]
fn addresses() {
    for (text, address) in [
        ("192.168.0.1", "ip('192.168.0.1')"),
        ("2001:DB8::1", "ip('2001:db8::1')"),
        ("0:0:0:0:0:0:0:1", "ip('::1')"),
        ("::ffff:c0a8:1", "ip('192.168.0.1')"),
        ("0:0:0:0:0:FFFF:c0a8:0001", "ip('192.168.0.1')"),
        ("64:ff9b::1.2.3.4", "ip('64:ff9b::102:304')"),
    ] {
        check([
            (Ip, vec![string(text)], Ok(address)),
            (IsIp, vec![string(text)], Ok("true")),
        ]);
    }
    for text in [
        "",
        "192.168.0.1.0",
        "192.168.0",
        "192.168.0.01",
        "192.168.0.256",
        "0xc0.168.0.1",
        "3232235521",
        " 192.168.0.1",
        "192.168.0.1/32",
        "2001:db8:::68",
        "fe80::1%en0",
        "[::1]",
        "::ffff:192.168.0.1",
        "١٩٢.168.0.1",
    ] {
        check([
            (Ip, vec![string(text)], Err(Conversion)),
            (IsIp, vec![string(text)], Ok("false")),
            (IsCanonical, vec![string(text)], Err(Conversion)),
        ]);
    }
    check([
        (Ip, vec![cidr("10.0.0.1", 8)], Ok("ip('10.0.0.1')")),
        (Ip, vec![ip("10.0.0.1")], Err(Type)),
        (IsIp, vec![cidr("10.0.0.1", 8)], Err(Type)),
        (IsCanonical, vec![string("127.0.0.1")], Ok("true")),
        (IsCanonical, vec![string("2001:db8::abcd")], Ok("true")),
        (IsCanonical, vec![string("2001:DB8::68")], Ok("false")),
        (IsCanonical, vec![string("2001:db8:0:0::68")], Ok("false")),
        (IsCanonical, vec![string("::ffff:c0a8:1")], Ok("false")),
        (Family, vec![ip("10.0.0.1")], Ok("4")),
        (Family, vec![ip("::1")], Ok("6")),
        (Family, vec![string("::1")], Err(Type)),
    ]);
}

#[test]
fn kinds() {
    let is = |function, address, expected: bool| {
        let expected = if expected { "true" } else { "false" };
        check([(function, vec![ip(address)], Ok(expected))]);
    };
    for (address, kind) in [
        ("0.0.0.0", Some(IsUnspecified)),
        ("::", Some(IsUnspecified)),
        ("127.0.0.1", Some(IsLoopback)),
        ("127.255.0.1", Some(IsLoopback)),
        ("::1", Some(IsLoopback)),
        ("192.168.0.1", Some(IsGlobalUnicast)),
        ("2001:db8::abcd", Some(IsGlobalUnicast)),
        ("fc00::1", Some(IsGlobalUnicast)),
        ("224.0.0.1", Some(IsLinkLocalMulticast)),
        ("ff02::1", Some(IsLinkLocalMulticast)),
        ("ff12::1", Some(IsLinkLocalMulticast)),
        ("169.254.169.254", Some(IsLinkLocalUnicast)),
        ("fe80::1", Some(IsLinkLocalUnicast)),
        ("febf::1", Some(IsLinkLocalUnicast)),
        ("224.0.1.1", None),
        ("ff05::1", None),
        ("255.255.255.255", None),
    ] {
        for function in [
            IsUnspecified,
            IsLoopback,
            IsGlobalUnicast,
            IsLinkLocalMulticast,
            IsLinkLocalUnicast,
        ] {
            is(function, address, kind == Some(function));
        }
    }
    check([(IsLoopback, vec![string("::1")], Err(Type))]);
}

#[test]
fn ranges() {
    for (text, range) in [
        ("192.168.0.1/24", "cidr('192.168.0.1/24')"),
        ("0.0.0.0/0", "cidr('0.0.0.0/0')"),
        ("2001:DB8::/32", "cidr('2001:db8::/32')"),
        ("::1/128", "cidr('::1/128')"),
        ("::ffff:c0a8:0/112", "cidr('192.168.0.0/16')"),
    ] {
        check([
            (Cidr, vec![string(text)], Ok(range)),
            (IsCidr, vec![string(text)], Ok("true")),
        ]);
    }
    for text in [
        "",
        "192.168.0.0",
        "192.168.0.0/",
        "192.168.0.0/33",
        "192.168.0.0/-1",
        "192.168.0.0/+8",
        "192.168.0.0/08",
        "192.168.0.0/00",
        "192.168.0.0/8 ",
        "192.168.0.0/8/8",
        "192.168.0.0/255.255.0.0",
        "::/129",
        "::/256",
        "fe80::1%en0/64",
        "::ffff:192.168.0.1/24",
        "::ffff:192.168.0.1/120",
        "::ffff:c0a8:1/64",
    ] {
        check([
            (Cidr, vec![string(text)], Err(Conversion)),
            (IsCidr, vec![string(text)], Ok("false")),
        ]);
    }
    check([
        (
            Masked,
            vec![cidr("192.168.0.1", 24)],
            Ok("cidr('192.168.0.0/24')"),
        ),
        (
            Masked,
            vec![cidr("192.168.0.1", 0)],
            Ok("cidr('0.0.0.0/0')"),
        ),
        (
            Masked,
            vec![cidr("192.168.0.1", 32)],
            Ok("cidr('192.168.0.1/32')"),
        ),
        (
            Masked,
            vec![cidr("2001:db8:ffff::1", 33)],
            Ok("cidr('2001:db8:8000::/33')"),
        ),
        (Masked, vec![cidr("2001:db8::1", 0)], Ok("cidr('::/0')")),
        (PrefixLength, vec![cidr("2001:db8::", 32)], Ok("32")),
        (PrefixLength, vec![ip("::")], Err(Type)),
        (Masked, vec![string("10.0.0.0/8")], Err(Type)),
        (IsCidr, vec![cidr("10.0.0.0", 8)], Err(Type)),
    ]);
}

#[test]
fn what_is_inside() {
    let net = || cidr("192.168.0.0", 24);
    check([
        (ContainsIp, vec![net(), ip("192.168.0.255")], Ok("true")),
        (ContainsIp, vec![net(), ip("192.168.1.1")], Ok("false")),
        (ContainsIp, vec![net(), string("192.168.0.1")], Ok("true")),
        (ContainsIp, vec![net(), string("::ffff:c0a8:1")], Ok("true")),
        (
            ContainsIp,
            vec![net(), string("192.168.0.1.0")],
            Err(Conversion),
        ),
        (ContainsIp, vec![cidr("0.0.0.0", 0), ip("::1")], Ok("false")),
        (ContainsIp, vec![cidr("::", 0), ip("10.0.0.1")], Ok("false")),
        (
            ContainsIp,
            vec![cidr("2001:db8::", 32), ip("2001:db8:ffff::1")],
            Ok("true"),
        ),
        (ContainsIp, vec![net(), net()], Err(Type)),
        (ContainsIp, vec![ip("10.0.0.1"), ip("10.0.0.1")], Err(Type)),
        (
            ContainsCidr,
            vec![net(), cidr("192.168.0.128", 25)],
            Ok("true"),
        ),
        (ContainsCidr, vec![net(), net()], Ok("true")),
        (
            ContainsCidr,
            vec![net(), cidr("192.168.0.0", 23)],
            Ok("false"),
        ),
        (ContainsCidr, vec![net(), cidr("10.0.0.0", 25)], Ok("false")),
        (
            ContainsCidr,
            vec![cidr("::", 0), cidr("10.0.0.0", 8)],
            Ok("false"),
        ),
        (
            ContainsCidr,
            vec![net(), string("192.168.0.0/25")],
            Ok("true"),
        ),
        (
            ContainsCidr,
            vec![net(), string("192.168.0.0")],
            Err(Conversion),
        ),
        (ContainsCidr, vec![net(), ip("192.168.0.1")], Err(Type)),
    ]);
}
