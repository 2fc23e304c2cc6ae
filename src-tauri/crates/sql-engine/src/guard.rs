//! What is let through to the engine: one query over the tables of the journal. Everything else is refused
//! by name.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, Ident, ObjectName, ObjectNamePart, Query, Select, SetExpr, Spanned, Statement,
    TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::DuckDbDialect;
use datafusion::sql::sqlparser::tokenizer::Location;
use sql::Place;
use sql::messages::Failure;

use crate::failure;
use crate::tables::TABLES;

/// Checks that a text is one query over the tables of the journal.
///
/// # Errors
/// [`Failure::Wrong`], which names what is refused.
pub fn check(text: &str) -> Result<(), Failure> {
    let parsed = DFParserBuilder::new(text).with_dialect(&DuckDbDialect {}).build();
    let statements = parsed.and_then(|mut parser| parser.parse_statements());
    let mut statements = statements.map_err(|error| at_the_end(failure::of(&error), text))?;
    let statement = match (statements.pop_front(), statements.len()) {
        (None, _) => return Err(refused("there is no question: write SELECT …".to_owned(), None)),
        (Some(statement), 0) => statement,
        (Some(_), more) => {
            let message = format!("one question at a time: these are {}", more + 1);
            return Err(refused(message, None));
        }
    };
    let query = match statement {
        Parsed::Statement(statement) => match *statement {
            Statement::Query(query) => query,
            other => return Err(no_query(&other.to_string())),
        },
        other => return Err(no_query(&other.to_string())),
    };
    let mut names = Names::default();
    let _: ControlFlow<()> = query.visit(&mut names);
    match query.visit(&mut Guard { names: &names.0 }) {
        ControlFlow::Break(failure) => Err(failure),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// The failure of a text that ends too early, at its end, which the parser does not say.
fn at_the_end(failure: Failure, text: &str) -> Failure {
    match failure {
        Failure::Wrong(message, None) if message.ends_with("found: EOF") => {
            let line = text.lines().count().max(1) as u64;
            let column = text.lines().last().unwrap_or_default().chars().count() as u64 + 1;
            let message = message.replace("found: EOF", "found: the end of the question");
            Failure::Wrong(message, Some(Place { line, column }))
        }
        other => other,
    }
}

/// The failure of a statement that is no query.
fn no_query(statement: &str) -> Failure {
    let verb = statement.split_whitespace().next().unwrap_or_default().to_uppercase();
    refused(format!("{verb} is refused: SQL here only asks, with SELECT or WITH"), None)
}

fn refused(message: String, at: Option<Location>) -> Failure {
    let place = at.filter(|at| at.line > 0);
    Failure::Wrong(message, place.map(|Location { line, column }| Place { line, column }))
}

/// Names that a query gives to parts of itself (`WITH …`), in lower case unless quoted.
#[derive(Default)]
struct Names(HashSet<String>);

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.0.extend(tables.map(|table| name(&table.alias.name)));
        ControlFlow::Continue(())
    }
}

/// A name as the engine reads it.
fn name(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

/// Refuses what is not let through.
struct Guard<'a> {
    /// Names of parts of the query.
    names: &'a HashSet<String>,
}

type Checked = ControlFlow<Failure>;

impl Visitor for Guard<'_> {
    type Break = Failure;

    fn pre_visit_query(&mut self, query: &Query) -> Checked {
        let refuse = |what: &str| {
            let message = format!("{what} is refused: SQL here only asks");
            ControlFlow::Break(refused(message, Some(query.span().start)))
        };
        if !query.locks.is_empty() {
            return refuse("FOR UPDATE");
        }
        if query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some() {
            return refuse("FOR, SETTINGS or FORMAT behind a query");
        }
        match written(&query.body) {
            Some(what) => refuse(what),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Checked {
        match &select.into {
            Some(_) => {
                let message = "SELECT … INTO is refused: SQL here only asks".to_owned();
                ControlFlow::Break(refused(message, Some(select.span().start)))
            }
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Checked {
        let function = match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                name.to_string()
            }
            TableFactor::Table { name, version: Some(_), .. } => format!("{name} at a version"),
            TableFactor::Table { name, sample: Some(_), .. } => format!("a sample of {name}"),
            TableFactor::Table { .. }
            | TableFactor::Derived { sample: None, .. }
            | TableFactor::NestedJoin { .. } => return ControlFlow::Continue(()),
            TableFactor::TableFunction { expr, .. } => match expr {
                Expr::Function(Function { name, .. }) => name.to_string(),
                other => other.to_string(),
            },
            other => other.to_string(),
        };
        let first = function.split(['(', '\n']).next().unwrap_or_default().trim().to_owned();
        let message =
            format!("{first} is refused as a table: the tables are {}", TABLES.join(", "));
        ControlFlow::Break(refused(message, Some(factor.span().start)))
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> Checked {
        if let [ObjectNamePart::Identifier(ident)] = relation.0.as_slice() {
            let name = name(ident);
            if TABLES.contains(&name.as_str()) || self.names.contains(&name) {
                return ControlFlow::Continue(());
            }
        }
        let message = format!("there is no table {relation}: the tables are {}", TABLES.join(", "));
        ControlFlow::Break(refused(message, Some(relation.span().start)))
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> Checked {
        ControlFlow::Break(no_query(&statement.to_string()))
    }
}

/// What stands in a query where a SELECT should and is none, if anything does.
fn written(body: &SetExpr) -> Option<&'static str> {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => None,
        SetExpr::SetOperation { left, right, .. } => written(left).or_else(|| written(right)),
        SetExpr::Insert(_) => Some("INSERT"),
        SetExpr::Update(_) => Some("UPDATE"),
        SetExpr::Delete(_) => Some("DELETE"),
        SetExpr::Merge(_) => Some("MERGE"),
        SetExpr::Table(_) => Some("TABLE without SELECT"),
    }
}
