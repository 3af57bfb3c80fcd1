//! The settings of GraphQL documents.

use std::path::PathBuf;

use bytesize::ByteSize;
use serde::Serialize;

/// Which GraphQL documents are run, and how much of anything they may hold. What goes beyond is refused before anything
/// of it runs, with the name of the setting and its figure.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Documents {
    /// A file with the documents of your clients; nothing else is run then. Either the manifest that Apollo's tools
    /// write, or one JSON object of ids and documents, `{ "<SHA-256 in hex>": "query …" }`, as Relay's compiler does.
    /// Read at the start; `bedside config check` reads it too.
    #[config(env = "BEDSIDE_TRUSTED_DOCUMENTS")]
    pub trusted: Option<PathBuf>,

    /// Whether a client may send the SHA-256 of a document instead of the document, once this node has run it
    /// (automatic persisted queries). Without effect when `trusted` is set.
    #[config(env = "BEDSIDE_AUTOMATIC_DOCUMENTS", default = true)]
    pub automatic: bool,

    /// How much text of documents is remembered, so that they need not be read again; the oldest is forgotten first.
    /// Parsed, a document takes some ten times its text.
    #[config(env = "BEDSIDE_DOCUMENTS_REMEMBERED", default = "1MiB")]
    pub remembered: ByteSize,

    /// The longest document.
    #[config(env = "BEDSIDE_DOCUMENT_BYTES", default = "32KiB")]
    pub bytes: ByteSize,

    /// The most words of a document: names, values, brackets, signs.
    #[config(env = "BEDSIDE_DOCUMENT_TOKENS", default = 4000)]
    pub tokens: usize,

    /// The most brackets open at once, of every kind; the standard introspection query needs 13. Far more could fill
    /// the stack of the parser.
    #[config(env = "BEDSIDE_DOCUMENT_NESTING", default = 24)]
    pub nesting: usize,

    /// The most fragments a document defines.
    #[config(env = "BEDSIDE_DOCUMENT_FRAGMENTS", default = 50)]
    pub fragments: usize,

    /// The most places where a fragment is put in, inline fragments included.
    #[config(env = "BEDSIDE_DOCUMENT_SPREADS", default = 100)]
    pub spreads: usize,

    /// The most aliases.
    #[config(env = "BEDSIDE_DOCUMENT_ALIASES", default = 100)]
    pub aliases: usize,

    /// The most fields at the root of one operation.
    #[config(env = "BEDSIDE_DOCUMENT_ROOT_FIELDS", default = 25)]
    pub root_fields: usize,

    /// The most directives.
    #[config(env = "BEDSIDE_DOCUMENT_DIRECTIVES", default = 50)]
    pub directives: usize,

    /// The most fields of one operation, with its fragments put in wherever they are spread.
    #[config(env = "BEDSIDE_DOCUMENT_FIELDS", default = 1000)]
    pub fields: usize,

    /// How deep fields may stand inside of fields. Introspection does not count.
    #[config(env = "BEDSIDE_DOCUMENT_DEPTH", default = 15)]
    pub depth: usize,

    /// What one operation may cost: 1 for each field, times the size of the pages it stands in (50 where none is asked
    /// for) and times 10 for each list without pages. Introspection does not count.
    #[config(env = "BEDSIDE_DOCUMENT_COST", default = 50000)]
    pub cost: u64,
}
