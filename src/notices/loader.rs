//! The notice, once for all who ask for it in one operation.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service;
use crate::{entity::clinic_notice, error::Error, graphql::Batch};

/// What the clinic says now; nothing when it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Current;

impl Loader<Current> for Batch {
    type Value = clinic_notice::Model;
    type Error = Error;

    async fn load(&self, _keys: &[Current]) -> Result<HashMap<Current, Self::Value>, Error> {
        let notice = service::current(self.app.database.reader()).await?;
        Ok(notice.into_iter().map(|row| (Current, row)).collect())
    }
}
