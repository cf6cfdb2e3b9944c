//! Finds addresses of withheld items inside other addresses: in the query of a link for sharing, in the
//! text of a mail link, percent-encoded.

use crate::site::Resolver;
use crate::site::links::{bare, decode, may_hold_address, web_addresses_in};

/// How often an address is decoded. Each link for sharing encodes the address in it once more.
const MAX_DECODINGS: usize = 4;
/// The maximum number of parts of an address that are looked up.
const MAX_PARTS: usize = 64;

impl Resolver<'_> {
    /// Returns the address of a withheld item, other than its own, that another address contains or
    /// encodes.
    pub fn withheld_inside(&self, address: &str) -> Option<String> {
        if self.site.withheld.is_empty() || !may_hold_address(address) {
            return None;
        }
        let mut spelling = address.to_owned();
        for _ in 0..=MAX_DECODINGS {
            let found = self.withheld_parts(&spelling);
            if found.is_some() {
                return found;
            }
            let decoded = decode(&spelling);
            if decoded == spelling {
                return None;
            }
            spelling = decoded;
        }
        None
    }

    /// Same as [`Self::withheld_inside`], for one spelling.
    fn withheld_parts(&self, spelling: &str) -> Option<String> {
        let rest = behind_host(spelling);
        let query = rest.find(['?', '#']).map_or("", |at| &rest[at..]);
        let is_end = |c: char| c.is_whitespace() || "?#&=;,!+|()[]{}<>\"'`".contains(c);
        let in_query = query.split(is_end);
        // The path of another site means nothing here, unless it contains the portal's host.
        let path = &rest[..rest.len() - query.len()];
        let in_path = web_addresses_in(path).map(str::to_owned).chain(self.with_scheme(path));
        let mut parts =
            in_path.chain(in_query.map(str::to_owned)).filter(|part| may_hold_address(part));
        let found = parts.by_ref().take(MAX_PARTS).find(|part| self.is_of_other(part));
        let is_whole = || self.is_own_address(spelling) && self.is_of_other(spelling);
        found.or_else(|| is_whole().then(|| bare(spelling).to_owned()))
    }

    /// Returns whether a word is the address of a withheld item other than its own.
    fn is_of_other(&self, word: &str) -> bool {
        let stub = self.withheld_at(word).flatten().map(|n| &self.site.withheld[n as usize]);
        stub.is_some_and(|stub| stub.path != self.from.path)
    }
}

/// Returns what follows the host of a web address, or the whole text.
fn behind_host(address: &str) -> &str {
    let Some((_, rest)) = address.split_once("://") else { return address };
    rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
}
