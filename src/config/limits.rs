//! The settings of how much there may be.

use std::{num::NonZeroU32, time::Duration};

use bytesize::ByteSize;
use serde::Serialize;

/// How much of anything.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Limits {
    /// The longest text of a message, in characters (Unicode scalar values).
    #[config(env = "BEDSIDE_TEXT_MAX", default = 5000)]
    pub text_max: usize,

    /// The most attachments of one message.
    #[config(env = "BEDSIDE_ATTACHMENTS_MAX", default = 10)]
    pub attachments_max: usize,

    /// The largest file.
    #[config(env = "BEDSIDE_FILE_MAX", default = "10MiB")]
    pub file_max: ByteSize,

    /// How much all files of one person may take up together, those they sent and those they have not sent yet.
    #[config(env = "BEDSIDE_FILES_PER_USER", default = "1GiB")]
    pub files_per_user: ByteSize,

    /// The most pixels of a picture, all frames of a moving one together. Decoding takes up to 8 bytes of memory for
    /// each, and pictures that are decoded at once have no more than this together.
    #[config(env = "BEDSIDE_IMAGE_PIXELS", default = 50000000)]
    pub image_pixels: u64,

    /// The longest side of a picture, in pixels.
    #[config(env = "BEDSIDE_IMAGE_SIDE", default = 20000)]
    pub image_side: u32,

    /// How long an uploaded file waits to be sent before it is removed.
    #[config(env = "BEDSIDE_UNSENT_FILES", default = "24h", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub unsent_files: Duration,

    /// The most people in a group.
    #[config(env = "BEDSIDE_PARTICIPANTS_MAX", default = 250)]
    pub participants_max: usize,

    /// How long somebody counts as typing after they last said so.
    #[config(env = "BEDSIDE_TYPING", default = "6s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub typing: Duration,

    /// How long somebody counts as online on another node after that node last said so. A node says so three times as
    /// often.
    #[config(env = "BEDSIDE_PRESENCE", default = "45s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub presence: Duration,

    /// How many events wait for a slow listener before it reads on from the journal instead.
    #[config(env = "BEDSIDE_LISTENER_QUEUE", default = 256)]
    pub listener_queue: usize,

    /// How many connections this node has open at once, sockets included. Each needs a file descriptor.
    #[config(env = "BEDSIDE_CONNECTIONS", default = 20000)]
    pub connections: usize,

    /// How many of them one network address may have, so that nobody alone takes them all; 0 for no limit. A clinic
    /// whose people share one address needs one or two for each. Not looked at with `server.behind_tls_proxy`.
    #[config(env = "BEDSIDE_CONNECTIONS_PER_ADDRESS", default = 2000)]
    pub connections_per_address: usize,

    /// How long the head of a request may take to arrive, from when the connection was opened or the request before it
    /// was answered. So a connection without requests is closed after this time too; a proxy should close it earlier.
    #[config(env = "BEDSIDE_REQUEST_HEAD", default = "10s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub request_head: Duration,

    /// How long a request without files may take to arrive after its head.
    #[config(env = "BEDSIDE_REQUEST_BODY", default = "15s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub request_body: Duration,

    /// How long a request with files may take to arrive after its head.
    #[config(env = "BEDSIDE_UPLOAD", default = "2m", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub upload: Duration,

    /// How long a query or a mutation may take to be answered. What a mutation has begun to write is finished all the
    /// same.
    #[config(env = "BEDSIDE_OPERATION", default = "15s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub operation: Duration,

    /// A client that takes nothing of what it is sent for this long is let go; streams resume by their cursor.
    #[config(env = "BEDSIDE_STALLED", default = "30s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub stalled: Duration,

    /// How long a client may take to introduce itself on a socket (`connection_init`).
    #[config(env = "BEDSIDE_SOCKET_INIT", default = "5s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub socket_init: Duration,

    /// How many sockets one user may have open on one node.
    #[config(env = "BEDSIDE_SOCKETS_PER_USER", default = 10)]
    pub sockets_per_user: usize,

    /// How many operations one socket may have at once.
    #[config(env = "BEDSIDE_OPERATIONS_PER_SOCKET", default = 20)]
    pub operations_per_socket: usize,

    /// How many operations and downloads one account may ask for in a minute, at once or spread. Counted on each node.
    #[config(env = "BEDSIDE_REQUESTS_PER_USER", default = 1200)]
    pub requests_per_user: NonZeroU32,

    /// How many operations may come from one network address (IPv6: one /64) without a valid token in a minute, at
    /// once or spread: signing in, renewing sessions, registering. Every device renews its session every ten minutes,
    /// and a whole clinic may share one address. Counted on each node.
    #[config(env = "BEDSIDE_REQUESTS_PER_ADDRESS", default = 300)]
    pub requests_per_address: NonZeroU32,

    /// How many sockets may be opened from one network address (IPv6: one /64) in a minute, at once or spread. After a
    /// restart all devices of a clinic come back together. Counted on each node.
    #[config(env = "BEDSIDE_SOCKETS_PER_ADDRESS", default = 600)]
    pub sockets_per_address: NonZeroU32,

    /// How many messages one person may send in one conversation in a minute; a quarter of them at once. Counted on
    /// each node.
    #[config(env = "BEDSIDE_SENDS_PER_CONVERSATION", default = 120)]
    pub sends_per_conversation: NonZeroU32,

    /// How long one search for messages reads and compares. What is left is searched by the next request, with the
    /// cursor that the answer gives.
    #[config(env = "BEDSIDE_SEARCH_BUDGET", default = "200ms", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub search_budget: Duration,

    /// How many messages a search reads at a time. It stops between two readings, so a larger number goes further
    /// beyond the budget and costs more memory.
    #[config(env = "BEDSIDE_SEARCH_BATCH", default = 500)]
    pub search_batch: NonZeroU32,

    /// How many searches run at once on this node; others wait up to two seconds for their turn. Each keeps about one
    /// core and one of eight connections for reading busy while it runs.
    #[config(env = "BEDSIDE_SEARCHES_AT_ONCE", default = 2)]
    pub searches_at_once: NonZeroU32,

    /// How many searches for messages one account may ask for in a minute, at once or spread. Counted on each node.
    #[config(env = "BEDSIDE_SEARCHES_PER_USER", default = 60)]
    pub searches_per_user: NonZeroU32,

    /// How many messages of the protocol are read from one socket in a second; twice as many at once. A client that
    /// says more is not closed: the server reads no faster, and the rest waits on the client's side.
    #[config(env = "BEDSIDE_SOCKET_MESSAGES", default = 100)]
    pub socket_messages: NonZeroU32,

    /// How often what reached the devices of a node is written down, at most.
    #[config(env = "BEDSIDE_DELIVERED_EVERY", default = "1s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub delivered_every: Duration,

    /// How often a quiet stream of events tells its place.
    #[config(env = "BEDSIDE_CHECKPOINT", default = "30s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub checkpoint: Duration,
}
