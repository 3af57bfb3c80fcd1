//! What somebody who means harm would send: the files beside this one, and what would be too large to keep as a file.
//! Nothing of it may be run, stop the server, or hold a core.

use std::path::Path;

/// Something hostile, by name.
pub type Named<T> = (String, T);

/// GraphQL documents, none of which may run on a server in production.
pub fn documents() -> Vec<Named<String>> {
    let generated = [
        ("aliases", format!("{{ viewer {{ {} }} }}", numbered(101, |n| format!("a{n}: __typename ")))),
        ("aliases-of-the-root", format!("{{ {} }}", numbered(101, |n| format!("alias{n}: __typename ")))),
        ("aliases-of-sign-ins", {
            let login =
                |n| format!("a{n}: login(input: {{ name: \"ada\", password: \"{n}\" }}) {{ userErrors {{ code }} }} ");
            format!("mutation {{ {} }}", numbered(100, login))
        }),
        ("arguments", format!("{{ cursor({}) }}", numbered(900, |n| format!("a{n}: {n} ")))),
        ("brackets-closing", "}".repeat(20_000)),
        ("comment-long", format!("#{}\n{{ cursor }}", "x".repeat(40_000))),
        ("deep-selection", nested(5_000, "{ viewer ", "}")),
        ("deep-within-nesting", format!("{{ viewer {}", nested(16, "{ user ", "}")) + "}"),
        ("deep-type", format!("query($a: {}) {{ cursor }}", nested(5_000, "[", "]").replacen("[]", "[Int]", 1))),
        ("directives", format!("{{ cursor {} }}", "@skip(if: false) ".repeat(51))),
        ("fields-duplicated", format!("{{ {} }}", "__typename ".repeat(500))),
        ("fields-duplicated-below", format!("{{ viewer {{ user {{ {} }} }} }}", "id ".repeat(1_200))),
        ("fields-unknown", format!("{{ viewer {{ {} }} }}", numbered(900, |n| format!("nothing{n} ")))),
        ("fragments", format!("{{ cursor }} {}", numbered(51, |n| format!("fragment F{n} on Query {{ cursor }} ")))),
        ("fragments-doubling", doubling(40)),
        ("fragments-doubling-nothing", doubling(40).replace("{ cursor }", "{ ...Missing }")),
        ("fragments-in-a-chain", {
            let chain = numbered(48, |n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1));
            format!("{{ ...F0 }} {chain} fragment F48 on Query {{ cursor }}")
        }),
        ("hidden-list", format!("{{ user(id: [\"\"\" \" {}", "[".repeat(20_000))),
        ("hidden-object", format!("{{ user(id: [\"\"\" \" {}", "{a:".repeat(8_000))),
        ("inline-fragments", format!("{{ {} }}", "... { cursor } ".repeat(101))),
        ("inline-fragments-deep", format!("{{ {} }}", nested(24, "... { cursor ", "}"))),
        ("introspection-often", {
            let types =
                numbered(60, |n| format!("t{n}: types {{ fields {{ args {{ name type {{ name kind }} }} }} }} "));
            format!("{{ __schema {{ {types} }} }}")
        }),
        ("list-deep", format!("{{ user(id: {}) {{ id }} }}", nested(5_000, "[", "]"))),
        ("list-deep-in-a-default", format!("query($a: ID = {}) {{ user(id: $a) {{ id }} }}", nested(5_000, "[", "]"))),
        ("list-deep-in-a-directive", format!("{{ cursor @skip(if: {}) }}", nested(5_000, "[", "]"))),
        ("list-long", format!("{{ nodes(ids: [{}]) {{ id }} }}", numbered(4_500, |n| format!("\"{n}\" ")))),
        ("name-long", format!("{{ {} }}", "a".repeat(30_000))),
        ("numbers-in-one", format!("{{ user(id: [{}]) {{ id }} }}", "-1".repeat(15_000))),
        ("object-deep", format!("{{ user(id: {}) {{ id }} }}", nested(5_000, "{ a: ", "}"))),
        ("operations", numbered(900, |n| format!("query Q{n} {{ nothing }} "))),
        (
            "roots-of-mutations",
            format!("mutation {{ {} }}", numbered(26, |n| format!("a{n}: logout {{ sessionId }} "))),
        ),
        ("roots-within-a-fragment", format!("{{ ... {{ {} }} }}", "cursor ".repeat(26))),
        ("spreads", format!("{{ {} }} fragment F on Query {{ cursor }}", "...F ".repeat(101))),
        ("text-long", format!("{{ user(id: \"{}\") {{ id }} }}", "x".repeat(40_000))),
        ("variables", format!("query({}) {{ cursor }}", numbered(700, |n| format!("$a{n}: Int ")))),
    ];
    let generated = generated.into_iter().map(|(name, text)| (name.to_owned(), text));
    files("documents").into_iter().chain(generated).collect()
}

/// What is no request at all, as a body or as a message on a socket.
pub fn messages() -> Vec<Named<Vec<u8>>> {
    let request = |variables: &str| format!(r#"{{"query":"{{ cursor }}","variables":{{"a":{variables}}}}}"#);
    let generated = [
        ("deep", nested(50_000, "[", "]").into_bytes()),
        (
            "deep-extensions",
            format!(r#"{{"query":"{{ cursor }}","extensions":{}}}"#, nested(30, r#"{"a":"#, "}")).into_bytes(),
        ),
        ("deep-variables", request(&nested(5_000, "[", "]")).into_bytes()),
        ("deep-without-end", r#"{"a":"#.repeat(8_000).into_bytes()),
        ("batch-large", format!("[{}]", vec![r#"{"query":"{ __typename }"}"#; 1_000].join(",")).into_bytes()),
        ("spaces", " ".repeat(300_000).into_bytes()),
        ("no-text", b"{\"query\":\"\xff\xfe { cursor }\"}".to_vec()),
        ("other-encoding", "{\"query\":\"{ cursor }\"}".encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("null-bytes", vec![0; 1_000]),
    ];
    let generated = generated.into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    files("messages").into_iter().map(|(name, text)| (name, text.into_bytes())).chain(generated).collect()
}

fn files(folder: &str) -> Vec<Named<String>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile")).join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn numbered(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn nested(levels: usize, open: &str, close: &str) -> String {
    open.repeat(levels) + &close.repeat(levels)
}

/// Fragments of which each spreads the next twice.
fn doubling(levels: usize) -> String {
    let doubling = numbered(levels, |n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1));
    format!("{{ ...F0 }} {doubling} fragment F{levels} on Query {{ cursor }}")
}
