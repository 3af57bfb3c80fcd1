//! What the API tells of a contact.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::service;
use crate::{
    clock::Timestamp,
    entity::contact::{self, State},
    error::{Result, UserError, outcome},
    ids::ContactId,
    people::User,
};

/// A contact of the viewer, or a request between them and somebody.
pub struct Contact(pub contact::Model);

/// A contact of the viewer, or a request between them and somebody. It permits nothing. Only its owner may read it:
/// the other person has one of their own.
#[Object(crate = "crate::graphql::executor")]
impl Contact {
    /// The id, `contact_…`.
    async fn id(&self) -> ID {
        self.0.id.public()
    }

    /// The other person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.user_id).await
    }

    /// How far it is, as the viewer sees it.
    async fn state(&self) -> State {
        self.0.state
    }

    /// What the viewer calls the other, up to 100 characters. Nobody else sees it. Null when nothing of their own.
    async fn nickname(&self) -> Option<&str> {
        self.0.nickname.as_deref()
    }

    /// Whether the viewer wants it on top of lists. Nobody else sees it.
    async fn is_favourite(&self) -> bool {
        self.0.is_favourite
    }

    /// When it was first asked for.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When the request was answered. Null while it waits.
    async fn answered_at(&self) -> Option<Timestamp> {
        self.0.answered_at
    }
}

/// Which of the viewer's contacts to list.
#[derive(InputObject)]
pub struct ContactFilter {
    /// How far they are. Those who are contacts of each other unless it says otherwise.
    #[graphql(default_with = "State::Accepted")]
    state: State,
    /// Only favourites, or only others.
    favourite: Option<bool>,
}

impl Default for ContactFilter {
    fn default() -> Self {
        Self { state: State::Accepted, favourite: None }
    }
}

impl From<ContactFilter> for service::Filter {
    fn from(ContactFilter { state, favourite }: ContactFilter) -> Self {
        Self { state, favourite }
    }
}

/// Whom to ask.
#[derive(InputObject)]
pub struct RequestContactInput {
    /// The person, `user_…`. When they have asked the viewer already, this accepts.
    pub user_id: ID,
}

/// An answer to a request.
#[derive(InputObject)]
pub struct RespondToContactInput {
    /// The request, `contact_…`.
    pub contact_id: ID,
    /// Whether the two become contacts. Who is declined is told, and cannot ask again.
    pub accept: bool,
}

/// What to change of a contact. What is left out stays.
#[derive(InputObject)]
pub struct UpdateContactInput {
    /// The contact, `contact_…`.
    contact_id: ID,
    /// What the viewer calls the other, up to 100 characters; null clears it.
    nickname: MaybeUndefined<String>,
    /// Whether the viewer wants it on top of lists.
    is_favourite: Option<bool>,
}

impl UpdateContactInput {
    pub(super) fn parse(self) -> Result<(ContactId, Option<Option<String>>, Option<bool>)> {
        let nickname = self.nickname.as_opt_ref().map(|text| text.cloned());
        Ok((ContactId::parse(&self.contact_id)?, nickname, self.is_favourite))
    }
}

/// What to remove.
#[derive(InputObject)]
pub struct RemoveContactInput {
    /// The contact, `contact_…`.
    pub contact_id: ID,
}

/// Declares the payload of a mutation that answers with a contact.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The contact as it is now. Null when `userErrors` says why not.
            contact: Option<Contact>,
            /// What has to be mended first.
            user_errors: Vec<UserError>,
        }

        impl $name {
            pub(super) fn from_outcome(result: Result<contact::Model>) -> Result<Option<Self>> {
                let (contact, user_errors) = outcome(result)?;
                Ok(Some(Self { contact: contact.map(Contact), user_errors }))
            }
        }
    };
}

payload! {
    /// The answer to asking somebody.
    RequestContactPayload
}

payload! {
    /// The answer to answering a request.
    RespondToContactPayload
}

payload! {
    /// The answer to changing a contact.
    UpdateContactPayload
}

/// The answer to removing a contact.
#[derive(SimpleObject)]
pub struct RemoveContactPayload {
    /// The contact that is gone. Null when `userErrors` says why not.
    contact_id: Option<ID>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl RemoveContactPayload {
    pub(super) fn from_outcome(result: Result<ContactId>) -> Result<Option<Self>> {
        let (id, user_errors) = outcome(result)?;
        Ok(Some(Self { contact_id: id.map(ContactId::public), user_errors }))
    }
}
