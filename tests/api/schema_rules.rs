//! The conventions every type of the schema keeps.

use serde_json::{Value, json};

use crate::support::TestServer;

const SCHEMA: &str = "{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name description specifiedByURL
    fields(includeDeprecated: true) { name description args { name description type { ...T } } type { ...T } }
    inputFields { name description type { ...T } } enumValues(includeDeprecated: true) { name description } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

/// The types of the schema without those of the introspection itself.
async fn types() -> Vec<Value> {
    let server = TestServer::start().await;
    let schema = server.patient("pat").await.run(SCHEMA, json!({})).await;
    let all = schema["__schema"]["types"].as_array().unwrap().clone();
    all.into_iter().filter(|one| !text(one, "name").starts_with("__")).collect()
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn list<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    of[key].as_array().into_iter().flatten()
}

/// A type as the schema writes it: `[User!]!`.
fn written(of: &Value) -> String {
    match text(of, "kind") {
        "NON_NULL" => format!("{}!", written(&of["ofType"])),
        "LIST" => format!("[{}]", written(&of["ofType"])),
        _ => text(of, "name").to_owned(),
    }
}

fn fields_of<'a>(types: &'a [Value], name: &str) -> Vec<&'a Value> {
    let found: Vec<_> = types.iter().filter(|one| one["name"] == name).flat_map(|one| list(one, "fields")).collect();
    assert!(!found.is_empty(), "there is no type {name}");
    found
}

/// Everything in a type that can have a description, with its path.
fn described(one: &Value) -> Vec<(String, &Value)> {
    let name = text(one, "name");
    let mut found = Vec::new();
    for field in ["fields", "inputFields", "enumValues"].into_iter().flat_map(|key| list(one, key)) {
        let path = format!("{name}.{}", text(field, "name"));
        found.extend(list(field, "args").map(|arg| (format!("{path}({}:)", text(arg, "name")), arg)));
        found.push((path, field));
    }
    found
}

/// The scalars that GraphQL itself describes (specification, section 3.5).
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

#[tokio::test]
async fn everything_in_the_schema_has_a_description() {
    let types = types().await;
    assert!(types.len() > 50);
    // The library gives the type of a connection no place for a description; its fields have theirs.
    let has_no_place = |one: &Value| text(one, "name").ends_with("Connection") || BUILT_IN.contains(&text(one, "name"));
    let whole = types.iter().filter(|one| !has_no_place(one)).map(|one| (text(one, "name").to_owned(), one));
    let missing: Vec<_> = whole
        .chain(types.iter().flat_map(described))
        .filter(|(_, item)| text(item, "description").trim().is_empty())
        .map(|(path, _)| path)
        .collect();
    assert_eq!(missing, [""; 0], "without a description");
}

#[tokio::test]
async fn own_scalars_say_where_they_are_specified() {
    let types = types().await;
    let scalars = types.iter().filter(|one| one["kind"] == "SCALAR" && !BUILT_IN.contains(&text(one, "name")));
    let missing: Vec<_> = scalars.filter(|one| one["specifiedByURL"].is_null()).map(|one| text(one, "name")).collect();
    assert_eq!(missing, [""; 0], "without specifiedBy");
}

#[tokio::test]
async fn one_failing_root_field_does_not_blank_the_others() {
    let types = types().await;
    for root in ["Query", "Mutation"] {
        for field in fields_of(&types, root) {
            assert_ne!(field["type"]["kind"], "NON_NULL", "{root}.{} is not nullable", text(field, "name"));
        }
    }
}

#[tokio::test]
async fn every_mutation_takes_one_input_and_answers_a_payload_with_user_errors() {
    let types = types().await;
    for field in fields_of(&types, "Mutation") {
        let name = text(field, "name");
        let args: Vec<_> = list(field, "args").map(|arg| (text(arg, "name"), written(&arg["type"]))).collect();
        if ["logout", "endOtherSessions", "removePush"].contains(&name) {
            assert_eq!(args, [], "{name} is about the session that asks");
        } else {
            let input = format!("{}{}Input!", name[..1].to_uppercase(), &name[1..]);
            assert_eq!(args, [("input", input)], "{name}");
        }
        let payload = written(&field["type"]);
        assert!(payload.ends_with("Payload"), "{name} answers {payload}");
        let errors = fields_of(&types, &payload).into_iter().find(|field| field["name"] == "userErrors");
        assert_eq!(errors.map(|field| written(&field["type"])).as_deref(), Some("[UserError!]!"), "{payload}");
    }
}

#[tokio::test]
async fn nothing_is_named_client_mutation_id() {
    let types = types().await;
    let named: Vec<_> =
        types.iter().flat_map(described).filter(|(_, item)| text(item, "name") == "clientMutationId").collect();
    assert_eq!(named, []);
}

#[tokio::test]
async fn lists_and_their_items_are_never_null() {
    let types = types().await;
    let (mut seen, mut wrong) = (0, Vec::new());
    for (path, item) in types.iter().flat_map(described) {
        let written = written(&item["type"]);
        if written.contains('[') {
            seen += 1;
            // An id that names nothing gives null at its own place; tags that are left out stay as they are; of an input
            // that is one of several things, all but one are null.
            let may_be_null = ["Query.nodes", "UpdateConversationInput.tags", "MarkNotificationsReadInput.ids"];
            let may_be_null = may_be_null.contains(&path.as_str());
            let is_whole = written.starts_with('[') && written.ends_with("!]!");
            if !(may_be_null || is_whole) {
                wrong.push(format!("{path}: {written}"));
            }
        }
    }
    assert!(seen > 20);
    assert_eq!(wrong, [""; 0]);
}

#[tokio::test]
async fn every_connection_takes_pages_from_both_ends() {
    let types = types().await;
    let mut seen = 0;
    for (field, owner) in types.iter().flat_map(|one| list(one, "fields").map(move |field| (field, text(one, "name"))))
    {
        if written(&field["type"]).trim_end_matches('!').ends_with("Connection") {
            let names: Vec<_> = list(field, "args").map(|arg| text(arg, "name")).collect();
            for name in ["first", "after", "last", "before"] {
                assert!(names.contains(&name), "{owner}.{} has no {name}", text(field, "name"));
            }
            seen += 1;
        }
    }
    assert!(seen >= 5);
}
