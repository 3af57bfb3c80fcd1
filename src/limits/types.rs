//! What the API tells of limits.

use async_graphql::SimpleObject;

use crate::{
    accounts::password,
    attachments::{self, Accepted},
    config::Config,
    entity::attachment::Kind,
    graphql,
};

/// How much this server takes. More is refused; nothing is cut to fit.
#[derive(SimpleObject)]
pub struct Limits {
    /// The longest text of a message, in characters (Unicode code points) after trimming.
    text_max: usize,
    /// The most files of one message.
    attachments_max: usize,
    /// The largest file, in bytes.
    file_max: u64,
    /// The files that are taken. Name, declared type and content of a file have to agree.
    file_types: Vec<FileType>,
    /// The longest side of a picture, in pixels.
    picture_side_max: u32,
    /// The most pixels of a picture, all frames of a moving one together.
    picture_pixels_max: u64,
    /// The most people in a group, its owner included.
    participants_max: usize,
    /// The most items of a page: the largest `first` or `last` of a connection.
    page_max: i32,
    /// The fewest characters of a new password; one that is easily guessed is refused at any length.
    password_min: usize,
    /// The most characters of a password.
    password_max: usize,
}

/// A type of files that are taken.
#[derive(SimpleObject)]
pub struct FileType {
    /// What such a file is to a person.
    kind: Kind,
    /// How its name ends, in lower case and without the dot, for example "jpg"; the usual ending first.
    endings: Vec<&'static str>,
    /// The media types it may be declared with, for example "image/jpeg"; the usual one first.
    content_types: Vec<&'static str>,
}

impl Limits {
    pub(super) fn of(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            text_max: limits.text_max,
            attachments_max: limits.attachments_max,
            file_max: limits.file_max.as_u64(),
            file_types: attachments::accepted().map(FileType::from).collect(),
            picture_side_max: limits.image_side,
            picture_pixels_max: limits.image_pixels,
            participants_max: limits.participants_max,
            page_max: graphql::LARGEST_PAGE,
            password_min: config.auth.password_min,
            password_max: password::LONGEST,
        }
    }
}

impl From<Accepted> for FileType {
    fn from(Accepted { kind, endings, types }: Accepted) -> Self {
        Self { kind, endings: endings.into(), content_types: types.into() }
    }
}
