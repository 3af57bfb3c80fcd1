//! A case is discussed without naming the patient, unless the patient takes part.
//!
//! Looked for are the names of patients whom whoever writes has a conversation with: those they could name. Others are not
//! looked for, or a refusal would tell who is a patient of the clinic.

use unicode_normalization::char::is_combining_mark;

use super::store;
use crate::{
    access::Viewer,
    error::{Error, Result, UserErrorCode},
    ids::UserId,
    journal::Tx,
    people,
};

/// Checks what a case is called and about; `here` is who takes part in it.
///
/// # Errors
/// NOT_ALLOWED, for the person.
pub(super) async fn names_nobody(
    tx: &Tx,
    viewer: &Viewer,
    texts: impl IntoIterator<Item = &str>,
    here: &[UserId],
) -> Result<()> {
    let said: Vec<_> = texts.into_iter().map(words).collect();
    for (patient, name) in store::patients_of(tx, viewer.id()).await? {
        let name = words(&name);
        // One word alone is most often another word.
        let is_named = name.len() > 1 && said.iter().any(|text| text.windows(name.len()).any(|part| part == name));
        if is_named && !here.contains(&patient) {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input"],
                "A case must not name a patient who does not take part in it. Please leave the name out.",
            ));
        }
    }
    Ok(())
}

/// The words of a text, whatever their accents and case. An accent may be a character of its own, which is no letter.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    let folded = parts.map(|word| {
        let mut folded = String::new();
        word.chars().for_each(|c| people::fold_into(&mut folded, c));
        folded
    });
    folded.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_words_however_its_accents_are_written() {
        assert_eq!(words("Nguye\u{302}\u{303}n Thị Hoa"), ["nguyen", "thi", "hoa"]);
        assert_eq!(words("Nguyễn, Thi\u{323} HOA"), ["nguyen", "thi", "hoa"]);
    }
}
