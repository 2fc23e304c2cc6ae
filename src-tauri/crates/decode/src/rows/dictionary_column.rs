//! A column whose values repeat.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A column as codes into its words. Only a column that may be null has the word `None`.
#[derive(Debug, Default)]
pub struct DictionaryColumn {
    pub words: Vec<Option<String>>,
    pub codes: Vec<u32>,
    known: HashMap<String, u32, RandomState>,
    none: Option<u32>,
}

impl DictionaryColumn {
    /// From words that differ and codes into them; `None` if there is no word for a code.
    pub fn new(words: Vec<Option<String>>, codes: Vec<u32>) -> Option<Self> {
        let highest = codes.iter().max().map_or(0, |&code| code as usize + 1);
        (highest <= words.len()).then(|| Self { words, codes, ..Self::default() })
    }

    pub fn push(&mut self, word: Option<&str>) {
        let code = self.code(word);
        self.codes.push(code);
    }

    /// Adds another column, whose codes mean its own words.
    pub fn extend(&mut self, other: &Self) {
        let codes: Vec<u32> = other.words.iter().map(|word| self.code(word.as_deref())).collect();
        self.codes.extend(other.codes.iter().map(|&code| codes[code as usize]));
    }

    /// The code of a word, which is added if it is new.
    pub fn code(&mut self, word: Option<&str>) -> u32 {
        // Events that were saved together follow each other, and have much in common.
        if let Some(&last) = self.codes.last()
            && self.words[last as usize].as_deref() == word
        {
            return last;
        }
        let known = match word {
            Some(word) => self.known.get(word).copied(),
            None => self.none,
        };
        known.unwrap_or_else(|| self.add(word))
    }

    fn add(&mut self, word: Option<&str>) -> u32 {
        let code = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.map(str::to_owned));
        match word {
            Some(word) => drop(self.known.insert(word.to_owned(), code)),
            None => self.none = Some(code),
        }
        code
    }
}

impl PartialEq for DictionaryColumn {
    fn eq(&self, other: &Self) -> bool {
        (&self.words, &self.codes) == (&other.words, &other.codes)
    }
}

impl Eq for DictionaryColumn {}
