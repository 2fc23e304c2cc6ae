//! Literals of regular expressions: texts of which one is in whatever an expression matches.

use std::mem::take;

use event::fold_case;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most alternatives that are looked for one by one.
const MOST_ALTERNATIVES: usize = 16;

/// Most characters of a class that stand for one letter in its cases.
const MOST_CASES: usize = 4;

/// Texts, folded by [`fold_case`], of which one is in the folded form of every text that an expression
/// matches; `None` if there are none that say much. The longest are chosen.
pub(super) fn literals_of(expression: &str) -> Option<Vec<String>> {
    let parsed = regex_syntax::parse(expression).ok()?;
    let mut found = required(&parsed)?;
    for literal in &mut found {
        // Folding may have composed the last letter with an accent behind it.
        literal.pop();
    }
    found.iter().all(|literal| !literal.is_empty()).then_some(found)
}

/// The literals of an expression of which one is in every match.
fn required(expression: &Hir) -> Option<Vec<String>> {
    if let Some(text) = exact(expression) {
        return (!text.is_empty()).then(|| vec![text]);
    }
    match expression.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(all) => {
            let found: Vec<String> = all.iter().map(required).collect::<Option<Vec<_>>>()?.concat();
            (found.len() <= MOST_ALTERNATIVES).then_some(found)
        }
        HirKind::Concat(all) => {
            let (mut best, mut run) = (None, String::new());
            for part in all {
                if let Some(text) = exact(part) {
                    run.push_str(&text);
                } else {
                    best = longer(best, of_run(&mut run));
                    best = longer(best, required(part));
                }
            }
            longer(best, of_run(&mut run))
        }
        _ => None,
    }
}

fn of_run(run: &mut String) -> Option<Vec<String>> {
    Some(take(run)).filter(|text| !text.is_empty()).map(|text| vec![text])
}

/// The literals whose shortest is the longer.
fn longer(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    let shortest = |all: &Option<Vec<String>>| all.iter().flatten().map(String::len).min();
    if shortest(&other) > shortest(&one) { other } else { one }
}

/// The only text that an expression matches but for its case, folded, if that is of ASCII.
fn exact(expression: &Hir) -> Option<String> {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok().filter(|text| text.is_ascii())?;
            Some(fold_case(text).into_owned())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let all = || class.iter().flat_map(|range| range.start()..=range.end());
            if all().take(MOST_CASES + 1).count() > MOST_CASES {
                return None;
            }
            let mut folded = all().map(|one| fold_case(one.encode_utf8(&mut [0; 4])).into_owned());
            let first = folded.next().filter(|text| text.is_ascii() && text.len() == 1)?;
            folded.all(|other| other == first).then_some(first)
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Concat(all) => all.iter().map(exact).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_expression_matches_holds_one_of_its_literals() {
        let table: [(&str, &[&str]); 12] = [
            ("plumber", &["plumbe"]),
            ("^Plumber$", &["plumbe"]),
            (r"\d+ invoices? of \w+", &[" invoic"]),
            ("(?i)straSSE", &["strass"]),
            ("(plumber|carpenter)s", &["plumbe", "carpente"]),
            ("(plumber)+x", &["plumbe"]),
            ("(plumber)?x*y", &[]),
            (r"\d{4}-\d\d", &[]),
            ("[Kk]elvin", &["kelvi"]),
            ("Zo[ëe] Miller", &[" mille"]),
            // What is not of ASCII can be written in several ways.
            ("Zoë Miller", &[]),
            ("a|b*", &[]),
        ];
        for (expression, expected) in table {
            let found = literals_of(expression).unwrap_or_default();
            assert_eq!(found, expected, "{expression}");
        }
    }
}
