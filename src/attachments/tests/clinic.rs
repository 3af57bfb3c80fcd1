//! A server without its transports, for the tests of files.

use std::{io::Write, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::to_bytes,
    extract::{Path, State},
    http::{Method, Response, StatusCode, Uri, header},
    routing::get,
};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::{
    App,
    access::Viewer,
    accounts::tokens::Tokens,
    attachments::{
        http,
        service::{self, NewUpload},
    },
    clock::{Clock, Timestamp},
    config::Config,
    database::Database,
    entity::{attachment, conversation, message, participant, session, user},
    error::{Error, Result},
    ids::{AttachmentId, ConversationId, MessageId, SessionId, UserId},
    journal::{Change, Locks, Row, Seq, Tx, Write as JournalWrite},
    keys::RootSecret,
    timeline,
};

/// A server without its transports.
pub(super) struct Clinic {
    pub(super) app: Arc<App>,
    pub(super) folder: tempfile::TempDir,
}

/// Rows as a test wants them.
struct Rows<F>(F);

impl<F: Fn() -> Vec<Row> + Send + Sync + 'static> JournalWrite for Rows<F> {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, _: &Tx) -> Result<Change<()>> {
        Ok(Change { rows: (self.0)(), events: Vec::new(), value: () })
    }
}

impl Clinic {
    /// A new folder, a new database, nobody in it.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults().unwrap();
        config.data_dir = folder.path().to_owned();
        let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        let database = Database::connect(&url).await.unwrap();
        database.migrate().await.unwrap();
        config.auth.root_secret = Some(RootSecret::generate().into());
        config.auth.signing_key = Some(Tokens::generate_signing_key().unwrap().into());
        config.server.public_url = Some("http://clinic".into());
        let app = App::start(config, Clock::default(), database, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { app, folder }
    }

    pub(super) async fn write(&self, rows: impl Fn() -> Vec<Row> + Send + Sync + 'static) {
        assert!(self.app.journal.write(Rows(rows)).await.is_ok());
    }

    pub(super) async fn person(&self, name: &'static str) -> Viewer {
        let (id, session, now) = (UserId::generate(), SessionId::generate(), self.app.clock.now());
        self.write(move || {
            let user = user::Model {
                id,
                username: name.into(),
                email: format!("{name}@clinic"),
                full_name: name.into(),
                role: user::Role::Clinician,
                title: None,
                specialization: None,
                institution: None,
                bio: None,
                is_verified: true,
                password_hash: String::new(),
                language: user::Language::En,
                time_zone: None,
                is_service: false,
                disabled_at: None,
                hand_over_to: None,
                hand_over_history: None,
                shares_reading: true,
                created_at: now,
                updated_at: now,
            };
            let session = session::Model {
                id: session,
                user_id: id,
                device: String::new(),
                created_at: now,
                last_used_at: now,
                expires_at: now.plus(Duration::from_secs(1 << 20)),
                ended_at: None,
            };
            vec![Row::insert(user::ActiveModel::from(user)), Row::insert(session::ActiveModel::from(session))]
        })
        .await;
        Viewer::of_session(self.app.database.reader(), id, session, now).await.unwrap()
    }

    pub(super) async fn upload(
        &self,
        viewer: &Viewer,
        name: &str,
        client_id: Uuid,
        content: &str,
    ) -> Result<service::Uploaded> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let new = NewUpload { file, name: name.into(), declared_type: None, client_id, duration_ms: None };
        service::upload(&self.app, viewer, new).await
    }

    pub(super) async fn uploaded(&self, viewer: &Viewer, content: &str) -> attachment::Model {
        self.upload(viewer, "a.txt", Uuid::now_v7(), content).await.unwrap().file.unwrap()
    }

    /// Every file in the folder of the store but the sweep's own.
    pub(super) fn stored(&self) -> usize {
        let folders = std::fs::read_dir(self.folder.path().join("files")).unwrap();
        let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
    }

    pub(super) async fn row(&self, id: AttachmentId) -> Option<attachment::Model> {
        attachment::Entity::find_by_id(id).one(self.app.database.reader()).await.unwrap()
    }

    /// A message at place 5 with the file, in a conversation whose members see it from the places given.
    pub(super) async fn send(
        &self,
        sender: &Viewer,
        file: &attachment::Model,
        members: &[(&Viewer, i64)],
    ) -> MessageId {
        let (id, conversation, now) = (MessageId::generate(), ConversationId::generate(), self.app.clock.now());
        let (author, file) = (sender.clone(), file.clone());
        let sender = sender.id();
        let members: Vec<_> = members.iter().map(|(viewer, from)| (viewer.id(), *from)).collect();
        self.write(move || {
            let mut rows =
                vec![Row::insert(conversation::ActiveModel::from(conversation_of(conversation, sender, now)))];
            rows.extend(members.iter().map(|(user, from)| {
                Row::insert(participant::ActiveModel::from(participant_of(conversation, *user, Seq(*from), now)))
            }));
            rows.push(Row::insert(message::ActiveModel::from(message_of(id, conversation, &author, now))));
            rows.extend(service::sent_with(std::slice::from_ref(&file), id));
            rows
        })
        .await;
        id
    }

    pub(super) async fn get(&self, url: &str, viewer: Option<&Viewer>, range: Option<&str>) -> (Response<()>, String) {
        let _mounts: Router<Arc<App>> = Router::new().route("/attachments/{id}", get(http::download));
        let token = viewer.map(|viewer| Arc::new(viewer.clone())).ok_or(Error::Unauthenticated);
        let uri: Uri = url.parse().unwrap();
        let id = uri.path().rsplit('/').next().unwrap().to_owned();
        let headers = range.map(|range| (header::RANGE, range.parse().unwrap())).into_iter().collect();
        let app = State(Arc::clone(&self.app));
        let response = http::download(app, Some(Extension(token)), Ok(Path(id)), Method::GET, uri, headers).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (Response::from_parts(parts, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    pub(super) async fn status(&self, path: &str, viewer: Option<&Viewer>) -> StatusCode {
        self.get(path, viewer, None).await.0.status()
    }
}

fn conversation_of(id: ConversationId, created_by: UserId, at: Timestamp) -> conversation::Model {
    conversation::Model {
        id,
        kind: conversation::Kind::Group,
        purpose: conversation::Purpose::General,
        state: conversation::State::Active,
        title: None,
        description: None,
        direct_key: None,
        created_by,
        created_at: at,
        updated_at: at,
        activity_seq: Seq(5),
        last_message_seq: Some(Seq(5)),
        last_ordinal: 1,
        deleted_at: None,
        delete_reason: None,
        external_system: None,
        external_id: None,
    }
}

fn participant_of(conversation: ConversationId, user: UserId, from: Seq, at: Timestamp) -> participant::Model {
    participant::Model {
        conversation_id: conversation,
        user_id: user,
        role: participant::ParticipantRole::Member,
        can_send: true,
        can_see_history: false,
        joined_at: at,
        left_at: None,
        history_from_seq: from,
        delivered_seq: from,
        read_seq: from,
        shown_read_seq: from,
        unread_from_seq: None,
        counted_seq: from,
        counted_ordinal: 0,
        counted_own: 0,
        notification_level: participant::NotificationLevel::All,
        quiet_until: None,
        archived_seq: None,
    }
}

fn message_of(id: MessageId, conversation: ConversationId, sender: &Viewer, at: Timestamp) -> message::Model {
    message::Model {
        seq: Seq(5),
        id,
        ordinal: 1,
        sender_ordinal: 1,
        kind: message::Kind::File,
        has_attachments: true,
        ..timeline::blank(sender, conversation, at)
    }
}
