//! A clock that is wrong, or set back.

use super::*;
use crate::{Kind, Stats};

const DAY: TimeDelta = TimeDelta::days(1);

async fn stats(device: &Device) -> Stats {
    device.journal().await.stats().await
}

#[tokio::test]
async fn d17_a_clock_set_a_day_back_never_takes_acceptance_back() {
    let device = Device::new();
    let journal = device.journal().await;
    let before = journal.record(phone()).await.unwrap();
    assert_eq!(stats(&device).await.clock_behind, None);
    device.clock.set_forward(-DAY);
    let after = journal.record(phone()).await.unwrap();
    drop(journal);
    let reopened = device.journal().await.record(phone()).await.unwrap();

    assert_eq!((after.recorded_at, after.seq), (before.recorded_at, Some(1)));
    assert_eq!((reopened.recorded_at, reopened.seq), (before.recorded_at, Some(2)));
    let behind = stats(&device).await.clock_behind.unwrap();
    assert!((behind - DAY).abs() < TimeDelta::milliseconds(1), "{behind}");
    // Less than a minute is nobody's concern.
    device.clock.set_forward(DAY - TimeDelta::seconds(59));
    assert_eq!(stats(&device).await.clock_behind, None);
}

#[tokio::test]
async fn d17_a_clock_that_was_ten_years_ahead_is_not_followed() {
    let device = Device::new();
    let journal = device.journal().await;
    let before = journal.record(phone()).await.unwrap();
    device.clock.set_forward(DAY * 3650);
    let ahead = journal.record(phone()).await.unwrap();
    assert_eq!(ahead.recorded_at, Some(device.clock.now().trunc_subsecs(6)));
    assert_eq!(stats(&device).await.clock_behind, None);

    device.clock.set_forward(DAY * -3650);
    let behind = stats(&device).await.clock_behind.unwrap();
    assert!((behind - DAY * 3650).abs() < TimeDelta::milliseconds(1), "{behind}");
    let back = journal.record(phone()).await.unwrap();
    assert_eq!(back.recorded_at, Some(device.clock.now().trunc_subsecs(6)));
    assert_eq!(stats(&device).await.clock_behind, None);
    let seqs = [before, ahead, back].map(|event| event.seq.unwrap());
    assert_eq!(seqs, [0, 1, 2]);
}

#[tokio::test]
async fn d17_two_days_ahead_are_believed_and_no_more() {
    for (ahead, held) in [(TimeDelta::hours(48), true), (TimeDelta::hours(49), false)] {
        let device = Device::new();
        let journal = device.journal().await;
        device.clock.set_forward(ahead);
        let before = journal.record(phone()).await.unwrap();
        device.clock.set_forward(-ahead);
        let after = journal.record(phone()).await.unwrap();
        assert_eq!(after.recorded_at == before.recorded_at, held, "{ahead}");
    }
}

#[tokio::test]
async fn an_instant_that_no_file_can_hold_is_refused() {
    let device = Device::new();
    let journal = device.journal().await;
    device.clock.set_forward(DAY * 365_000);
    let refused = journal.record(phone()).await.unwrap_err();
    assert!(matches!(refused, Error::Clock { .. }), "{refused}");
    assert_eq!(refused.kind(), Kind::Refused);
    device.clock.set_forward(DAY * -365_000);
    assert_eq!(journal.record(phone()).await.unwrap().seq, Some(0));
}
