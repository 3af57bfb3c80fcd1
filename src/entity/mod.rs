//! The rows, one file per table: fields and nothing else.

pub mod attachment;
pub mod block;
pub mod clinic_notice;
pub mod contact;
pub mod conversation;
pub mod conversation_reference;
pub mod conversation_tag;
pub mod directory;
pub mod event;
pub mod idempotency;
pub mod invitation;
pub mod journal_head;
pub mod login_attempt;
pub mod mail;
pub mod marker_step;
pub mod message;
pub mod message_version;
pub mod participant;
pub mod presence;
pub mod refresh_token;
pub mod registration;
pub mod service_token;
pub mod session;
pub mod stay;
pub mod user;
pub mod user_word;
