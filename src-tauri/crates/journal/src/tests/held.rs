//! Time and random numbers that are what a test says.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::sync::watch;

use super::*;
use crate::Random;

/// 2026-03-03T09:15:00.123456789Z, until a test moves it.
#[derive(Debug)]
pub(super) struct HeldClock {
    wall: Mutex<DateTime<Utc>>,
    passed: Arc<Mutex<Passed>>,
    asked: watch::Sender<Vec<Duration>>,
}

#[derive(Debug, Default)]
struct Passed {
    time: Duration,
    asleep: Vec<Waker>,
}

impl Default for HeldClock {
    fn default() -> Self {
        let wall = DateTime::from_timestamp_nanos(1_772_529_300_123_456_789).into();
        Self { wall, passed: Arc::default(), asked: watch::Sender::default() }
    }
}

impl HeldClock {
    /// Lets time pass: whoever has slept long enough wakes up.
    pub(super) fn advance(&self, time: Duration) {
        self.set_forward(TimeDelta::from_std(time).unwrap());
        let mut passed = self.passed.lock().unwrap();
        passed.time += time;
        passed.asleep.drain(..).for_each(Waker::wake);
    }

    /// Sets the clock, forward or back, in no time.
    pub(super) fn set_forward(&self, by: TimeDelta) {
        *self.wall.lock().unwrap() += by;
    }

    /// How long it was asked to wait, each time; complete up to the `count`th time.
    pub(super) async fn asked(&self, count: usize) -> Vec<Duration> {
        let mut asked = self.asked.subscribe();
        asked.wait_for(|asked| asked.len() >= count).await.unwrap().clone()
    }

    pub(super) fn asked_so_far(&self) -> usize {
        self.asked.borrow().len()
    }
}

impl Clock for HeldClock {
    fn now(&self) -> DateTime<Utc> {
        *self.wall.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.asked.send_modify(|asked| asked.push(duration));
        let until = self.passed.lock().unwrap().time + duration;
        Box::pin(Sleep { passed: Arc::clone(&self.passed), until })
    }
}

struct Sleep {
    passed: Arc<Mutex<Passed>>,
    until: Duration,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut passed = self.passed.lock().unwrap();
        if passed.time >= self.until {
            return Poll::Ready(());
        }
        passed.asleep.push(context.waker().clone());
        Poll::Pending
    }
}

/// Never twice the same bytes, always the same sequence.
#[derive(Debug, Default)]
pub(super) struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let number = mix(self.0.fetch_add(1, Ordering::SeqCst)).to_le_bytes();
            part.copy_from_slice(&number[..part.len()]);
        }
    }
}

/// Numbers that look random and are the same each time.
pub(super) struct Seeded(pub u64);

impl Seeded {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 += 1;
        mix(self.0) % end
    }
}

/// Another number for each (`SplitMix64`).
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
