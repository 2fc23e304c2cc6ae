//! The dictionary column: values that repeat, as codes into a list.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A dictionary column: for each row a code, which is the index of its value in `values`.
///
/// A column that was filled with [`push`](Self::push) and [`extend`](Self::extend) has each value
/// once, in the order of first occurrence. Null is a value of its own, distinct from empty text.
/// Two columns are equal if their values and codes are.
///
/// ```
/// use decode::DictionaryColumn;
///
/// let mut column = DictionaryColumn::default();
/// for value in [Some("Sarah"), None, Some(""), Some("Sarah")] {
///     column.push(value);
/// }
/// assert_eq!(column.values, [Some("Sarah".to_owned()), None, Some(String::new())]);
/// assert_eq!(column.codes, [0, 1, 2, 0]);
///
/// // The codes of another column are translated.
/// let mut other = DictionaryColumn::default();
/// other.push(None);
/// other.push(Some("Tom"));
/// column.extend(&other);
/// assert_eq!(column.codes, [0, 1, 2, 0, 1, 3]);
///
/// // Every code must have a value.
/// assert!(DictionaryColumn::new(column.values.clone(), vec![3]).is_some());
/// assert!(DictionaryColumn::new(column.values, vec![4]).is_none());
/// ```
#[derive(Debug, Default)]
pub struct DictionaryColumn {
    /// Distinct values, which the codes index. `None` is null.
    pub values: Vec<Option<String>>,
    /// Code of each row.
    pub codes: Vec<u32>,
    /// Code of each value that is not null, as far as this column has added it.
    code_of: HashMap<String, u32, RandomState>,
    /// Code of null, if this column has added it.
    null_code: Option<u32>,
}

impl DictionaryColumn {
    /// A column from distinct values and codes into them; `None` if a code has no value. It is
    /// meant to be read: a value that is pushed may be added a second time.
    pub fn new(values: Vec<Option<String>>, codes: Vec<u32>) -> Option<Self> {
        let highest = codes.iter().max().map_or(0, |&code| code as usize + 1);
        (highest <= values.len()).then(|| Self { values, codes, ..Self::default() })
    }

    /// Adds a row with this value.
    pub fn push(&mut self, value: Option<&str>) {
        let code = self.code(value);
        self.codes.push(code);
    }

    /// Adds the rows of another column, and translates their codes.
    pub fn extend(&mut self, other: &Self) {
        let codes: Vec<u32> =
            other.values.iter().map(|value| self.code(value.as_deref())).collect();
        self.codes.extend(other.codes.iter().map(|&code| codes[code as usize]));
    }

    /// The code of a value, which is added if it is new. Adds no row.
    pub fn code(&mut self, value: Option<&str>) -> u32 {
        // Events that were saved together follow each other and mostly share their values, and this
        // comparison is cheaper than a hash.
        if let Some(&last) = self.codes.last()
            && self.values[last as usize].as_deref() == value
        {
            return last;
        }
        let known = match value {
            Some(value) => self.code_of.get(value).copied(),
            None => self.null_code,
        };
        known.unwrap_or_else(|| self.add(value))
    }

    fn add(&mut self, value: Option<&str>) -> u32 {
        let code = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.map(str::to_owned));
        match value {
            Some(value) => drop(self.code_of.insert(value.to_owned(), code)),
            None => self.null_code = Some(code),
        }
        code
    }
}

impl PartialEq for DictionaryColumn {
    fn eq(&self, other: &Self) -> bool {
        (&self.values, &self.codes) == (&other.values, &other.codes)
    }
}

impl Eq for DictionaryColumn {}
