//! Resolving the fields of an object, see [`super::executor`].

use std::{borrow::Cow, task::Poll};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    resolver_utils::resolve_container as resolve_by_library,
};
use futures_util::{
    future::{BoxFuture, join_all},
    poll,
};

/// Data of a schema that has no extension: then nothing but its resolvers looks at its fields.
pub struct NoExtensions;

/// Any object of the schema. What resolves its fields is compiled once, not once for each type.
trait Object: Sync {
    fn type_name(&self) -> Cow<'static, str>;
    fn begin<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>>;
    fn resolve_by_library<'a>(&'a self, ctx: &'a ContextSelectionSet<'a>) -> BoxFuture<'a, ServerResult<Value>>;
}

impl<T: ContainerType> Object for T {
    fn type_name(&self) -> Cow<'static, str> {
        self.introspection_type_name()
    }

    fn begin<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        Box::pin(self.resolve_field(ctx))
    }

    fn resolve_by_library<'a>(&'a self, ctx: &'a ContextSelectionSet<'a>) -> BoxFuture<'a, ServerResult<Value>> {
        Box::pin(resolve_by_library(ctx, self))
    }
}

/// Resolves the fields of an object that were asked for, and waits for those together that wait for something.
///
/// # Errors
/// That of a field which is never null: then the object is not there either (GraphQL, section 6.4.4).
pub fn resolve_container<'a, T: ContainerType>(
    ctx: &'a ContextSelectionSet<'a>,
    root: &'a T,
) -> BoxFuture<'a, ServerResult<Value>> {
    Box::pin(resolve(ctx, root))
}

async fn resolve(ctx: &ContextSelectionSet<'_>, root: &dyn Object) -> ServerResult<Value> {
    let mut fields = Vec::with_capacity(ctx.item.node.items.len());
    let is_known = ctx.data_opt::<NoExtensions>().is_some() && collect(ctx, root, &ctx.item.node, &mut fields);
    let mut answer: IndexMap<_, _> =
        fields.iter().map(|field| (field.node.response_key().node.clone(), Value::Null)).collect();
    if !is_known || answer.len() < fields.len() {
        // What is asked for twice is merged by the library.
        return root.resolve_by_library(ctx).await;
    }
    let contexts: Vec<_> = fields.iter().map(|field| ctx.with_field(field)).collect();
    let mut waiting = Vec::new();
    for (at, ctx_field) in contexts.iter().enumerate() {
        if ctx_field.item.node.name.node == "__typename" {
            answer[at] = Value::String(root.type_name().into_owned());
            continue;
        }
        let mut begun = root.begin(ctx_field);
        match poll!(&mut begun) {
            Poll::Ready(outcome) => answer[at] = settle(ctx, root, fields[at], outcome)?,
            Poll::Pending => waiting.push(async move { (at, begun.await) }),
        }
    }
    for (at, outcome) in join_all(waiting).await {
        answer[at] = settle(ctx, root, fields[at], outcome)?;
    }
    Ok(Value::Object(answer))
}

/// Lists the fields of a selection. Not when something in it is for the library to refuse.
fn collect<'a>(
    ctx: &ContextSelectionSet<'a>,
    root: &dyn Object,
    set: &'a SelectionSet,
    fields: &mut Vec<&'a Positioned<Field>>,
) -> bool {
    set.items.iter().all(|selection| {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                fields.push(field);
                return true;
            }
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
            }
            Selection::FragmentSpread(spread) => match ctx.query_env.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => (Some(&fragment.node.type_condition), &fragment.node.selection_set),
                None => return false,
            },
        };
        let applies = condition.is_none_or(|condition| {
            let (own, name) = (root.type_name(), condition.node.on.node.as_str());
            let interfaces = || ctx.schema_env.registry.implements.get(own.as_ref());
            own == name || interfaces().is_some_and(|interfaces| interfaces.contains(name))
        });
        !applies || collect(ctx, root, &set.node, fields)
    })
}

/// The value of a field, or null with its error noted where null may stand.
fn settle(
    ctx: &ContextSelectionSet<'_>,
    root: &dyn Object,
    field: &Positioned<Field>,
    outcome: ServerResult<Option<Value>>,
) -> ServerResult<Value> {
    outcome.map(Option::unwrap_or_default).or_else(|error| {
        let own = ctx.schema_env.registry.types.get(root.type_name().as_ref());
        let meta = own.and_then(|own| own.field_by_name(&field.node.name.node));
        if meta.is_none_or(|meta| meta.ty.ends_with('!')) {
            return Err(error);
        }
        ctx.add_error(error);
        Ok(Value::Null)
    })
}
