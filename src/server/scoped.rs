//! Holds the operations of programs against the scopes of their tokens. What people ask for does not come by here.

use std::sync::Arc;

use async_graphql::{
    PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use crate::{error::Error, graphql::RequestContext, scopes::Scopes};

/// Refuses an operation with a root field that the token may not ask for; nothing of it is run.
pub(super) fn refusal(scopes: Scopes, document: &ExecutableDocument, operation: Option<&str>) -> Option<Response> {
    let mut operations = document.operations.iter();
    let (_, chosen) =
        operations.find(|(name, _)| operation.is_none() || name.map(|name| name.as_str()) == operation)?;
    let mut fields = Vec::new();
    roots(&chosen.node.selection_set.node, document, &mut fields);
    let refused = fields.into_iter().find(|field| scopes.check_root(field).is_err())?;
    Some(Response::from_errors(vec![forbidden(refused)]))
}

/// The names of the fields at the root. Circles of fragments were refused when the document was read.
fn roots<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, fields: &mut Vec<&'d str>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => fields.push(field.node.name.node.as_str()),
            Selection::InlineFragment(inline) => roots(&inline.node.selection_set.node, document, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    roots(&fragment.node.selection_set.node, document, fields);
                }
            }
        }
    }
}

fn forbidden(field: &str) -> ServerError {
    let mut error = ServerError::new(format!("The token of this program does not allow \"{field}\"."), None);
    error.extensions.get_or_insert_default().set("code", Error::Forbidden.code());
    error
}

fn segment(node: &QueryPathNode<'_>) -> PathSegment {
    match node.segment {
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        QueryPathSegment::Index(index) => PathSegment::Index(index),
    }
}

/// Looks at every field of an operation of a program.
pub(super) struct Scoped;

impl ExtensionFactory for Scoped {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Scoped {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let viewer = ctx.data_opt::<Arc<RequestContext>>().and_then(|request| request.viewer.as_ref().ok());
        let is_root = ["Query", "Mutation", "Subscription"].contains(&info.parent_type);
        // The items of a list come by here too; the field that holds them was looked at.
        let is_item = matches!(info.path_node.segment, QueryPathSegment::Index(_));
        let allowed = viewer
            .and_then(|viewer| viewer.scopes())
            .is_none_or(|scopes| is_root || is_item || scopes.check_field(info.parent_type, info.name).is_ok());
        if allowed {
            return next.run(ctx, info).await;
        }
        let mut path: Vec<_> = std::iter::once(info.path_node).chain(info.path_node.parents()).map(segment).collect();
        path.reverse();
        Err(ServerError { path, ..forbidden(info.name) })
    }
}
