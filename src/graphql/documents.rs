//! Which documents may run, and the memory of those that did.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    document::{Document, DocumentError},
    precheck::DocumentLimits,
};
use crate::config;

/// Reads documents, and remembers those that ran.
#[derive(Debug)]
pub struct Documents {
    limits: DocumentLimits,
    source: Source,
    most_bytes: usize,
    known: Mutex<Known>,
}

/// Where documents come from.
#[derive(Debug)]
enum Source {
    /// From clients; whether they may name one by its hash.
    Clients { automatic: bool },
    /// From the operator's file alone.
    Trusted(Trusted),
}

/// The documents of the operator's file.
#[derive(Debug, Default)]
struct Trusted {
    by_id: HashMap<String, Arc<Document>>,
    by_text: HashMap<Box<str>, Arc<Document>>,
}

/// A document as a client asks for it: by its text, by its id, or by both, so that the next time the id is enough.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The text.
    pub text: Option<&'a str>,
    /// The id: the SHA-256 of the text, in hex, or what the operator's file calls it.
    pub id: Option<&'a str>,
}

/// A document that was found.
#[derive(Debug)]
pub struct Found {
    /// The document.
    pub document: Arc<Document>,
    /// What to remember once it ran, see [`Documents::keep`].
    pub fresh: Option<Fresh>,
}

/// A document that is not remembered yet.
#[derive(Debug)]
pub struct Fresh {
    document: Arc<Document>,
    hash: Option<Hash>,
}

type Hash = [u8; 32];

#[derive(Debug, Default)]
struct Known {
    by_text: HashMap<Arc<str>, (Arc<Document>, Option<Hash>)>,
    by_hash: HashMap<Hash, Arc<Document>>,
    order: VecDeque<Arc<str>>,
    bytes: usize,
}

impl Documents {
    /// With these settings; reads the operator's file when there is one.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something that could not be run.
    pub fn open(config: &config::Documents) -> anyhow::Result<Self> {
        let limits = limits(config);
        let source = match &config.trusted {
            Some(file) => Source::Trusted(
                Trusted::read(file, &limits)
                    .with_context(|| format!("documents.trusted cannot be used: {}", file.display()))?,
            ),
            None => Source::Clients { automatic: config.automatic },
        };
        let most_bytes = usize::try_from(config.remembered.as_u64()).unwrap_or(usize::MAX);
        Ok(Self { limits, source, most_bytes, known: Mutex::default() })
    }

    /// How many documents the operator's file has, when only they are run.
    pub fn trusted(&self) -> Option<usize> {
        match &self.source {
            Source::Clients { .. } => None,
            Source::Trusted(trusted) => Some(trusted.by_id.len()),
        }
    }

    /// How much of anything a document may hold.
    pub fn limits(&self) -> &DocumentLimits {
        &self.limits
    }

    /// The document a client asks for.
    ///
    /// # Errors
    /// As [`Document::read`], `PERSISTED_QUERY_NOT_FOUND`, or `BAD_USER_INPUT` when text and hash do not agree.
    pub fn find(&self, asked: Asked<'_>) -> Result<Found, DocumentError> {
        match (&self.source, asked.text, asked.id) {
            (Source::Trusted(trusted), ..) => trusted.find(asked),
            (Source::Clients { automatic: true }, None, Some(id)) => hash_of(id)
                .and_then(|hash| self.lock().by_hash.get(&hash).cloned())
                .map(|document| Found { document, fresh: None })
                // Clients look for this very message (Apollo, urql), and then send the document.
                .ok_or_else(|| DocumentError::new(NOT_FOUND, "PersistedQueryNotFound")),
            (Source::Clients { automatic: false }, None, _) => {
                Err(DocumentError::new(NOT_FOUND, "PersistedQueryNotSupported"))
            }
            (Source::Clients { automatic: true }, Some(text), Some(id)) => {
                let hash: Hash = Sha256::digest(text).into();
                if hash_of(id) != Some(hash) {
                    return Err(DocumentError::new("BAD_USER_INPUT", "The hash is not the SHA-256 of the document."));
                }
                self.read(text, Some(hash))
            }
            (Source::Clients { .. }, text, _) => self.read(text.unwrap_or_default(), None),
        }
    }

    fn read(&self, text: &str, hash: Option<Hash>) -> Result<Found, DocumentError> {
        if let Some((document, known_as)) = self.lock().by_text.get(text) {
            let document = Arc::clone(document);
            let fresh = hash.filter(|_| known_as.is_none()).map(|_| Fresh { document: Arc::clone(&document), hash });
            return Ok(Found { document, fresh });
        }
        let document = Arc::new(Document::read(text, &self.limits)?);
        Ok(Found { fresh: Some(Fresh { document: Arc::clone(&document), hash }), document })
    }

    /// Remembers a document. Only what was run is worth it: what is refused must not push out what is used.
    pub fn keep(&self, Fresh { document, hash }: Fresh) {
        let mut known = self.lock();
        if let Some(hash) = hash {
            known.by_hash.insert(hash, Arc::clone(&document));
        }
        let key: Arc<str> = document.text().into();
        if let Some((_, known_as)) = known.by_text.get_mut(&key) {
            *known_as = hash.or(*known_as);
            return;
        }
        known.bytes += key.len();
        known.order.push_back(Arc::clone(&key));
        known.by_text.insert(key, (document, hash));
        while known.bytes > self.most_bytes {
            let Some(oldest) = known.order.pop_front() else { break };
            known.bytes -= oldest.len();
            if let Some((_, Some(hash))) = known.by_text.remove(&oldest) {
                known.by_hash.remove(&hash);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";

/// A SHA-256 from hex.
fn hash_of(id: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(id.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

fn limits(config: &config::Documents) -> DocumentLimits {
    DocumentLimits {
        bytes: usize::try_from(config.bytes.as_u64()).unwrap_or(usize::MAX),
        tokens: config.tokens,
        nesting: config.nesting,
        fragments: config.fragments,
        spreads: config.spreads,
        aliases: config.aliases,
        root_fields: config.root_fields,
        directives: config.directives,
        fields: config.fields,
        depth: config.depth,
        cost: config.cost,
    }
}

/// The forms of the operator's file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// As Apollo's tools write it
    /// (<https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format>).
    Apollo { format: String, version: u64, operations: Vec<ApolloOperation> },
    /// As Relay's compiler writes it (`persistConfig.file`).
    Plain(HashMap<String, String>),
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

impl Trusted {
    fn read(file: &Path, limits: &DocumentLimits) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).context("it cannot be read")?;
        let manifest = serde_json::from_str(&text)
            .context("it is neither an Apollo persisted query manifest nor one JSON object of ids and documents")?;
        let documents: Vec<(String, String)> = match manifest {
            Manifest::Apollo { format, version, operations } => {
                anyhow::ensure!(
                    format == "apollo-persisted-query-manifest" && version == 1,
                    "its format is {format:?}, version {version}: apollo-persisted-query-manifest, version 1, is known"
                );
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Manifest::Plain(documents) => documents.into_iter().collect(),
        };
        anyhow::ensure!(!documents.is_empty(), "it has no documents");
        let mut seen = HashSet::new();
        let mut trusted = Self::default();
        for (id, text) in documents {
            anyhow::ensure!(seen.insert(id.clone()), "the id {id} stands for two documents");
            let hash: Hash = Sha256::digest(&text).into();
            anyhow::ensure!(
                hash_of(&id).is_none_or(|named| named == hash),
                "the id {id} looks like a SHA-256, and its document has another"
            );
            let document = Document::read(&text, limits)
                .map_err(|error| anyhow::anyhow!("the document with the id {id} cannot be run: {}", error.message))?;
            let document = Arc::new(document);
            trusted.by_text.insert(text.into(), Arc::clone(&document));
            trusted.by_id.insert(id, document);
        }
        Ok(trusted)
    }

    fn find(&self, asked: Asked<'_>) -> Result<Found, DocumentError> {
        let named = asked.id.and_then(|id| self.by_id.get(id));
        let document = match asked.text {
            // The text decides: a client that sends both may have built them apart.
            Some(text) => self.by_text.get(text),
            None => named,
        };
        let document = document.cloned().ok_or_else(|| {
            DocumentError::new(NOT_FOUND, "This server runs only the documents it was given, and this is none of them.")
        })?;
        Ok(Found { document, fresh: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn documents(set: impl FnOnce(&mut config::Documents)) -> anyhow::Result<Documents> {
        let mut config = Config::defaults().unwrap().documents;
        set(&mut config);
        Documents::open(&config)
    }

    fn manifest(text: &str) -> anyhow::Result<Documents> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        documents(|config| config.trusted = Some(file.path().to_owned()))
    }

    fn hex(text: &str) -> String {
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn only_what_ran_is_remembered_and_only_so_much() {
        let documents = documents(|config| config.remembered = bytesize::ByteSize::kib(64)).unwrap();
        for n in 0..20 {
            let text = format!("{{ cursor }} # {n} {}", " ".repeat(10 << 10));
            let id = hex(&text);
            let asked = Asked { text: Some(&text), id: Some(&id) };
            let fresh = documents.find(asked).unwrap().fresh.unwrap();
            assert!(documents.find(asked).unwrap().fresh.is_some(), "nobody said that it ran");
            documents.keep(fresh);
            assert!(documents.find(asked).unwrap().fresh.is_none());
            assert!(documents.find(Asked { text: None, id: Some(&id) }).is_ok());
        }
        let known = documents.lock();
        assert!(known.bytes <= 64 << 10, "{}", known.bytes);
        assert_eq!((known.by_text.len(), known.by_hash.len(), known.order.len()), (6, 6, 6));
    }

    #[test]
    fn a_document_that_ran_before_can_be_named_from_then_on() {
        let documents = documents(|_| {}).unwrap();
        let text = "{ cursor }";
        documents.keep(documents.find(Asked { text: Some(text), id: None }).unwrap().fresh.unwrap());
        let id = hex(text);
        let by_id = Asked { text: None, id: Some(&id) };
        assert_eq!(documents.find(by_id).unwrap_err().message, "PersistedQueryNotFound");
        documents.keep(documents.find(Asked { text: Some(text), id: Some(&id) }).unwrap().fresh.unwrap());
        assert!(documents.find(by_id).is_ok());
        assert!(documents.find(Asked { text: None, id: Some(&id.to_uppercase()) }).is_ok());
    }

    #[test]
    fn a_manifest_is_read_in_both_forms_and_checked() {
        let (a, b) = ("{ cursor }", "{ viewer { user { id } } }");
        let plain = format!(r#"{{ "{}": "{a}", "my-id": "{b}" }}"#, hex(a));
        let apollo = format!(
            r#"{{ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [
                {{ "id": "{}", "name": "A", "type": "query", "body": "{a}" }}, {{ "id": "my-id", "body": "{b}" }}] }}"#,
            hex(a)
        );
        for text in [plain, apollo] {
            let documents = manifest(&text).unwrap();
            assert_eq!(documents.trusted(), Some(2));
            assert!(documents.find(Asked { text: None, id: Some("my-id") }).is_ok());
            assert!(documents.find(Asked { text: Some(a), id: None }).is_ok());
            for (text, id) in [(Some("{ other }"), Some("my-id")), (None, Some("other")), (Some("{ other }"), None)] {
                assert_eq!(documents.find(Asked { text, id }).unwrap_err().code, NOT_FOUND);
            }
        }
        for (text, wrong) in [
            ("[]", "neither"),
            ("{}", "no documents"),
            (r#"{ "a": 1 }"#, "neither"),
            (r#"{ "a": "{ b(c: { d: 1, d: 2 }) }" }"#, "id a cannot be run"),
            (r#"{ "format": "x", "version": 1, "operations": [] }"#, "its format is"),
            (
                r#"{ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id": "a", "body": "{ b }" }, { "id": "a", "body": "{ c }" }] }"#,
                "two documents",
            ),
            (&format!(r#"{{ "{}": "{{ other }}" }}"#, hex(a)), "looks like a SHA-256"),
        ] {
            let error = format!("{:#}", manifest(text).unwrap_err());
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }
}
