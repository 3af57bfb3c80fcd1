//! The settings of the store of files.

use serde::Serialize;

use super::Secret;

/// Where the bytes of files are stored: without `bucket` in the folder `files` of the data folder, which several nodes
/// would have to share.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Files {
    /// The bucket of an S3 store, which must exist. Give it a lifecycle rule that aborts uploads left half-way after a day.
    #[config(env = "BEDSIDE_S3_BUCKET")]
    pub bucket: Option<String>,

    /// The address of the store, such as `https://s3.clinic.example`. When it is not set: that of AWS for `region`.
    #[config(env = "BEDSIDE_S3_ENDPOINT")]
    pub endpoint: Option<String>,

    /// The region of the bucket.
    #[config(env = "BEDSIDE_S3_REGION", default = "us-east-1")]
    pub region: String,

    /// The id of the access key. Without keys: the role that AWS gives the machine.
    #[config(env = "BEDSIDE_S3_ACCESS_KEY_ID")]
    pub access_key_id: Option<Secret>,

    /// The secret of the access key.
    #[config(env = "BEDSIDE_S3_SECRET_ACCESS_KEY")]
    pub secret_access_key: Option<Secret>,

    /// Whether the bucket is named in the path of an address, as most stores outside AWS want it, and not in its host.
    #[config(env = "BEDSIDE_S3_PATH_STYLE", default = true)]
    pub path_style: bool,

    /// Whether `endpoint` may be plain `http://`, for a store on this machine or inside a closed network. Files cross
    /// that network unencrypted.
    #[config(env = "BEDSIDE_S3_ALLOW_HTTP", default = false)]
    pub allow_http: bool,
}

impl Files {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.access_key_id.is_some() == self.secret_access_key.is_some(),
            "files.access_key_id and files.secret_access_key go together: set both or neither"
        );
        anyhow::ensure!(
            self.bucket.is_some() || self.endpoint.is_none(),
            "files.endpoint is set and files.bucket is not: name the bucket that files are stored in"
        );
        anyhow::ensure!(
            self.allow_http || !self.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://")),
            "files.endpoint is plain http://, so files would cross the network unencrypted: use https://, or set \
             files.allow_http where nobody else can listen"
        );
        Ok(())
    }
}
