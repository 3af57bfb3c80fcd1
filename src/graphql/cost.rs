//! What an operation would cost, found before it runs.
//!
//! A field costs 1 and what is selected in it, times how many there may be of it:
//! - a field that takes `first` and `last` is as long as the page asked for, [`PAGE`] when it does not say;
//! - the lists inside such a page are counted with it, once;
//! - a field that takes `ids` is as long as that list;
//! - any other list counts as [`LIST`];
//! - a search for messages costs [`SEARCH`] more, and asking for those of all conversations [`EVERYWHERE`].
//!
//! Fragments count wherever they are spread, but each is looked at once, so nothing can blow up. Of fragments on
//! several object types only the most expensive counts: an object has one type. What `@skip` and `@include` would leave
//! out counts as well.
//!
//! Introspection has a budget of its own, which the standard query is well within, and may not go in circles.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use async_graphql::{
    Name, Positioned,
    parser::types::{
        BaseType, Field, FieldDefinition, FragmentDefinition, OperationDefinition, OperationType, Selection,
        SelectionSet, TypeKind,
    },
};
use async_graphql_value::Value;
use serde_json::{Map, Value as Json};

use super::{
    declared,
    precheck::{DocumentLimits, TooMuch},
};

/// Items of a page that says no size, as [`super::page`] has it.
const PAGE: u64 = 50;
/// Items of the largest page; a larger one is refused without reading anything.
const LARGEST_PAGE: u64 = 100;
/// Items that a list without pages counts as.
const LIST: u64 = 10;
/// What a search for messages costs by itself: it reads and compares for its whole budget, whatever is selected.
const SEARCH: u64 = 8_000;
/// What asking for messages of all conversations costs by itself: a filter that nothing fits is looked for everywhere.
const EVERYWHERE: u64 = 4_000;
/// Selection sets inside selection sets, fragments put in; the library goes no deeper either.
const LEVELS: usize = 32;
/// What introspection may cost in one operation; the standard query comes to a quarter of it.
const INTROSPECTION: u64 = 200_000;

/// What one operation comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Fields and spreads selected, fragments put in.
    pub fields: usize,
    /// Fields at the root, fragments put in.
    pub root_fields: usize,
    /// Fields inside fields.
    pub depth: usize,
    /// The cost.
    pub cost: u64,
    /// The cost of introspection.
    introspection: u64,
    /// Lists of a type's members inside lists of a type's members.
    circles: usize,
    /// Whether it depends on variables.
    pub by_variables: bool,
}

/// Why an operation is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It goes beyond a limit.
    TooMuch(TooMuch),
    /// It costs too much.
    TooExpensive {
        /// What it costs.
        cost: u64,
        /// What is allowed.
        limit: u64,
    },
    /// It asks for the schema in circles, or for too much of it.
    Introspection,
    /// A fragment contains itself.
    Circle,
}

/// Weighs an operation. Without `variables`, their default values count.
///
/// # Errors
/// When it goes beyond a limit.
pub fn weigh(
    operation: &OperationDefinition,
    fragments: &Fragments,
    variables: Option<&Map<String, Json>>,
    limits: &DocumentLimits,
) -> Result<Weight, Refused> {
    let shape = &*SHAPE;
    let mut scale = Scale { shape, operation, fragments, variables, known: HashMap::new(), level: 0 };
    let root = match operation.ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    };
    let weight = scale.set(&operation.selection_set.node, shape.get(root))?;
    for (found, limit, what, setting) in [
        (weight.fields, limits.fields, "fields, with its fragments put in", "documents.fields"),
        (weight.root_fields, limits.root_fields, "fields at the root", "documents.root_fields"),
        (weight.depth, limits.depth, "levels of fields", "documents.depth"),
    ] {
        if found > limit {
            return Err(Refused::TooMuch(TooMuch { what, limit, setting }));
        }
    }
    if weight.circles > 1 || weight.introspection > INTROSPECTION {
        return Err(Refused::Introspection);
    }
    if weight.cost > limits.cost {
        return Err(Refused::TooExpensive { cost: weight.cost, limit: limits.cost });
    }
    Ok(weight)
}

/// The fragments of a document.
pub type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// How many there may be of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    One,
    Page,
    Ids,
    List,
}

#[derive(Debug)]
struct FieldShape {
    of: String,
    size: Size,
    /// What it costs besides what is selected.
    base: u64,
}

/// A type: its fields, and whether objects are of just this type.
#[derive(Debug, Default)]
struct TypeShape {
    name: String,
    fields: HashMap<String, FieldShape>,
    is_object: bool,
}

/// What introspection can ask for (GraphQL specification, section 4.2), as far as it leads on.
const INTROSPECTION_TYPES: &str = "type __Schema { types: [__Type] queryType: __Type mutationType: __Type \
    subscriptionType: __Type directives: [__Directive] } type __Directive { args: [__InputValue] } \
    type __Type { fields: [__Field] interfaces: [__Type] possibleTypes: [__Type] enumValues: [__EnumValue] \
    inputFields: [__InputValue] ofType: __Type } type __Field { args: [__InputValue] type: __Type } \
    type __InputValue { type: __Type } type __EnumValue { name: String } \
    extend type Query { __schema: __Schema __type: __Type }";

/// The fields through which introspection goes from type to type to type.
const MEMBERS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// The types of the schema; a test keeps the file current.
static SHAPE: LazyLock<HashMap<String, TypeShape>> = LazyLock::new(|| {
    let mut types: HashMap<String, TypeShape> = HashMap::new();
    // The test below fails when the file cannot be read.
    for definition in declared::types(declared::SCHEMA).chain(declared::types(INTROSPECTION_TYPES)) {
        let name = definition.name.node.as_str();
        let (fields, is_object) = match &definition.kind {
            TypeKind::Object(object) => (&object.fields, true),
            TypeKind::Interface(interface) => (&interface.fields, false),
            _ => continue,
        };
        let shape = types.entry(name.to_owned()).or_default();
        (shape.name, shape.is_object) = (name.to_owned(), is_object);
        shape.fields.extend(fields.iter().map(|field| (field.node.name.node.to_string(), field_shape(&field.node))));
    }
    let pages: HashSet<String> = types
        .values()
        .flat_map(|shape| shape.fields.values())
        .filter(|field| field.size == Size::Page)
        .map(|field| field.of.clone())
        .collect();
    for (_, page) in types.iter_mut().filter(|(name, _)| pages.contains(*name)) {
        page.fields.values_mut().filter(|field| field.size == Size::List).for_each(|field| field.size = Size::One);
    }
    types
});

fn field_shape(field: &FieldDefinition) -> FieldShape {
    let takes = |name: &str| field.arguments.iter().any(|argument| argument.node.name.node == name);
    let (mut of, mut is_list) = (&field.ty.node.base, false);
    while let BaseType::List(item) = of {
        (of, is_list) = (&item.base, true);
    }
    let size = match is_list {
        _ if takes("first") => Size::Page,
        true if takes("ids") => Size::Ids,
        true => Size::List,
        false => Size::One,
    };
    let base = match field.name.node.as_str() {
        "searchMessages" => SEARCH,
        // Those of one conversation can be asked for around one of them.
        "messages" if !takes("around") => EVERYWHERE,
        _ => 1,
    };
    FieldShape { of: of.to_string(), size, base }
}

struct Scale<'d> {
    shape: &'static HashMap<String, TypeShape>,
    operation: &'d OperationDefinition,
    fragments: &'d Fragments,
    variables: Option<&'d Map<String, Json>>,
    /// What each fragment comes to; none while it is being looked at.
    known: HashMap<&'d str, Option<Weight>>,
    level: usize,
}

impl<'d> Scale<'d> {
    fn set(&mut self, set: &'d SelectionSet, on: Option<&'static TypeShape>) -> Result<Weight, Refused> {
        if self.level == LEVELS {
            let what = "levels of fields and fragments";
            return Err(Refused::TooMuch(TooMuch { what, limit: LEVELS, setting: "documents.depth" }));
        }
        self.level += 1;
        let mut whole = Weight::default();
        // What each object type alone adds to the cost.
        let mut alternatives: HashMap<&str, u64> = HashMap::new();
        for selection in &set.items {
            let (part, only_on) = match &selection.node {
                Selection::Field(field) => (self.field(&field.node, on)?, None),
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let on = condition.map_or(on, |name| self.shape.get(name));
                    (self.set(&inline.node.selection_set.node, on)?, on.filter(|_| condition.is_some()))
                }
                Selection::FragmentSpread(spread) => self.spread(spread.node.fragment_name.node.as_str())?,
            };
            match only_on.filter(|shape| shape.is_object) {
                Some(shape) => {
                    let cost = alternatives.entry(&shape.name).or_default();
                    *cost = cost.saturating_add(part.cost);
                    whole.add(Weight { cost: 0, ..part });
                }
                None => whole.add(part),
            }
        }
        self.level -= 1;
        whole.cost = whole.cost.saturating_add(alternatives.values().copied().max().unwrap_or_default());
        Ok(whole)
    }

    fn spread(&mut self, name: &'d str) -> Result<(Weight, Option<&'static TypeShape>), Refused> {
        // An unknown fragment is refused by the validation.
        let Some(fragment) = self.fragments.get(name) else { return Ok((Weight::selection(), None)) };
        let on = self.shape.get(fragment.node.type_condition.node.on.node.as_str());
        let weight = match self.known.get(name) {
            Some(Some(weight)) => *weight,
            Some(None) => return Err(Refused::Circle),
            None => {
                self.known.insert(name, None);
                let weight = self.set(&fragment.node.selection_set.node, on)?;
                self.known.insert(name, Some(weight));
                weight
            }
        };
        Ok((Weight { fields: weight.fields.saturating_add(1), ..weight }, on))
    }

    fn field(&mut self, field: &'d Field, on: Option<&'static TypeShape>) -> Result<Weight, Refused> {
        let name = field.name.node.as_str();
        let shape = on.and_then(|on| on.fields.get(name));
        let inner = self.set(&field.selection_set.node, shape.and_then(|shape| self.shape.get(&shape.of)))?;
        let (size, by_variables) = shape.map_or((1, false), |shape| self.size(field, shape.size));
        let cost = inner.cost.saturating_mul(size).saturating_add(shape.map_or(1, |shape| shape.base));
        let in_schema = on.is_some_and(|on| on.name.starts_with("__"));
        let weight = Weight {
            fields: inner.fields.saturating_add(1),
            root_fields: 1,
            depth: inner.depth + 1,
            by_variables: inner.by_variables || by_variables,
            circles: inner.circles + usize::from(in_schema && MEMBERS.contains(&name)),
            cost,
            introspection: inner.introspection,
        };
        if name == "__schema" || name == "__type" {
            return Ok(Weight { depth: 1, cost: 1, introspection: cost, ..weight });
        }
        Ok(weight)
    }

    /// How many there may be of a field, and whether a variable says so.
    fn size(&self, field: &Field, size: Size) -> (u64, bool) {
        let names: &[&str] = match size {
            Size::One => return (1, false),
            Size::List => return (LIST, false),
            Size::Page => &["first", "last"],
            Size::Ids => &["ids"],
        };
        let values: Vec<&Value> =
            names.iter().filter_map(|name| field.get_argument(name)).map(|value| &value.node).collect();
        let by_variables = values.iter().any(|value| matches!(value, Value::Variable(_)));
        let largest = values.into_iter().filter_map(|value| self.number(value)).max();
        (largest.unwrap_or(PAGE).min(LARGEST_PAGE), by_variables)
    }

    /// A number, or the length of a list.
    fn number(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Number(number) => Some(number.as_u64().unwrap_or_default()),
            Value::List(items) => Some(items.len() as u64),
            Value::Variable(name) => match self.variables.and_then(|variables| variables.get(name.as_str())) {
                Some(Json::Number(number)) => Some(number.as_u64().unwrap_or_default()),
                Some(Json::Array(items)) => Some(items.len() as u64),
                Some(_) => None,
                None => {
                    let mut definitions = self.operation.variable_definitions.iter();
                    let definition = definitions.find(|definition| definition.node.name.node == *name)?;
                    self.number(&definition.node.default_value.as_ref()?.node.clone().into_value())
                }
            },
            _ => None,
        }
    }
}

impl Weight {
    /// Something selected of which no more is known.
    fn selection() -> Self {
        Self { fields: 1, ..Self::default() }
    }

    /// Puts another selection of the same set beside this.
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.root_fields = self.root_fields.saturating_add(other.root_fields);
        self.depth = self.depth.max(other.depth);
        self.cost = self.cost.saturating_add(other.cost);
        self.introspection = self.introspection.saturating_add(other.introspection);
        self.circles = self.circles.max(other.circles);
        self.by_variables |= other.by_variables;
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn weight_of(text: &str, variables: Json) -> Result<Weight, Refused> {
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        weigh(&operation.node, &document.fragments, variables.as_object(), &DocumentLimits::default())
    }

    fn cost(text: &str) -> u64 {
        weight_of(text, Json::Null).unwrap().cost
    }

    #[test]
    fn a_page_costs_its_children_as_often_as_it_has_items() {
        for (text, expected) in [
            ("{ cursor }", 1),
            ("{ conversations(first: 100) { nodes { id } } }", 1 + 100 * 2),
            ("{ conversations(first: 3, last: 7) { nodes { id title } } }", 1 + 7 * 3),
            ("{ conversations { nodes { id } } }", 1 + 50 * 2),
            ("{ conversations(first: 1000) { nodes { id } } }", 1 + 100 * 2),
            ("{ conversations(first: -1) { nodes { id } } }", 1),
            ("{ conversations(first: null) { edges { node { id } } } }", 1 + 50 * 3),
            ("{ changes(after: \"x\", first: 10) { events { __typename } } }", 1 + 10 * 2),
            ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }", 1 + 3),
            ("{ viewer { sessions { id } } }", 1 + 1 + 10),
            ("{ conversations(first: 5) { nodes { messages(last: 20) { nodes { id } } } } }", 1 + 5 * (1 + 1 + 20 * 2)),
            ("{ a: cursor b: cursor ...F } fragment F on Query { cursor }", 3),
            (
                "{ ...F ... on Query { ...F } } fragment F on Query { conversations(first: 2) { ...P } } \
              fragment P on ConversationConnection { nodes { id } }",
                2 * (1 + 2 * 2),
            ),
        ] {
            assert_eq!(cost(text), expected, "{text}");
        }
    }

    #[test]
    fn of_object_types_only_the_dearest_counts() {
        let text = "{ nodes(ids: [\"a\", \"b\"]) { id ... on User { id username } ...M ... on Message { id } ... on Node { id } } } \
                    fragment M on Message { id text kind }";
        assert_eq!(cost(text), 1 + 2 * (1 + 4 + 1));
    }

    #[test]
    fn variables_count_with_their_value_and_else_with_their_default() {
        let text = "query($n: Int = 7) { conversations(first: $n) { nodes { id } } }";
        for (variables, expected) in
            [(json!({ "n": 3 }), 3), (json!({}), 7), (json!({ "n": null }), 50), (Json::Null, 7)]
        {
            let weight = weight_of(text, variables).unwrap();
            assert_eq!((weight.cost, weight.by_variables), (1 + expected * 2, true));
        }
        let ids = weight_of("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ["a", "b"] })).unwrap();
        assert_eq!((ids.cost, ids.by_variables), (3, true));
        assert!(!weight_of("query($c: ID!) { user(id: $c) { id } }", json!({})).unwrap().by_variables);
    }

    #[test]
    fn each_limit_has_its_refusal() {
        let deep = format!("{{ viewer {}", "{ user ".repeat(15)) + &"}".repeat(16);
        assert!(matches!(weight_of(&deep, json!({})), Err(Refused::TooMuch(TooMuch { limit: 15, .. }))), "{deep}");
        let roots = format!("{{ ... {{ {} }} }}", "a ".repeat(26));
        assert!(matches!(weight_of(&roots, json!({})), Err(Refused::TooMuch(TooMuch { limit: 25, .. }))));
        let chain: String = (0..32).map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1)).collect();
        let chain = format!("{{ ...F0 }} {chain}");
        assert!(matches!(weight_of(&chain, json!({})), Err(Refused::TooMuch(TooMuch { limit: LEVELS, .. }))));
        let dear = "{ conversations(first: 100) { nodes { messages(last: 100) { nodes { a b c d } } } } }";
        assert_eq!(weight_of(dear, json!({})), Err(Refused::TooExpensive { cost: 50_201, limit: 50_000 }));
    }

    #[test]
    fn fragments_that_double_each_other_are_counted_without_being_put_in() {
        let mut text = "{ ...F0 } fragment F20 on Query { cursor }".to_owned();
        for n in 0..20 {
            text += &format!(" fragment F{n} on Query {{ ...F{m} ...F{m} }}", m = n + 1);
        }
        assert!(matches!(weight_of(&text, json!({})), Err(Refused::TooMuch(TooMuch { limit: 1_000, .. }))));
        let circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
        assert_eq!(weight_of(circle, json!({})), Err(Refused::Circle));
    }

    /// As graphql-js 16 makes it, with every option.
    const STANDARD: &str = include_str!("../../tests/hostile/standard-introspection.graphql");

    #[test]
    fn the_standard_introspection_is_free_and_circles_are_refused() {
        let standard = weight_of(STANDARD, json!({})).unwrap();
        assert_eq!((standard.cost, standard.depth, standard.circles), (1, 1, 1));
        assert!((INTROSPECTION / 5..INTROSPECTION / 3).contains(&standard.introspection), "{}", standard.introspection);
        for text in [
            "{ __schema { types { fields { type { fields { name } } } } } }",
            "{ __type(name: \"User\") { fields { type { ...F } } } } fragment F on __Type { inputFields { name } }",
            "{ __schema { queryType { interfaces { possibleTypes { name } } } } }",
        ] {
            assert_eq!(weight_of(text, json!({})), Err(Refused::Introspection), "{text}");
        }
        let types = |n| format!("t{n}: types {{ fields {{ args {{ name type {{ name kind }} }} }} }} ");
        let often = format!("{{ __schema {{ {} }} }}", (0..50).map(types).collect::<String>());
        assert_eq!(weight_of(&often, json!({})), Err(Refused::Introspection));
    }

    #[test]
    fn the_shape_is_that_of_the_schema() {
        assert!(SHAPE.len() > 60, "{}", SHAPE.len());
        assert_eq!(SHAPE["Query"].fields["conversations"].size, Size::Page);
        assert_eq!(SHAPE["Message"].fields["attachments"].size, Size::List);
    }
}
