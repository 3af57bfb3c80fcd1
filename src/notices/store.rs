//! The row of the notice.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, EntityTrait, IntoActiveModel,
};

use crate::{entity::clinic_notice, error::Result, journal::Row};

/// The key of the one row.
pub(super) const ID: i32 = 1;

pub(super) async fn find(db: &impl ConnectionTrait) -> Result<Option<clinic_notice::Model>> {
    Ok(clinic_notice::Entity::find_by_id(ID).one(db).await?)
}

/// The row in place of what there is.
pub(super) fn set(is_there: bool, notice: clinic_notice::Model) -> Row {
    if is_there {
        Row::update(clinic_notice::ActiveModel {
            id: Unchanged(ID),
            text: Set(notice.text),
            updated_by: Set(notice.updated_by),
            updated_at: Set(notice.updated_at),
        })
    } else {
        Row::insert(notice.into_active_model())
    }
}

pub(super) fn removed() -> Row {
    Row::delete(clinic_notice::ActiveModel { id: Unchanged(ID), ..Default::default() })
}
