//! `bedside user`.

use std::io::{BufRead, IsTerminal};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};

use super::{
    folder::{self, Hold},
    open_current, plain, say,
};
use crate::{
    App,
    accounts::service::{self, NewAccount},
    clock::Clock,
    config::Config,
    entity::user::{Language, Role},
};

/// Manage accounts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  bedside user create --help")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Create(Create),
}

/// Make an account of any role; works while a server runs.
///
/// The password is asked for on the terminal, or read from standard input: an argument would be seen by everybody on
/// the machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    bedside user create --username ada --email ada@clinic.example --full-name \"Dr Ada Okafor\" --role clinician\n  \
    pass show clinic/admin | bedside user create --username root1 --email it@clinic.example \\\n    \
    --full-name \"Clinic administrator\" --role admin --password-stdin")]
struct Create {
    /// 3 to 32 letters, digits, dots, dashes or underscores; unique.
    #[arg(long)]
    username: String,
    /// Where mail reaches them; unique.
    #[arg(long)]
    email: String,
    /// As they write it.
    #[arg(long)]
    full_name: String,
    /// What they are to the clinic.
    #[arg(long, value_enum, ignore_case = true)]
    role: RoleName,
    /// Free text such as "Therapist".
    #[arg(long)]
    title: Option<String>,
    /// Free text such as "Cardiology".
    #[arg(long)]
    specialization: Option<String>,
    /// Where they work or study.
    #[arg(long)]
    institution: Option<String>,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// The roles, as the command line names them.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Patient,
    Clinician,
    Student,
    Caregiver,
    Staff,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Patient => Self::Patient,
            RoleName::Clinician => Self::Clinician,
            RoleName::Student => Self::Student,
            RoleName::Caregiver => Self::Caregiver,
            RoleName::Staff => Self::Staff,
            RoleName::Admin => Self::Admin,
        }
    }
}

pub(super) async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    match args.action {
        Action::Create(new) => create(new, config).await,
    }
}

async fn create(new: Create, mut config: Config) -> anyhow::Result<()> {
    folder::add_dev_keys(&mut config, false)?;
    App::check_secrets(&config)?;
    Hold::wait_for_migration(&config).await?;
    let database = open_current(&config).await?;
    let password = if new.password_stdin { read_password()? } else { ask_password()? };
    let listen = config.server.listen;
    let app = App::start(config, Clock::default(), database, listen).await?;
    let account = NewAccount {
        username: new.username,
        email: new.email,
        full_name: new.full_name,
        password,
        role: new.role.into(),
        title: new.title,
        specialization: new.specialization,
        institution: new.institution,
        language: Language::default(),
        time_zone: None,
    };
    // Whoever can run commands here vouches for the account.
    let made = service::create(&app, account, true).await;
    app.shut_down().await;
    app.database.clone().close().await;
    let user = made.map_err(plain)?;
    say(format_args!("{} can sign in now. Their id is {}.", user.username, user.id));
    Ok(())
}

/// The first line of standard input.
fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("standard input cannot be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!password.is_empty(), "there is no password on standard input");
    Ok(password.to_owned())
}

/// Asks twice, without showing what is typed.
fn ask_password() -> anyhow::Result<String> {
    anyhow::ensure!(
        std::io::stdin().is_terminal(),
        "there is no terminal to ask for the password: give --password-stdin and the password on standard input"
    );
    let password = rpassword::prompt_password("Password: ")?;
    anyhow::ensure!(rpassword::prompt_password("Once more: ")? == password, "the two passwords differ: try again");
    Ok(password)
}
