//! The languages the server speaks to people in: what `userErrors` and refusals say. Codes stay.
//!
//! The English sentence stands where it is raised, and is the key of its translation: whoever reads a rule reads what a
//! person will be told. A test finds every such sentence and misses those without a translation.

mod french;

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use crate::entity::user::Language;

impl Language {
    /// The one that an `Accept-Language` header prefers (RFC 9110 section 12.5.4); English when it names none of ours.
    pub fn preferred(header: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let language = match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "en" => Self::En,
                "fr" => Self::Fr,
                _ => continue,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
            if let Ok(quality) = quality
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// A sentence in this language; in English when it has no translation.
    pub fn say(self, english: &str) -> Cow<'_, str> {
        match self {
            Self::En => Cow::Borrowed(english),
            Self::Fr => in_french(english).map_or(Cow::Borrowed(english), Cow::Owned),
        }
    }
}

fn in_french(english: &str) -> Option<String> {
    static WHOLE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| french::SENTENCES.iter().copied().collect());
    if let Some(french) = WHOLE.get(english) {
        return Some((*french).to_owned());
    }
    french::SENTENCES.iter().find_map(|(pattern, french)| Some(filled(french, &values(pattern, english)?)))
}

/// The values that stand in a sentence where its pattern has `{}`; none when it is another sentence.
fn values<'a>(pattern: &str, sentence: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    for part in parts {
        let at = if part.is_empty() { rest.len() } else { rest.find(part)? };
        values.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    (rest.is_empty() && !values.is_empty()).then_some(values)
}

/// A pattern with its `{}` filled in order.
fn filled(pattern: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut text = String::new();
    for (place, part) in pattern.split("{}").enumerate() {
        if place > 0 {
            text.push_str(values.next().unwrap_or(&""));
        }
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_a_browser_prefers_is_found() {
        for (header, expected) in [
            ("", Language::En),
            ("fr", Language::Fr),
            ("fr-CA, en;q=0.8", Language::Fr),
            ("en;q=0.8, FR-fr;q=0.9", Language::Fr),
            ("de, fr;q=0.5, en;q=0.4", Language::Fr),
            ("fr;q=0, en;q=0.1", Language::En),
            ("fr;q=x", Language::En),
            ("de, *", Language::En),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header}");
        }
    }

    #[test]
    fn values_go_over_into_the_translation() {
        assert_eq!(Language::Fr.say("A group has at most 250 people."), "Un groupe compte au plus 250 personnes.");
        assert_eq!(Language::Fr.say("This sentence is nowhere."), "This sentence is nowhere.");
        assert_eq!(Language::En.say("Please give your name."), "Please give your name.");
        assert_eq!(values("a {} b {}.", "a 1 b 2."), Some(vec!["1", "2"]));
        assert_eq!(values("a {} b.", "a 1 c."), None);
    }

    /// The sentences of a source text that a person may be told, with `{}` for every value.
    fn sentences(code: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut before = String::new();
        let mut chars = code.chars();
        while let Some(char) = chars.next() {
            if char != '"' {
                before.push(char);
                continue;
            }
            let mut text = String::new();
            while let Some(char) = chars.next() {
                match char {
                    '"' => break,
                    '\\' => match chars.next() {
                        // A line that goes on: what it is indented by does not count.
                        Some('\n') => {
                            let rest = chars.as_str().trim_start();
                            chars = rest.chars();
                        }
                        escaped => text.extend(escaped),
                    },
                    _ => text.push(char),
                }
            }
            let is_for_people = !["desc = ", "bad_input(", "bad_input(format!(", "Unavailable("]
                .iter()
                .any(|end| before.trim_end().ends_with(end.trim_end()));
            let is_sentence = text.starts_with(|char: char| char.is_ascii_uppercase() || char == '{')
                && text.ends_with('.')
                && text.contains(' ');
            if is_sentence && is_for_people {
                found.push(placeholders(&text));
            }
            before.push('"');
        }
        found
    }

    fn placeholders(text: &str) -> String {
        let mut parts = text.split('{');
        let mut pattern = parts.next().unwrap().to_owned();
        for part in parts {
            pattern += "{}";
            pattern += part.split_once('}').unwrap_or(("", part)).1;
        }
        pattern
    }

    #[test]
    fn every_sentence_a_person_may_be_told_has_a_translation() {
        // What these say goes to those who write clients, run the server, or read the mail that `mail/text.rs` writes.
        let others =
            ["server", "commands", "config", "config.rs", "mail", "language", "error.rs", "clock.rs", "graphql"];
        let others_below = ["attachments/http.rs", "attachments/types.rs"];
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![root.clone()];
        let (mut missing, mut count) = (Vec::new(), 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                if others.contains(&name.as_str()) || others_below.contains(&name.as_str()) || name.contains("tests") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let code = text.split("#[cfg(test)]").next().unwrap().lines();
                let code: Vec<_> = code.filter(|line| !line.trim_start().starts_with("//")).collect();
                for sentence in sentences(&code.join("\n")) {
                    count += 1;
                    if !french::SENTENCES.iter().any(|(english, _)| *english == sentence) {
                        missing.push(format!("{name}: {sentence}"));
                    }
                }
            }
        }
        assert!(count > 50, "only {count} sentences were found");
        assert!(missing.is_empty(), "add these to src/language/french.rs: {missing:#?}");
    }

    #[test]
    fn every_translation_has_the_values_of_its_sentence() {
        for (english, french) in french::SENTENCES {
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{english}");
            assert_eq!(english.ends_with('.'), french.ends_with('.'), "{french}");
        }
    }
}
