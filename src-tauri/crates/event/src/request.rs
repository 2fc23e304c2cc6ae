//! Requests to record an event, parsed from lines of NDJSON.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::{Action, Amendment, Column, Draft, DraftError, RecordId, WHOLE_RECORD, parse_time};

/// Request to record one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Change, checked, that can be recorded without reading the journal.
    Change(Draft),
    /// Amendment, whose target has to be found in the journal first.
    Amend(AmendRequest),
}

/// Request to amend: a correction, a void or a note. The columns that the caller leaves out take
/// the values of the event to amend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendRequest {
    /// Target of the amendment, and what it states.
    pub what: AmendTarget,
    /// Actor who makes the amendment.
    pub actor: String,
    timestamp: Option<DateTime<Utc>>,
    source: String,
    workspace_id: Option<String>,
    batch: Option<String>,
    /// Columns that must match the draft, by name; `None` where the caller gave no value.
    given: [(&'static str, Option<String>); 4],
}

/// Target of an amendment, and what the amendment states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmendTarget {
    /// Event, named by its address.
    About {
        /// [`Address`](crate::Address) of the event, as text.
        address: String,
        /// Amendment of that event.
        amendment: Amendment,
    },
    /// Record that gets a note.
    NoteOnRecord {
        /// Record to annotate.
        record: RecordId,
        /// Text of the note.
        text: String,
    },
}

/// JSON form of an event in NDJSON. Every value is text or null.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with the columns of an event")]
struct JsonEvent {
    timestamp: Option<String>,
    entity_type: Option<String>,
    entity_id: Option<String>,
    field: Option<String>,
    action: Option<String>,
    old_value: Option<String>,
    new_value: Option<String>,
    actor: Option<String>,
    source: Option<String>,
    workspace_id: Option<String>,
    corrects: Option<String>,
    reason: Option<String>,
    #[serde(skip)]
    batch: Option<String>,
}

/// Columns of an exported event that its journal or the export gave it.
const GIVEN: [&str; 9] =
    ["event_id", "recorded_at", "writer", "seq", "file", "row", "address", "marks", "extra"];

/// Exported event, to be recorded as a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedEvent {
    /// Request to record it: with its timestamp, values, reason and batch, without its id, its number and
    /// all else that the journal which records it gives.
    pub request: Request,
    /// Text by which amendments name the event in the journal that it was exported from; `None` if the
    /// line says none.
    pub address: Option<String>,
    /// Whether it has further columns, which are not recorded.
    pub has_further_columns: bool,
}

/// Parse error of a line, with its column in characters, and the mend for what spreadsheets, editors
/// and scripts often write.
fn explained(json: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    let before = json.get(..error.column()).unwrap_or(json);
    format!("{what} at column {}{}", before.chars().count(), mend(json, what, error))
}

/// What mends a line that is not an event, as a clause; empty if nothing is known.
fn mend(json: &str, what: &str, error: &serde_json::Error) -> &'static str {
    if json.starts_with('\u{feff}') {
        return "; remove the byte order mark, an invisible character at the beginning of the line";
    }
    if !json.starts_with('{') {
        return if json.starts_with('"') || !json.contains([',', ';', '\t']) {
            "; write each event as a JSON object"
        } else {
            "; this looks like CSV: write each event as a JSON object"
        };
    }
    if json.contains(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}'])
        && (what.contains("key must be a string") || what.contains("expected value"))
    {
        return "; write straight quotes (\") in place of curly ones";
    }
    let table = [
        ("expected a string", "; every value is text: write it in quotes"),
        ("number out of range", "; every value is text: write it in quotes"),
        ("trailing comma", "; leave the last comma out"),
        ("control character", "; write it as an escape, such as \\n or \\t"),
        ("surrogate", "; write both halves of the escape, or the character itself"),
        ("key must be a string", "; write the names of columns in double quotes"),
    ];
    if let Some((_, mend)) = table.iter().find(|(part, _)| what.contains(part)) {
        return mend;
    }
    if what.contains("trailing characters") {
        let rest = json.get(error.column().saturating_sub(1)..).unwrap_or_default();
        return if rest == "," {
            "; leave the comma after the event out"
        } else {
            "; write each event on a line of its own"
        };
    }
    if error.is_eof() {
        "; the line is cut short, or the event is spread over several lines"
    } else {
        ""
    }
}

impl Request {
    /// Parses a JSON object with the columns of one event by name. `actor` is the default where the
    /// object has none. The default source is `api`; the default field is `*`, except for an
    /// update, which needs one, and an amendment, which takes that of its target.
    ///
    /// # Errors
    ///
    /// Fails if the text is not such an object, if a required column is missing, or if a change
    /// does not pass [`Draft::check`] or has `corrects` or `reason`.
    pub fn parse(json: &str, actor: Option<&str>) -> Result<Self, DraftError> {
        let json = json.trim();
        if json.starts_with('[') {
            let list = "this is a list; write each event as an object on a line of its own";
            return Err(DraftError::Json(list.to_owned()));
        }
        let line: JsonEvent = serde_json::from_str(json).map_err(|error| {
            if has_id(json) { DraftError::HasId } else { DraftError::Json(explained(json, &error)) }
        })?;
        line.request(actor)
    }

    /// Parses an event as an export writes it, to be recorded as a new one; an event without an id is
    /// parsed too, as by [`Request::parse`].
    ///
    /// # Errors
    ///
    /// As [`Request::parse`].
    pub fn parse_exported(json: &str, actor: Option<&str>) -> Result<ExportedEvent, DraftError> {
        let json = json.trim();
        let Ok(Value::Object(mut columns)) = serde_json::from_str(json) else {
            let (address, has_further_columns) = (None, false);
            let request = Self::parse(json, actor)?;
            return Ok(ExportedEvent { request, address, has_further_columns });
        };
        let [id, _, _, _, _, _, address, _, extra] = GIVEN.map(|name| columns.remove(name));
        let text = |value: Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        let batch = text(columns.remove(Column::Batch.name()));
        let line: JsonEvent = serde_json::from_value(Value::Object(columns))
            .map_err(|error| DraftError::Json(error.to_string()))?;
        Ok(ExportedEvent {
            request: JsonEvent { batch, ..line }.request(actor)?,
            address: text(address).or_else(|| text(id)),
            has_further_columns: extra.is_some_and(|extra| !extra.is_null()),
        })
    }
}

/// Whether a line is an event that has an id already.
fn has_id(json: &str) -> bool {
    let columns: Result<Value, _> = serde_json::from_str(json);
    columns.is_ok_and(|columns| columns.get(Column::EventId.name()).is_some())
}

impl JsonEvent {
    /// The request. `actor` is the default where the line has none.
    fn request(mut self, actor: Option<&str>) -> Result<Request, DraftError> {
        let action = Action::from(need("action", self.action.take())?);
        let actor = need("actor", self.actor.take().or_else(|| actor.map(str::to_owned)))?;
        if action.is_amendment() {
            self.amend(&action, actor).map(Request::Amend)
        } else {
            self.change(action, actor).map(Request::Change)
        }
    }

    fn change(self, action: Action, actor: String) -> Result<Draft, DraftError> {
        let whole = action != Action::Update;
        let draft = Draft {
            timestamp: self.timestamp()?,
            entity_type: need("entity_type", self.entity_type)?,
            entity_id: need("entity_id", self.entity_id)?,
            field: need("field", self.field.or_else(|| whole.then(|| WHOLE_RECORD.to_owned())))?,
            action,
            old_value: self.old_value,
            new_value: self.new_value,
            actor,
            source: self.source.unwrap_or_else(source),
            workspace_id: self.workspace_id,
            corrects: None,
            reason: None,
            batch: self.batch,
        };
        draft.check()?;
        if self.corrects.is_some() || self.reason.is_some() {
            return Err(DraftError::About { action: draft.action.as_str().to_owned() });
        }
        Ok(draft)
    }

    fn amend(self, action: &Action, actor: String) -> Result<AmendRequest, DraftError> {
        let timestamp = self.timestamp()?;
        let reason = |reason| need("reason", reason);
        let amendment = match action {
            Action::Correct => Amendment::Correct {
                field: self.field.clone(),
                to: self.new_value,
                reason: reason(self.reason)?,
            },
            Action::Void => Amendment::Void { reason: reason(self.reason)? },
            _ => Amendment::Note { text: need("new_value", self.new_value)? },
        };
        let what = match (self.corrects, amendment, &self.entity_type, &self.entity_id) {
            (Some(address), amendment, ..) => AmendTarget::About { address, amendment },
            (None, Amendment::Note { text }, Some(entity_type), Some(entity_id)) => {
                let (entity_type, entity_id) = (entity_type.clone(), entity_id.clone());
                AmendTarget::NoteOnRecord { record: RecordId { entity_type, entity_id }, text }
            }
            _ => return Err(DraftError::Missing { column: "corrects" }),
        };
        let given = [
            ("entity_type", self.entity_type),
            ("entity_id", self.entity_id),
            ("field", self.field),
            ("old_value", self.old_value),
        ];
        let (source, workspace_id) = (self.source.unwrap_or_else(source), self.workspace_id);
        let batch = self.batch;
        Ok(AmendRequest { what, actor, timestamp, source, workspace_id, batch, given })
    }

    fn timestamp(&self) -> Result<Option<DateTime<Utc>>, DraftError> {
        Ok(self.timestamp.as_deref().map(parse_time).transpose()?)
    }
}

impl AmendRequest {
    /// Completes `draft`, which holds the amendment, with the columns that the caller gave.
    ///
    /// # Errors
    ///
    /// Fails if a column that the caller gave differs from the draft ([`DraftError::Mismatch`]), or
    /// if the completed draft does not pass [`Draft::check`].
    pub fn complete(self, draft: Draft) -> Result<Draft, DraftError> {
        for (column, given) in self.given {
            let found = match column {
                "entity_type" => Some(&draft.entity_type),
                "entity_id" => Some(&draft.entity_id),
                "field" => Some(&draft.field),
                _ => draft.old_value.as_ref(),
            };
            if let Some(given) = given.filter(|given| Some(given) != found) {
                let found = found.cloned();
                return Err(DraftError::Mismatch { column, given, found });
            }
        }
        let draft = Draft {
            timestamp: self.timestamp,
            source: self.source,
            workspace_id: self.workspace_id.or(draft.workspace_id),
            batch: self.batch,
            ..draft
        };
        draft.check()?;
        Ok(draft)
    }
}

/// Default source.
fn source() -> String {
    "api".to_owned()
}

fn need(column: &'static str, value: Option<String>) -> Result<String, DraftError> {
    value.ok_or(DraftError::Missing { column })
}
