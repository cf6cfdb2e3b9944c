//! Names that servers run, or that hosting services and browsers look for.

/// Extensions for which servers have handlers, anywhere in a name (Apache `AddHandler`, IIS).
pub(super) fn is_run(ending: &str) -> bool {
    const RUN: &[&str] = &[
        "php", "phtml", "pht", "phps", "phar", "cgi", "fcgi", "fpl", "pl", "py", "pyc", "wsgi",
        "rb", "lua", "tcl", "sh", "asp", "aspx", "ashx", "asmx", "asax", "ascx", "asa", "axd",
        "cer", "cdx", "cshtml", "vbhtml", "svc", "jsp", "jspx", "jspf", "jhtml", "cfm", "cfml",
        "cfc", "shtml", "shtm", "stm", "html", "htm", "xhtml", "xht", "var", "asis", "imap",
        "htaccess", "htpasswd", "exe", "dll", "bat", "cmd", "ps1", "vbs", "hta", "js", "mjs",
        "cjs", "svgz", "swf",
    ];
    let is_php = ending
        .strip_prefix("php")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    is_php || RUN.contains(&ending)
}

/// Names that hosting services, servers, crawlers and browsers look for, in lower case without a
/// leading dot.
const OBEYED: &[&str] = &[
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "_worker.mjs",
    "_middleware.js",
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "_error.html",
    "cname",
    "auth",
    "cors",
    "router",
    "nojekyll",
    "htaccess",
    "htpasswd",
    "user.ini",
    "php.ini",
    "web.config",
    "app.config",
    "machine.config",
    "global.asax",
    "netlify.toml",
    "vercel.json",
    "now.json",
    "render.yaml",
    "amplify.yml",
    "customhttp.yml",
    "staticwebapp.config.json",
    "routes.json",
    "firebase.json",
    "wrangler.toml",
    "wrangler.json",
    "wrangler.jsonc",
    "fly.toml",
    "static.json",
    "serve.json",
    "static.yaml",
    "app.yaml",
    "cloudbuild.yaml",
    "edgeone.json",
    "package.json",
    "deno.json",
    "deno.jsonc",
    "composer.json",
    "procfile",
    "dockerfile",
    "caddyfile",
    "nginx.conf",
    "nginx.conf.erb",
    "httpd.conf",
    "lighttpd.conf",
    "staticfile",
    "buildpack.yml",
    "manifest.yml",
    "cgi-bin",
    "robots.txt",
    "ads.txt",
    "app-ads.txt",
    "sellers.json",
    "security.txt",
    "crossdomain.xml",
    "clientaccesspolicy.xml",
    "browserconfig.xml",
    "bingsiteauth.xml",
    "apple-app-site-association",
    "assetlinks.json",
    "manifest.webmanifest",
    "site.webmanifest",
    "favicon.ico",
    "p3p.xml",
    "opensearch.xml",
    "labels.rdf",
    "iisstart.htm",
    "silverlight.config",
    "sw.js",
    "service-worker.js",
    "serviceworker.js",
    "service_worker.js",
    "firebase-messaging-sw.js",
    "onesignalsdkworker.js",
    "ngsw-worker.js",
    "ngsw.json",
    "workbox-sw.js",
];

/// Names, without extensions, of pages that servers send for a folder or for an error.
const INDEXES: &[&str] = &[
    "index", "default", "home", "welcome", "200", "400", "401", "403", "404", "405", "500", "503",
    "50x",
];

/// Returns whether hosting services, servers, crawlers or browsers look for a name.
pub(super) fn is_obeyed(name: &str) -> bool {
    let name = name.trim_start_matches('.');
    let (stem, rest) = name.split_once('.').unwrap_or((name, ""));
    let is_verification = |prefix: &str, end: &str| name.starts_with(prefix) && name.ends_with(end);
    OBEYED.contains(&name)
        || (INDEXES.contains(&stem) && rest.split('.').any(is_run))
        || ((name.starts_with("sw.")
            || name.contains("service-worker")
            || name.contains("serviceworker"))
            && (name.ends_with("js")))
        || is_verification("google", ".html")
        || is_verification("yandex_", ".html")
        || is_verification("yandex_", ".txt")
}
