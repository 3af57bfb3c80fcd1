//! The GraphiQL page.

use axum::response::Html;

/// The page.
pub(super) async fn page() -> Html<&'static str> {
    Html(include_str!("graphiql.html"))
}
