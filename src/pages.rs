//! The browser pages: where their files come from, and the demo accounts they offer in `dev`.
//!
//! `web/` makes the files, each beside its ready-made `.gz` and `.br`. They are read from a folder, or from this program
//! when it was built with the feature `pages`.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use bytes::Bytes;
use serde::Serialize;

/// The pages of one server.
pub struct Pages {
    source: Source,
    /// Accounts that the pages sign in with one click. Whoever can open the pages can read them, so only `dev` sets
    /// them.
    pub demo: OnceLock<Vec<DemoPerson>>,
}

/// Somebody of the demo clinic, with what signs them in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "they are those of the person")]
pub struct DemoPerson {
    pub username: String,
    pub full_name: String,
    pub role: String,
    pub title: Option<String>,
    pub password: String,
    pub token: String,
}

enum Source {
    Folder(PathBuf),
    #[cfg(feature = "pages")]
    Program,
    #[cfg(not(feature = "pages"))]
    Nowhere,
}

#[cfg(feature = "pages")]
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
struct Built;

impl Pages {
    /// The pages of the folder in the settings; without one those in this program, or those that its sources make.
    pub fn new(folder: Option<&Path>) -> Self {
        let source = folder.map_or_else(Source::usual, |folder| Source::Folder(folder.to_owned()));
        Self { source, demo: OnceLock::new() }
    }

    /// A file by its name, such as `assets/chat-4f2a.js`. None when there is none, or when the name could lead out of
    /// the folder.
    pub async fn read(&self, name: &str) -> Option<Bytes> {
        let is_plain = name.split('/').all(|part| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-~@".contains(&byte);
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(fits)
        });
        match &self.source {
            _ if !is_plain => None,
            Source::Folder(folder) => tokio::fs::read(folder.join(name)).await.ok().map(Bytes::from),
            #[cfg(feature = "pages")]
            Source::Program => Built::get(name).map(|file| match file.data {
                std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
            }),
            #[cfg(not(feature = "pages"))]
            Source::Nowhere => None,
        }
    }
}

impl Source {
    #[cfg(feature = "pages")]
    fn usual() -> Self {
        Self::Program
    }

    #[cfg(not(feature = "pages"))]
    fn usual() -> Self {
        sources().map_or(Self::Nowhere, |web| Self::Folder(web.join("dist")))
    }
}

/// The folder `web` of the sources that this program was built from, or of the working folder.
pub fn sources() -> Option<PathBuf> {
    let places = [Path::new(env!("CARGO_MANIFEST_DIR")), Path::new("")];
    places.map(|place| place.join("web")).into_iter().find(|web| web.join("package.json").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_does_not_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir_all(dist.join("assets")).unwrap();
        for file in ["secret.js", "dist/.env", "dist/chat.html", "dist/assets/chat-4f2a.js"] {
            std::fs::write(folder.path().join(file), file).unwrap();
        }
        let pages = Pages::new(Some(&dist));
        for name in ["chat.html", "assets/chat-4f2a.js"] {
            assert_eq!(pages.read(name).await.unwrap(), format!("dist/{name}"));
        }
        let secret = folder.path().join("secret.js");
        for name in ["../secret.js", "assets/../../secret.js", ".env", "assets/../.env", "", "assets", "assets/", "/"] {
            assert!(pages.read(name).await.is_none(), "{name}");
        }
        for name in [secret.to_str().unwrap(), "assets//chat-4f2a.js", "assets\\..\\..\\secret.js", "%2e%2e/secret.js"]
        {
            assert!(pages.read(name).await.is_none(), "{name}");
        }
    }
}
