//! Whether the viewer may do something, told before they try.

use async_graphql::SimpleObject;

use crate::error::{Error, Result, UserErrorCode};

/// Whether the viewer may do something now, computed by the same rule that guards the mutation.
#[derive(Clone, Debug, SimpleObject)]
pub struct Permission {
    /// Whether it would be accepted.
    allowed: bool,
    /// Why not, for programs; null when allowed.
    code: Option<UserErrorCode>,
    /// Why not, in plain words; null when allowed.
    message: Option<String>,
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
