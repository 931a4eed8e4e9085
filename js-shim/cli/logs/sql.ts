/** The query that counts requests where the logs are. Its result is a table that the verbs take as a log. */

export const ENGINES = ["athena", "bigquery", "duckdb"] as const;
export type SqlEngine = (typeof ENGINES)[number];

// CloudFront encodes values once more than the viewer did. The result has other names, so it is undone here.
const trino = (value: string): string => `regexp_replace(${value}, '%25([0-9A-Fa-f]{2})', '%$1')`;
const duckdb = (value: string): string => `regexp_replace(${value}, '%25([0-9A-Fa-f]{2})', '%\\1', 'g')`;

const QUERIES: Record<SqlEngine, (table: string) => string> = {
  // Columns as in the table that AWS documents for standard logs.
  athena: (table) => `-- Athena, on the table of CloudFront's standard logs. Save the result as CSV.
SELECT
  x_host_header AS host,
  ${trino("cs_uri_stem")} AS path,
  ${trino("NULLIF(cs_uri_query, '-')")} AS query,
  cs_method AS method,
  sc_status AS status,
  CAST("date" AS varchar) AS day,
  COUNT(*) AS count
FROM ${table}
WHERE "date" >= current_date - INTERVAL '30' DAY
GROUP BY 1, 2, 3, 4, 5, 6;`,
  // Fields as Cloudflare's Logpush names them. Timestamps are RFC 3339 unless the job says otherwise.
  bigquery: (table) => `-- BigQuery, on a table of Cloudflare's Logpush (http_requests). Save the result as CSV or JSON lines.
SELECT
  ClientRequestHost AS host,
  SPLIT(ClientRequestURI, '?')[OFFSET(0)] AS path,
  IF(STRPOS(ClientRequestURI, '?') > 0, SUBSTR(ClientRequestURI, STRPOS(ClientRequestURI, '?') + 1), NULL) AS query,
  ClientRequestMethod AS method,
  EdgeResponseStatus AS status,
  SUBSTR(CAST(EdgeStartTimestamp AS STRING), 1, 10) AS day,
  COUNT(*) AS count
FROM \`${table.replace(/[\\`]/g, "\\$&")}\`
GROUP BY 1, 2, 3, 4, 5, 6;`,
  duckdb: (table) => `-- DuckDB, on files of CloudFront's standard logs. For another log, change what is read and the names of its fields.
COPY (
  SELECT
    column15 AS host,
    ${duckdb("column07")} AS path,
    ${duckdb("NULLIF(column11, '-')")} AS query,
    column05 AS method,
    column08 AS status,
    column00 AS day,
    COUNT(*) AS count
  FROM read_csv('${table.replaceAll("'", "''")}', delim = '\\t', header = false, skip = 2, all_varchar = true, quote = '', escape = '',
    names = [${Array.from({ length: 33 }, (_, index) => `'column${String(index).padStart(2, "0")}'`).join(", ")}])
  GROUP BY ALL
) TO 'requests.csv' (HEADER);`,
};

const TABLES: Record<SqlEngine, string> = { athena: "cloudfront_standard_logs", bigquery: "project.dataset.http_requests", duckdb: "logs/*.gz" };

export function sql(engine: SqlEngine, table = TABLES[engine]): string {
  return QUERIES[engine](table);
}
