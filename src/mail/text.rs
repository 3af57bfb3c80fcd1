//! What mail says, in English and French.

use crate::entity::user::Language;

/// A mail as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) link: Option<String>,
}

/// Whom a letter is for, and whom it comes from.
pub(super) struct Envelope<'a> {
    pub(super) language: Language,
    /// The reader, by their full name.
    pub(super) to: &'a str,
    /// The clinic.
    pub(super) from: &'a str,
}

impl Envelope<'_> {
    fn letter(&self, subject: &str, text: &str, link: Option<String>) -> Letter {
        let (hello, end) = match self.language {
            Language::En => ("Hello", "This mail was sent by a program. Please do not reply to it."),
            Language::Fr => ("Bonjour", "Ce message a été envoyé par un programme. Merci de ne pas y répondre."),
        };
        let Self { to, from, .. } = self;
        Letter { subject: subject.into(), body: format!("{hello} {to},\n\n{text}\n\n{from}\n\n-- \n{end}\n"), link }
    }

    /// Somebody registered with this address and this username.
    pub(super) fn confirm_address(&self, username: &str, link: String) -> Letter {
        let (subject, text) = match self.language {
            Language::En => (
                "Confirm your mail address",
                format!(
                    "Somebody registered here with this mail address, as \"{username}\". If it was you, open this link \
                     within 24 hours and give the password you chose:\n\n{link}\n\nIf it was not you, you need not do \
                     anything. Please do not open the link: without it there is no account."
                ),
            ),
            Language::Fr => (
                "Confirmez votre adresse e-mail",
                format!(
                    "Quelqu'un s'est inscrit ici avec cette adresse e-mail, sous le nom « {username} ». Si c'est vous, \
                     ouvrez ce lien dans les 24 heures et indiquez le mot de passe que vous avez choisi :\n\n{link}\n\n\
                     Si ce n'est pas vous, vous n'avez rien à faire. N'ouvrez pas le lien : sans lui, il n'y a pas de \
                     compte."
                ),
            ),
        };
        self.letter(subject, &text, Some(link))
    }

    /// Somebody registered with the address of an account that is there already.
    pub(super) fn already_here(&self, username: &str) -> Letter {
        let (subject, text) = match self.language {
            Language::En => (
                "You have an account already",
                format!(
                    "Somebody tried to register here with this mail address. You have an account already, \
                     \"{username}\", and nothing about it has changed. If it was you, sign in, or say there that you \
                     forgot your password. If it was not you, you need not do anything."
                ),
            ),
            Language::Fr => (
                "Vous avez déjà un compte",
                format!(
                    "Quelqu'un a essayé de s'inscrire ici avec cette adresse e-mail. Vous avez déjà un compte, \
                     « {username} », et il n'a pas changé. Si c'est vous, connectez-vous, ou indiquez que vous avez \
                     oublié votre mot de passe. Si ce n'est pas vous, vous n'avez rien à faire."
                ),
            ),
        };
        self.letter(subject, &text, None)
    }

    /// Somebody forgot the password of this account.
    pub(super) fn reset_password(&self, username: &str, link: String) -> Letter {
        let (subject, text) = match self.language {
            Language::En => (
                "Choose a new password",
                format!(
                    "Somebody asked for a new password for your account \"{username}\". If it was you, open this link \
                     within 30 minutes:\n\n{link}\n\nIt works once, and signs you out everywhere. If it was not you, you \
                     need not do anything: your password stays as it is."
                ),
            ),
            Language::Fr => (
                "Choisissez un nouveau mot de passe",
                format!(
                    "Quelqu'un a demandé un nouveau mot de passe pour votre compte « {username} ». Si c'est vous, \
                     ouvrez ce lien dans les 30 minutes :\n\n{link}\n\nIl ne sert qu'une fois et vous déconnecte \
                     partout. Si ce n'est pas vous, vous n'avez rien à faire : votre mot de passe reste le même."
                ),
            ),
        };
        self.letter(subject, &text, Some(link))
    }

    /// The password of this account was changed.
    pub(super) fn password_changed(&self, username: &str) -> Letter {
        let (subject, text) = match self.language {
            Language::En => (
                "Your password was changed",
                format!(
                    "The password of your account \"{username}\" was changed, and all other devices were signed out. If \
                     it was not you, say at once when you sign in that you forgot your password, and tell the clinic."
                ),
            ),
            Language::Fr => (
                "Votre mot de passe a été modifié",
                format!(
                    "Le mot de passe de votre compte « {username} » a été modifié, et tous les autres appareils ont été \
                     déconnectés. Si ce n'est pas vous, indiquez tout de suite à la connexion que vous avez oublié votre \
                     mot de passe, et prévenez l'établissement."
                ),
            ),
        };
        self.letter(subject, &text, None)
    }
}
