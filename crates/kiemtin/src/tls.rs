//! One provider of cryptography for every connection: ring, the only one that is built in.

/// Lets rustls use ring. May be called again.
pub fn set_up() {
    // An error says that it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
