//! Handing a push to the service of a browser (RFC 8030).

use std::{sync::Arc, time::Duration};

use reqwest::{StatusCode, header, redirect::Policy};
use serde_json::json;
use url::Url;

use super::{
    endpoint::{self, OutsideOnly},
    seal::{Keys, seal},
    vapid::Vapid,
};
use crate::{
    clock::Timestamp,
    config::{Push, Secret},
    entity::push_subscription,
    ids::ConversationId,
};

/// How long a service may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How long a service keeps a push for a browser that is not there.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 3600);
/// The longest pause a service can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Pushes to browsers.
pub struct Pusher {
    vapid: Vapid,
    client: reqwest::Client,
    allow_private: bool,
    /// The pause between two pushes to one browser.
    pub(super) every: Duration,
}

/// Why a push did not go; never the words of the service, which may name the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// It may go later; after this, if the service said so.
    ForNow(Option<Duration>),
    /// It will never go; others may.
    ForGood,
    /// The browser is not pushed to any more.
    Gone,
}

impl Pusher {
    /// The pusher of these settings; none when nothing is pushed.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(config: &Push) -> anyhow::Result<Option<Self>> {
        let (Some(key), Some(subject)) = (config.key.as_ref().map(Secret::reveal), &config.subject) else {
            return Ok(None);
        };
        let mut client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(ANSWER_WITHIN);
        if !config.allow_private {
            client = client.https_only(true).dns_resolver(Arc::new(OutsideOnly));
        }
        let (vapid, client) = (Vapid::new(key, subject)?, client.build()?);
        Ok(Some(Self { vapid, client, allow_private: config.allow_private, every: config.every }))
    }

    /// What browsers are given to ask their push service with.
    pub(super) fn public_key(&self) -> &str {
        self.vapid.public_key()
    }

    /// The address of a push service, if this is one.
    pub(super) fn endpoint(&self, text: &str) -> Option<Url> {
        endpoint::parse(text, self.allow_private)
    }

    /// Tells a browser that there is something new: where, when it is all in one conversation, and nothing else.
    pub(super) async fn send(
        &self,
        to: &push_subscription::Model,
        conversation: Option<ConversationId>,
        now: Timestamp,
    ) -> Result<(), Failed> {
        let endpoint = self.endpoint(&to.endpoint).ok_or(Failed::Gone)?;
        let text = json!({ "conversationId": conversation.map(ConversationId::public) }).to_string();
        let keys = Keys { p256dh: &to.p256dh, auth: &to.auth };
        let body = seal(text.as_bytes(), &keys).map_err(|_| Failed::ForGood)?;
        let authorization = self.vapid.authorization(&endpoint, now).map_err(|_| Failed::ForGood)?;
        let request = self
            .client
            .post(endpoint)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header("ttl", KEPT.as_secs())
            // The same for every push, so that a service does not learn which message is urgent.
            .header("urgency", "high")
            // Of several that wait for a browser it gets the last alone.
            .header("topic", "news")
            .body(body);
        let answer = request.send().await.map_err(|_| Failed::ForNow(None))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        tracing::warn!(status = status.as_u16(), "a push service took no push");
        Err(match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Failed::Gone,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Failed::ForNow(pause(&answer)),
            status if status.is_server_error() => Failed::ForNow(pause(&answer)),
            _ => Failed::ForGood,
        })
    }
}

/// The pause that a service asks for, in seconds.
fn pause(answer: &reqwest::Response) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}
