//! What the API takes and tells of the notice.

use async_graphql::{InputObject, Object, SimpleObject};

use crate::{
    clock::Timestamp,
    entity::clinic_notice,
    error::{Result, UserError, outcome},
};

/// What the clinic says at the top of every conversation.
pub struct ClinicNotice(pub clinic_notice::Model);

/// What the clinic says at the top of every conversation, for instance where to call in an emergency. Everybody signed
/// in may read it.
#[Object(crate = "crate::graphql::executor")]
impl ClinicNotice {
    /// The text, 1 to 1,000 characters.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// When it was written.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }
}

/// What to say.
#[derive(InputObject)]
pub struct SetClinicNoticeInput {
    /// The text, up to 1,000 characters; null, or nothing but spaces, takes the notice away.
    pub text: Option<String>,
}

/// The answer to saying something to everybody.
#[derive(SimpleObject)]
pub struct SetClinicNoticePayload {
    /// The notice as it is now. Null when there is none, or `userErrors` says what to mend.
    clinic_notice: Option<ClinicNotice>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl SetClinicNoticePayload {
    pub(super) fn from_outcome(result: Result<Option<clinic_notice::Model>>) -> Result<Option<Self>> {
        let (notice, user_errors) = outcome(result)?;
        Ok(Some(Self { clinic_notice: notice.flatten().map(ClinicNotice), user_errors }))
    }
}
