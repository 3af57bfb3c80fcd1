//! What a file is: its name, its declared type, its ending and its content have to agree.
//!
//! An ending or a declared type proves nothing, so the content decides and the other two must say the same. SVG and
//! HTML run scripts and are in no row of the table.

use std::{
    fs::File,
    io::{Read, Seek},
};

use infer::{audio, image, video};

use super::office::{self, Verdict};
use crate::{
    entity::attachment::Kind,
    error::{Error, Result, UserErrorCode},
};

/// The longest name, in characters.
const NAME_MAX: usize = 255;
/// How much of a file its first bytes are.
const HEAD: u64 = 4096;

/// A file that may be stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inspected {
    /// The cleaned name.
    pub(super) name: String,
    /// The media type to serve it with.
    pub(super) content_type: &'static str,
    /// What it is to a person.
    pub(super) kind: Kind,
}

/// One allowed type.
struct Format {
    kind: Kind,
    /// Endings of names, the usual one first.
    endings: &'static [&'static str],
    /// Media types that clients declare, the one it is served with first.
    types: &'static [&'static str],
    content: Content,
}

/// How the content of a type is told.
enum Content {
    /// By its first bytes.
    Head(fn(&[u8]) -> bool),
    /// By being readable text throughout.
    Text,
    /// By a stream of an OLE compound file, as Office wrote until 2003.
    Compound(&'static [&'static str]),
    /// By a part of a zip archive, as Office writes since 2007.
    Archive(&'static str),
}

use Content::{Archive, Compound, Head, Text};
use Kind::{Audio, File as Document, Image, Video};

const fn row(kind: Kind, endings: &'static [&'static str], types: &'static [&'static str], content: Content) -> Format {
    Format { kind, endings, types, content }
}

/// Every allowed type. Where two share an ending, the first is taken when the client declares none.
const FORMATS: &[Format] = &[
    row(Document, &["pdf"], &["application/pdf", "application/x-pdf"], Head(is_pdf)),
    row(Document, &["doc"], &["application/msword"], Compound(&["WordDocument"])),
    row(Document, &["xls"], &["application/vnd.ms-excel"], Compound(&["Workbook", "Book"])),
    row(
        Document,
        &["docx"],
        &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
        Archive("word/"),
    ),
    row(Document, &["xlsx"], &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"], Archive("xl/")),
    row(Document, &["txt"], &["text/plain"], Text),
    // Browsers on Windows with Excel declare its type for CSV.
    row(Document, &["csv"], &["text/csv", "application/csv", "text/plain", "application/vnd.ms-excel"], Text),
    row(Image, &["jpg", "jpeg"], &["image/jpeg", "image/jpg", "image/pjpeg"], Head(image::is_jpeg)),
    row(Image, &["png"], &["image/png", "image/x-png"], Head(image::is_png)),
    row(Image, &["gif"], &["image/gif"], Head(image::is_gif)),
    row(Image, &["bmp"], &["image/bmp", "image/x-ms-bmp", "image/x-bmp"], Head(is_bmp)),
    row(Image, &["tif", "tiff"], &["image/tiff"], Head(image::is_tiff)),
    row(Image, &["webp"], &["image/webp"], Head(is_webp)),
    row(Video, &["mp4", "m4v"], &["video/mp4", "video/x-m4v"], Head(is_mp4)),
    row(Video, &["mov"], &["video/quicktime"], Head(video::is_mov)),
    row(Video, &["webm"], &["video/webm"], Head(video::is_webm)),
    row(Audio, &["mp3"], &["audio/mpeg", "audio/mp3"], Head(is_mp3)),
    row(Audio, &["m4a", "mp4"], &["audio/mp4", "audio/x-m4a", "audio/m4a"], Head(is_mp4)),
    row(Audio, &["wav"], &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"], Head(audio::is_wav)),
    row(Audio, &["ogg", "oga", "opus"], &["audio/ogg", "application/ogg", "audio/opus"], Head(audio::is_ogg)),
    row(Audio, &["weba", "webm"], &["audio/webm"], Head(video::is_webm)),
    row(Audio, &["flac"], &["audio/flac", "audio/x-flac"], Head(audio::is_flac)),
    row(Audio, &["aac"], &["audio/aac", "audio/x-aac", "audio/aacp"], Head(is_aac)),
];

/// A type of files that may be stored.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// What such a file is to a person.
    pub kind: Kind,
    /// Endings of names, the usual one first.
    pub endings: &'static [&'static str],
    /// Media types it may be declared with, the usual one first.
    pub types: &'static [&'static str],
}

/// Every type of files that may be stored.
pub fn accepted() -> impl Iterator<Item = Accepted> {
    FORMATS.iter().map(|Format { kind, endings, types, .. }| Accepted { kind: *kind, endings, types })
}

/// Checks a file and says what it is. Reads, and does not keep the reading position.
///
/// # Errors
/// BLANK, TOO_LONG, FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED or FILE_TYPE_MISMATCH, for the person.
pub(super) fn inspect(file: &mut File, name: &str, declared: Option<&str>, limit: u64) -> Result<Inspected> {
    let name = clean_name(name);
    if name.is_empty() {
        return Err(refusal(UserErrorCode::Blank, "The file has no name."));
    }
    let size = file.metadata().map_err(Error::internal)?.len();
    if size == 0 {
        return Err(refusal(UserErrorCode::Blank, "The file is empty."));
    }
    if size > limit {
        return Err(refusal(
            UserErrorCode::FileTooLarge,
            format!("The file is too large: files of up to {} are accepted.", mebibytes(limit)),
        ));
    }
    let (format, name) = choose(name, declared)?;
    if name.chars().count() > NAME_MAX {
        return Err(refusal(UserErrorCode::TooLong, format!("The file's name is over {NAME_MAX} characters long.")));
    }
    match look(file, &format.content).map_err(Error::internal)? {
        Verdict::Agrees => Ok(Inspected { name, content_type: format.types[0], kind: format.kind }),
        Verdict::Disagrees => Err(mismatch(format)),
        Verdict::Bomb => {
            Err(refusal(UserErrorCode::FileTypeNotAllowed, "This document unpacks to far more than it should hold."))
        }
    }
}

fn refusal(code: UserErrorCode, message: impl Into<String>) -> Error {
    Error::invalid(code, &["input", "file"], message)
}

fn not_allowed() -> Error {
    refusal(
        UserErrorCode::FileTypeNotAllowed,
        "Files of this type are not accepted. Send PDF, Word, Excel, text or CSV, a picture, audio or video.",
    )
}

fn mismatch(format: &Format) -> Error {
    let hint = if matches!(format.content, Text) { " Text has to be saved as UTF-8." } else { "" };
    let message =
        format!("The file is not what its name or type says: it is no proper .{} file.{hint}", format.endings[0]);
    refusal(UserErrorCode::FileTypeMismatch, message)
}

/// A limit as people read it: `10 MiB`.
fn mebibytes(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    if bytes.is_multiple_of(MIB) {
        return format!("{} MiB", bytes / MIB);
    }
    let hundredths = u128::from(bytes) * 100 / u128::from(MIB);
    format!("{}.{:02} MiB", hundredths / 100, hundredths % 100)
}

/// The last component of a path, without control characters, without marks that turn the direction of writing (which
/// let `fdp.exe` read as `exe.pdf`), and without blanks around it.
fn clean_name(name: &str) -> String {
    let turns = |char| matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|char| !char.is_control() && !turns(*char)).collect();
    let kept = kept.trim();
    if kept.chars().all(|char| char == '.') { String::new() } else { kept.to_owned() }
}

/// The format that the ending and the declared type agree on, and the name with an ending: recordings made in a
/// browser are often called `blob`.
fn choose(name: String, declared: Option<&str>) -> Result<(&'static Format, String)> {
    let declared = declared.map(essence).filter(|declared| !says_nothing(declared));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_declared = |format: &&Format| declared.as_deref().is_none_or(|name| format.types.contains(&name));
    let Some(ending) = ending else {
        let format = declared.as_ref().and_then(|_| FORMATS.iter().find(is_declared)).ok_or_else(not_allowed)?;
        return Ok((format, format!("{name}.{}", format.endings[0])));
    };
    let mut named = FORMATS.iter().filter(|format| format.endings.contains(&ending.as_str())).peekable();
    let usual = named.peek().copied().ok_or_else(not_allowed)?;
    if let Some(format) = named.find(is_declared) {
        return Ok((format, name));
    }
    let is_known = FORMATS.iter().any(|format| is_declared(&format));
    Err(if is_known { mismatch(usual) } else { not_allowed() })
}

/// A media type without its parameters.
fn essence(declared: &str) -> String {
    declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn says_nothing(declared: &str) -> bool {
    matches!(declared, "" | "application/octet-stream" | "binary/octet-stream")
}

fn look(file: &mut File, content: &Content) -> std::io::Result<Verdict> {
    file.rewind()?;
    let agrees = match content {
        Head(check) => {
            let mut head = Vec::new();
            file.take(HEAD).read_to_end(&mut head)?;
            check(&head)
        }
        Text => office::is_plain_text(file)?,
        Compound(streams) => office::has_stream(file, streams)?,
        Archive(folder) => return office::archive_with(file, folder),
    };
    Ok(if agrees { Verdict::Agrees } else { Verdict::Disagrees })
}

/// At the very start: readers find the mark anywhere in the first kilobyte, but so a page of HTML can be a PDF too.
fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// Two letters would also fit a text, so the size of the second header has to be one that exists.
fn is_bmp(head: &[u8]) -> bool {
    let header = head.get(14..18).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    image::is_bmp(head) && matches!(header, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

fn is_webp(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && image::is_webp(head)
}

/// MPEG-4 of any brand but QuickTime's and those of still pictures (HEIF, AVIF).
fn is_mp4(head: &[u8]) -> bool {
    let brand = head.get(8..12).filter(|_| head.get(4..8) == Some(b"ftyp"));
    brand.is_some_and(|brand| {
        !matches!(
            brand,
            b"qt  " | b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx "
        )
    })
}

/// An ID3 tag, or a frame header of layer III with a bit rate and a sampling rate that exist (ISO 11172-3 section 2.4).
fn is_mp3(head: &[u8]) -> bool {
    let frame = |head: &[u8]| {
        head.len() > 3
            && head[0] == 0xff
            && head[1] & 0xe6 == 0xe2
            && head[1] & 0x18 != 0x08
            && head[2] & 0xf0 != 0xf0
            && head[2] & 0x0c != 0x0c
    };
    head.starts_with(b"ID3") || frame(head)
}

/// An ADTS frame: twelve set bits and layer 0 (ISO 13818-7 section 6.2).
fn is_aac(head: &[u8]) -> bool {
    head.len() > 6 && head[0] == 0xff && head[1] & 0xf6 == 0xf0
}

#[cfg(test)]
mod tests;
