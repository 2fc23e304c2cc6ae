//! Scripted records: those that the documentation names. Their events are listed here one by one,
//! and are the same whatever the seed.

use super::calendar::START;
use super::staff::{Author, MATCHER, PIPELINE};
use super::world::{Fields, Kind, World};

/// Kinds and numbers of the scripted records.
pub const NUMBERS: [(Kind, u32); 3] = [IMOGEN, PLACEMENT, CLIENT];

const IMOGEN: (Kind, u32) = (Kind::Candidate, 342);
const PLACEMENT: (Kind, u32) = (Kind::Placement, 101);
const CLIENT: (Kind, u32) = (Kind::Client, 27);

/// Change of a field: instant, author (`name` in the program, `name/api` through the interface),
/// field, new value.
type ScriptedChange = (&'static str, &'static str, &'static str, &'static str);

const IMOGEN_FIELDS: [(&str, &str); 12] = [
    ("name", "Imogen Hartely"),
    ("email", "imogen.hartley@example.com"),
    ("phone", "020 7946 0417"),
    ("city", "London"),
    ("role", "Data engineer"),
    ("status", "new"),
    ("salary_expectation", "52000"),
    ("notice_period", "4 weeks"),
    ("available_from", "2024-10-07"),
    ("source_channel", "referral"),
    ("owner", "Sarah"),
    ("notes", ""),
];

/// Changes of the candidate: a typing error, an offer that came to nothing, a second one that was
/// accepted, five phone numbers.
const IMOGEN_LIFE: [ScriptedChange; 41] = [
    ("2024-09-03T09:31:08.204113547Z", "Sarah", "name", "Imogen Hartley"),
    ("2024-09-04T10:02:51.660214875Z", "Sarah", "status", "screening"),
    ("2024-09-05T14:40:17.093377120Z", "Sarah", "phone", "+44 7700 900417"),
    ("2024-09-05T14:41:02.551900338Z", "Sarah", "notes", "Ring the mobile, not the office."),
    ("2024-09-11T16:20:33.718204410Z", "Marcus", "status", "interview"),
    ("2024-09-18T11:05:49.000481926Z", "Priya", "salary_expectation", "54000"),
    ("2024-09-24T15:48:12.384650021Z", "Marcus", "status", "offer"),
    ("2024-09-27T09:12:05.127730664Z", "Sarah", "status", "withdrawn"),
    ("2024-09-27T09:13:44.906125083Z", "Sarah", "notes", "Stays where she is for now."),
    ("2024-11-19T10:27:31.442018597Z", "auto_matcher", "open_matches", "2"),
    ("2025-01-20T13:55:20.871436209Z", "Tom/api", "phone", "+44 7700 900471"),
    ("2025-01-22T09:03:58.316097441Z", "Priya", "phone", "+44 7700 900417"),
    ("2025-01-22T09:05:10.730551628Z", "Priya", "notes", "Last two digits were turned round."),
    ("2025-02-03T11:18:42.559003714Z", "Marcus", "salary_expectation", "58000"),
    ("2025-02-03T11:18:42.559003714Z", "Marcus", "notice_period", "3 months"),
    ("2025-02-03T11:18:42.559003714Z", "Marcus", "available_from", "2025-03-10"),
    ("2025-02-04T08:49:27.208846390Z", "Marcus", "status", "screening"),
    ("2025-02-12T14:06:03.991327745Z", "Marcus", "status", "interview"),
    ("2025-02-19T16:31:55.640218802Z", "Marcus", "status", "offer"),
    ("2025-02-24T10:15:36.087419253Z", "Marcus", "status", "placed"),
    ("2025-02-26T12:22:48.714960537Z", "Marcus", "email", "i.hartley@example.org"),
    ("2025-04-07T02:14:09.452107886Z", "ingest_pipeline", "city", "London"),
    ("2025-06-16T15:37:21.833650274Z", "Aoife", "phone", "+44 7700 900852"),
    ("2025-06-16T15:38:40.019274431Z", "Aoife", "notes", "New number since June."),
    ("2025-08-27T09:44:13.375981062Z", "Lucy/api", "salary_expectation", "61000"),
    ("2025-09-30T10:08:57.602143798Z", "Owen", "owner", "Owen"),
    ("2025-11-12T21:03:18.147209935Z", "ingest_pipeline", "phone", "+44 7700 900852"),
    ("2025-11-12T21:03:18.229830114Z", "ingest_pipeline", "email", "imogen.hartley@example.com"),
    ("2025-11-14T09:26:30.918472650Z", "Owen", "email", "i.hartley@example.org"),
    (
        "2025-11-14T09:28:02.460315729Z",
        "Owen",
        "notes",
        "The takeover brought the old address back.",
    ),
    ("2026-01-16T11:52:44.285107396Z", "Lucy", "name", "Imogen Hartley-Osei"),
    ("2026-01-16T11:53:19.774620183Z", "Lucy", "email", "imogen.osei@example.org"),
    ("2026-02-09T14:17:08.630948251Z", "Priya", "city", "Leeds"),
    ("2026-02-09T14:17:51.305416977Z", "Priya", "phone", "0113 496 0233"),
    ("2026-03-31T17:02:26.119583440Z", "Owen", "status", "available"),
    ("2026-04-14T10:39:15.548027613Z", "auto_matcher", "open_matches", "5"),
    ("2026-04-21T09:20:47.963814502Z", "Keiko", "status", "screening"),
    ("2026-05-06T13:33:39.406275818Z", "Keiko", "salary_expectation", "66000"),
    ("2026-06-11T15:14:52.820639174Z", "Keiko", "phone", "+44 7700 900318"),
    ("2026-07-02T10:58:04.257148906Z", "Keiko", "status", "interview"),
    ("2026-08-19T16:45:28.691302547Z", "Keiko", "notes", "Second interview on 3 September."),
];

const PLACEMENT_FIELDS: [(&str, &str); 11] = [
    ("candidate", "CAND-00342"),
    ("client", "CLI-0012"),
    ("role", "Data engineer"),
    ("kind", "contract"),
    ("rate", "425.00"),
    ("rate_unit", "day"),
    ("start_date", "2025-03-10"),
    ("end_date", ""),
    ("status", "agreed"),
    ("owner", "Marcus"),
    ("notes", ""),
];

/// Changes of the placement. Its rate on 3 March 2025 differs from those before and after. Its
/// start date is wrong from January 2026 on, day and month exchanged, and stays so for trying out a
/// correction.
const PLACEMENT_LIFE: [ScriptedChange; 10] = [
    ("2025-02-27T16:10:45.318274906Z", "Marcus", "rate", "440.00"),
    ("2025-03-05T09:37:12.604918355Z", "Daniel", "rate", "455.00"),
    ("2025-03-05T09:38:20.172650093Z", "Daniel", "notes", "Client agreed to 455 by telephone."),
    ("2025-03-10T08:52:31.950327418Z", "Marcus", "status", "started"),
    ("2025-09-08T14:25:03.417906285Z", "Lucy", "end_date", "2026-03-27"),
    ("2025-10-01T11:41:56.083541672Z", "Owen", "rate", "470.00"),
    ("2025-10-01T11:42:30.759218034Z", "Owen", "owner", "Owen"),
    ("2026-01-13T15:06:18.224087519Z", "Lucy", "start_date", "2025-10-03"),
    ("2026-03-24T10:19:47.680153942Z", "Owen", "end_date", "2026-03-31"),
    ("2026-03-31T17:01:35.946203718Z", "Owen", "status", "ended"),
];

const CLIENT_FIELDS: [(&str, &str); 11] = [
    ("name", "Marmalade Hydraulics"),
    ("sector", "engineering"),
    ("city", "Sheffield"),
    ("contact_name", "Fergus Thistlewood"),
    ("contact_email", "fergus.thistlewood@example.net"),
    ("contact_phone", "01632 960274"),
    ("fee_percent", "18"),
    ("payment_terms", "30 days"),
    ("status", "active"),
    ("owner", "Tom"),
    ("notes", ""),
];

const CLIENT_LIFE: [ScriptedChange; 4] = [
    ("2024-10-15T10:44:29.531706428Z", "Tom", "payment_terms", "45 days"),
    ("2025-01-28T15:12:07.820415963Z", "Tom", "fee_percent", "16"),
    ("2025-05-22T09:58:51.246093817Z", "Tom/api", "contact_phone", "01632 960247"),
    ("2025-07-10T13:21:36.705182490Z", "Daniel", "status", "dormant"),
];

const CLIENT_DELETED: (&str, &str) = ("2025-07-18T16:49:13.390527164Z", "Daniel");

/// Makes all scripted records and their events.
pub fn play(w: &mut World) {
    let sarah = author("Sarah");
    let at = instant("2024-09-03T09:14:22.318445902Z");
    let imogen = w.insert(IMOGEN.0, IMOGEN.1, fields(&IMOGEN_FIELDS), sarah, at);
    apply(w, imogen, &IMOGEN_LIFE);

    let at = instant("2025-02-24T10:21:09.553817204Z");
    let placement = fields(&PLACEMENT_FIELDS);
    let placement = w.insert(PLACEMENT.0, PLACEMENT.1, placement, author("Marcus"), at);
    apply(w, placement, &PLACEMENT_LIFE);

    let at = instant("2024-09-01T06:00:01.640219873Z");
    let client = w.insert(CLIENT.0, CLIENT.1, fields(&CLIENT_FIELDS), PIPELINE, at);
    apply(w, client, &CLIENT_LIFE);
    w.delete(client, author(CLIENT_DELETED.1), instant(CLIENT_DELETED.0));
}

/// Applies scripted changes to a record.
fn apply(w: &mut World, record: usize, changes: &[ScriptedChange]) {
    for (at, who, field, value) in changes {
        w.update_exactly(record, field, (*value).to_owned(), author(who), instant(at));
    }
}

/// Fields with their first values.
fn fields(members: &[(&'static str, &str)]) -> Fields {
    members.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// The author that a script names.
fn author(who: &str) -> Author {
    let (name, source) = who.split_once('/').unwrap_or((who, ""));
    match (name, Author::of(name)) {
        (_, Some(person)) if source == "api" => Author { source: "api", workspace: "", ..person },
        (_, Some(person)) => person,
        ("auto_matcher", None) => MATCHER,
        (_, None) => PIPELINE,
    }
}

/// An instant of a script, in nanoseconds since 1970. A test checks that all of them can be parsed.
fn instant(text: &str) -> i64 {
    let time = event::parse_time(text).ok();
    time.and_then(|time| time.timestamp_nanos_opt()).unwrap_or(START)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_time_after_the_one_before_and_a_hand() {
        let known = ["auto_matcher", "ingest_pipeline"];
        for life in [IMOGEN_LIFE.as_slice(), &PLACEMENT_LIFE, &CLIENT_LIFE] {
            let times: Vec<i64> = life.iter().map(|line| instant(line.0)).collect();
            assert!(times.is_sorted() && times[0] > START);
            let hands = life.iter().map(|line| line.1);
            assert!(hands.clone().all(|who| known.contains(&who) || author(who) != PIPELINE));
        }
        assert!(instant(CLIENT_DELETED.0) > START);
    }
}
