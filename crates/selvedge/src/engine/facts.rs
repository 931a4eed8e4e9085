use std::hash::{BuildHasher, RandomState};
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
        Facts { request_id: id.into(), ..self }
    }
}

impl Default for Facts {
    fn default() -> Facts {
        Facts::new()
    }
}
