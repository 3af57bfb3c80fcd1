//! What decoders do not tell of a picture, read from its bytes.

use std::io::{BufRead, Read, Seek, SeekFrom};

use crate::error::{Error, Result};

/// Reads the whole of a file that an upload is: its size is bounded.
fn whole(mut file: impl Read) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(Error::internal)?;
    Ok(content)
}

fn contains(content: &[u8], word: &[u8]) -> bool {
    content.windows(word.len()).any(|window| window == word)
}

/// Whether a JPEG has its end: the decoder fills what is missing with grey. Up to the first scan the file is a chain of
/// segments that may hold the end of another picture; from there on the mark of the end means the end (ITU T.81 B.1.1).
pub(super) fn ends(file: impl Read) -> Result<bool> {
    const START_OF_SCAN: u8 = 0xda;
    let content = whole(file)?;
    let mut at = 2;
    while let Some([0xff, mark, high, low]) = content.get(at..at + 4) {
        if *mark == START_OF_SCAN {
            return Ok(contains(&content[at..], b"\xff\xd9"));
        }
        at += match mark {
            // Padding before a mark.
            0xff => 1,
            _ => 2 + usize::from(u16::from_be_bytes([*high, *low])),
        };
    }
    Ok(false)
}

/// Whether a GIF says how often it is shown; without that it is once.
pub(super) fn repeats(file: impl Read) -> Result<bool> {
    Ok(contains(&whole(file)?, b"NETSCAPE2.0"))
}

/// Whether a WebP is a lossy one: a chunk `VP8 ` among its chunks (RFC 9649 section 2).
pub(super) fn is_lossy(mut file: impl BufRead + Seek) -> Result<bool> {
    file.seek(SeekFrom::Start(12)).map_err(Error::internal)?;
    let mut head = [0; 8];
    while file.read_exact(&mut head).is_ok() {
        if head.starts_with(b"VP8 ") {
            return Ok(true);
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        file.seek_relative(i64::from(length) + i64::from(length % 2)).map_err(Error::internal)?;
    }
    Ok(false)
}

/// Whether a TIFF has another page behind its first: the first directory names a next one (TIFF 6.0 section 2).
pub(super) fn has_pages(mut file: impl BufRead + Seek) -> Result<bool> {
    let mut head = [0; 8];
    if file.read_exact(&mut head).is_err() {
        return Ok(false);
    }
    let is_little = head.starts_with(b"II");
    let number = |bytes: [u8; 4]| if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    let directory = u64::from(number([head[4], head[5], head[6], head[7]]));
    let mut count = [0; 2];
    file.seek(SeekFrom::Start(directory)).map_err(Error::internal)?;
    if file.read_exact(&mut count).is_err() {
        return Ok(false);
    }
    let entries = if is_little { u16::from_le_bytes(count) } else { u16::from_be_bytes(count) };
    file.seek(SeekFrom::Start(directory + 2 + 12 * u64::from(entries))).map_err(Error::internal)?;
    let mut next = [0; 4];
    Ok(file.read_exact(&mut next).is_ok() && number(next) != 0)
}
