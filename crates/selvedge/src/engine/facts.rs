use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

/// What is known of a request beyond its head. Make one a request and hand it to each stage.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// ISO 3166-1 alpha-2, from a source that the client cannot choose.
    pub country: Option<String>,
    /// Device words such as `mobile`.
    pub device: Vec<String>,
    /// `http` or `https`, from a source that the client cannot choose; `None` takes that of the URI, where it has one.
    pub scheme: Option<String>,
    /// Identifies the request: experiments and weights are drawn from it, in every stage alike.
    pub request_id: String,
}

impl Facts {
    /// Nothing known, with a random identifier.
    pub fn new() -> Facts {
        let random = [RandomState::new().hash_one(0), RandomState::new().hash_one(1)];
        Facts {
            client_ip: None,
            country: None,
            device: Vec::new(),
            scheme: None,
            request_id: random.map(|word| format!("{word:016x}")).concat(),
        }
    }
}

impl Default for Facts {
    fn default() -> Facts {
        Facts::new()
    }
}
