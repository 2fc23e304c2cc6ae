//! Statements: a text, and the values that are bound in it by name.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use event::Column;
use proto::expression::literal::LiteralType;
use proto::expression::{ExprType, Literal};
use proto::read::{DataSource, ReadType};
use proto::relation::RelType;
use proto::{Expression, LocalRelation, Read, Relation, Sql};
use spark_connect_proto as proto;

/// Statement in the making: its text is composed of constants of this crate, names of columns, and the
/// names of values that were bound.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement {
    values: Vec<LiteralType>,
}

impl Statement {
    /// Binds a text; returns what stands for it.
    pub fn text(&mut self, text: &str) -> String {
        self.bind(LiteralType::String(text.to_owned()))
    }

    /// Binds an integer; returns what stands for it.
    pub fn number(&mut self, number: i64) -> String {
        self.bind(LiteralType::Long(number))
    }

    fn bind(&mut self, value: LiteralType) -> String {
        let known = self.values.iter().position(|known| *known == value);
        let at = known.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        format!(":p{at}")
    }

    /// A condition that a column has one of some texts.
    pub fn is_one_of<'a>(&mut self, column: &str, texts: impl Iterator<Item = &'a str>) -> String {
        let texts: Vec<String> = texts.map(|text| self.text(text)).collect();
        if texts.is_empty() {
            "false".to_owned()
        } else {
            format!("{column} in ({})", texts.join(", "))
        }
    }

    /// The query with a text.
    pub fn query(self, text: String) -> Relation {
        let named = |(at, value)| (format!("p{at}"), literal(value));
        let named_arguments = self.values.into_iter().enumerate().map(named).collect();
        relation(RelType::Sql(Sql { query: text, named_arguments, ..Sql::default() }))
    }
}

/// The query with a text that has no values.
pub(crate) fn query(text: impl Into<String>) -> Relation {
    Statement::default().query(text.into())
}

/// Parquet files, with a schema in Spark's JSON.
pub(crate) fn parquet(schema: String, paths: Vec<String>) -> Relation {
    let source = DataSource {
        format: Some("parquet".to_owned()),
        schema: Some(schema),
        paths,
        ..DataSource::default()
    };
    relation(RelType::Read(Read {
        is_streaming: false,
        read_type: Some(ReadType::DataSource(source)),
    }))
}

/// Rows that this machine gives.
pub(crate) fn local(rows: &RecordBatch) -> Result<Relation, ArrowError> {
    let mut data = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut data, &rows.schema())?;
    writer.write(rows)?;
    writer.finish()?;
    drop(writer);
    Ok(relation(RelType::LocalRelation(LocalRelation { data: Some(data.into()), schema: None })))
}

fn relation(kind: RelType) -> Relation {
    Relation { rel_type: Some(kind), ..Relation::default() }
}

fn literal(value: LiteralType) -> Expression {
    let literal = Literal { literal_type: Some(value), ..Literal::default() };
    Expression { expr_type: Some(ExprType::Literal(literal)), ..Expression::default() }
}

/// A name as SQL has it.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The name of a column in the relation of events. Instants have names of their own, because they are
/// nanoseconds there.
pub(crate) fn column(column: Column) -> String {
    match column {
        Column::Timestamp => TIME.to_owned(),
        Column::RecordedAt => RECORDED.to_owned(),
        other => quoted(other.name()),
    }
}

/// Timestamp of an event, in nanoseconds since 1970.
pub(crate) const TIME: &str = "`time_ns`";

/// Time of its recording, in nanoseconds since 1970.
pub(crate) const RECORDED: &str = "`recorded_ns`";
