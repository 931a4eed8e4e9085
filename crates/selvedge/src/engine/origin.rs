/// The origin that a rule chose: the given fields replace those of an origin of the same kind.
///
/// Field names are those of the Lambda@Edge event: `domainName`, `path`, `port`, `protocol`, `region` and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenOrigin {
    record: String,
}

impl ChosenOrigin {
    pub(crate) fn new(record: &str) -> ChosenOrigin {
        ChosenOrigin { record: record.to_owned() }
    }

    /// `s3` or `custom`.
    pub fn kind(&self) -> &str {
        self.record.lines().next().unwrap_or_default()
    }

    /// A field's value; lists are joined by commas.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields().find(|field| field.0 == name).map(|field| field.1)
    }

    /// All fields that the rule gives, but custom headers.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.typed(&['t', 'n', 'l'])
    }

    /// Custom headers that the rule gives, one a line.
    pub fn custom_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.typed(&['h'])
    }

    fn typed(&self, types: &'static [char]) -> impl Iterator<Item = (&str, &str)> {
        self.record.lines().skip(1).filter_map(move |line| line.strip_prefix(types)?.split_once('='))
    }
}
