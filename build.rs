//! Says what to do when the browser pages are to be built in and are not there. It makes nothing.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_PAGES").is_none() {
        return;
    }
    println!("cargo::rerun-if-changed=web/dist");
    if !["chat.html", "graphiql.html"].iter().all(|page| Path::new("web/dist").join(page).exists()) {
        println!(
            "cargo::error=the feature `pages` builds the browser pages into the program, and web/dist has none: make them \
             first with `cd web && npm ci && npm run build` (Node.js 20 or later)"
        );
    }
}
