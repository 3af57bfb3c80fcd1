//! Many people at once: as registering makes them, but with one password hashed once for all, for that is nearly all
//! that registering costs.

use bedside::{
    App,
    accounts::service as accounts,
    entity::user::{self, Language, Role},
    ids::UserId,
    journal::{Change, EventBody, Locks, NewEvent, Row, Tx, Write},
    people,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::IntoActiveModel;

/// How many go into one transaction.
const BATCH: usize = 500;

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    /// Their public id.
    pub id: String,
    /// Good for a day.
    pub token: String,
}

struct Register(Vec<user::Model>);

impl Write for Register {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, _: &Tx) -> bedside::error::Result<Change<()>> {
        let mut rows: Vec<_> = self.0.iter().map(|user| Row::insert(user.clone().into_active_model())).collect();
        rows.extend(self.0.iter().flat_map(people::service::listed));
        let events = self.0.iter().map(|user| NewEvent::for_user(user.id, EventBody::AccountRegistered)).collect();
        Ok(Change { rows, events, value: () })
    }
}

/// Makes people of a role, named `name0`, `name1` and so on, and signs each in.
pub async fn make(app: &App, name: &str, count: usize, role: Role) -> Vec<Person> {
    let hash = app.passwords.hash("correct horse battery staple".into()).await.unwrap();
    let users: Vec<_> = (0..count).map(|number| user(app, format!("{name}{number}"), role, hash.clone())).collect();
    for batch in users.chunks(BATCH) {
        assert!(app.journal.write(Register(batch.to_vec())).await.is_ok());
    }
    let signed_in = stream::iter(users).map(|user| accounts::start_session(app, user, "load")).buffered(4);
    let signed_in: Vec<_> = signed_in.try_collect().await.unwrap();
    signed_in
        .into_iter()
        .map(|sign_in| Person { id: sign_in.user.id.to_string(), token: sign_in.access_token })
        .collect()
}

fn user(app: &App, username: String, role: Role, password_hash: String) -> user::Model {
    let now = app.clock.now();
    user::Model {
        id: UserId::generate(),
        email: format!("{username}@clinic.example"),
        full_name: format!("Somebody called {username}"),
        username,
        role,
        title: None,
        specialization: None,
        institution: None,
        bio: None,
        language: Language::default(),
        time_zone: None,
        is_service: false,
        disabled_at: None,
        hand_over_to: None,
        hand_over_history: None,
        shares_reading: true,
        is_verified: true,
        password_hash,
        created_at: now,
        updated_at: now,
    }
}
