//! A closer look at documents: plain text, and the two containers of office files. Nothing is unpacked.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// What a closer look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what it is said to be.
    Agrees,
    /// It is something else.
    Disagrees,
    /// It unpacks to far more than a document holds.
    Bomb,
}

const CHUNK: usize = 64 << 10;

/// Whether all of a file is UTF-8 without control characters but tabs, line and page ends, and does not begin like
/// something a browser or a shell would run.
pub(super) fn is_plain_text(file: &mut File) -> io::Result<bool> {
    let mut buffer = vec![0; CHUNK];
    let (mut kept, mut is_start) = (0, true);
    loop {
        let read = file.read(&mut buffer[kept..])?;
        let available = kept + read;
        let valid = match std::str::from_utf8(&buffer[..available]) {
            Ok(_) => available,
            // A character cut in two by the end of the buffer; at the end of the file it stays cut.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        let is_odd = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
        if buffer[..valid].iter().any(is_odd) || (is_start && runs(&buffer[..valid])) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
        buffer.copy_within(valid..available, 0);
        (kept, is_start) = (available - valid, false);
    }
}

/// Beginnings of HTML (as browsers guess it: <https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type>),
/// SVG and other XML, scripts, PDF and RTF.
fn runs(start: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 28] = [
        b"<!doctype",
        b"<!--",
        b"<?xml",
        b"<?php",
        b"<html",
        b"<head",
        b"<body",
        b"<script",
        b"<svg",
        b"<iframe",
        b"<style",
        b"<title",
        b"<table",
        b"<div",
        b"<font",
        b"<img",
        b"<link",
        b"<meta",
        b"<object",
        b"<embed",
        b"<h1",
        b"<br",
        b"<p>",
        b"<a ",
        b"<b>",
        b"#!",
        b"%pdf-",
        b"{\\rtf",
    ];
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    BEGINNINGS.iter().any(|beginning| start.get(..beginning.len()).is_some_and(|it| it.eq_ignore_ascii_case(beginning)))
}

/// Whether a file is an OLE compound file with a stream of one of these names.
///
/// Its directory is a chain of sectors, but wherever they lie, each entry begins at a multiple of its own size of 128
/// bytes ([MS-CFB] section 2.6), so one pass finds them without following links that an attacker chose.
pub(super) fn has_stream(file: &mut File, names: &[&str]) -> io::Result<bool> {
    const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    const ENTRY: usize = 128;
    let entries: Vec<_> = names.iter().map(|name| entry_name(name)).collect();
    let mut reader = io::BufReader::with_capacity(CHUNK, file);
    let (mut entry, mut is_first) = ([0; ENTRY], true);
    loop {
        match reader.read_exact(&mut entry) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            other => other?,
        }
        if is_first && !entry.starts_with(&MAGIC) {
            return Ok(false);
        }
        is_first = false;
        if entries.iter().any(|name| entry[..name.len()] == name[..] && usize::from(entry[64]) == name.len()) {
            return Ok(true);
        }
    }
}

/// A name as a directory entry holds it: UTF-16, with its final zero.
fn entry_name(name: &str) -> Vec<u8> {
    name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// The most a directory of an archive may take; that of a document with thousands of pictures takes less.
const DIRECTORY_MAX: u64 = 1 << 20;
/// Documents that unpack to less than this are never taken for bombs.
const UNPACKED_FREE: u64 = 64 << 20;
/// XML packs well, but not this well all through.
const RATIO_MAX: u64 = 100;

/// Whether a file is an office document whose main part lies in `folder`, told by the archive's directory alone
/// (PKWARE APPNOTE section 4.3).
pub(super) fn archive_with(file: &mut File, folder: &str) -> io::Result<Verdict> {
    let size = file.metadata()?.len();
    let Some(directory) = directory(file, size)? else { return Ok(Verdict::Disagrees) };
    let (mut unpacked, mut has_types, mut has_main, mut has_macros) = (0_u64, false, false, false);
    let mut rest = directory.as_slice();
    while let Some((name, length, next)) = entry(rest) {
        unpacked = unpacked.saturating_add(length);
        has_types |= name == b"[Content_Types].xml";
        has_main |= name.starts_with(folder.as_bytes());
        // Only .docm and .xlsm carry macros.
        has_macros |= name.ends_with(b"vbaProject.bin");
        rest = next;
    }
    if unpacked > UNPACKED_FREE && unpacked / RATIO_MAX > size {
        return Ok(Verdict::Bomb);
    }
    let agrees = rest.is_empty() && has_types && has_main && !has_macros;
    Ok(if agrees { Verdict::Agrees } else { Verdict::Disagrees })
}

/// The directory of a zip archive that begins at its first byte and is not split or of the 64-bit kind.
fn directory(file: &mut File, size: u64) -> io::Result<Option<Vec<u8>>> {
    const END: usize = 22;
    const COMMENT_MAX: u64 = 0xffff;
    let mut start = [0; 4];
    file.rewind()?;
    if size < END as u64 || file.read_exact(&mut start).is_err() || start != *b"PK\x03\x04" {
        return Ok(None);
    }
    let tail_from = size.saturating_sub(END as u64 + COMMENT_MAX);
    let tail = read_at(file, tail_from, size - tail_from)?;
    let Some(end) = tail.windows(END).rposition(|window| window.starts_with(b"PK\x05\x06")) else { return Ok(None) };
    let length = u64::from(le32(&tail[end + 12..]));
    let offset = u64::from(le32(&tail[end + 16..]));
    if length > DIRECTORY_MAX || offset + length > tail_from + end as u64 {
        return Ok(None);
    }
    read_at(file, offset, length).map(Some)
}

fn read_at(file: &mut File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name and the unpacked length of the first entry, and the rest of the directory.
fn entry(directory: &[u8]) -> Option<(&[u8], u64, &[u8])> {
    const FIXED: usize = 46;
    let fixed = directory.get(..FIXED).filter(|fixed| fixed.starts_with(b"PK\x01\x02"))?;
    let lengths = [28, 30, 32].map(|at| usize::from(u16::from_le_bytes([fixed[at], fixed[at + 1]])));
    let name = directory.get(FIXED..FIXED + lengths[0])?;
    let next = directory.get(FIXED + lengths.iter().sum::<usize>()..)?;
    Some((name, u64::from(le32(&fixed[24..])), next))
}

fn le32(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |first| u32::from_le_bytes(*first))
}
