//! What the API tells of pushing.

use async_graphql::{Context, InputObject, SimpleObject};

use super::service::{self, Registration};
use crate::{
    error::{Result, UserError, outcome},
    graphql::ContextExt,
};

/// Web Push on the device that asks: how browsers are told that there is something new while no page is open.
#[derive(SimpleObject)]
pub struct Push {
    /// The public key of this server, base64url, for `applicationServerKey` of `PushManager.subscribe`.
    public_key: String,
    /// Whether the browser of this session is registered.
    is_registered: bool,
}

impl Push {
    /// None when this server pushes nothing.
    pub(super) async fn of(ctx: &Context<'_>) -> Result<Option<Self>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let Some(public_key) = service::public_key(app).map(str::to_owned) else { return Ok(None) };
        Ok(Some(Self { public_key, is_registered: service::is_registered(app, viewer).await? }))
    }
}

/// What a browser gave to be pushed to: the parts of its `PushSubscription.toJSON()`.
#[derive(InputObject)]
pub struct RegisterPushInput {
    /// `endpoint`: an `https` address, up to 1,000 characters.
    endpoint: String,
    /// `keys.p256dh`, base64url.
    #[graphql(name = "p256dh")]
    p256dh: String,
    /// `keys.auth`, base64url.
    auth: String,
}

impl From<RegisterPushInput> for Registration {
    fn from(RegisterPushInput { endpoint, p256dh, auth }: RegisterPushInput) -> Self {
        Self { endpoint, p256dh, auth }
    }
}

/// The answer to registering a browser, or taking it out.
#[derive(SimpleObject)]
pub struct PushPayload {
    /// How it is now. Null when this server pushes nothing.
    push: Option<Push>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl PushPayload {
    pub(super) async fn from_outcome(ctx: &Context<'_>, result: Result<()>) -> Result<Option<Self>> {
        let (_, user_errors) = outcome(result)?;
        Ok(Some(Self { push: Push::of(ctx).await?, user_errors }))
    }
}
