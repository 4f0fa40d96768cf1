use miniz_oxide::deflate::compress_to_vec_zlib;

use super::{FIRST, zlib};
use crate::standing::status_list::StatusListError;

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn what_was_packed_comes_out() {
    for length in [0, 1, 255, FIRST - 1, FIRST, FIRST + 1, 5 * FIRST] {
        for bytes in [vec![0xa5; length], noise(length)] {
            for level in [0, 1, 6, 9] {
                let packed = compress_to_vec_zlib(&bytes, level);
                assert_eq!(zlib(&packed, length).as_deref(), Ok(&*bytes), "{length}");
            }
        }
    }
}

#[test]
fn a_byte_too_many_is_too_long() {
    for length in [1, 100, FIRST, FIRST + 1, 3 * FIRST] {
        for bytes in [vec![0; length], noise(length)] {
            let packed = compress_to_vec_zlib(&bytes, 6);
            assert!(zlib(&packed, length).is_ok(), "{length}");
            let more = zlib(&packed, length - 1);
            assert_eq!(more, Err(StatusListError::TooLong), "{length}");
        }
    }
}

#[test]
fn every_cut_of_a_stream_is_refused_and_no_turned_bit_changes_what_comes_out() {
    let bytes = noise(64);
    for level in [0, 6] {
        let packed = compress_to_vec_zlib(&bytes, level);
        for end in 0..packed.len() {
            assert!(zlib(&packed[..end], 1000).is_err(), "cut at {end}");
        }
        for bit in 0..packed.len() * 8 {
            let mut turned = packed.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            // Bits that only fill a byte mean nothing (RFC 1951 section 3.2.4).
            let result = zlib(&turned, 1000);
            assert!(
                result.is_err() || result.as_deref() == Ok(&*bytes),
                "bit {bit}"
            );
        }
    }
}

#[test]
fn what_stands_behind_a_stream_is_refused() {
    let packed = compress_to_vec_zlib(b"abc", 6);
    for behind in [&b"\0"[..], b"junk", &packed] {
        let with_more = [&packed, behind].concat();
        assert_eq!(zlib(&with_more, 1000), Err(StatusListError::Encoding));
    }
}

#[test]
fn dictionaries_other_methods_and_bare_deflate_are_refused() {
    let packed = compress_to_vec_zlib(b"abc", 6);
    let bare = &packed[2..packed.len() - 4];
    assert_eq!(zlib(bare, 1000), Err(StatusListError::Encoding));
    // FDICT (RFC 1950 section 2.2), a method that is not deflate, a window beyond 32 KiB.
    for (method, flags) in [(0x78, 0x20), (0x77, 0), (0x88, 0)] {
        let rest = (u16::from(method) * 256 + flags) % 31;
        let flags = u8::try_from(flags + (31 - rest) % 31).unwrap();
        let with_header = [&[method, flags][..], &packed[2..]].concat();
        assert_eq!(zlib(&with_header, 1000), Err(StatusListError::Encoding));
    }
}
