//! The event digest in SQL, and what else orders events.

use event::{EVENT_COLUMNS, Kind};

use super::{DIGEST, OWN, TIE};
use crate::sql::{RECORDED, column};

/// Text that selects all of `from`, and beside it what orders events.
pub(super) fn with_order(from: &str) -> String {
    let own = format!("{RECORDED} is not null and `writer` is not null and `seq` is not null");
    let [recorded, writer, seq] = TIE;
    format!(
        "select *, case when {own} then 1 else 0 end as {OWN}, \
         case when {own} then {RECORDED} else cast(0 as bigint) end as {recorded}, \
         case when {own} then `writer` else '' end as {writer}, \
         case when {own} then `seq` else cast(0 as decimal(20,0)) end as {seq}, \
         {} as {DIGEST} from ({from})",
        digest()
    )
}

/// SHA-256 over the canonical bytes of an event, as [`event::Event::digest`] has it.
fn digest() -> String {
    let parts = EVENT_COLUMNS.map(|of| {
        let name = column(of);
        let value = match of.kind() {
            Kind::Text => format!(
                "unhex(lpad(hex(octet_length({name}) + 1), 8, '0')), unhex('01'), cast({name} as binary)"
            ),
            Kind::Instant => format!("unhex('0000000904'), unhex(lpad(hex({name}), 16, '0'))"),
            // A number beyond 63 bits is written by the bits that it has.
            Kind::Number => format!(
                "unhex('0000000903'), unhex(lpad(hex(cast(case when {name} > \
                 cast('9223372036854775807' as decimal(20,0)) then {name} - \
                 cast('18446744073709551616' as decimal(20,0)) else {name} end as bigint)), 16, '0'))"
            ),
        };
        format!("case when {name} is null then unhex('0000000100') else concat({value}) end")
    });
    format!(
        "sha2(concat(unhex('05'), cast('daybook.event/1' as binary), {}), 256)",
        parts.join(", ")
    )
}
