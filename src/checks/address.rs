//! Where the documents of the checks are.

/// Returns the address of a check's section in docs/checks.md of this release, under the repository named in Cargo.toml.
pub fn docs_address(id: &str) -> String {
    format!(
        "{}/blob/v{}/docs/checks.md#{id}",
        env!("CARGO_PKG_REPOSITORY"),
        env!("CARGO_PKG_VERSION")
    )
}
