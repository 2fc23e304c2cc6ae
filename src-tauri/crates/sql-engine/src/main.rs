//! `daybook-sql`.

fn main() {}
