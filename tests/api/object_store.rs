//! Files in an S3 store, which several nodes share.

use bedside::attachments::service::sweep;
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Actor, Paper, Store, TestServer, codes};

const DISCARD: &str = "mutation($a: ID!) { discardAttachment(input: { id: $a }) { discardedId userErrors { code } } }";
/// What an S3 store takes as one part at least, and therefore what an upload is cut into.
const PART: usize = 5 << 20;

async fn clinic() -> (Store, TestServer) {
    let store = Store::open().await;
    let server = TestServer::start_with(|config| store.used_by(config)).await;
    (store, server)
}

async fn get(who: &Actor, url: &Value, range: Option<&str>) -> Response {
    let mut request = who.http().get(url.as_str().unwrap()).bearer_auth(&who.token);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    request.send().await.unwrap()
}

fn picture() -> Paper {
    let mut content = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(900, 600, |x, y| Rgb([x as u8, y as u8, 90])).write_to(&mut content, ImageFormat::Png).unwrap();
    Paper::new("x-ray.png", "image/png", content.into_inner())
}

#[tokio::test]
async fn a_picture_that_one_node_stored_is_shown_by_another() {
    let (store, server) = clinic().await;
    let other = server.another_node().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (_, file) = ada.send_file(&thread, &picture()).await;
    assert_eq!(store.holds(), 2, "the picture and its small copy");
    let pat = pat.at(&other);
    let at_other =
        |url: &Value| json!(url.as_str().unwrap().replace(&server.address.to_string(), &other.address.to_string()));
    let whole = get(&pat, &at_other(&file["url"]), None).await.bytes().await.unwrap();
    assert_eq!(file["size"], whole.len());
    let small = get(&pat, &at_other(&file["thumbnail"]["url"]), None).await.bytes().await.unwrap();
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!(file["thumbnail"]["width"], small.width());
    assert!(!server.folder.path().join("files").exists(), "nothing is kept in the data folder");
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_comes_back_in_ranges() {
    let (store, server) = clinic().await;
    let ada = server.doctor("ada").await;
    let content: Vec<u8> = (0..2 * PART - 1000).map(|n| b'a' + (n % 23) as u8).collect();
    let file = ada.attach(&Paper::new("history.txt", "text/plain", content.clone())).await;
    assert_eq!((&file["size"], store.holds()), (&json!(content.len()), 1));
    let answer = get(&ada, &file["url"], Some(&format!("bytes={}-{}", PART - 5, PART + 4))).await;
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.bytes().await.unwrap(), content[PART - 5..PART + 5], "across the seam of two parts");
    let last = get(&ada, &file["url"], Some("bytes=-7")).await;
    assert_eq!(last.bytes().await.unwrap(), content[content.len() - 7..]);
    assert_eq!(get(&ada, &file["url"], None).await.bytes().await.unwrap(), content);
}

#[tokio::test]
async fn what_is_discarded_or_never_sent_leaves_the_store() {
    let (store, server) = clinic().await;
    let ada = server.doctor("ada").await;
    let (note, x_ray) = (ada.attach(&Paper::note("Twice a day")).await, ada.attach(&picture()).await);
    assert_eq!(store.holds(), 3);
    let discarded = ada.run(DISCARD, json!({ "a": x_ray["id"] })).await;
    assert_eq!((codes(&discarded["discardAttachment"]), store.holds()), (vec![], 1));
    assert_eq!(get(&ada, &x_ray["url"], None).await.status(), 404);
    assert_eq!(get(&ada, &note["url"], None).await.text().await.unwrap(), "Twice a day");
    server.clock.advance(server.app.config.limits.unsent_files * 2);
    sweep(&server.app).await.unwrap();
    assert_eq!(store.holds(), 0);
}

#[tokio::test]
async fn while_the_store_is_down_uploads_and_downloads_say_when_to_try_again() {
    let (mut store, server) = clinic().await;
    let ada = server.doctor("ada").await;
    let before = ada.attach(&Paper::note("Before")).await;
    let thread = server.conversation(&[&ada, &server.patient("pat").await]).await;
    store.go_down().await;
    let paper = Paper::note("Meanwhile");
    let refused = ada.try_upload(std::slice::from_ref(&paper)).await;
    assert_eq!(refused.body["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{:?}", refused.body);
    assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 5);
    let refused = get(&ada, &before["url"], None).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    ada.send(&thread, "Writing goes on").await;
    store.come_back().await;
    let payload = ada.upload(&paper).await;
    assert_eq!((&payload["userErrors"], &payload["replayed"]), (&json!([]), &json!(false)));
    assert_eq!(get(&ada, &before["url"], None).await.text().await.unwrap(), "Before");
    assert_eq!(store.holds(), 2);
}
