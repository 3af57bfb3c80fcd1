//! Which roles may talk to each other.

use crate::{
    config::Preset,
    entity::user::Role,
    error::{Error, Result, UserErrorCode},
};

/// Whether people of these roles may talk to each other; the order does not matter.
pub fn may_talk(preset: Preset, one: Role, other: Role) -> bool {
    use Role::{Admin, Caregiver, Clinician, Patient, Staff, Student};
    let pair = |a: Role, b: Role| (one == a && other == b) || (one == b && other == a);
    match preset {
        Preset::Strict => pair(Patient, Clinician),
        Preset::Care => {
            let with_staff = [one, other].into_iter().any(|role| matches!(role, Staff | Admin));
            with_staff
                || pair(Patient, Clinician)
                || pair(Caregiver, Clinician)
                || pair(Clinician, Clinician)
                || pair(Student, Student)
                || pair(Student, Clinician)
        }
    }
}

/// Refuses a pair that may not talk.
///
/// # Errors
/// ROLE_PAIR_NOT_ALLOWED, for the person.
pub fn check(preset: Preset, one: Role, other: Role) -> Result<()> {
    if may_talk(preset, one, other) {
        return Ok(());
    }
    let message = match preset {
        Preset::Strict => "Only patients and clinicians can chat with each other.",
        Preset::Care => {
            "People in your two roles cannot chat with each other here. Ask your clinic for the right contact."
        }
    };
    Err(Error::invalid(UserErrorCode::RolePairNotAllowed, &["input", "userId"], message))
}

/// Refuses a group in which two people of these roles may not talk to each other.
///
/// # Errors
/// ROLE_PAIR_NOT_ALLOWED, for the person.
pub fn check_group(preset: Preset, people: &[Role], field: &[&str]) -> Result<()> {
    let refused = people
        .iter()
        .enumerate()
        .any(|(place, one)| people[place + 1..].iter().any(|other| !may_talk(preset, *one, *other)));
    if refused {
        return Err(Error::invalid(
            UserErrorCode::RolePairNotAllowed,
            field,
            "Two of these people may not be in one group. Ask your clinic to set it up.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_pair_of_both_presets() {
        // Rows and columns: PATIENT CLINICIAN STUDENT CAREGIVER STAFF ADMIN.
        let care = ["010011", "111111", "011011", "010011", "111111", "111111"];
        let strict = ["010000", "100000", "000000", "000000", "000000", "000000"];
        for (preset, table) in [(Preset::Care, care), (Preset::Strict, strict)] {
            for (one, row) in Role::iter().zip(table) {
                for (other, cell) in Role::iter().zip(row.chars()) {
                    assert_eq!(may_talk(preset, one, other), cell == '1', "{preset:?}: {one:?} with {other:?}");
                }
            }
        }
    }
}
