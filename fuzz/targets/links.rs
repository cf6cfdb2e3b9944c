//! Destinations: what browsers take for the portal is the portal, and no scheme but four leads out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use prakat::site::LinkTarget;
use prakat_fuzz::{BENCHES, HOST};

fuzz_target!(|dest: &str| {
    let LinkTarget::Outside(url) = BENCHES[0].resolver().resolve(dest) else { return };
    // The URL Standard, as browsers follow it.
    let base = url::Url::parse(&format!("https://{HOST}/news/page/")).expect("an address");
    let Ok(parsed) = base.join(&url) else { return };
    assert!(["http", "https", "mailto", "tel"].contains(&parsed.scheme()), "{url:?}");
    let is_ours = parsed.host_str() == Some(HOST) && parsed.port().is_none();
    assert!(!is_ours, "{url:?}");
});
