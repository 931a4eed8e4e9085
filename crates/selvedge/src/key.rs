//! The secret of the notes that stages hand to each other.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use hmac_sha256::{HMAC, Hash};
use selvedge_plan::checksum;

/// A secret that plans are compiled with: it and the rules make the token of the plan's notes, which nobody can compute
/// from the rules alone. The same rules and the same key give the same plan.
///
/// Where several programs run the stages of one site, each from a plan of its own, give all of them one key; a plan that
/// is compiled once needs none.
///
/// ```
/// use selvedge::{Key, Platform, Rules, Target, compile};
///
/// let rules: Rules = serde_json::from_str(r#"{ "precompressed": [{ "for": "*.js", "encodings": ["br"] }] }"#)?;
/// let target = Target::from(Platform::Cloudfront).with_key(Key::new("correct horse battery staple")?);
/// assert_eq!(compile(&rules, target)?, compile(&rules, target)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// Characters that a key has at least.
    pub const MIN_LENGTH: usize = 16;

    /// The key of a text that is kept secret.
    ///
    /// # Errors
    ///
    /// [`ShortKey`] for a text that could be guessed.
    pub fn new(text: &str) -> Result<Key, ShortKey> {
        match text.chars().nth(Key::MIN_LENGTH - 1) {
            Some(_) => Ok(Key(Hash::hash(text.as_bytes()))),
            None => Err(ShortKey(text.chars().count())),
        }
    }

    /// A new key, which nobody knows. It is drawn from what std seeds its hash maps with: `wasm32-unknown-unknown` has
    /// nothing random there, so give such programs a key.
    pub fn random() -> Key {
        let seed = [0, 1, 2, 3].map(|number: u64| RandomState::new().hash_one(number).to_le_bytes());
        Key(Hash::hash(seed.as_flattened()))
    }

    /// 128 bits that follow from the key and the bytes of a plan, in hexadecimal. Plans of one key may trust each other, so
    /// their bytes only have to make a difference: the checksum does, for a tenth of the time that compiling them takes.
    pub(crate) fn token(&self, plan: &[u8]) -> String {
        let code = HMAC::mac(checksum(plan).to_le_bytes(), self.0);
        code.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A secret is not printed.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A key that is too short; its number of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortKey(usize);

impl fmt::Display for ShortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key has {} characters; a secret has at least {}", self.0, Key::MIN_LENGTH)
    }
}

impl std::error::Error for ShortKey {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(Key::new("fifteen letters"), Err(ShortKey(15)));
        assert_eq!(Key::new("äöüäöüäöüäöüäöü"), Err(ShortKey(15)));
        assert!(Key::new("sixteen letters!").is_ok());
        assert_eq!(ShortKey(3).to_string(), "the key has 3 characters; a secret has at least 16");
    }

    /// Python's `hmac.new(sha256(key).digest(), checksum.to_bytes(8, "little"), "sha256").hexdigest()[:32]`, with the checksum
    /// reckoned there as well.
    #[test]
    fn a_token_is_hmac_sha_256() {
        let key = Key::new("correct horse battery staple").unwrap();
        assert_eq!(key.token(b"a plan"), "a72123b50492bfb7b9e3fc2875f04b7d");
    }

    #[test]
    fn a_token_follows_from_key_and_plan() {
        let one = Key::new("correct horse battery staple").unwrap();
        let other = Key::new("correct horse battery stable").unwrap();
        assert_ne!(one.token(b"a plan"), other.token(b"a plan"));
        assert_ne!(one.token(b"a plan"), one.token(b"a plaN"));
        assert_ne!(Key::random(), Key::random());
        assert_eq!(format!("{one:?}"), "Key(…)");
    }
}
