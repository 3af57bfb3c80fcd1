use std::io::Write;

use super::*;

const LIMIT: u64 = 1 << 20;

fn inspected(name: &str, declared: Option<&str>, content: &[u8]) -> Result<Inspected> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    inspect(&mut file, name, declared, LIMIT)
}

fn code(name: &str, declared: Option<&str>, content: &[u8]) -> Option<UserErrorCode> {
    match inspected(name, declared, content) {
        Ok(_) => None,
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors[0].field, ["input", "file"]);
            Some(errors[0].code)
        }
        Err(_) => panic!("{name} failed instead of being refused"),
    }
}

fn padded(start: &[u8]) -> Vec<u8> {
    let mut content = start.to_vec();
    content.resize(600, 0);
    content
}

fn bmp() -> Vec<u8> {
    padded(b"BM\x58\x02\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0")
}

fn webm() -> Vec<u8> {
    padded(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm")
}

/// A zip archive of entries that hold nothing but claim a length.
fn archive(entries: &[(&str, u32)]) -> Vec<u8> {
    let mut content = Vec::new();
    let mut directory = Vec::new();
    for (name, length) in entries {
        let offset = u32::try_from(content.len()).unwrap();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let shared = [&[0; 16][..], &length.to_le_bytes(), &name_length, &[0; 2]].concat();
        content.extend([&b"PK\x03\x04\x14\0"[..], &shared, name.as_bytes()].concat());
        directory.extend([&b"PK\x01\x02\x14\0\x14\0"[..], &shared, &[0; 10]].concat());
        directory.extend([&offset.to_le_bytes()[..], name.as_bytes()].concat());
    }
    let start = u32::try_from(content.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    content.extend(directory);
    content.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &length, &start, &[0; 2]].concat());
    content
}

/// An OLE compound file as far as its directory goes.
fn compound(stream: &str) -> Vec<u8> {
    let mut content = padded(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    content.resize(1024, 0);
    let mut entry: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = entry.len() + 2;
    entry.resize(128, 0);
    entry[64] = u8::try_from(length).unwrap();
    content.extend(entry);
    content
}

/// The name, what the client declares, the content, and what is found.
type Good<'a> = (&'a str, Option<&'a str>, Vec<u8>, &'a str, Kind);
/// The name, what the client declares, the content, and why it is refused.
type Bad<'a> = (&'a str, Option<&'a str>, Vec<u8>, UserErrorCode);

const DOCX: &[(&str, u32)] =
    &[("[Content_Types].xml", 900), ("_rels/.rels", 600), ("docProps/core.xml", 1), ("word/document.xml", 9000)];
const XLSX: &[(&str, u32)] = &[("xl/workbook.xml", 900), ("[Content_Types].xml", 600)];

#[test]
fn good_files_are_what_they_say() {
    let cases: &[Good] = &[
        ("a.pdf", Some("application/pdf"), b"%PDF-1.7\n".to_vec(), "application/pdf", Document),
        ("a.PDF", None, b"%PDF-1.7\n".to_vec(), "application/pdf", Document),
        ("a.doc", Some("application/msword"), compound("WordDocument"), "application/msword", Document),
        ("a.xls", Some("application/octet-stream"), compound("Workbook"), "application/vnd.ms-excel", Document),
        ("a.docx", None, archive(DOCX), FORMATS[3].types[0], Document),
        ("a.xlsx", Some(FORMATS[4].types[0]), archive(XLSX), FORMATS[4].types[0], Document),
        ("a.txt", Some("text/plain; charset=utf-8"), "naïve <b\n".into(), "text/plain", Document),
        ("a.csv", Some("application/vnd.ms-excel"), b"BMI,weight\n21,60\n".to_vec(), "text/csv", Document),
        ("a.jpeg", Some("image/jpeg"), padded(b"\xff\xd8\xff\xe0"), "image/jpeg", Image),
        ("a.png", Some("image/png"), padded(b"\x89PNG\r\n\x1a\n"), "image/png", Image),
        ("a.gif", None, padded(b"GIF89a"), "image/gif", Image),
        ("a.bmp", None, bmp(), "image/bmp", Image),
        ("a.tif", None, padded(b"II*\0\x08\0\0\0\x0a\0"), "image/tiff", Image),
        ("a.webp", None, padded(b"RIFF\x58\x02\0\0WEBPVP8 "), "image/webp", Image),
        ("a.mp4", Some("video/mp4"), padded(b"\0\0\0\x18ftypisom"), "video/mp4", Video),
        ("a.mp4", Some("audio/mp4"), padded(b"\0\0\0\x18ftypiso5"), "audio/mp4", Audio),
        ("a.m4a", None, padded(b"\0\0\0\x18ftypM4A "), "audio/mp4", Audio),
        ("a.mov", None, padded(b"\0\0\0\x14ftypqt  "), "video/quicktime", Video),
        ("a.webm", None, webm(), "video/webm", Video),
        ("a.webm", Some("audio/webm;codecs=opus"), webm(), "audio/webm", Audio),
        ("a.mp3", Some("audio/mpeg"), padded(b"ID3\x04"), "audio/mpeg", Audio),
        ("a.mp3", None, padded(b"\xff\xfb\x90\x64"), "audio/mpeg", Audio),
        ("a.wav", None, padded(b"RIFF\x58\x02\0\0WAVEfmt "), "audio/wav", Audio),
        ("a.ogg", None, padded(b"OggS"), "audio/ogg", Audio),
        ("a.flac", None, padded(b"fLaC"), "audio/flac", Audio),
        ("a.aac", None, padded(b"\xff\xf1\x50\x80"), "audio/aac", Audio),
    ];
    for (name, declared, content, content_type, kind) in cases {
        let Ok(found) = inspected(name, *declared, content) else { panic!("{name} ({declared:?}) was refused") };
        assert_eq!((found.content_type, found.kind), (*content_type, *kind), "{name} ({declared:?})");
    }
}

#[test]
fn bad_files_are_refused() {
    use UserErrorCode::{Blank, FileTooLarge, FileTypeMismatch as Mismatch, FileTypeNotAllowed as NotAllowed};
    let png = padded(b"\x89PNG\r\n\x1a\n");
    let macros = [DOCX, &[("word/vbaProject.bin", 1)]].concat();
    let cases: &[Bad] = &[
        ("a.pdf", Some("application/pdf"), png.clone(), Mismatch),
        ("a.png", Some("application/pdf"), png.clone(), Mismatch),
        ("a.pdf", Some("image/png"), png.clone(), Mismatch),
        ("a.png", Some("image/svg+xml"), png.clone(), NotAllowed),
        ("a.pdf", None, b"<html>%PDF-1.7".to_vec(), Mismatch),
        ("a.svg", Some("image/svg+xml"), b"<svg/>".to_vec(), NotAllowed),
        ("a.html", Some("text/html"), b"<html>".to_vec(), NotAllowed),
        ("a.html", Some("text/plain"), b"<html>".to_vec(), NotAllowed),
        ("a.png", None, b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Mismatch),
        ("a.txt", None, b"\xef\xbb\xbf \n<!DOCTYPE html>".to_vec(), Mismatch),
        ("a.txt", None, b"<SVG/>".to_vec(), Mismatch),
        ("a.txt", None, b"#!/bin/sh\n".to_vec(), Mismatch),
        ("a.txt", None, b"MZ\x90\0".to_vec(), Mismatch),
        ("a.csv", None, b"caf\xe9,1\n".to_vec(), Mismatch),
        ("a.txt", None, b"cut \xc3".to_vec(), Mismatch),
        ("a.docx", None, archive(XLSX), Mismatch),
        ("a.docx", None, archive(&[("evil.exe", 1)]), Mismatch),
        ("a.docx", None, archive(&macros), Mismatch),
        ("a.docx", None, b"PK\x03\x04".to_vec(), Mismatch),
        ("a.docx", None, padded(b"PK\x03\x04"), Mismatch),
        ("a.xlsx", None, archive(&[XLSX[0], ("[Content_Types].xml", u32::MAX)]), NotAllowed),
        ("a.zip", Some("application/zip"), archive(DOCX), NotAllowed),
        ("a.doc", None, compound("Workbook"), Mismatch),
        ("a.doc", None, b"WordDocument".to_vec(), Mismatch),
        ("a.mp4", None, padded(b"\0\0\0\x18ftypavif"), Mismatch),
        ("a.exe", None, padded(b"MZ"), NotAllowed),
        ("blob", None, png.clone(), NotAllowed),
        ("a.txt", None, Vec::new(), Blank),
        ("..", None, png, Blank),
        ("a.png", None, vec![0; 1 + usize::try_from(LIMIT).unwrap()], FileTooLarge),
    ];
    for (name, declared, content, refused) in cases {
        assert_eq!(code(name, *declared, content), Some(*refused), "{name} ({declared:?})");
    }
}

#[test]
fn a_long_text_is_read_to_its_end() {
    let mut text = "é".repeat(100_000);
    text.insert(0, 'x');
    assert_eq!(code("a.txt", None, text.as_bytes()), None);
    text.push('\0');
    assert_eq!(code("a.txt", None, text.as_bytes()), Some(UserErrorCode::FileTypeMismatch));
}

#[test]
fn a_name_keeps_only_what_is_a_name() {
    let cases = [
        ("C:\\fakepath\\scan.pdf", "scan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("  tab\there\r\n.txt ", "tabhere.txt"),
        ("\u{202e}fdp.exe", "fdp.exe"),
        ("Überweisung für Zoë.pdf", "Überweisung für Zoë.pdf"),
        ("folder/", ""),
        ("...", ""),
    ];
    for (given, kept) in cases {
        assert_eq!(clean_name(given), kept);
    }
}

#[test]
fn a_name_has_up_to_255_characters_and_an_ending() {
    let named = |name: &str| inspected(name, Some("text/plain"), b"x").map(|found| found.name);
    assert_eq!(named("blob").ok().as_deref(), Some("blob.txt"));
    let longest = format!("{}.txt", "é".repeat(251));
    assert_eq!(named(&longest).ok(), Some(longest.clone()));
    assert_eq!(code(&format!("é{longest}"), None, b"x"), Some(UserErrorCode::TooLong));
}

#[test]
fn the_limit_is_named_in_mebibytes() {
    assert_eq!(mebibytes(10 << 20), "10 MiB");
    assert_eq!(mebibytes((1 << 20) + (1 << 19)), "1.50 MiB");
}
