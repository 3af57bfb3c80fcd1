//! Uploads: the GraphQL multipart request specification
//! (<https://github.com/jaydenseric/graphql-multipart-request-spec>), read strictly and spooled to disk.

use std::{collections::HashMap, io::Write};

use async_graphql::UploadValue;
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::Value;

use super::{
    answer::Refusal,
    gateway::Gateway,
    http::{Asked, BODY},
    operation::{Operation, Parameters},
};
use crate::graphql::precheck::check_json;

/// Reads an operation with its files.
pub(super) async fn read(
    gateway: &Gateway,
    asked: &Asked,
    content_type: &str,
    body: Body,
) -> Result<Operation, Refusal> {
    // A token is never sent by a browser on its own, so a page of another site cannot upload either.
    if let Err(error) = &asked.viewer {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, error.code(), error.message())
            .with_header(header::WWW_AUTHENTICATE, "Bearer"));
    }
    let boundary =
        multer::parse_boundary(content_type).map_err(|_| Refusal::bad_request("The upload names no boundary."))?;
    let limits = &gateway.app.config.limits;
    let (file_max, files_max) = (limits.file_max.as_u64() + 1, limits.attachments_max);
    let whole = (BODY as u64) * 2 + file_max.saturating_mul(files_max as u64);
    let sizes = SizeLimit::new()
        .whole_stream(whole)
        .for_field("operations", BODY as u64)
        .for_field("map", BODY as u64)
        .per_field(file_max);
    let parts = Multipart::with_constraints(body.into_data_stream(), boundary, Constraints::new().size_limit(sizes));
    match tokio::time::timeout(limits.upload, assemble(gateway, parts, files_max)).await {
        Ok(operation) => operation,
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", "The upload took too long to arrive.")),
    }
}

async fn assemble(gateway: &Gateway, mut parts: Multipart<'_>, files_max: usize) -> Result<Operation, Refusal> {
    let operations = named(&mut parts, "operations").await?;
    let mut parameters = match operations {
        Value::Object(map) => Parameters::from_map(map)?,
        _ => return Err(Refusal::bad_request("\"operations\" must be one GraphQL request.")),
    };
    let mut places = places(named(&mut parts, "map").await?, &parameters, files_max)?;
    let mut files = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let key = part.name().unwrap_or_default().to_owned();
        let Some(paths) = places.remove(&key) else {
            return Err(Refusal::bad_request("A file is not named in \"map\", or is sent twice."));
        };
        let file = spool(part).await?;
        files.push((file, paths));
    }
    if !places.is_empty() {
        return Err(Refusal::bad_request("A file named in \"map\" was not sent."));
    }
    for (_, paths) in &files {
        for path in paths {
            // Any value stands in for the file until it is put in below; null would be taken for a missing one.
            set(&mut parameters, path);
        }
    }
    let mut operation = Operation::admit(gateway.documents(), parameters)?;
    for (file, paths) in files {
        for path in paths {
            operation.request.set_upload(&path, file.try_clone().map_err(|_| unavailable())?);
        }
    }
    Ok(operation)
}

/// The next part, which must be this one and JSON.
async fn named(parts: &mut Multipart<'_>, name: &str) -> Result<Value, Refusal> {
    let part = parts.next_field().await.map_err(broken)?.filter(|part| part.name() == Some(name));
    let Some(part) = part else {
        return Err(Refusal::bad_request(format!(
            "The parts of an upload come in this order: operations, map, files. \"{name}\" is missing here."
        )));
    };
    let bytes = part.bytes().await.map_err(broken)?;
    check_json(&bytes).map_err(|_| Refusal::bad_request(format!("\"{name}\" is nested too deeply.")))?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_request(format!("\"{name}\" is not JSON.")))
}

/// Where each file belongs; every place must be there and hold null.
fn places(map: Value, parameters: &Parameters, files_max: usize) -> Result<HashMap<String, Vec<String>>, Refusal> {
    let Value::Object(map) = map else {
        return Err(Refusal::bad_request("\"map\" must be an object of lists of paths."));
    };
    if map.len() > files_max {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            format!("A request can have at most {files_max} files."),
        ));
    }
    let mut places = HashMap::new();
    let mut taken = std::collections::HashSet::new();
    for (key, paths) in map {
        let paths: Vec<String> = serde_json::from_value(paths)
            .map_err(|_| Refusal::bad_request("\"map\" must be an object of lists of paths."))?;
        let fits =
            |path: &String| path.strip_prefix("variables.").is_some_and(|path| is_null(&parameters.variables, path));
        if paths.is_empty()
            || !paths.iter().all(fits)
            || !paths.iter().all(|path| taken.insert(path.clone()))
            || taken.len() > files_max
        {
            return Err(Refusal::bad_request("Each path in \"map\" must name, once, a variable that is null."));
        }
        places.insert(key, paths);
    }
    Ok(places)
}

fn is_null(variables: &serde_json::Map<String, Value>, path: &str) -> bool {
    let mut steps = path.split('.');
    let first = steps.next().and_then(|name| variables.get(name));
    let found = steps.try_fold(first, |value, step| {
        let value = value?;
        Some(match value {
            Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            other => other.get(step),
        })
    });
    found.flatten().is_some_and(Value::is_null)
}

fn set(parameters: &mut Parameters, path: &str) {
    let mut steps = path.trim_start_matches("variables.").split('.');
    let mut place = steps.next().and_then(|name| parameters.variables.get_mut(name));
    for step in steps {
        place = place.and_then(|value| match value {
            Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            other => other.get_mut(step),
        });
    }
    if let Some(place) = place {
        *place = Value::String(String::new());
    }
}

async fn spool(mut part: Field<'_>) -> Result<UploadValue, Refusal> {
    let filename = part.file_name().unwrap_or_default().to_owned();
    let content_type = part.content_type().map(ToString::to_string);
    let mut file = tempfile::tempfile().map_err(|_| unavailable())?;
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        file = tokio::task::spawn_blocking(move || file.write_all(&chunk).map(|()| file))
            .await
            .ok()
            .and_then(std::io::Result::ok)
            .ok_or_else(unavailable)?;
    }
    let file = tokio::task::spawn_blocking(move || std::io::Seek::rewind(&mut file).map(|()| file))
        .await
        .ok()
        .and_then(std::io::Result::ok);
    Ok(UploadValue { filename, content_type, content: file.ok_or_else(unavailable)? })
}

fn unavailable() -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The file could not be taken now. Please try again.")
        .with_header(header::RETRY_AFTER, "5")
}

fn broken(error: multer::Error) -> Refusal {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The upload is larger than allowed.")
        }
        _ => Refusal::bad_request("The upload is not complete, or not multipart/form-data."),
    }
}
