//! The rules in rules.json, compiled by build.rs, in front of the backend `origin` of fastly.toml.

use fastly::{Error, Request, Response};
use selvedge::Engine;
use selvedge_example_fastly::{ask, facts, handle};

const PLAN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plan"));

#[fastly::main]
fn main(request: Request) -> Result<Response, Error> {
    let engine = Engine::from_plan(PLAN)?;
    let facts = facts(&request);
    handle(&engine, request, facts, |request| ask(request, "origin"))
}
