//! Whom somebody may start talking to: finding people by their words, and counting them.

use std::{collections::HashMap, sync::Arc};

use super::{
    roles::Matrix,
    service, store,
    words::{self, Mark, NameKey, Term},
};
use crate::{
    App,
    access::Viewer,
    entity::user::{self, Role},
    error::{Error, Result},
    graphql::Page,
    ids::UserId,
    journal::{Row, Tx},
};

pub use super::store::{Column, Search};

/// The longest text to search for, in characters.
const QUERY_MAX: usize = 200;
/// The most words to search for.
const TERMS_MAX: usize = 10;
/// The most groups that are told.
const GROUPS_MAX: usize = 100;

/// Whom to look for; what is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words, or beginnings of words, of the name, the role, the title, the institution or the field of work.
    pub query: Option<String>,
    /// What they are.
    pub role: Option<Role>,
    /// The whole title.
    pub title: Option<String>,
    /// The whole name of the institution.
    pub institution: Option<String>,
    /// The whole name of the field of work.
    pub specialization: Option<String>,
    /// Whether their credentials were checked.
    pub verified: Option<bool>,
}

impl Filter {
    /// What must be among the words of a person. None when nobody can have it.
    fn terms(&self) -> Result<Option<Vec<Term>>> {
        let texts = [&self.query, &self.title, &self.institution, &self.specialization];
        if texts.into_iter().flatten().any(|text| text.chars().count() > QUERY_MAX) {
            return Err(Error::bad_input(format!("Search for at most {QUERY_MAX} characters.")));
        }
        let query = self.query.as_deref().map_or("", str::trim);
        let mut terms = words::typed(query);
        if terms.is_empty() && !query.is_empty() {
            return Ok(None);
        }
        if terms.len() > TERMS_MAX {
            return Err(Error::bad_input(format!("Search for at most {TERMS_MAX} words at once.")));
        }
        for (mark, text) in [
            (Mark::Title, &self.title),
            (Mark::Institution, &self.institution),
            (Mark::Specialization, &self.specialization),
        ] {
            terms.extend(text.as_deref().map(|text| Term::Exact(words::value(mark, text))));
        }
        terms.extend(self.verified.map(|is_verified| Term::Exact(words::verified(is_verified))));
        Ok(Some(terms))
    }
}

/// A search of the directory for somebody, ready to be read. None when it can find nobody.
///
/// # Errors
/// BAD_USER_INPUT for a text that is too long.
pub async fn search(app: &App, viewer: &Viewer, filter: &Filter) -> Result<Option<Search>> {
    let Some(terms) = filter.terms()? else { return Ok(None) };
    let db = app.database.reader();
    let starter = service::find(db, viewer.id()).await?.ok_or(Error::Unauthenticated)?;
    let mut roles = Matrix::of(&app.config.rules).within_reach(&starter);
    roles.retain(|role| filter.role.is_none_or(|wanted| wanted == *role));
    if roles.is_empty() {
        return Ok(None);
    }
    store::prepare(db, viewer.id(), roles, terms).await.map(Some)
}

/// Somebody who was found.
pub struct Found {
    /// Their place in the list.
    pub key: NameKey,
    /// Who.
    pub user: Arc<user::Model>,
}

/// A page of those who were found, by name, in page order.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn page(app: &App, search: &Search, page: &Page<NameKey>) -> Result<Vec<Found>> {
    let db = app.database.reader();
    let keys = store::found(db, search, page).await?;
    let ids: Vec<_> = keys.iter().map(|key| UserId(key.id())).collect();
    let mut people = if ids.is_empty() { HashMap::new() } else { service::find_all(db, &ids).await? };
    let found = keys.into_iter().filter_map(|key| Some(Found { user: people.remove(&UserId(key.id()))?, key }));
    Ok(found.collect())
}

/// People with the same institution or field of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// As most of them write it.
    pub value: String,
    /// How many they are.
    pub people: i64,
}

/// Everybody who was found, counted by institution or field of work: the largest groups first, up to 100.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn groups(app: &App, search: &Search, column: Column) -> Result<Vec<Group>> {
    let mut groups: HashMap<Vec<String>, (Group, i64)> = HashMap::new();
    for (value, people) in store::counted(app.database.reader(), search, column).await? {
        let entry = groups.entry(words::folded(&value));
        let (group, most) = entry.or_insert_with(|| (Group { value: value.clone(), people: 0 }, 0));
        group.people += people;
        if (people, &group.value) > (*most, &value) {
            (group.value, *most) = (value, people);
        }
    }
    let mut groups: Vec<_> = groups.into_values().map(|(group, _)| group).collect();
    groups.sort_by(|one, other| other.people.cmp(&one.people).then_with(|| one.value.cmp(&other.value)));
    groups.truncate(GROUPS_MAX);
    Ok(groups)
}

/// The rows with which somebody can be found from now on.
pub fn listed(user: &user::Model) -> Vec<Row> {
    let words = words::of(user).into_iter().map(|word| store::has_word(user, word));
    std::iter::once(store::listed(user, NameKey::of(&user.full_name))).chain(words).collect()
}

/// The rows with which somebody cannot be found any more.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn unlisted(tx: &Tx, user: UserId) -> Result<Vec<Row>> {
    if !store::is_listed(tx, user).await? {
        return Ok(Vec::new());
    }
    let mut rows: Vec<_> = store::words(tx, user).await?.into_iter().map(|word| store::has_not(user, word)).collect();
    rows.push(store::unlisted(user));
    Ok(rows)
}

/// The rows with which somebody whose profile changed to `after` is found as they are now, if they can be.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn relisted(tx: &Tx, after: &user::Model) -> Result<Vec<Row>> {
    if !store::is_listed(tx, after.id).await? {
        return Ok(Vec::new());
    }
    let (before, words) = (store::words(tx, after.id).await?, words::of(after));
    let gone = before.iter().filter(|word| !words.contains(*word)).map(|word| store::has_not(after.id, word.clone()));
    let mut rows: Vec<_> = gone.collect();
    rows.extend(words.iter().filter(|word| !before.contains(*word)).map(|word| store::has_word(after, word.clone())));
    rows.push(store::relisted(after, NameKey::of(&after.full_name)));
    Ok(rows)
}
