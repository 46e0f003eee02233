//! Headers that every answer has, of the site and of what programs ask (STANDARDS section 7.2).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Whose pages may load an answer.
pub const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (CROSS_ORIGIN, "same-origin"),
];

/// Sets them, with the policy of what an answer may load. What a handler set itself stays; without a
/// word about it nothing is kept anywhere.
pub fn complete(headers: &mut HeaderMap, policy: &'static str) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Says that anybody's page may read an answer: feeds, open data, the interface for programs.
pub fn for_everybody(headers: &mut HeaderMap) {
    headers.insert(CROSS_ORIGIN, HeaderValue::from_static("cross-origin"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}
