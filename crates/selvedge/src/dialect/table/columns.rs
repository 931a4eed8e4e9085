//! What the columns of a table hold, by their names or as the caller says.

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    From,
    To,
    /// The host that the row is for, where its source has none.
    Host,
    Status,
    /// Whether the source is a regular expression, or a word that says how it is compared.
    Match,
    /// `true` for 308, `false` for 307.
    Permanent,
    /// Whether the row counts at all.
    Enabled,
    CaseSensitive,
    /// Whether the request's query stays.
    KeepQuery,
    /// Cloudflare: whether the row is for all below the path,
    Subpaths,
    /// whether what is below comes after the target,
    KeepSuffix,
    /// and whether it is for all hosts below the host.
    Subdomains,
}

/// The names that exports give their columns, without blanks, case and punctuation. A later row of one column counts where
/// an earlier one is missing: Redirection's `code` is the status, and its `status` says whether the row is active.
const NAMES: [(Column, &[&str]); 12] = [
    (
        Column::From,
        &[
            "from",
            "fromurl",
            "frompath",
            "old",
            "oldurl",
            "oldpath",
            "oldaddress",
            "source",
            "sourceurl",
            "sourcepath",
            "redirectfrom",
            "origin",
            "originurl",
            "urlfrom",
            "requesturl",
            "requestpath",
        ],
    ),
    (
        Column::To,
        &[
            "to",
            "tourl",
            "topath",
            "new",
            "newurl",
            "newpath",
            "newaddress",
            "target",
            "targeturl",
            "targetpath",
            "redirectto",
            "destination",
            "destinationurl",
            "urlto",
            "redirecturl",
        ],
    ),
    (Column::Host, &["host", "hostname", "domain", "sourcehost", "fromhost"]),
    (
        Column::Status,
        &[
            "code",
            "statuscode",
            "redirectcode",
            "httpcode",
            "httpstatus",
            "httpstatuscode",
            "actioncode",
            "redirecttype",
            "status",
            "type",
        ],
    ),
    (Column::Match, &["regex", "isregex", "match", "matchtype", "sourcetype", "format"]),
    (Column::Permanent, &["permanent", "ispermanent"]),
    (Column::Enabled, &["enabled", "active", "isactive"]),
    (Column::CaseSensitive, &["casesensitive", "sensitive"]),
    (Column::KeepQuery, &["preservequerystring", "preservequeryparams", "query", "keepquery", "retainquerystring"]),
    (Column::Subpaths, &["subpathmatching"]),
    (Column::KeepSuffix, &["preservepathsuffix"]),
    (Column::Subdomains, &["includesubdomains"]),
];

/// The names of the columns that a list of addresses has at least, for who reads one without rules.
pub const ADDRESS_COLUMNS: [(&str, &[&str]); 3] = {
    let [(_, from), (_, to), _, (_, status), ..] = NAMES;
    [("from", from), ("to", to), ("status", status)]
};

/// What exports say of a row besides, and people of it to themselves: nothing of what it is for.
const APART: [&str; 22] = [
    "author",
    "comment",
    "comments",
    "count",
    "created",
    "createdat",
    "date",
    "description",
    "group",
    "groupid",
    "hits",
    "id",
    "lastaccess",
    "lastcount",
    "note",
    "notes",
    "position",
    "reason",
    "title",
    "updated",
    "updatedat",
    "user",
];

/// The columns of Cloudflare's Bulk Redirects, whose files have no header.
const BULK: [Column; 7] = [
    Column::From,
    Column::To,
    Column::Status,
    Column::KeepQuery,
    Column::Subdomains,
    Column::Subpaths,
    Column::KeepSuffix,
];

/// Which cell of a row holds what.
#[derive(Debug, Default)]
pub(super) struct Columns {
    positions: Vec<(Column, usize)>,
}

/// Why a table cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// No column has a name that says this.
    Missing(&'static str),
    /// Two have: their positions.
    Twice(&'static str, usize, usize),
    /// The caller named a column that is not there.
    Unknown(String),
}

impl Columns {
    /// By the names of a header; `given` are pairs of what is looked for and the column's name or its number from 1.
    pub(super) fn named(header: &[&str], given: &[(String, String)]) -> Result<Columns, Unclear> {
        let mut columns = Columns::default();
        for (column, names) in NAMES {
            let own = names.first().copied().unwrap_or_default();
            let wanted = given.iter().find(|(what, _)| spelled(what) == own || (own == "code" && what == "status"));
            let found: Vec<usize> = match wanted {
                Some((_, name)) => vec![position(header, name).ok_or_else(|| Unclear::Unknown(name.clone()))?],
                None => {
                    // Of several spellings the first that is there.
                    let mut each = names.iter().map(|name| all(header, name));
                    each.find(|found| !found.is_empty()).unwrap_or_default()
                }
            };
            match found.as_slice() {
                [] => {}
                [one] => columns.positions.push((column, *one)),
                [one, other, ..] if matches!(column, Column::From | Column::To) => {
                    return Err(Unclear::Twice(own, *one, *other));
                }
                [one, ..] => columns.positions.push((column, *one)),
            }
        }
        // Where another column has the code, the one that is called so says whether the row is active.
        let status = all(header, "status").first().copied();
        if columns.position(Column::Status) != status {
            columns.positions.extend(status.map(|at| (Column::Enabled, at)));
        }
        for (column, name) in [(Column::From, "from"), (Column::To, "to")] {
            if columns.position(column).is_none() {
                return Err(Unclear::Missing(name));
            }
        }
        Ok(columns)
    }

    /// Without a header, where the first row is one of data: from, to, status; or Cloudflare's.
    pub(super) fn of_data(row: &[&str]) -> Option<Columns> {
        let is_address = |text: &str| text.starts_with('/') || text.contains("://");
        let is_bulk = row.len() > 3 && row.iter().skip(3).all(|text| flag(text).is_some() || text.trim().is_empty());
        let (from, to) = (row.first()?.trim(), row.get(1)?.trim());
        let is_data = is_address(to) && (is_address(from) || (is_bulk && from.contains('.')));
        let columns = BULK.into_iter().zip(0..).take(if is_bulk { BULK.len() } else { 3 });
        is_data.then(|| Columns { positions: columns.collect() })
    }

    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions.iter().find(|(known, _)| *known == column).map(|(_, at)| *at)
    }

    /// Those that nothing is read of, and that may say what a row is for.
    pub(super) fn unread<'n>(&self, header: &[&'n str]) -> Vec<&'n str> {
        let is_read = |at: usize| self.positions.iter().any(|(_, known)| *known == at);
        let left = header.iter().enumerate().filter(|(at, _)| !is_read(*at)).map(|(_, name)| *name);
        left.filter(|name| !name.trim().is_empty() && !APART.contains(&spelled(name).as_str())).collect()
    }

    /// Whether it is a list of Cloudflare's: the scheme may be missing there, and the query is dropped by default.
    pub(super) fn is_bulk(&self) -> bool {
        self.position(Column::Subpaths).is_some()
    }
}

/// What a cell says that is yes or no.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "on" | "enabled" | "active" => Some(true),
        "false" | "f" | "no" | "n" | "0" | "off" | "disabled" | "inactive" => Some(false),
        _ => None,
    }
}

fn position(header: &[&str], name: &str) -> Option<usize> {
    let by_name = header.iter().position(|it| spelled(it) == spelled(name));
    by_name.or_else(|| name.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < header.len()))
}

fn all(header: &[&str], name: &str) -> Vec<usize> {
    (0..).zip(header).filter(|(_, it)| spelled(it) == name).map(|(at, _)| at).collect()
}

fn spelled(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(header: &[&str]) -> [Option<usize>; 3] {
        let columns = Columns::named(header, &[]).unwrap_or_default();
        [Column::From, Column::To, Column::Status].map(|column| columns.position(column))
    }

    #[test]
    fn exports_are_known_by_their_columns() {
        assert_eq!(
            positions(&["source", "target", "regex", "code", "type", "hits", "title", "status"]),
            [Some(0), Some(1), Some(3)]
        );
        assert_eq!(positions(&["Redirect from", "Redirect to"]), [Some(0), Some(1), None]);
        assert_eq!(positions(&["Origin", "Target", "Type", "Format"]), [Some(0), Some(1), Some(2)]);
        assert_eq!(positions(&["destination", "permanent", "source"]), [Some(2), Some(0), None]);
        assert_eq!(positions(&["Old URL", "New URL", "Status code"]), [Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn what_is_not_clear_is_said() {
        assert_eq!(Columns::named(&["from", "From", "to"], &[]).err(), Some(Unclear::Twice("from", 0, 1)));
        assert_eq!(Columns::named(&["from", "where"], &[]).err(), Some(Unclear::Missing("to")));
        let given = [("to".to_owned(), "where".to_owned())];
        assert!(Columns::named(&["from", "where"], &given).is_ok());
        let given = [("to".to_owned(), "9".to_owned())];
        assert_eq!(Columns::named(&["from", "where"], &given).err(), Some(Unclear::Unknown("9".to_owned())));
    }

    #[test]
    fn a_first_row_of_data_is_not_a_header() {
        assert!(Columns::of_data(&["/a", "/b"]).is_some());
        assert!(
            Columns::of_data(&["a.example/x", "https://b.example/", "301", "TRUE", "FALSE", "FALSE", "FALSE"])
                .is_some_and(|it| it.is_bulk())
        );
        assert!(Columns::of_data(&["page", "where"]).is_none());
    }
}
