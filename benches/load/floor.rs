//! What the disk and the database can do by themselves, to compare with.

use std::{
    fs::File,
    io::{Seek, Write},
    path::Path,
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, TransactionTrait};

/// How many rows go into one commit.
const BATCH: usize = 64;
const FOR: Duration = Duration::from_secs(2);

/// The median and the longest time of 200 flushes of 4 KiB to the disk a folder is on.
pub fn flush_times(folder: &Path) -> (Duration, Duration) {
    let mut file = File::create(folder.join("flush")).unwrap();
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            file.rewind().unwrap();
            file.write_all(&[7; 4096]).unwrap();
            let began = Instant::now();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    times.sort();
    (times[times.len() / 2], times[times.len() - 1])
}

/// How many rows a second a bare loop inserts, 64 to a flushed commit: a message's text and keys, with one index, and
/// nothing of what makes it a service.
pub async fn bare_inserts(url: &str) -> f64 {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    if url.starts_with("sqlite") {
        connection.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").await.unwrap();
    }
    for statement in [
        "CREATE TABLE bare (seq BIGINT PRIMARY KEY, conversation BIGINT NOT NULL, text TEXT NOT NULL)",
        "CREATE UNIQUE INDEX ux_bare ON bare (conversation, seq)",
    ] {
        connection.execute_unprepared(statement).await.unwrap();
    }
    let (began, mut rows) = (Instant::now(), 0);
    while began.elapsed() < FOR {
        let values = (rows..rows + BATCH).map(|seq| {
            format!("({seq},{},'#{seq} The pressure was 128 over 82 this morning, and the pulse 72.')", seq % 100)
        });
        let values = values.collect::<Vec<_>>().join(",");
        let tx = connection.begin().await.unwrap();
        tx.execute_unprepared(&format!("INSERT INTO bare VALUES {values}")).await.unwrap();
        tx.commit().await.unwrap();
        rows += BATCH;
    }
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    connection.execute_unprepared("DROP TABLE bare").await.unwrap();
    connection.close().await.unwrap();
    rate
}
