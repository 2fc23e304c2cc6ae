//! Any bytes as what one row has of its own.

use decode::{
    id_hash, log_position, pack_head, pack_values, packed_id_hash, unpack_head, unpack_values,
};

pub fn check(bytes: &[u8]) {
    let _ = (packed_id_hash(bytes), log_position(bytes));
    let (mut id, mut again) = (String::new(), String::new());
    if let Some(head) = unpack_head(bytes, &mut id) {
        let mut packed = Vec::new();
        pack_head(&head, &mut packed);
        assert_eq!(packed_id_hash(&packed), Some(id_hash(head.id)));
        let all = head.recorded_at.zip(head.writer).zip(head.seq);
        let position = all.map(|((recorded_at, writer), seq)| (recorded_at, writer, seq));
        assert_eq!((log_position(bytes), log_position(&packed)), (position, position));
        assert_eq!(unpack_head(&packed, &mut again), Some(head));
    }
    if let Some(values) = unpack_values(bytes) {
        let mut packed = Vec::new();
        pack_values(values, &mut packed);
        assert_eq!(unpack_values(&packed), Some(values));
    }
}
