//! Media types by file name extension: for files of which the origin says nothing useful, and what looks like a file.
//!
//! The extensions of the IANA registrations for what sites are made of; text types name UTF-8.

pub(crate) const MEDIA_TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("htm", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("cjs", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("geojson", "application/geo+json"),
    ("jsonld", "application/ld+json"),
    ("xml", "application/xml"),
    ("rss", "application/rss+xml"),
    ("atom", "application/atom+xml"),
    ("xhtml", "application/xhtml+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("tsv", "text/tab-separated-values; charset=utf-8"),
    ("ics", "text/calendar; charset=utf-8"),
    ("vtt", "text/vtt; charset=utf-8"),
    ("vcf", "text/vcard; charset=utf-8"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("toml", "application/toml"),
    ("wasm", "application/wasm"),
    ("pdf", "application/pdf"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("eot", "application/vnd.ms-fontobject"),
    ("ico", "image/vnd.microsoft.icon"),
    ("bmp", "image/bmp"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("glb", "model/gltf-binary"),
    ("gltf", "model/gltf+json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("zst", "application/zstd"),
    ("br", "application/octet-stream"),
];

/// Extensions of other files that sites offer: documents, media and archives whose type is the origin's to say.
const OTHERS: &str = "7z apk avi bin deb dmg doc docx epub exe iso jar m4a mov msi ods odt ogg pkg ppt pptx rar rpm rtf tar tgz tiff wav xls xlsx xz";

/// The extensions by which a path looks like a file.
pub(crate) fn extensions() -> impl Iterator<Item = &'static str> {
    MEDIA_TYPES.iter().map(|(extension, _)| *extension).chain(OTHERS.split(' '))
}
