//! Positions in the total order as SQL.

use event::{Position, Tie};

use crate::selection::nanos;
use crate::snapshot::{DIGEST, OWN, TIE};
use crate::sql::{Statement, TIME};

/// Condition that an event is older than a position.
pub(super) fn older_than(position: &Position, statement: &mut Statement) -> String {
    beyond(position, "<", statement)
}

/// Condition that an event is newer than a position.
pub(super) fn newer_than(position: &Position, statement: &mut Statement) -> String {
    beyond(position, ">", statement)
}

fn beyond(position: &Position, sign: &str, statement: &mut Statement) -> String {
    let time = statement.number(nanos(position.timestamp));
    let tie = match &position.tie {
        Tie::Legacy { file, .. } => {
            let digest = statement.text(file);
            let of_other_kind = if sign == "<" { "false".to_owned() } else { format!("{OWN} = 1") };
            format!("({of_other_kind} or ({OWN} = 0 and {DIGEST} {sign} {digest}))")
        }
        Tie::Own { recorded_at, writer, seq } => {
            let [of_recorded, of_writer, of_seq] = TIE;
            let recorded = statement.number(nanos(*recorded_at));
            let writer = statement.text(writer);
            let seq = format!("cast({} as decimal(20,0))", statement.text(&seq.to_string()));
            let of_other_kind = if sign == "<" { format!("{OWN} = 0") } else { "false".to_owned() };
            format!(
                "({of_other_kind} or ({OWN} = 1 and ({of_recorded} {sign} {recorded} or ({of_recorded} = \
                 {recorded} and ({of_writer} {sign} {writer} or ({of_writer} = {writer} and {of_seq} \
                 {sign} {seq}))))))"
            )
        }
    };
    format!("({TIME} {sign} {time} or ({TIME} = {time} and {tie}))")
}
