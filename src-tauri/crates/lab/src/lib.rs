//! What tests of several crates need of the lab: a proxy that brings about what goes wrong between
//! a client and an object store.

pub mod fault_proxy;
