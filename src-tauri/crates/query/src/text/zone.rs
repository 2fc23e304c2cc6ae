//! Time zone of a text.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};

/// Time zone: a name of the IANA database, such as `Europe/Berlin` or `UTC`, or an offset from UTC,
/// such as `+02:00`. A name is read in any case, and written in its own. The default is UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Zone(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Named(Tz),
    Offset(FixedOffset),
}

/// Error of a text that is not a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no time zone")]
pub struct ZoneError;

impl Zone {
    /// Calendar day of an instant in this zone.
    pub fn day_of(self, instant: DateTime<Utc>) -> NaiveDate {
        self.wall_of(instant).date()
    }

    /// Date and time that a clock on the wall in this zone shows at an instant.
    pub fn wall_of(self, instant: DateTime<Utc>) -> NaiveDateTime {
        match self.0 {
            Kind::Named(zone) => instant.with_timezone(&zone).naive_local(),
            Kind::Offset(offset) => instant.with_timezone(&offset).naive_local(),
        }
    }

    /// First instant of a day in this zone. If clocks are put forward over midnight, it is the
    /// first instant after that; if midnight comes twice, it is the earlier one.
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        self.instant_of(day.and_time(NaiveTime::MIN))
    }

    /// Whether a clock on the wall in this zone shows a date and time twice, because clocks are put back.
    pub fn shows_twice(self, wall: NaiveDateTime) -> bool {
        match self.0 {
            Kind::Named(zone) => {
                zone.from_local_datetime(&wall).single().is_none()
                    && zone.from_local_datetime(&wall).earliest().is_some()
            }
            Kind::Offset(_) => false,
        }
    }

    /// Instant at which a clock on the wall in this zone shows a date and time. One that clocks skip
    /// when they are put forward is the first instant after that; of one that comes twice it is the
    /// earlier.
    pub fn instant_of(self, wall: NaiveDateTime) -> DateTime<Utc> {
        let instant = match self.0 {
            Kind::Named(zone) => zone
                .from_local_datetime(&wall)
                .earliest()
                .or_else(|| GapInfo::new(&wall, &zone)?.end)
                .map(|instant| instant.to_utc()),
            Kind::Offset(offset) => {
                offset.from_local_datetime(&wall).earliest().map(|instant| instant.to_utc())
            }
        };
        instant.unwrap_or(wall.and_utc())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(Kind::Named(Tz::UTC))
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let kind = if let [b'+' | b'-', _, _, b':', _, _] = text.as_bytes() {
            text.parse().ok().map(Kind::Offset)
        } else {
            let mut names = chrono_tz::TZ_VARIANTS.iter();
            names.find(|zone| zone.name().eq_ignore_ascii_case(text)).copied().map(Kind::Named)
        };
        kind.map(Self).ok_or(ZoneError)
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, ZoneError> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.to_string()
    }
}

impl Display for Zone {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Kind::Named(zone) => to.write_str(zone.name()),
            Kind::Offset(offset) => write!(to, "{offset}"),
        }
    }
}
