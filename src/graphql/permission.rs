//! Whether the viewer may do something, told before they try.

use async_graphql::{ComplexObject, Context, SimpleObject};

use super::ContextExt;
use crate::error::{Error, Result, UserErrorCode};

/// Whether the viewer may do something now, computed by the same rule that guards the mutation.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Permission {
    /// Whether it would be accepted.
    allowed: bool,
    /// Why not, for programs; null when allowed.
    code: Option<UserErrorCode>,
    /// Why not, in English; none when allowed.
    #[graphql(skip)]
    message: Option<String>,
}

#[ComplexObject]
impl Permission {
    /// Why not, in plain words and in the language of the viewer's account; null when allowed.
    async fn message(&self, ctx: &Context<'_>) -> Option<String> {
        Some(ctx.request().language.say(self.message.as_deref()?).into_owned())
    }
}

impl Permission {
    /// What a rule answered.
    ///
    /// # Errors
    /// Whatever is not a refusal the person can read.
    pub fn of(rule: Result<()>) -> Result<Self> {
        match rule {
            Ok(()) => Ok(Self { allowed: true, code: None, message: None }),
            Err(Error::Invalid(errors)) => {
                let first = errors.into_iter().next();
                Ok(Self {
                    allowed: false,
                    code: first.as_ref().map(|error| error.code),
                    message: first.map(|error| error.message),
                })
            }
            Err(error) => Err(error),
        }
    }
}
