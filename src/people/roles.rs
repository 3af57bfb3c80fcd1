//! Who may start talking to whom. One [`Matrix`] is asked by everything: what opens a conversation or brings people
//! into a group, the `viewerCan…` fields, and the directory, which makes a condition of it.

use std::{fmt, str::FromStr};

use sea_orm::{ActiveEnum, Iterable};
use serde::{Deserialize, Serialize, de};

use crate::{
    config::{Preset, Rules},
    entity::user::{self, Role},
    error::{Error, Result, UserErrorCode},
};

/// Two roles that may talk to each other, written as `PATIENT-CLINICIAN`; the order does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RolePair(pub Role, pub Role);

impl FromStr for RolePair {
    type Err = de::value::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let role = |name: &str| Role::try_from_value(&name.trim().to_uppercase()).ok();
        text.split_once('-').and_then(|(one, other)| Some(Self(role(one)?, role(other)?))).ok_or_else(|| {
            let roles: Vec<_> = Role::iter().map(|role| role.to_value()).collect();
            let roles = roles.join(", ");
            de::Error::custom(format!(
                "{text:?} is no pair of roles: write it as PATIENT-CLINICIAN, with roles of {roles}"
            ))
        })
    }
}

impl TryFrom<String> for RolePair {
    type Error = de::value::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RolePair> for String {
    fn from(pair: RolePair) -> Self {
        pair.to_string()
    }
}

impl fmt::Display for RolePair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0.to_value(), self.1.to_value())
    }
}

const CARE: [RolePair; 10] = {
    use Role::{Caregiver, Clinician, Patient, Staff, Student};
    [
        RolePair(Patient, Clinician),
        RolePair(Caregiver, Clinician),
        RolePair(Clinician, Clinician),
        RolePair(Student, Student),
        RolePair(Student, Clinician),
        RolePair(Staff, Patient),
        RolePair(Staff, Clinician),
        RolePair(Staff, Student),
        RolePair(Staff, Caregiver),
        RolePair(Staff, Staff),
    ]
};
const STRICT: [RolePair; 1] = [RolePair(Role::Patient, Role::Clinician)];

/// Who may start talking to whom in this clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix {
    allowed: [[bool; 5]; 5],
    is_strict: bool,
    unverified_start: bool,
}

impl Matrix {
    /// The matrix of a configuration: its own pairs, or those of its preset.
    pub fn of(rules: &Rules) -> Self {
        let preset: &[RolePair] = match rules.preset {
            Preset::Care => &CARE,
            Preset::Strict => &STRICT,
        };
        let pairs = rules.pairs.as_deref().unwrap_or(preset);
        let mut allowed = [[false; 5]; 5];
        for RolePair(one, other) in pairs {
            let (one, other) = (place(*one), place(*other));
            (allowed[one][other], allowed[other][one]) = (true, true);
        }
        let is_strict = rules.pairs.is_none() && rules.preset == Preset::Strict;
        Self { allowed, is_strict, unverified_start: rules.unverified_clinicians_start }
    }

    /// Whether people of these roles may talk to each other; the order does not matter.
    pub fn may_talk(&self, one: Role, other: Role) -> bool {
        self.allowed[place(one)][place(other)]
    }

    /// May `starter` start talking to `other`? `is_blocked` when either blocks the other; which of them is not told.
    ///
    /// # Errors
    /// ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND, for the person.
    pub fn may_start(
        &self,
        starter: &user::Model,
        other: &user::Model,
        is_blocked: bool,
        field: &[&str],
    ) -> Result<()> {
        if !self.may_talk(starter.role, other.role) {
            let message = if self.is_strict {
                "Only patients and clinicians can chat with each other"
            } else {
                "People in your two roles cannot chat with each other here. Ask your clinic for the right contact."
            };
            return Err(Error::invalid(UserErrorCode::RolePairNotAllowed, field, message));
        }
        if self.must_wait(starter, other.role) {
            return Err(Error::invalid(
                UserErrorCode::NotVerified,
                field,
                "The clinic has not checked your credentials yet. Until then patients can write to you, but you \
                 cannot start.",
            ));
        }
        if is_blocked {
            return Err(Error::invalid(UserErrorCode::CannotSend, field, "You cannot write to this person."));
        }
        Ok(())
    }

    /// May all of these people be in one group, if `starter` brings in those who are `new`? `is_blocked` when there is a
    /// block between the starter and one of them.
    ///
    /// # Errors
    /// ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND, for the person.
    pub fn may_gather(
        &self,
        starter: Option<&user::Model>,
        people: &[Role],
        new: &[Role],
        is_blocked: bool,
        field: &[&str],
    ) -> Result<()> {
        let refused = people
            .iter()
            .enumerate()
            .any(|(place, one)| people[place + 1..].iter().any(|other| !self.may_talk(*one, *other)));
        if refused {
            return Err(Error::invalid(
                UserErrorCode::RolePairNotAllowed,
                field,
                "Two of these people may not be in one group. Ask your clinic to set it up.",
            ));
        }
        if starter.is_some_and(|starter| new.iter().any(|role| self.must_wait(starter, *role))) {
            return Err(Error::invalid(
                UserErrorCode::NotVerified,
                field,
                "The clinic has not checked your credentials yet. Until then you cannot bring patients into a group.",
            ));
        }
        if is_blocked {
            return Err(Error::invalid(UserErrorCode::CannotSend, field, "You cannot bring in one of these people."));
        }
        Ok(())
    }

    /// The roles of the people `starter` may start talking to, in the order of the list of roles.
    pub fn within_reach(&self, starter: &user::Model) -> Vec<Role> {
        Role::iter().filter(|role| self.may_talk(starter.role, *role) && !self.must_wait(starter, *role)).collect()
    }

    /// Nobody has checked yet that this is a clinician.
    fn must_wait(&self, starter: &user::Model, other: Role) -> bool {
        let is_unchecked = starter.role == Role::Clinician && !starter.is_verified;
        is_unchecked && other == Role::Patient && !self.unverified_start
    }
}

/// Where a role stands in the matrix. Administrators count as staff.
fn place(role: Role) -> usize {
    match role {
        Role::Patient => 0,
        Role::Clinician => 1,
        Role::Student => 2,
        Role::Caregiver => 3,
        Role::Staff | Role::Admin => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, config::Config, ids::UserId};

    fn rules(set: impl FnOnce(&mut Rules)) -> Matrix {
        let mut rules = Config::defaults().unwrap().rules;
        set(&mut rules);
        Matrix::of(&rules)
    }

    fn person(role: Role, is_verified: bool) -> user::Model {
        user::Model {
            id: UserId::generate(),
            username: String::new(),
            email: String::new(),
            full_name: String::new(),
            role,
            title: None,
            specialization: None,
            institution: None,
            bio: None,
            is_verified,
            language: user::Language::En,
            time_zone: None,
            is_service: false,
            disabled_at: None,
            hand_over_to: None,
            hand_over_history: None,
            shares_reading: true,
            password_hash: String::new(),
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn every_pair_of_both_presets() {
        // Rows and columns: PATIENT CLINICIAN STUDENT CAREGIVER STAFF ADMIN.
        let care = ["010011", "111111", "011011", "010011", "111111", "111111"];
        let strict = ["010000", "100000", "000000", "000000", "000000", "000000"];
        for (preset, table) in [(Preset::Care, care), (Preset::Strict, strict)] {
            let matrix = rules(|rules| rules.preset = preset);
            for (one, row) in Role::iter().zip(table) {
                for (other, cell) in Role::iter().zip(row.chars()) {
                    let pair = format!("{preset:?}: {one:?} with {other:?}");
                    assert_eq!(matrix.may_talk(one, other), cell == '1', "{pair}");
                    let (starter, other) = (person(one, true), person(other, false));
                    let refusal = matrix.may_start(&starter, &other, false, &[]).err();
                    assert_eq!(refusal.is_none(), cell == '1', "{pair}");
                    assert_eq!(matrix.within_reach(&starter).contains(&other.role), cell == '1', "{pair}");
                    let gathered = matrix.may_gather(Some(&starter), &[one, other.role], &[other.role], false, &[]);
                    assert_eq!(gathered.is_ok(), cell == '1', "{pair}");
                    if let Some(refusal) = refusal.filter(|_| preset == Preset::Strict) {
                        assert_eq!(refusal.message(), "Only patients and clinicians can chat with each other");
                    }
                }
            }
        }
    }

    #[test]
    fn own_pairs_stand_instead_of_the_preset() {
        let pairs = ["staff-patient", "STUDENT-STUDENT"].map(|pair| pair.parse().unwrap());
        let matrix = rules(|rules| rules.pairs = Some(pairs.into()));
        let allowed: Vec<_> = Role::iter()
            .flat_map(|one| Role::iter().map(move |other| (one, other)))
            .filter(|(one, other)| matrix.may_talk(*one, *other))
            .map(|(one, other)| RolePair(one, other).to_string())
            .collect();
        assert_eq!(allowed, ["PATIENT-STAFF", "PATIENT-ADMIN", "STUDENT-STUDENT", "STAFF-PATIENT", "ADMIN-PATIENT"]);
        for wrong in ["", "PATIENT", "PATIENT-NURSE", "PATIENT CLINICIAN"] {
            assert!(wrong.parse::<RolePair>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_unverified_clinician_does_not_start_with_patients_unless_the_clinic_says_so() {
        let (new, old) = (person(Role::Clinician, false), person(Role::Clinician, true));
        for (role, lets_start) in [Role::Patient, Role::Clinician].into_iter().zip([false, true]) {
            let other = person(role, false);
            let matrix = rules(|_| {});
            assert_eq!(matrix.may_start(&new, &other, false, &[]).is_ok(), lets_start);
            assert_eq!(matrix.within_reach(&new).contains(&role), lets_start);
            assert_eq!(matrix.may_gather(Some(&new), &[role], &[role], false, &[]).is_ok(), lets_start);
            assert!(matrix.may_gather(Some(&new), &[Role::Clinician, role], &[], false, &[]).is_ok(), "they are there");
            assert!(
                matrix.may_start(&old, &other, false, &[]).is_ok()
                    && matrix.may_start(&other, &new, false, &[]).is_ok()
            );
            let trusting = rules(|rules| rules.unverified_clinicians_start = true);
            assert!(trusting.may_start(&new, &other, false, &[]).is_ok());
        }
    }
}
