//! What public audits of GraphQL servers look for (the checks of `graphql-cop`), asked of a server in production and of
//! one that shows GraphiQL, without a token: none of it is found. Queries by GET are the exception, and meant: they
//! change nothing, and without cookies a page of another site has nobody's name to ask in.

use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

async fn body(request: RequestBuilder) -> Value {
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

/// The answer to a body sent as JSON.
async fn answer(server: &TestServer, request: Value) -> Value {
    body(Actor::nobody(server).http().post(server.url("/graphql")).json(&request)).await
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {answer}"))
}

async fn production() -> TestServer {
    TestServer::start_with(|config| config.server.graphiql = false).await
}

#[tokio::test]
async fn no_amount_of_one_thing_is_run() {
    for server in [production().await, TestServer::start().await] {
        let aliases: String = (0..=100).map(|n| format!("alias{n}:__typename \n")).collect();
        let circle = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
        for (what, query) in [
            ("aliases", format!("query cop {{ {aliases} }}")),
            ("directives", "query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }".into()),
            ("fields", format!("query cop {{ {} }}", "__typename \n".repeat(500))),
            ("circular introspection", format!("query cop {circle}")),
            (
                "circular fragments",
                "query cop { __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }".into(),
            ),
        ] {
            let answer = answer(&server, json!({ "query": query, "operationName": "cop" })).await;
            assert!(answer.get("data").is_none(), "{what}: {answer}");
            assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{what}: one error, however many there are");
        }
        let batch = vec![json!({ "query": "query cop { __typename }", "operationName": "cop" }); 10].into();
        assert_eq!(code(&answer(&server, batch).await), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn nothing_is_told_about_the_schema_in_production() {
    let server = production().await;
    for query in [
        "{ __schema { types { name fields { name } } } }",
        "{ __type(name: \"User\") { name fields { name } } }",
        include_str!("../hostile/standard-introspection.graphql"),
    ] {
        let answer = answer(&server, json!({ "query": query })).await;
        assert!(answer.get("data").is_none_or(|data| data.to_string().len() < 40), "{answer}");
        assert!(!answer.to_string().contains("fullName"), "{answer}");
    }
    for query in [
        "{ __schema { directive } }",
        "{ viewr { id } }",
        "{ viewer { usr { id } } }",
        "{ user(ide: \"a\") { id } }",
        "query($a: Usr) { cursor }",
    ] {
        let answer = answer(&server, json!({ "query": query })).await.to_string().to_lowercase();
        assert!(answer.contains("graphql_validation_failed") && !answer.contains("did you mean"), "{answer}");
    }
}

#[tokio::test]
async fn no_page_to_try_things_is_shown_in_production() {
    let server = production().await;
    let nobody = Actor::nobody(&server);
    for path in ["/", "/graphiql", "/playground", "/console", "/graphql"] {
        let page = nobody.http().get(server.url(path)).header(header::ACCEPT, "text/html").send().await.unwrap();
        assert!(!page.status().is_success(), "{path}: {}", page.status());
        let text = page.text().await.unwrap().to_lowercase();
        for name in ["graphiql", "playground", "graphql voyager", "altair", "apollo studio"] {
            assert!(!text.contains(name), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_can_change_nothing() {
    let server = TestServer::start().await;
    let nobody = Actor::nobody(&server);
    let url = server.url("/graphql");
    let mutation = [("query", "mutation cop { __typename }")];
    let got = nobody.http().get(&url).query(&mutation);
    assert_eq!(code(&body(got).await), "BAD_USER_INPUT");
    // What a browser sends for another site without asking first: forms and plain text.
    let query = "query=query%20cop%20%7B__typename%7D";
    for content_type in ["application/x-www-form-urlencoded", "text/plain", "application/graphql", ""] {
        let sent = nobody.http().post(&url).header(header::CONTENT_TYPE, content_type).body(query);
        assert_eq!(code(&body(sent).await), "UNSUPPORTED_MEDIA_TYPE", "{content_type}");
    }
    let in_the_address = nobody.http().post(&url).query(&[("query", "query { __typename }")]);
    assert_eq!(code(&body(in_the_address).await), "UNSUPPORTED_MEDIA_TYPE");
    let form = reqwest::multipart::Form::new().text("operations", "{\"query\":\"{ __typename }\"}").text("map", "{}");
    assert_eq!(code(&body(nobody.http().post(&url).multipart(form)).await), "UNAUTHENTICATED");
}

#[tokio::test]
async fn nothing_is_told_of_how_an_answer_was_made() {
    for server in [production().await, TestServer::start().await] {
        for query in ["query cop { __typename }", "qwerty cop { abc }", "{ viewer { user { id } } }", "{ nothing }"] {
            let said = answer(&server, json!({ "query": query, "extensions": { "tracing": true } })).await;
            for told in ["tracing", "exception", "stacktrace", "debug", "src/", ".rs"] {
                assert!(!said.to_string().contains(told), "{query}: {said}");
            }
        }
    }
}
