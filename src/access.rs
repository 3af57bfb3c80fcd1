//! Who may do what, as values. A `Viewer` proves a sign-in, a `Membership` proves a place in a conversation; both can
//! only be made here, so code that skips the check does not compile.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, prelude::Uuid, sea_query::ExprTrait};
use tokio::sync::watch;

use crate::{
    clock::{Clock, Timestamp},
    database::tuples,
    entity::{
        conversation::{self, State},
        participant::{self, ParticipantRole},
        service_token, session,
        user::{self, Language, Role},
    },
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, SessionId, UserId},
    journal::Seq,
    scopes::Scopes,
};

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    user: UserId,
    session: SessionId,
    role: Role,
    language: Language,
    until: Timestamp,
    /// What the token of a program may be used for; none for people, who may do whatever their account may.
    scopes: Option<Scopes>,
}

/// How the token of a program begins.
pub const SERVICE_TOKEN: &str = "bsvc_";

impl Viewer {
    /// The viewer of a verified token that is good `until` then, if its session still lasts.
    ///
    /// # Errors
    /// SESSION_REVOKED when the session was ended, UNAUTHENTICATED when there is none.
    pub async fn of_session(
        db: &impl ConnectionTrait,
        user: UserId,
        session: SessionId,
        until: Timestamp,
    ) -> Result<Self> {
        let found = session::Entity::find_by_id(session)
            .one(db)
            .await?
            .filter(|row| row.user_id == user)
            .ok_or(Error::Unauthenticated)?;
        Self::of_row(db, found, until).await
    }

    /// The viewer of the token of a program, by its hash.
    ///
    /// # Errors
    /// SESSION_REVOKED when it was revoked, UNAUTHENTICATED when there is none.
    pub async fn of_service_token(db: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Self> {
        let token = service_token::Entity::find().filter(service_token::Column::Hash.eq(hash)).one(db).await?;
        let token = token.ok_or(Error::Unauthenticated)?;
        let found = session::Entity::find_by_id(token.session_id).one(db).await?.ok_or(Error::Unauthenticated)?;
        let until = found.expires_at;
        Self::of_row(db, found, until).await
    }

    async fn of_row(db: &impl ConnectionTrait, session: session::Model, until: Timestamp) -> Result<Self> {
        let user = user::Entity::find_by_id(session.user_id).one(db).await?.ok_or(Error::Unauthenticated)?;
        if session.ended_at.is_some() || user.disabled_at.is_some() {
            return Err(Error::SessionRevoked);
        }
        let scopes = if user.is_service {
            let token = service_token::Entity::find_by_id(session.id).one(db).await?;
            Some(Scopes::read(&token.ok_or(Error::Unauthenticated)?.scopes))
        } else {
            None
        };
        Ok(Self { session: session.id, until, scopes, ..Self::on_behalf_of(&user) })
    }

    /// Somebody for whom the server itself acts, without a sign-in of theirs: handing over what they took part in.
    pub fn on_behalf_of(user: &user::Model) -> Self {
        let (session, until) = (SessionId(Uuid::nil()), Timestamp::from_millis(0));
        Self { user: user.id, session, role: user.role, language: user.language, until, scopes: None }
    }

    /// What their token may be used for, when they are a program.
    pub fn scopes(&self) -> Option<Scopes> {
        self.scopes
    }

    /// In which language to speak to them.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Who they are.
    pub fn id(&self) -> UserId {
        self.user
    }

    /// The sign-in they use.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// What they are to the clinic.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Do they run this server?
    ///
    /// # Errors
    /// FORBIDDEN when not.
    pub fn must_be_admin(&self) -> Result<()> {
        (self.role == Role::Admin).then_some(()).ok_or(Error::Forbidden)
    }

    /// When their token ends.
    pub fn until(&self) -> Timestamp {
        self.until
    }
}

/// Who asks over one connection, and until when. A request has its own; on a socket the token can be renewed, and
/// streams that are open go on.
#[derive(Debug)]
pub struct Connection(watch::Sender<Option<Arc<Viewer>>>);

impl Connection {
    /// A connection of `viewer`, or of nobody.
    pub fn new(viewer: Option<Arc<Viewer>>) -> Self {
        Self(watch::Sender::new(viewer))
    }

    /// Who asks.
    pub fn viewer(&self) -> Option<Arc<Viewer>> {
        self.0.borrow().clone()
    }

    /// Goes on with a new token of the same session.
    ///
    /// # Errors
    /// UNAUTHENTICATED when it is another's, or nobody was signed in here.
    pub fn renew(&self, viewer: Arc<Viewer>) -> Result<()> {
        let is_same = self.viewer().is_some_and(|known| (known.user, known.session) == (viewer.user, viewer.session));
        if !is_same {
            return Err(Error::Unauthenticated);
        }
        self.0.send_replace(Some(viewer));
        Ok(())
    }

    /// Waits until the time of the token is over, whatever renewals come.
    pub async fn ended(&self, clock: &Clock) {
        let mut changes = self.0.subscribe();
        loop {
            let until = changes.borrow_and_update().as_ref().map(|viewer| viewer.until);
            let left = until.map_or(Duration::ZERO, |until| until.since(clock.now()));
            if left.is_zero() {
                return;
            }
            // Either the time is over or it was renewed: both are looked at again.
            drop(tokio::time::timeout(left, changes.changed()).await);
        }
    }
}

/// The proof that a viewer takes part in a conversation, and what they may do in it.
#[derive(Clone, Debug)]
pub struct Membership {
    conversation: Arc<conversation::Model>,
    participant: participant::Model,
}

impl Membership {
    /// Checks that `viewer` takes part in the conversation now.
    ///
    /// # Errors
    /// NOT_FOUND when they do not, or when there is no such conversation.
    pub async fn check(db: &impl ConnectionTrait, viewer: &Viewer, id: ConversationId) -> Result<Self> {
        Self::check_all(db, viewer, &[id]).await?.remove(&id).ok_or(Error::NotFound)
    }

    /// Those of the conversations that `viewer` takes part in now.
    pub async fn check_all(
        db: &impl ConnectionTrait,
        viewer: &Viewer,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Self>> {
        let mine = participant::Column::UserId.eq(viewer.id()).and(participant::Column::LeftAt.is_null());
        let chosen = participant::Column::ConversationId.is_in(ids.iter().copied());
        let participants = participant::Entity::find().filter(mine.and(chosen)).all(db).await?;
        let members = Self::joined(db, participants).await?;
        Ok(members.into_iter().map(|member| (member.id(), member)).collect())
    }

    /// The places of these users in these conversations, of those who take part now.
    ///
    /// # Errors
    /// INTERNAL and UNAVAILABLE only.
    pub async fn at_all(
        db: &impl ConnectionTrait,
        places: &[(ConversationId, UserId)],
    ) -> Result<HashMap<(ConversationId, UserId), Self>> {
        if places.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT p.* FROM (VALUES {}) AS asked JOIN participant p ON p.conversation_id = asked.column1
             AND p.user_id = asked.column2 WHERE p.left_at IS NULL",
            tuples(places.len(), 2)
        );
        let values = places.iter().flat_map(|(conversation, user)| [conversation.0.into(), user.0.into()]);
        let chosen = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let participants = participant::Entity::find().from_raw_sql(chosen).all(db).await?;
        let members = Self::joined(db, participants).await?;
        Ok(members.into_iter().map(|member| ((member.id(), member.participant.user_id), member)).collect())
    }

    /// Adds their conversations to the places of people who take part.
    async fn joined(db: &impl ConnectionTrait, participants: Vec<participant::Model>) -> Result<Vec<Self>> {
        let ids: HashSet<_> = participants.iter().map(|row| row.conversation_id).collect();
        let rows = conversation::Entity::find().filter(conversation::Column::Id.is_in(ids)).all(db).await?;
        let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
        let members = participants.into_iter().filter_map(|participant| {
            let conversation = Arc::clone(rows.get(&participant.conversation_id)?);
            Some(Self { conversation, participant })
        });
        Ok(members.collect())
    }

    /// Joins rows that one query read together.
    ///
    /// # Errors
    /// NOT_FOUND when they do not belong together or the participant has left.
    pub fn of_rows(conversation: conversation::Model, participant: participant::Model) -> Result<Self> {
        let belongs = conversation.id == participant.conversation_id && participant.left_at.is_none();
        belongs.then(|| Self { conversation: Arc::new(conversation), participant }).ok_or(Error::NotFound)
    }

    /// The conversation.
    pub fn conversation(&self) -> &Arc<conversation::Model> {
        &self.conversation
    }

    /// The viewer's place in it.
    pub fn participant(&self) -> &participant::Model {
        &self.participant
    }

    /// The conversation's id.
    pub fn id(&self) -> ConversationId {
        self.conversation.id
    }

    /// The oldest place whose messages they may see.
    pub fn history_from(&self) -> Seq {
        self.participant.history_from_seq
    }

    /// Is it neither archived nor closed?
    ///
    /// # Errors
    /// CONVERSATION_CLOSED, for the person.
    pub fn is_open(&self) -> Result<()> {
        match self.conversation.state {
            State::Active => Ok(()),
            State::Archived => Err(Error::invalid(
                UserErrorCode::ConversationClosed,
                &[],
                "This conversation is archived. Make it active again to write in it.",
            )),
            State::Closed => Err(Error::invalid(
                UserErrorCode::ConversationClosed,
                &[],
                "This conversation is closed. Please open a new one.",
            )),
        }
    }

    /// May they send?
    ///
    /// # Errors
    /// CONVERSATION_CLOSED or CANNOT_SEND, for the person.
    pub fn may_send(&self) -> Result<()> {
        self.is_open()?;
        if !self.participant.can_send || self.participant.role == ParticipantRole::Observer {
            return Err(Error::invalid(UserErrorCode::CannotSend, &[], "You can read here, but you cannot send."));
        }
        Ok(())
    }

    /// The other of the two in a direct conversation; none in a group. The key of a closed one names itself after them.
    pub fn partner(&self) -> Option<UserId> {
        let ids = self.conversation.direct_key.as_deref()?.split(':').filter_map(|id| id.parse().ok().map(UserId));
        ids.into_iter().find(|id| *id != self.participant.user_id)
    }

    /// May they send to this person, the other of the two in a direct conversation?
    ///
    /// # Errors
    /// CANNOT_SEND, for the person.
    pub fn may_send_to(&self, partner: &user::Model) -> Result<()> {
        if partner.disabled_at.is_some() {
            return Err(Error::invalid(
                UserErrorCode::CannotSend,
                &[],
                "This person no longer reads messages here. Please turn to somebody else of the clinic.",
            ));
        }
        Ok(())
    }

    /// Whether it is a group, and they are its owner or administrator.
    pub fn leads_group(&self) -> bool {
        self.conversation.kind == conversation::Kind::Group
            && matches!(self.participant.role, ParticipantRole::Owner | ParticipantRole::Admin)
    }

    /// May they archive, close or reopen it?
    ///
    /// # Errors
    /// NOT_ALLOWED or CONVERSATION_CLOSED, for the person.
    pub fn may_change_state(&self, viewer: &Viewer) -> Result<()> {
        let leads = match self.conversation.kind {
            conversation::Kind::Direct => viewer.role() != Role::Patient,
            conversation::Kind::Group => self.leads_group(),
        };
        if !leads {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &[],
                "Only those who lead this conversation can archive or close it.",
            ));
        }
        if self.conversation.state == State::Closed && viewer.role() != Role::Admin {
            return Err(Error::invalid(
                UserErrorCode::ConversationClosed,
                &[],
                "This conversation is closed for good.",
            ));
        }
        Ok(())
    }

    /// May they change its name, description, purpose and tags?
    ///
    /// # Errors
    /// NOT_ALLOWED or CONVERSATION_CLOSED, for the person; between two people also CANNOT_SEND, for a description is
    /// read like a message.
    pub fn may_update(&self, viewer: &Viewer) -> Result<()> {
        self.is_open()?;
        self.may_change_state(viewer)?;
        if self.conversation.kind == conversation::Kind::Direct { self.may_send() } else { Ok(()) }
    }

    /// May they add and remove people?
    ///
    /// # Errors
    /// NOT_ALLOWED, for the person.
    pub fn may_manage_participants(&self) -> Result<()> {
        self.leads_group().then_some(()).ok_or_else(|| {
            Error::invalid(
                UserErrorCode::NotAllowed,
                &[],
                "Only the owner and administrators of a group can add or remove people.",
            )
        })
    }

    /// May they give somebody this role, or take it away?
    ///
    /// # Errors
    /// NOT_ALLOWED, for the person.
    pub fn may_grant(&self, role: ParticipantRole) -> Result<()> {
        self.may_manage_participants()?;
        let leads = matches!(role, ParticipantRole::Owner | ParticipantRole::Admin);
        if leads && self.participant.role != ParticipantRole::Owner {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &[],
                "Only the owner of a group decides who else leads it.",
            ));
        }
        Ok(())
    }

    /// May they take this person out?
    ///
    /// # Errors
    /// SELF_NOT_ALLOWED or NOT_ALLOWED, for the person.
    pub fn may_remove(&self, target: &participant::Model) -> Result<()> {
        not_by_removing(self.participant.user_id, target.user_id)?;
        self.may_manage_participants()?;
        if target.role == ParticipantRole::Owner {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input", "userId"],
                "The owner of a group cannot be removed.",
            ));
        }
        self.may_grant(target.role)
    }

    /// May they change the rights of this person, who has `role` from then on? `owners` is how many own the group; it
    /// matters only to an owner who gives that up.
    ///
    /// # Errors
    /// NOT_ALLOWED or LAST_OWNER, for the person.
    pub fn may_update_participant(
        &self,
        target: &participant::Model,
        role: ParticipantRole,
        owners: u64,
    ) -> Result<()> {
        let refuse = |code, message| Err(Error::invalid(code, &["input", "role"], message));
        self.may_grant(role)?;
        if target.user_id != self.participant.user_id {
            self.may_grant(target.role)?;
            if target.role == ParticipantRole::Owner {
                return refuse(UserErrorCode::NotAllowed, "Only an owner can give up owning the group.");
            }
        } else if target.role == ParticipantRole::Owner && role != ParticipantRole::Owner && owners < 2 {
            return refuse(UserErrorCode::LastOwner, "A group needs an owner. Make somebody else one first.");
        }
        Ok(())
    }

    /// May they leave? `owners` is how many own the group and `people` how many take part, themselves included.
    ///
    /// # Errors
    /// NOT_ALLOWED or LAST_OWNER, for the person.
    pub fn may_leave(&self, owners: u64, people: u64) -> Result<()> {
        if self.conversation.kind != conversation::Kind::Group {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &[],
                "A conversation between two people cannot be left; you can archive it.",
            ));
        }
        if self.participant.role == ParticipantRole::Owner && owners < 2 && people > 1 {
            return Err(Error::invalid(
                UserErrorCode::LastOwner,
                &[],
                "You are the only owner of this group. Say who takes over, then you can leave.",
            ));
        }
        Ok(())
    }
}

/// Can anybody turn to this person: open a conversation with them, or take them into a group?
///
/// # Errors
/// ACCOUNT_DISABLED, for the person who tries.
pub fn reachable(person: &user::Model, field: &str) -> Result<()> {
    if person.disabled_at.is_some() {
        return Err(Error::invalid(
            UserErrorCode::AccountDisabled,
            &["input", field],
            "The account of this person is disabled. They cannot be reached here.",
        ));
    }
    Ok(())
}

/// Going out of a group oneself is leaving it, for which there are other rules.
///
/// # Errors
/// SELF_NOT_ALLOWED, for the person.
pub fn not_by_removing(viewer: UserId, target: UserId) -> Result<()> {
    if target == viewer {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "userId"],
            "You cannot remove yourself. Leave the group instead.",
        ));
    }
    Ok(())
}

/// The refusal for somebody who left a conversation while its objects were still being answered.
pub fn no_longer_here() -> Error {
    Error::invalid(UserErrorCode::NotAllowed, &[], "You no longer take part in this conversation.")
}
