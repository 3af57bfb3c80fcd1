//! A database for each test: a SQLite file in its folder, or on PostgreSQL a copy of a migrated template.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use bedside::database::Database;
use sea_orm::{ConnectionTrait, Database as SeaDatabase};
use tokio::sync::OnceCell;

/// The address of a new, migrated database.
pub async fn fresh(folder: &Path) -> String {
    match std::env::var("BEDSIDE_TEST_POSTGRES_URL") {
        Ok(server) => copy_of_template(&server).await,
        Err(_) => {
            let url = format!("sqlite://{}", folder.join("bedside.sqlite").display());
            migrate(&url).await;
            url
        }
    }
}

async fn migrate(url: &str) {
    let database = Database::connect(url).await.unwrap();
    database.migrate().await.unwrap();
    database.close().await;
}

async fn copy_of_template(server: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("bedside_test_{}", std::process::id());
            execute(server, &[&format!("DROP DATABASE IF EXISTS {name}"), &format!("CREATE DATABASE {name}")]).await;
            migrate(&of(server, &name)).await;
            name
        })
        .await;
    let name = format!("{template}_{}", COPIES.fetch_add(1, Ordering::Relaxed));
    execute(
        server,
        &[
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        ],
    )
    .await;
    of(server, &name)
}

/// A copy of a database that nobody uses.
pub async fn copy(url: &str, folder: &Path, name: &str) -> String {
    match std::env::var("BEDSIDE_TEST_POSTGRES_URL") {
        Ok(server) => {
            let original = url.rsplit_once('/').unwrap().1;
            let copy = format!("{original}_{name}");
            execute(
                &server,
                &[
                    &format!("DROP DATABASE IF EXISTS {copy} WITH (FORCE)"),
                    &format!("CREATE DATABASE {copy} TEMPLATE {original}"),
                ],
            )
            .await;
            of(&server, &copy)
        }
        Err(_) => {
            let copy = folder.join(format!("{name}.sqlite"));
            execute(url, &[&format!("VACUUM INTO '{}'", copy.display())]).await;
            format!("sqlite://{}", copy.display())
        }
    }
}

/// Drops the database of a finished test.
pub async fn discard(url: &str) {
    if let (Ok(server), Some((_, name))) = (std::env::var("BEDSIDE_TEST_POSTGRES_URL"), url.rsplit_once('/')) {
        execute(&server, &[&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]).await;
    }
}

fn of(server: &str, name: &str) -> String {
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

async fn execute(server: &str, statements: &[&str]) {
    let connection = SeaDatabase::connect(server).await.unwrap();
    for statement in statements {
        connection.execute_unprepared(statement).await.unwrap();
    }
    connection.close().await.unwrap();
}
