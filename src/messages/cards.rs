//! Cards: an appointment, a prescription or a case that a message tells of, and who may send which.

use async_graphql::{Enum, InputObject, OneofObject, SimpleObject, Union};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    clock::Timestamp,
    database,
    entity::{
        message::{self, Kind},
        user::Role,
    },
    error::{Error, Result, UserErrorCode},
};

/// What a message tells of besides its text. Everybody who may read the message may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Union)]
#[serde(tag = "card", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Card {
    /// An appointment.
    Appointment(AppointmentCard),
    /// What was prescribed.
    Prescription(PrescriptionCard),
    /// A case.
    Case(CaseCard),
}

/// What a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CardKind {
    /// An appointment.
    Appointment,
    /// What is prescribed.
    Prescription,
    /// A case.
    Case,
}

impl CardKind {
    /// The cards that somebody in this role may send.
    pub fn of_role(role: Role) -> Vec<Self> {
        let all = [Self::Appointment, Self::Prescription, Self::Case];
        all.into_iter().filter(|kind| kind.may_be_sent_by(role).is_ok()).collect()
    }

    /// May somebody in this role send it?
    ///
    /// # Errors
    /// NOT_ALLOWED, for the person.
    pub(super) fn may_be_sent_by(self, role: Role) -> Result<()> {
        let (allowed, message): (&[Role], _) = match self {
            Self::Appointment => (
                &[Role::Clinician, Role::Staff, Role::Admin],
                "Only clinicians and the staff of the clinic can send an appointment.",
            ),
            Self::Prescription => (&[Role::Clinician], "Only clinicians can send a prescription."),
            Self::Case => (&[Role::Clinician, Role::Student], "Only clinicians and students can send a case."),
        };
        let may = allowed.contains(&role);
        may.then_some(()).ok_or_else(|| Error::invalid(UserErrorCode::NotAllowed, &["input", "card"], message))
    }
}

/// A card to send: exactly one of them. A card cannot be changed; delete it and send a new one.
#[derive(Clone, Debug, OneofObject)]
pub enum CardInput {
    /// An appointment; from clinicians, staff and administrators.
    Appointment(AppointmentCard),
    /// What is prescribed; from clinicians.
    Prescription(PrescriptionCard),
    /// A case; from clinicians and students.
    Case(CaseCard),
}

/// An appointment: when, and where or over which link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "AppointmentCardInput")]
pub struct AppointmentCard {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends, after it begins. Null when that is not said.
    pub ends_at: Option<Timestamp>,
    /// Where, up to 200 characters. Null when it is over a link; one of the two is there.
    pub place: Option<String>,
    /// Where to click, an address that begins with `https://`, up to 500 characters. Null when it is at a place.
    pub link: Option<String>,
    /// How sure it is.
    pub status: AppointmentStatus,
}

/// How sure an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AppointmentStatus {
    /// Somebody suggests it.
    Proposed,
    /// It will be.
    Confirmed,
    /// It will not be.
    Cancelled,
}

/// What was prescribed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "PrescriptionCardInput")]
pub struct PrescriptionCard {
    /// The medication, 1 to 200 characters.
    pub medication: String,
    /// How much and how often, 1 to 200 characters.
    pub dose: String,
    /// What else to heed, up to 2,000 characters. Null when nothing.
    pub instructions: Option<String>,
}

/// A case, for discussion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(input_name = "CaseCardInput")]
pub struct CaseCard {
    /// What it is about, 1 to 2,000 characters.
    pub summary: String,
    /// What was found, up to 5,000 characters. Null when nothing yet.
    pub findings: Option<String>,
}

impl From<CardInput> for Card {
    fn from(input: CardInput) -> Self {
        match input {
            CardInput::Appointment(card) => Self::Appointment(card),
            CardInput::Prescription(card) => Self::Prescription(card),
            CardInput::Case(card) => Self::Case(card),
        }
    }
}

impl Card {
    /// The card of a message; none when it has none, or was deleted.
    pub fn of(row: &message::Model) -> Option<Self> {
        Self::read(row.card.as_deref()?)
    }

    /// A card as it is kept.
    pub fn read(stored: &str) -> Option<Self> {
        serde_json::from_str(stored).ok()
    }

    /// As it is kept.
    ///
    /// # Errors
    /// INTERNAL only.
    pub(super) fn stored(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// What it is.
    pub(super) fn card_kind(&self) -> CardKind {
        match self {
            Self::Appointment(_) => CardKind::Appointment,
            Self::Prescription(_) => CardKind::Prescription,
            Self::Case(_) => CardKind::Case,
        }
    }

    /// What a message with it is.
    pub(super) fn kind(&self) -> Kind {
        match self.card_kind() {
            CardKind::Appointment => Kind::Appointment,
            CardKind::Prescription => Kind::Prescription,
            CardKind::Case => Kind::Case,
        }
    }

    /// Its words, the weightiest first: what previews show and search looks at.
    pub fn words(&self) -> Vec<&str> {
        let words = match self {
            Self::Appointment(card) => vec![card.place.as_deref(), card.link.as_deref()],
            Self::Prescription(card) => {
                vec![Some(card.medication.as_str()), Some(card.dose.as_str()), card.instructions.as_deref()]
            }
            Self::Case(card) => vec![Some(card.summary.as_str()), card.findings.as_deref()],
        };
        words.into_iter().flatten().collect()
    }

    /// The card as it is kept: trimmed, each text within its length.
    ///
    /// # Errors
    /// BLANK, TOO_LONG or INVALID_FORMAT, for the person.
    pub(super) fn checked(self) -> Result<Self> {
        Ok(match self {
            Self::Appointment(card) => Self::Appointment(card.checked()?),
            Self::Prescription(card) => Self::Prescription(PrescriptionCard {
                medication: required(&card.medication, 200, "medication", "prescription")?,
                dose: required(&card.dose, 200, "dose", "prescription")?,
                instructions: optional(card.instructions, 2_000, "instructions", "prescription")?,
            }),
            Self::Case(card) => Self::Case(CaseCard {
                summary: required(&card.summary, 2_000, "summary", "case")?,
                findings: optional(card.findings, 5_000, "findings", "case")?,
            }),
        })
    }
}

impl AppointmentCard {
    fn checked(self) -> Result<Self> {
        let refuse = |code, field: &str, message: &str| {
            Err(Error::invalid(code, &["input", "card", "appointment", field], message))
        };
        let place = optional(self.place, 200, "place", "appointment")?;
        let link = optional(self.link, 500, "link", "appointment")?;
        if place.is_none() && link.is_none() {
            return refuse(UserErrorCode::Blank, "place", "Say where the appointment is, or give a link.");
        }
        if link.as_deref().is_some_and(|link| !Url::parse(link).is_ok_and(|url| url.scheme() == "https")) {
            return refuse(UserErrorCode::InvalidFormat, "link", "A link begins with https://.");
        }
        if self.ends_at.is_some_and(|ends| ends <= self.starts_at) {
            return refuse(UserErrorCode::InvalidFormat, "endsAt", "An appointment ends after it begins.");
        }
        Ok(Self { place, link, ..self })
    }
}

fn required(text: &str, longest: usize, field: &str, card: &str) -> Result<String> {
    let path = ["input", "card", card, field];
    optional(Some(text.to_owned()), longest, field, card)?
        .ok_or_else(|| Error::invalid(UserErrorCode::Blank, &path, "Please fill in this part of the card."))
}

fn optional(text: Option<String>, longest: usize, field: &str, card: &str) -> Result<Option<String>> {
    let text = database::kept_text(&text.unwrap_or_default(), longest, &["input", "card", card, field])?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}
