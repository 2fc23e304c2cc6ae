//! What tests and benchmarks of several crates need of the lab: a proxy that brings about what goes
//! wrong between a client and an object store, and a server of S3 that is fast enough to be measured
//! against.

pub mod fault_proxy;
pub mod s3_server;

mod http;
