//! Layouts: which columns of which types files have, and the SQL that makes events of their rows.

use decode::{ColumnKind, FileShape};
use event::{Column, EVENT_COLUMNS, Kind};
use serde_json::json;

use crate::sql::{column, quoted};

/// Layout of files that a cluster reads: columns of which every value means there what it means here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Layout {
    /// Kinds of the columns of an event, in the order of [`EVENT_COLUMNS`]; `None` for one that is not
    /// there.
    event: [Option<ColumnKind>; EVENT_COLUMNS.len()],
    /// All other columns, in the order of names.
    pub others: Vec<Other>,
}

/// Column beside those of an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Other {
    pub name: String,
    pub kind: OtherKind,
    /// Whether it is of the journal's format and about the row.
    pub is_about_row: bool,
}

/// Kind of the values of such a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OtherKind {
    Text,
    Int32,
    Int64,
    Double,
    Boolean,
    /// Sixteen bytes, shown as hexadecimal digits.
    Bytes16,
}

/// Most columns beside those of an event.
const MOST_OTHERS: usize = 200;

/// Form of an instant as text that clusters and this machine read alike.
const INSTANT: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?\
                       ([Zz]|[+-](0[0-9]|1[0-7]):[0-5][0-9])$";

/// Microseconds of the first and the last instant whose nanoseconds surely fit into 64 bits.
const MICROS: [i64; 2] = [-9_223_372_036_854_775, 9_223_372_036_854_774];

impl Layout {
    /// Layout of a file; `None` if the file is to be read here.
    pub fn of(shape: &FileShape) -> Option<Self> {
        let mut event = [None; EVENT_COLUMNS.len()];
        let mut others = Vec::new();
        let mut names: Vec<String> =
            shape.columns.iter().map(|(name, _)| name.to_lowercase()).collect();
        names.sort_unstable();
        // Clusters tell columns apart in any case of letters only.
        if names.windows(2).any(|pair| pair[0] == pair[1]) || others.len() > MOST_OTHERS {
            return None;
        }
        for (name, kind) in &shape.columns {
            match Column::named(name) {
                Some(column) if EVENT_COLUMNS.contains(&column) => {
                    let fits = match column.kind() {
                        Kind::Text => *kind == ColumnKind::Text,
                        Kind::Instant => {
                            *kind == ColumnKind::Micros
                                || (column == Column::Timestamp && *kind == ColumnKind::Text)
                        }
                        Kind::Number => matches!(kind, ColumnKind::UInt64 | ColumnKind::Int64),
                    };
                    event[column.index()] = Some(*kind).filter(|_| fits);
                    event[column.index()]?;
                }
                column => {
                    let is_about_row = column.is_some();
                    let kind = OtherKind::of(*kind, is_about_row)?;
                    others.push(Other { name: name.clone(), kind, is_about_row });
                }
            }
        }
        // One that differs in the case of letters alone would be taken for it.
        let is_like_known = |other: &Other| {
            Column::named(&other.name).is_none()
                && Column::named(&other.name.to_lowercase()).is_some()
        };
        let is_whole = EVENT_COLUMNS
            .iter()
            .all(|column| column.since() > 0 || event[column.index()].is_some());
        others.sort();
        (is_whole && !others.iter().any(is_like_known)).then_some(Self { event, others })
    }

    /// Schema in Spark's JSON.
    pub fn schema(&self) -> String {
        let of_event = EVENT_COLUMNS.iter().zip(&self.event).filter_map(|(column, kind)| {
            let kind = match (*kind)? {
                ColumnKind::Micros => "timestamp",
                ColumnKind::UInt64 => "decimal(20,0)",
                ColumnKind::Int64 => "long",
                _ => "string",
            };
            Some((column.name(), kind))
        });
        let others = self.others.iter().map(|other| (other.name.as_str(), other.kind.name()));
        let fields = of_event.chain(others).map(
            |(name, kind)| json!({ "name": name, "type": kind, "nullable": true, "metadata": {} }),
        );
        json!({ "type": "struct", "fields": fields.collect::<Vec<_>>() }).to_string()
    }

    /// Text that selects the rows of a view with this layout as events, with `all` other columns, and
    /// whether each row surely is an event as it stands.
    pub fn select(&self, view: &str, group: usize, all: &[Other]) -> String {
        let of_event =
            EVENT_COLUMNS.iter().map(|of| format!("{} as {}", self.cell(*of), column(*of)));
        let others = all.iter().enumerate().map(|(at, other)| {
            let kind = other.kind.type_name();
            let value = match (self.others.contains(other), other.kind) {
                (false, _) => format!("cast(null as {kind})"),
                (true, OtherKind::Bytes16) => format!("lower(hex({}))", quoted(&other.name)),
                (true, _) => quoted(&other.name),
            };
            format!("{value} as {}", other_column(at))
        });
        let columns: Vec<String> = of_event.chain(others).collect();
        format!(
            "select {}, cast(null as string) as {EXTRA}, cast(null as string) as {ABOUT_ROW}, {} as \
             {CERTAIN}, cast({group} as int) as {GROUP} from {view}",
            columns.join(", "),
            self.certain()
        )
    }

    /// What a column of an event is computed by.
    fn cell(&self, of: Column) -> String {
        let name = quoted(of.name());
        match (of.kind(), self.event[of.index()]) {
            (Kind::Text, None) => "cast(null as string)".to_owned(),
            (Kind::Text, Some(_)) => name,
            (Kind::Number, None) => "cast(null as decimal(20,0))".to_owned(),
            (Kind::Number, Some(_)) => format!("cast({name} as decimal(20,0))"),
            (Kind::Instant, None) => "cast(null as bigint)".to_owned(),
            (Kind::Instant, Some(kind)) => {
                let micros = micros(&name, kind);
                let nanos = match kind {
                    ColumnKind::Text => format!(
                        "coalesce(try_cast(substr(rpad(regexp_extract({name}, '[.]([0-9]+)', 1), 9, \
                         '0'), 7, 3) as bigint), 0)"
                    ),
                    _ => "0".to_owned(),
                };
                let [first, last] = MICROS;
                format!(
                    "(case when {micros} between {first} and {last} then {micros} * 1000 + {nanos} end)"
                )
            }
        }
    }

    /// Condition that a row is an event as it stands. Rows for which it does not hold are decided here.
    fn certain(&self) -> String {
        let mut conditions = Vec::new();
        for (of, kind) in EVENT_COLUMNS.into_iter().zip(self.event) {
            let (name, Some(kind)) = (quoted(of.name()), kind) else { continue };
            match (of.kind(), kind) {
                (Kind::Instant, kind) => {
                    let is_instant = format!("{} is not null", self.cell(of));
                    let is_null = if of.is_nullable() {
                        format!("{name} is null or ")
                    } else {
                        String::new()
                    };
                    // The end of a text is also before a line feed at its end.
                    let form = match kind {
                        ColumnKind::Text => format!(
                            "{name} rlike '{INSTANT}' and ascii(right({name}, 1)) > 31 and "
                        ),
                        _ => String::new(),
                    };
                    conditions.push(format!("({is_null}({form}{is_instant}))"));
                }
                (Kind::Number, ColumnKind::Int64) => {
                    conditions.push(format!("({name} is null or {name} >= 0)"));
                }
                (Kind::Text, _) if of.is_nullable() => {
                    conditions.push(format!("({name} is null or is_valid_utf8({name}))"));
                }
                (Kind::Text, _) => {
                    conditions.push(format!("({name} is not null and is_valid_utf8({name}))"));
                }
                _ => {}
            }
        }
        let others = self.others.iter().filter(|other| other.kind == OtherKind::Text);
        conditions.extend(others.map(|other| {
            let name = quoted(&other.name);
            format!("({name} is null or is_valid_utf8({name}))")
        }));
        format!("coalesce({}, false)", conditions.join(" and "))
    }
}

fn micros(name: &str, kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Text => format!("unix_micros(try_cast(upper({name}) as timestamp))"),
        _ => format!("unix_micros({name})"),
    }
}

impl OtherKind {
    fn of(kind: ColumnKind, is_about_row: bool) -> Option<Self> {
        Some(match kind {
            ColumnKind::Text => Self::Text,
            ColumnKind::Int32 => Self::Int32,
            ColumnKind::Int64 => Self::Int64,
            ColumnKind::Double => Self::Double,
            ColumnKind::Boolean => Self::Boolean,
            ColumnKind::Bytes16 if is_about_row => Self::Bytes16,
            ColumnKind::Bytes16 | ColumnKind::Micros | ColumnKind::UInt64 | ColumnKind::Other => {
                return None;
            }
        })
    }

    /// Name in a schema.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Int32 => "integer",
            Self::Int64 => "long",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Bytes16 => "binary",
        }
    }

    /// Name in SQL of what the relation of events has.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Text | Self::Bytes16 => "string",
            Self::Int32 => "int",
            Self::Int64 => "bigint",
            Self::Double => "double",
            Self::Boolean => "boolean",
        }
    }
}

/// Name of another column in the relation of events.
pub(crate) fn other_column(at: usize) -> String {
    format!("`other_{at}`")
}

/// Other columns of a row that was decoded here, as JSON.
pub(crate) const EXTRA: &str = "`extra_json`";

/// Those about the row, as JSON.
pub(crate) const ABOUT_ROW: &str = "`about_row_json`";

/// Whether a row surely is an event as it stands.
pub(crate) const CERTAIN: &str = "`is_certain`";

/// Number of the layout that a row is from.
pub(crate) const GROUP: &str = "`layout`";
