//! `bedside dev`.

use std::{
    fmt::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;

use super::{
    connect,
    folder::{self, Hold, Holder},
    pages, plain, say,
    seed::{self, Person},
    serve,
};
use crate::{
    App,
    accounts::service::{Credentials, login},
    config::Config,
    database::Database,
    error::Error,
    journal,
    mail::Shown,
    pages::DemoPerson,
};

/// Serve on this machine to try things: a small clinic with a history, demo accounts, the chat and GraphiQL.
///
/// Makes what it needs in the data folder and uses it again the next time. Nothing of it is meant for real patients.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bedside dev\n  bedside dev --data-dir /tmp/clinic --listen 127.0.0.1:0 --fresh")]
pub(super) struct Args {
    /// The folder for the database, the files and the keys [default: data].
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,

    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,

    /// Start over: remove the database and the files of the data folder first. The keys stay.
    #[arg(long)]
    fresh: bool,

    /// Do not build the browser pages: serve them as they are, if they are there.
    #[arg(long, env = "BEDSIDE_NO_PAGES", value_parser = clap::builder::FalseyValueParser::new())]
    no_pages: bool,
}

/// Long enough to paste a token into something and come back to it.
const TOKEN: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn run(args: Args, mut config: Config) -> anyhow::Result<()> {
    config.data_dir = args.data_dir.unwrap_or(config.data_dir);
    config.server.listen = args.listen.unwrap_or(config.server.listen);
    config.server.graphiql = true;
    config.server.metrics.get_or_insert((Ipv4Addr::LOCALHOST, 0).into());
    (config.auth.access_token, config.auth.refresh_token) = (TOKEN, TOKEN);
    if !config.mail.is_on() {
        config.mail.folder = Some(config.data_dir.join("mail"));
        // Who tries things registers and goes on; BEDSIDE_MAIL_CONFIRM_ADDRESSES=true shows the other way.
        config.mail.confirm_addresses.get_or_insert(false);
    }
    folder::add_dev_keys(&mut config, true)?;
    let _hold = Hold::take(&config, Holder::Dev).await?;
    if args.fresh || half_made(&config).exists() {
        start_over(&config)?;
    }
    if !args.no_pages {
        pages::build_if_stale(&config);
    }
    let database = connect(&config.database_url()).await?;
    database.migrate().await?;
    fill(&config, &database).await?;
    let data_dir = config.data_dir.clone();
    let (app, listener) = serve::start(config, database).await?;
    show_mail(&app);
    say(welcome(&app, listener.local_addr()?, &data_dir).await?);
    serve::until_stopped(app, listener).await?;
    say("Stopped. Everything is kept for the next time.");
    Ok(())
}

/// Tells of every mail: its link is what somebody who tries things is after.
fn show_mail(app: &App) {
    let Some(mailer) = &app.mail else { return };
    let (sender, mut mails) = tokio::sync::mpsc::unbounded_channel();
    mailer.shown.get_or_init(|| sender);
    tokio::spawn(async move {
        while let Some(Shown { address, subject, link }) = mails.recv().await {
            say(format_args!(
                "\nMail to {address}: {subject}{}",
                link.map_or_else(String::new, |link| format!("\n  {link}"))
            ));
        }
    });
}

/// Makes the clinic when there is nothing yet.
async fn fill(config: &Config, database: &Database) -> anyhow::Result<()> {
    let head = journal::head(database.reader()).await.map_err(plain)?;
    if head.seq > journal::Seq::START {
        return Ok(());
    }
    let note = half_made(config);
    std::fs::write(&note, "").with_context(|| format!("{} cannot be written", note.display()))?;
    say("Making a small clinic with three weeks of history:");
    seed::make(config.clone(), database.clone(), |progress| say(format_args!("  {progress}"))).await?;
    std::fs::remove_file(note)?;
    Ok(())
}

/// A file that is there while the clinic is being made.
fn half_made(config: &Config) -> PathBuf {
    config.data_dir.join("clinic-half-made")
}

/// Removes the embedded database and the files, nothing else.
fn start_over(config: &Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.database.url.is_none(),
        "only the database of the data folder can be started over: empty the one of DATABASE_URL yourself, and remove \
         {} if it is there",
        half_made(config).display()
    );
    for name in ["bedside.sqlite", "bedside.sqlite-wal", "bedside.sqlite-shm"] {
        gone(std::fs::remove_file(config.data_dir.join(name)))?;
    }
    gone(std::fs::remove_dir_all(config.data_dir.join("files")))?;
    gone(std::fs::remove_file(half_made(config)))
}

fn gone(removed: std::io::Result<()>) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("the data folder cannot be emptied")
        }
        _ => Ok(()),
    }
}

/// Everything a person needs to begin.
async fn welcome(app: &App, address: SocketAddr, data_dir: &Path) -> anyhow::Result<String> {
    // Everywhere is no address to open in a browser.
    let host = if address.ip().is_unspecified() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { address.ip() };
    let host = SocketAddr::new(host, address.port());
    let mut text = format!(
        "\nBedside is ready.\n\n  \
           Chat       http://{host}/chat\n  \
           GraphiQL   http://{host}/\n  \
           GraphQL    http://{host}/graphql\n  \
           WebSocket  ws://{host}/graphql/ws\n  \
           Health     http://{host}/healthz  http://{host}/readyz\n  \
           Data       {}\n  \
           Mail       {}\n",
        std::path::absolute(data_dir)?.display(),
        match &app.config.mail.folder {
            Some(folder) => std::path::absolute(folder)?.display().to_string(),
            None => "is sent".into(),
        }
    );
    if let Some(address) = app.metrics_address.get() {
        writeln!(text, "  Metrics    http://{address}/metrics")?;
    }
    let people = people(app).await?;
    if people.is_empty() {
        text.push_str("\nThis database has accounts of its own: sign in with `login`.\n");
        return Ok(text);
    }
    write!(text, "\nDemo accounts, all with the password \"{}\":\n\n", seed::PASSWORD)?;
    for DemoPerson { username, full_name, role, title, .. } in &people {
        writeln!(text, "  {username:<8} {role:<10} {full_name:<17} {}", title.as_deref().unwrap_or_default())?;
    }
    text.push_str("\nAccess tokens, good for 30 days:\n");
    let first = |role| people.iter().find(|person| person.role == role);
    for DemoPerson { username, token, .. } in ["CLINICIAN", "PATIENT"].into_iter().filter_map(first) {
        write!(text, "\n  {username}\n  {token}\n")?;
    }
    if let Some(DemoPerson { token, .. }) = first("CLINICIAN") {
        write!(
            text,
            "\nTry:\n\ncurl -s http://{host}/graphql -H 'Content-Type: application/json' \\\n  \
             -H 'Authorization: Bearer {token}' \\\n  \
             -d '{{\"query\":\"{{ viewer {{ user {{ fullName }} }} conversations(first: 5) {{ nodes {{ purpose unreadCount }} }} }}\"}}'\n"
        )?;
    }
    text.push_str("\nCtrl-C stops. `bedside dev --fresh` starts over.");
    Ok(text)
}

/// The demo accounts, signed in; those alone whose password is still that of the demo.
async fn people(app: &App) -> anyhow::Result<Vec<DemoPerson>> {
    let mut people = Vec::new();
    for Person { username, full_name, role, title, .. } in seed::people()? {
        let given = Credentials { name: username.clone(), password: seed::PASSWORD.into(), device_token: None };
        let token = match login(app, given, Ipv4Addr::LOCALHOST.into(), "bedside dev").await {
            Ok(sign_in) => sign_in.access_token,
            Err(Error::Invalid(_)) => continue,
            Err(error) => return Err(plain(error)),
        };
        let role = format!("{role:?}").to_uppercase();
        people.push(DemoPerson { username, full_name, role, title, password: seed::PASSWORD.into(), token });
    }
    // The pages sign in as any of them with one click.
    Ok(app.pages.demo.get_or_init(|| people).clone())
}
