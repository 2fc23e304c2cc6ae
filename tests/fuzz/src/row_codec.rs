//! Any bytes as what one row has of its own.

use decode::{
    HEAD_COLUMNS, decode_head, decode_values, encode_head, encode_values, encoded_id_hash,
    event_bytes, id_hash, log_position,
};
use event::{Cell, Column};

pub fn check(bytes: &[u8]) {
    let _ = (encoded_id_hash(bytes), log_position(bytes), event_bytes(bytes));
    let (mut id, mut again) = (String::new(), String::new());
    if let Some(head) = decode_head(bytes, &mut id) {
        let mut packed = Vec::new();
        encode_head(&head, &mut packed);
        assert_eq!(encoded_id_hash(&packed), Some(id_hash(head.id)));
        let cell = |wanted| {
            let at = HEAD_COLUMNS.iter().position(|column| *column == wanted);
            at.map_or(Cell::Null, |at| head.cells[at])
        };
        let position = match [Column::RecordedAt, Column::Writer, Column::Seq].map(cell) {
            [Cell::Instant(at), Cell::Text(writer), Cell::Number(seq)] => Some((at, writer, seq)),
            _ => None,
        };
        assert_eq!((log_position(bytes), log_position(&packed)), (position, position));
        assert_eq!(decode_head(&packed, &mut again), Some(head));
    }
    if let Some(values) = decode_values(bytes) {
        let mut packed = Vec::new();
        encode_values(values, &mut packed);
        assert_eq!(decode_values(&packed), Some(values));
    }
}
