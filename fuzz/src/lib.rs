//! The files of the server that read what anybody may send, by themselves: what they need of it is only each other.

/// As in the server.
#[path = "../../src/graphql"]
pub mod graphql {
    pub mod cost;
    pub mod document;
    pub mod precheck;
    pub mod tokens;
    pub mod validation;
}

/// As in the server.
#[path = "../../src/server"]
pub mod server {
    pub mod message;
}
