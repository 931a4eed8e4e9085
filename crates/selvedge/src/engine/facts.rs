use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::net::IpAddr;

/// What is known of a request beyond its head. Make one for each request and hand it to every stage.
///
/// ```
/// use selvedge::Facts;
///
/// let mut facts = Facts::new().with_client_ip([192, 0, 2, 1].into()).with_country("DE");
/// facts.device.push("mobile".to_owned());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Facts {
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// ISO 3166-1 alpha-2, from a source that the client cannot choose.
    pub country: Option<String>,
    /// Device words such as `mobile`.
    pub device: Vec<String>,
    /// `http` or `https`, from a source that the client cannot choose; `None` takes that of the URI, where it has one.
    pub scheme: Option<String>,
    /// Identifies the request: experiments and weights are drawn from it, in every stage alike. `None`: a random one.
    pub request_id: Option<String>,
    /// What the random identifier is made of, where rules draw from it.
    pub(crate) seed: RandomState,
}

impl Facts {
    /// Nothing known, with a random identifier.
    pub fn new() -> Facts {
        Facts {
            client_ip: None,
            country: None,
            device: Vec::new(),
            scheme: None,
            request_id: None,
            seed: RandomState::new(),
        }
    }

    /// With the client's address.
    #[must_use]
    pub fn with_client_ip(self, address: IpAddr) -> Facts {
        Facts { client_ip: Some(address), ..self }
    }

    /// With the client's country, ISO 3166-1 alpha-2.
    #[must_use]
    pub fn with_country(self, country: impl Into<String>) -> Facts {
        Facts { country: Some(country.into()), ..self }
    }

    /// With one more word about the device.
    #[must_use]
    pub fn with_device(mut self, device: impl Into<String>) -> Facts {
        self.device.push(device.into());
        self
    }

    /// With the scheme that the client asked by.
    #[must_use]
    pub fn with_scheme(self, scheme: impl Into<String>) -> Facts {
        Facts { scheme: Some(scheme.into()), ..self }
    }

    /// With an identifier of the request: what is drawn from it is the same wherever it is.
    #[must_use]
    pub fn with_request_id(self, id: impl Into<String>) -> Facts {
        Facts { request_id: Some(id.into()), ..self }
    }

    /// Appends the identifier: the same for each call, whether it is given or random.
    pub(super) fn write_request_id(&self, text: &mut Vec<u8>) {
        match &self.request_id {
            Some(id) => text.extend_from_slice(id.as_bytes()),
            None => {
                let [one, other] = [0, 1].map(|half| self.seed.hash_one(half));
                // A vector takes all that is written.
                let _ = write!(text, "{one:016x}{other:016x}");
            }
        }
    }
}

impl Default for Facts {
    fn default() -> Facts {
        Facts::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(facts: &Facts) -> Vec<u8> {
        let mut text = Vec::new();
        facts.write_request_id(&mut text);
        text
    }

    #[test]
    fn a_random_identifier_is_the_same_in_each_stage_and_differs_between_requests() {
        let facts = Facts::new();
        assert_eq!((id(&facts), id(&facts).len()), (id(&facts.clone()), 32));
        assert_ne!(id(&facts), id(&Facts::new()));
        assert_eq!(id(&facts.with_request_id("given")), b"given");
    }
}
