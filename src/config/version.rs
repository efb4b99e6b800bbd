//! What the server says it is. Clients branch on the version of the protocol, so that is the compatibility target's; the
//! product's own name and version stand beside it (design.md §5 "Versions").

/// The reference version whose protocol is spoken.
pub const TARGET: &str = "11.6.0";

/// The form of a build number (auth.md §1, `X-Version-Id`); without dots, which separate the parts of that header.
pub const BUILD_NUMBER: &str = "24000000";

/// Kollegium's own version.
pub const OWN: &str = env!("CARGO_PKG_VERSION");

/// Product and version, as in the `Server` header and `BuildHash`.
pub const PRODUCT: &str = concat!("Kollegium/", env!("CARGO_PKG_VERSION"));

/// `X-Version-Id` and the `server_version` of `hello`: `<version>.<build>.<hash of the client config>.<licensed>`.
pub fn version_id(client_hash: &str, licensed: bool) -> String {
    format!("{TARGET}.{BUILD_NUMBER}.{client_hash}.{licensed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_parts_after_the_version() {
        assert_eq!(version_id("ab12", true), "11.6.0.24000000.ab12.true");
        assert!(PRODUCT.starts_with("Kollegium/"));
    }
}
