//! What the API tells of a block.

use std::sync::Arc;

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use super::service;
use crate::{
    clock::Timestamp,
    entity::{block, user},
    error::{Result, UserError, outcome},
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    people::User,
};

/// Somebody the viewer has blocked.
pub struct Block(block::Model);

/// Somebody the viewer has blocked. Only the viewer may read it.
#[Object(crate = "crate::graphql::executor")]
impl Block {
    /// Who.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.blocked_id).await
    }

    /// Since when.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

/// A page of those whom the viewer has blocked.
///
/// # Errors
/// BAD_USER_INPUT for a page that cannot be.
pub async fn block_page(ctx: &Context<'_>, args: &PageArgs) -> Result<Connection<Cursor, Block>> {
    let cursors = &ctx.app().cursors;
    let page = Page::try_new(cursors, List::Blocks, args)?;
    let rows = service::list(ctx.app(), ctx.viewer()?, &page).await?;
    Ok(page.connect(rows, EmptyFields, |row| List::Blocks.cursor(cursors, row.blocked_id.0), Block))
}

/// Whom to block.
#[derive(InputObject)]
pub struct BlockUserInput {
    /// The person, `user_…`.
    pub user_id: ID,
}

/// Whom not to block any longer.
#[derive(InputObject)]
pub struct UnblockUserInput {
    /// The person, `user_…`.
    pub user_id: ID,
}

/// Declares the payload of a mutation that answers with the other person.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The other person. Null when `userErrors` says why not.
            user: Option<User>,
            /// What has to be mended first.
            user_errors: Vec<UserError>,
        }

        impl $name {
            pub(super) fn from_outcome(result: Result<Arc<user::Model>>) -> Result<Option<Self>> {
                let (user, user_errors) = outcome(result)?;
                Ok(Some(Self { user: user.map(User), user_errors }))
            }
        }
    };
}

payload! {
    /// The answer to blocking somebody.
    BlockUserPayload
}

payload! {
    /// The answer to ending a block.
    UnblockUserPayload
}
