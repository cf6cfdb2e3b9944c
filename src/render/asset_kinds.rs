//! The kinds of files that `static/` of a portal or a theme may contain.

/// Returns whether a file may be in `static/`: a style, script, font, icon or picture. Documents must be
/// attachments of an approved item.
pub(super) fn is_asset(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "css",
        "js",
        "mjs",
        "map",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "svg",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "avif",
        "ico",
        "webmanifest",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// Returns whether a file has a name that hosts or verifiers look for.
pub(super) fn is_host_file(path: &str) -> bool {
    matches!(path, "CNAME" | ".nojekyll" | "_headers" | "_redirects" | ".htaccess")
        || path.starts_with(".well-known/")
}
