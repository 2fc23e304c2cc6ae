//! Verdicts: what SQL says of one condition.

use query::Missing;

use super::{MISSING, PASSES, UNSURE};

/// What SQL says of one condition: conditions that are never null, and exclude each other. Where none of
/// them holds, the event fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The event passes.
    pub yes: String,
    /// It is to be decided here.
    pub unsure: String,
    /// It is not decided, because something is missing.
    pub missing: Option<(String, Missing)>,
}

impl Verdict {
    pub fn always() -> Self {
        Self { yes: "true".to_owned(), unsure: "false".to_owned(), missing: None }
    }

    pub fn never() -> Self {
        Self { yes: "false".to_owned(), unsure: "false".to_owned(), missing: None }
    }

    /// A condition that SQL decides.
    pub fn sure(yes: &str) -> Self {
        Self { yes: format!("coalesce({yes}, false)"), ..Self::never() }
    }

    /// A condition under which the event is decided here; else it fails.
    pub fn unsure(unsure: &str) -> Self {
        Self { unsure: format!("coalesce({unsure}, false)"), ..Self::never() }
    }

    /// The same for each event that passes one of some verdicts, which miss nothing.
    pub fn any(verdicts: Vec<Self>) -> Self {
        let mut any = Self::never();
        for verdict in verdicts {
            any = Self {
                yes: format!("({} or {})", any.yes, verdict.yes),
                unsure: format!("({} or {})", any.unsure, verdict.unsure),
                missing: None,
            };
        }
        let unsure = format!("({} and not {})", any.unsure, any.yes);
        Self { unsure: if any.may_be_unsure() { unsure } else { "false".to_owned() }, ..any }
    }

    /// The opposite of a verdict that misses nothing.
    pub fn not(self) -> Self {
        Self { yes: format!("(not {} and not {})", self.yes, self.unsure), ..self }
    }

    /// The same where it misses something.
    pub fn missing(self, condition: &str, missing: Missing) -> Self {
        Self { missing: Some((format!("coalesce({condition}, false)"), missing)), ..self }
    }

    /// Whether there may be events that are to be decided here.
    pub fn may_be_unsure(&self) -> bool {
        let is_never = |part: &str| part.trim_matches(['(', ')']) == "false";
        !self.unsure.split(" or ").all(is_never)
    }
}

/// Text that computes the outcome of all verdicts.
pub(super) fn outcome(verdicts: &[Verdict]) -> String {
    if verdicts.is_empty() {
        return format!("'{PASSES}'");
    }
    let fails = verdicts.iter().map(|verdict| {
        let missing = verdict.missing.as_ref().map(|(condition, _)| format!(" or {condition}"));
        format!("not ({} or {}{})", verdict.yes, verdict.unsure, missing.unwrap_or_default())
    });
    let fails = fails.collect::<Vec<_>>().join(" or ");
    let unsure: Vec<&str> = verdicts.iter().map(|verdict| verdict.unsure.as_str()).collect();
    let mut text =
        format!("case when {fails} then 'n' when {} then '{UNSURE}'", unsure.join(" or "));
    for (condition, missing) in verdicts.iter().filter_map(|verdict| verdict.missing.as_ref()) {
        let name = MISSING.iter().find(|(_, of)| of == missing).map_or("", |(name, _)| name);
        text = format!("{text} when {condition} then '{name}'");
    }
    format!("{text} else '{PASSES}' end")
}
