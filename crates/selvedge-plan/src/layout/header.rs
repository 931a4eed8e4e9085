//! The header of a plan.

/// The request header that holds what the stages tell each other.
pub const NOTE_HEADER: &str = "x-selvedge";

numbers! {
    HEADER:
    /// `SLVG`.
    pub const MAGIC_NUMBER: u32 = 0x4756_4C53;
    /// Version of this format; a reader takes no other.
    pub const VERSION_NUMBER: u32 = 4;

    /// Header: [`MAGIC_NUMBER`].
    pub const MAGIC: u32 = 0;
    /// Header: [`VERSION_NUMBER`].
    pub const VERSION: u32 = 1;
    /// Header: length of the plan in bytes.
    pub const LENGTH: u32 = 2;
    /// Header: checksum over all bytes after it, two words.
    pub const CHECKSUM: u32 = 3;
    /// Header: what a precompressed rule may append to a path, `[n, n × (coding, offset, length)]`; 0 where there is none.
    pub const SUFFIXES: u32 = 5;
    /// Header: [`HAS_REGEX`], [`NEEDS_FULL`], and [`BLOCKS`] for each stage that blocks.
    pub const FLAGS: u32 = 6;
    /// Header: number of the platform.
    pub const PLATFORM: u32 = 7;
    /// Header: path + `?` + query must be shorter than this; 0 = no limit.
    pub const MAX_URI: u32 = 8;
    /// Header: stage records, [`STAGE_COUNT`] words.
    pub const STAGES: u32 = 9;
    /// Stage records of a header.
    pub const STAGE_COUNT: u32 = 6;
    /// Header: the site's languages, `[n, n × (offset, length)]`.
    pub const LANGUAGES: u32 = 15;
    /// Header: the op that sets `Location`.
    pub const LOCATION_OP: u32 = 17;
    /// Header: the op that sets the URI path.
    pub const URI_OP: u32 = 18;
    /// Header: the op that sets the query.
    pub const QUERY_OP: u32 = 19;
    /// Header: the op that sets the note header.
    pub const NOTE_OP: u32 = 20;
    /// Header: the op list that removes the note header.
    pub const NO_NOTE_OPS: u32 = 21;
    /// Header: the op that sets `Content-Type`.
    pub const CONTENT_TYPE_OP: u32 = 22;
    /// Header: media types by file name extension, `[n, n × (extension offset, length, type offset, length)]`.
    pub const MEDIA_TYPES: u32 = 23;
    /// Header: the op list that keeps an answer out of shared caches.
    pub const NO_STORE_OPS: u32 = 24;
    /// Header: an upper bound of the words that one decision puts out.
    pub const OUTPUT_WORDS: u32 = 25;
    /// Header: for each stage that looks at nothing but the path, and there only at how it ends, the endings that count:
    /// `[n, n × (offset, length)]`. All paths that end alike get the same decision, so a caller may remember it by the set of
    /// endings. It must not for a path whose end is not its normalised form's. Six words, 0 for other stages.
    pub const ENDINGS: u32 = 28;
    /// Endings of a stage at most.
    pub const MAX_ENDINGS: usize = 12;
    /// Header: the token of the plan's notes, text of [`TOKEN_LENGTH`] bytes; eight words.
    pub const TOKEN: u32 = 34;
    /// Bytes of a token: 128 bits in hexadecimal. It is a secret: whoever knows it can write notes that the stages trust.
    pub const TOKEN_LENGTH: usize = 32;
    /// Words in the header.
    pub const HEADER_WORDS: u32 = 42;
    /// First byte that the checksum covers.
    pub const CHECKED_FROM: usize = 4 * (CHECKSUM as usize + 2);

    /// The plan has regular expressions.
    pub const HAS_REGEX: u32 = 1;
    /// The plan asks for more than a small reader can do, see [`crate::small`].
    pub const NEEDS_FULL: u32 = 2;
    /// Shifted by the number of a stage: where the engine fails there, nothing passes.
    pub const BLOCKS: u32 = 1 << 8;

    /// Stage flag: the decision may depend on the class of `Accept-Encoding` and the method's class.
    pub const USES_ACCEPT: u32 = 1;
    /// Stage flag: the decision may depend on the response's status.
    pub const USES_STATUS: u32 = 2;
    /// Stage flag: the decision may be an answer.
    pub const MAY_ANSWER: u32 = 4;
    /// Stage flag: a note that comes to this stage is from outside, and goes even where the engine fails.
    pub const FOREIGN_NOTE: u32 = 8;

    /// Inputs of a stage at most.
    pub const MAX_INPUTS: usize = 64;
}
