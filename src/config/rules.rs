//! The settings of who may do what.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::people::roles::RolePair;

/// Who may talk to whom.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Rules {
    /// `care`: patients and caregivers with clinicians, clinicians with each other, students with each other and with
    /// clinicians, staff with anyone. `strict`: patients with clinicians only.
    #[config(env = "BEDSIDE_ROLE_PRESET", default = "care")]
    pub preset: Preset,

    /// Which roles may talk to each other, instead of those of the preset: `["PATIENT-CLINICIAN", "STAFF-PATIENT"]`.
    /// Pairs that are not listed are refused, and administrators count as staff.
    #[config(env = "BEDSIDE_ROLE_PAIRS", parse_env = confique::env::parse::list_by_comma)]
    pub pairs: Option<Vec<RolePair>>,

    /// Whether a clinician whose credentials no administrator has checked may start conversations with patients.
    #[config(env = "BEDSIDE_UNVERIFIED_CLINICIANS_START", default = false)]
    pub unverified_clinicians_start: bool,

    /// Whether messages may delete themselves where a patient takes part. What was said to a patient is part of their
    /// record in many places; ask your lawyer first.
    #[config(env = "BEDSIDE_EXPIRY_WITH_PATIENTS", default = false)]
    pub expiry_with_patients: bool,

    /// How long after sending a message its sender may edit it.
    #[config(env = "BEDSIDE_EDIT_WINDOW", default = "24h", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub edit_window: Duration,
}

/// A ready set of role pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The default.
    Care,
    /// Patients with clinicians only.
    Strict,
}
