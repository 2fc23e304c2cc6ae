//! Any bytes as what one row has of its own.

use decode::{
    HEAD_COLUMNS, id_hash, log_position, pack_head, pack_values, packed_id_hash, said, unpack_head,
    unpack_values,
};
use event::{Cell, Column};

pub fn check(bytes: &[u8]) {
    let _ = (packed_id_hash(bytes), log_position(bytes), said(bytes));
    let (mut id, mut again) = (String::new(), String::new());
    if let Some(head) = unpack_head(bytes, &mut id) {
        let mut packed = Vec::new();
        pack_head(&head, &mut packed);
        assert_eq!(packed_id_hash(&packed), Some(id_hash(head.id)));
        let cell = |wanted| {
            let at = HEAD_COLUMNS.iter().position(|column| *column == wanted);
            at.map_or(Cell::Null, |at| head.cells[at])
        };
        let position = match [Column::RecordedAt, Column::Writer, Column::Seq].map(cell) {
            [Cell::Instant(at), Cell::Text(writer), Cell::Number(seq)] => Some((at, writer, seq)),
            _ => None,
        };
        assert_eq!((log_position(bytes), log_position(&packed)), (position, position));
        assert_eq!(unpack_head(&packed, &mut again), Some(head));
    }
    if let Some(values) = unpack_values(bytes) {
        let mut packed = Vec::new();
        pack_values(values, &mut packed);
        assert_eq!(unpack_values(&packed), Some(values));
    }
}
