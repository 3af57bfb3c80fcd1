//! The files of the demo clinic, small and real, made here so that none has to be kept.

use std::{fmt::Write as _, fs::File, io::Write as _};

use serde::Deserialize;

/// A file to be made.
#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) name: String,
    #[serde(flatten)]
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    /// Lines.
    Csv(Vec<String>),
    /// A page of lines, in ASCII.
    Pdf(Vec<String>),
    /// The heights of the bars of a chart, up to 160.
    Png(Vec<u8>),
}

impl Document {
    /// The file, in the folder for temporary files, without a name there.
    pub(super) fn write(&self) -> anyhow::Result<File> {
        let mut file = tempfile::tempfile()?;
        file.write_all(&match &self.content {
            Content::Csv(lines) => (lines.join("\r\n") + "\r\n").into_bytes(),
            Content::Pdf(lines) => pdf(lines)?.into_bytes(),
            Content::Png(bars) => png(bars)?,
        })?;
        Ok(file)
    }
}

/// One page of text (PDF 1.4, ISO 32000-1 section 7.5).
fn pdf(lines: &[String]) -> anyhow::Result<String> {
    let mut text = String::from("BT /F1 12 Tf 16 TL 56 780 Td\n");
    for line in lines {
        let line = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        writeln!(text, "({line}) Tj T*")?;
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut pdf, mut places) = (String::from("%PDF-1.4\n"), Vec::new());
    for (number, object) in (1..).zip(&objects) {
        places.push(pdf.len());
        writeln!(pdf, "{number} 0 obj\n{object}\nendobj")?;
    }
    let start = pdf.len();
    write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1)?;
    for place in places {
        writeln!(pdf, "{place:010} 00000 n ")?;
    }
    write!(pdf, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)?;
    Ok(pdf)
}

const BAR: usize = 12;
const HEIGHT: usize = 160;

/// A bar chart in grey (PNG, ISO/IEC 15948), its pixels not compressed (RFC 1951 section 3.2.4).
fn png(bars: &[u8]) -> anyhow::Result<Vec<u8>> {
    let width = bars.len() * BAR;
    let mut pixels = Vec::with_capacity((width + 1) * HEIGHT);
    for row in 0..HEIGHT {
        pixels.push(0);
        pixels.extend((0..width).map(|x| {
            let is_bar = HEIGHT - row <= usize::from(bars[x / BAR]) && x % BAR > 1;
            if is_bar { 90_u8 } else { 245 }
        }));
    }
    let mut header = Vec::new();
    header.extend(u32::try_from(width)?.to_be_bytes());
    header.extend(u32::try_from(HEIGHT)?.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let length = u16::try_from(pixels.len())?;
    let mut data = vec![0x78, 0x01, 0x01];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(&pixels);
    data.extend(adler32(&pixels).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())] {
        let chunk = [&kind[..], &body].concat();
        png.extend(u32::try_from(body.len())?.to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    Ok(png)
}

/// RFC 1950 section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

/// ISO/IEC 15948 annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}
