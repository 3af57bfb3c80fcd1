//! Which file may name what, read from `src/`. The direction of calls is
//! `server -> schema -> FEATURE/{query,mutation,subscription,types} -> service -> store -> entity`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

/// Every file of `src/` with its code: without comments, and without the tests at its end.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let (root, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), Vec::new());
    walk(&root, &mut found);
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    let is_test = |name: &str| name.ends_with("tests.rs") || name.contains("/tests/");
    let named = found.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap()));
    let code = |text: &str| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().lines();
        code.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    named.filter(|(name, _)| !is_test(name)).map(|(name, text)| (name, code(&text))).collect()
}

/// The features in the order of `lib.rs`: services of each call only those above it.
fn features() -> Vec<String> {
    let lib = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned);
    let is_feature = |module: &String| {
        sources()
            .iter()
            .any(|(name, _)| ["query", "mutation"].iter().any(|layer| *name == format!("{module}/{layer}.rs")))
    };
    modules.filter(is_feature).collect()
}

/// The last part of a file's name.
fn layer(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether a file translates between the API and the services.
fn is_resolver(name: &str) -> bool {
    let is_layer = matches!(layer(name), "query.rs" | "mutation.rs" | "subscription.rs" | "types.rs" | "loader.rs");
    is_layer || name.contains("/types/")
}

/// Fails with the files that name one of `words` and may not.
#[track_caller]
fn nobody_names(words: &[&str], may: impl Fn(&str) -> bool) {
    let named = sources().into_iter().filter(|(name, _)| !may(name));
    let wrong: Vec<_> = named
        .flat_map(|(name, code)| {
            let found: Vec<_> =
                words.iter().filter(|word| code.contains(**word)).map(|word| format!("{name}: {word}")).collect();
            found
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn services_know_neither_the_api_nor_the_doors() {
    // The scalars, enums, cards and errors that rows and the API share say so on their own type; the rest are doors.
    let shared = [
        "clock.rs",
        "error.rs",
        "ids.rs",
        "journal/event.rs",
        "journal/store.rs",
        "messages/cards.rs",
        "messages/status.rs",
        "scopes.rs",
        "timeline/note.rs",
    ];
    let doors = ["schema.rs", "node.rs", "attachments/http.rs"];
    nobody_names(&["async_graphql", "axum"], |name| {
        is_resolver(name)
            || shared.contains(&name)
            || doors.contains(&name)
            || ["delivery/", "entity/", "graphql/", "server/"].iter().any(|folder| name.starts_with(folder))
    });
}

#[test]
fn only_stores_access_the_journal_and_the_database_run_queries() {
    let queries = [
        "Entity::find",
        "Entity::insert",
        "Entity::update",
        "Entity::delete",
        "from_raw_sql",
        "find_by_statement",
        "execute_unprepared",
        "query_all",
        "query_one",
    ];
    nobody_names(&queries, |name| {
        layer(name) == "store.rs" || name.starts_with("journal/") || ["access.rs", "database.rs"].contains(&name)
    });
}

#[test]
fn resolvers_reach_rows_through_services() {
    nobody_names(&["store::", "::Entity", "ActiveModel", "database.snapshot", "database.begin"], |name| {
        // `changes` reads its page and the end of the journal in one view.
        !is_resolver(name) || name == "live/query.rs"
    });
}

#[test]
fn a_store_is_named_by_its_own_feature_alone() {
    for feature in features() {
        let words = [format!("{feature}::store"), format!("{feature}::{{store")];
        nobody_names(&words.each_ref().map(String::as_str), |_| false);
    }
}

#[test]
fn services_call_only_the_features_above_them() {
    let features = features();
    assert!(features.len() > 5, "{features:?}");
    for (place, feature) in features.iter().enumerate() {
        let own = format!("{feature}/");
        for later in &features[place + 1..] {
            let words = [
                format!(", {later}::"),
                format!("    {later}::"),
                format!("    {later},"),
                format!("crate::{later}::"),
                format!("::{{{later}::"),
            ];
            nobody_names(&words.each_ref().map(String::as_str), |name| !name.starts_with(&own) || is_resolver(name));
        }
    }
}

#[test]
fn the_time_and_results_have_one_source() {
    nobody_names(&["Utc::now", "SystemTime::now"], |name| name == "clock.rs");
    nobody_names(&["async_graphql::Result", "FieldResult"], |_| false);
    nobody_names(&["tokio::time::sleep(", "thread::sleep"], |_| false);
}

#[test]
fn objects_are_resolved_by_our_own_function() {
    // The parts of a root are merged, and never resolved by themselves.
    let is_root = |name: &str| ["query.rs", "mutation.rs", "delivery/mod.rs"].iter().any(|part| name.ends_with(part));
    for (name, text) in sources().into_iter().filter(|(name, _)| !is_root(name)) {
        for line in text.lines().filter(|line| line.starts_with("#[Object")) {
            assert!(line.contains(r#"crate = "crate::graphql::executor""#), "{name}: {line}");
        }
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    for (name, code) in sources() {
        assert!(code.lines().count() <= 500, "{name} has more than 500 lines of code: split it by what it is about");
    }
}
