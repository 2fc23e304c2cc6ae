//! The compact protocol of Thrift, in which Parquet writes its footer and the headers of its
//! pages: written here by hand, because no library writes what is wrong.

/// A value, and how it is written wherever it stands.
#[derive(Debug, Clone)]
pub enum Value {
    Bool(bool),
    I32(i32),
    I64(i64),
    Text(Vec<u8>),
    List(Vec<Self>),
    /// Fields by their numbers, rising.
    Struct(Vec<(i16, Self)>),
    /// These bytes, said to be of this type.
    Raw(u8, Vec<u8>),
}

impl Value {
    pub fn text(text: &str) -> Self {
        Self::Text(text.as_bytes().to_vec())
    }

    /// Puts `value` where `path` leads, through numbers of fields and places in lists. `None`
    /// takes away what is there.
    pub fn set(&mut self, path: &[i16], value: Option<Self>) {
        let Some((&step, rest)) = path.split_first() else { return };
        match self {
            Self::Struct(fields) => set_field(fields, step, rest, value),
            Self::List(items) => {
                let at = usize::try_from(step).expect("a place in a list");
                match (rest, value) {
                    ([], Some(value)) if at < items.len() => items[at] = value,
                    ([], Some(value)) => items.push(value),
                    ([], None) => drop(items.remove(at)),
                    (rest, value) => items[at].set(rest, value),
                }
            }
            other => panic!("{other:?} has no parts"),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Bool(true) => 1,
            Self::Bool(false) => 2,
            Self::I32(_) => 5,
            Self::I64(_) => 6,
            Self::Text(_) => 8,
            Self::List(_) => 9,
            Self::Struct(_) => 12,
            Self::Raw(kind, _) => *kind,
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            // In a struct, its type says which it is.
            Self::Bool(_) => {}
            Self::I32(number) => zigzag((*number).into(), into),
            Self::I64(number) => zigzag(*number, into),
            Self::Text(text) => {
                number(text.len() as u64, into);
                into.extend(text);
            }
            Self::List(items) => {
                let kind = items.first().map_or(12, Self::kind);
                into.push(0xf0 | kind);
                number(items.len() as u64, into);
                for item in items {
                    item.write(into);
                }
            }
            Self::Struct(fields) => {
                for (id, value) in fields {
                    into.push(value.kind());
                    zigzag((*id).into(), into);
                    value.write(into);
                }
                into.push(0);
            }
            Self::Raw(_, bytes) => into.extend(bytes),
        }
    }
}

fn set_field(fields: &mut Vec<(i16, Value)>, id: i16, rest: &[i16], value: Option<Value>) {
    let at = fields.partition_point(|(known, _)| *known < id);
    let known = fields.get(at).is_some_and(|(known, _)| *known == id);
    match (rest, value) {
        ([], Some(value)) if known => fields[at].1 = value,
        ([], Some(value)) => fields.insert(at, (id, value)),
        ([], None) => drop(fields.remove(at)),
        (rest, value) => fields[at].1.set(rest, value),
    }
}

/// Seven bits a byte, lowest first.
pub fn number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

fn zigzag(signed: i64, into: &mut Vec<u8>) {
    number(((signed << 1) ^ (signed >> 63)).cast_unsigned(), into);
}
