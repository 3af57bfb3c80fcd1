//! `bedside config`.

use clap::Subcommand;
use serde_json::Value;

use super::say;
use crate::{App, config::Config, graphql::documents::Documents, mail::Mailer, push::Pusher};

/// Look at the settings.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  bedside --config /etc/bedside.toml config check")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the settings as they are in effect, from the file, the environment and the defaults, secrets left out;
    /// or say what is wrong with them.
    #[command(after_help = "Example:  BEDSIDE_LISTEN=0.0.0.0:8080 bedside config check")]
    Check,
    /// Print a configuration file with every setting, its description and its default.
    #[command(after_help = "Example:  bedside config example > bedside.toml")]
    Example,
}

pub(super) fn run(args: &Args, settings: anyhow::Result<Config>) -> anyhow::Result<()> {
    match args.action {
        Action::Example => say(Config::example().trim_end()),
        Action::Check => {
            let config = settings?;
            say(listing(&config)?.trim_end());
            if let Some(count) = Documents::open(&config.documents)?.trusted() {
                say(format_args!("\n# {count} trusted documents, and no others, are run"));
            }
            if let Err(missing) = App::check_secrets(&config) {
                say(format_args!("\n# `bedside serve` would not start: {missing:#}"));
            }
            let mail = Mailer::new(&config.mail, "", [0; 32]).map(drop);
            let push = Pusher::new(&config.push).map(drop);
            for wrong in [mail, push].into_iter().filter_map(Result::err) {
                say(format_args!("\n# `bedside serve` would not start: {wrong:#}"));
            }
        }
    }
    Ok(())
}

/// One `name = value` a line, as a configuration file could hold it.
fn listing(config: &Config) -> anyhow::Result<String> {
    let mut lines = String::new();
    list("", &serde_json::to_value(config)?, &mut lines);
    Ok(lines)
}

fn list(name: &str, value: &Value, lines: &mut String) {
    let line = match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                list(&name, value, lines);
            }
            return;
        }
        Value::Null => format!("# {name} is not set\n"),
        value => format!("{name} = {value}\n"),
    };
    lines.push_str(&line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_is_a_configuration_of_the_same_settings() {
        let mut config = Config::defaults().unwrap();
        config.auth.root_secret = Some("hush".to_owned().into());
        config.limits.file_max = bytesize::ByteSize::mib(3);
        let text = listing(&config).unwrap();
        assert!(text.contains("auth.root_secret = \"(secret)\"") && !text.contains("hush"), "{text}");
        assert!(text.contains("server.drain = \"10s\"") && text.contains("# auth.signing_key is not set"), "{text}");
        let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
        std::fs::write(file.path(), &text).unwrap();
        assert_eq!(listing(&Config::load(Some(file.path())).unwrap()).unwrap(), text);
    }
}
