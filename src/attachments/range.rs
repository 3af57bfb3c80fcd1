//! Which bytes a request asks for (RFC 9110 section 14).

use std::ops::Range;

/// What to send of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes it does not have.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `length` bytes.
///
/// One range is served. Several would need a multipart answer, for which clients of attachments have no use; a server
/// may send the whole instead, as it must when the header cannot be read (RFC 9110 section 14.2).
pub(super) fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some((unit, spec)) = header.and_then(|header| header.split_once('=')) else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return Asked::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else { return Asked::Whole };
    match (number(first), number(last)) {
        (Number::Is(first), Number::Absent) => part(first, length, length),
        (Number::Is(first), Number::Is(last)) if first <= last => {
            part(first, last.saturating_add(1).min(length), length)
        }
        (Number::Absent, Number::Is(0)) => Asked::Unsatisfiable,
        (Number::Absent, Number::Is(suffix)) => part(length.saturating_sub(suffix), length, length),
        _ => Asked::Whole,
    }
}

fn part(start: u64, end: u64, length: u64) -> Asked {
    if start < length { Asked::Part(start..end) } else { Asked::Unsatisfiable }
}

enum Number {
    Absent,
    Is(u64),
    Malformed,
}

/// Digits only: Rust would also read a sign. More than fits is past every end.
fn number(text: &str) -> Number {
    if text.is_empty() {
        return Number::Absent;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Malformed;
    }
    Number::Is(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served() {
        let cases = [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=2-99", Asked::Part(2..10)),
            ("bytes=3-", Asked::Part(3..10)),
            ("Bytes = 3-", Asked::Part(3..10)),
            ("bytes=-4", Asked::Part(6..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=5-99999999999999999999999", Asked::Part(5..10)),
            ("bytes=10-", Asked::Unsatisfiable),
            ("bytes=10-12", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
        ];
        for (header, answer) in cases {
            assert_eq!(asked(Some(header), 10), answer, "{header}");
        }
    }

    #[test]
    fn everything_else_gets_the_whole() {
        for header in ["bytes=0-1,3-4", "bytes=5-2", "bytes=a-b", "bytes=+1-2", "bytes=-", "bytes=", "lines=1-2", ""] {
            assert_eq!(asked(Some(header), 10), Asked::Whole, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
    }
}
