//! The settings of traces.

use serde::Serialize;

/// Where traces go: what each request did and how long it took, in the protocol of OpenTelemetry. No text of messages,
/// no names and no tokens are in them.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Traces {
    /// The address of a collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`; traces go to `/v1/traces`
    /// there. Without encryption, so give it one on this machine or in a private network, which may pass them on. When
    /// it is not set, there are no traces.
    #[config(env = "BEDSIDE_TRACES")]
    pub collector: Option<String>,

    /// What part of the requests is traced: 1 for all, 0.01 for one in a hundred.
    #[config(env = "BEDSIDE_TRACES_SHARE", default = 1.0)]
    pub share: f64,
}

impl Traces {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let is_plain = |url: &String| url::Url::parse(url).is_ok_and(|url| url.scheme() == "http" && url.has_host());
        anyhow::ensure!(
            self.collector.as_ref().is_none_or(is_plain),
            "traces.collector must be an address such as http://127.0.0.1:4318"
        );
        anyhow::ensure!((0.0..=1.0).contains(&self.share), "traces.share must be between 0 and 1");
        Ok(())
    }
}
