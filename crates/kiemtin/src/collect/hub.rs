//! Hubs (WebSub): a feed that names one is subscribed to, so that news come at once. What the hub
//! sends is a bell and nothing else: the feed itself is asked then, so a forged word of a hub can bring
//! nothing into the desk. <https://www.w3.org/TR/websub/>

use hmac::{Hmac, KeyInit as _, Mac as _};
use kiemtin_core::host;
use kiemtin_core::ids::SourceId;
use kiemtin_core::source::schedule::FLOOR;
use kiemtin_core::source::whose::source_url;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_extract::WebSub;
use kiemtin_store::StoreResult;
use kiemtin_store::hubs::Hub;
use kiemtin_store::sources::Source;
use sha2::{Sha256, Sha384, Sha512};
use url::{Host, Url};

use super::Collector;
use crate::app::App;
use crate::app::clock::chance;

/// How long a subscription is asked for, in seconds: ten days.
const LEASE_SECONDS: u32 = 10 * 24 * 60 * 60;
/// A subscription that ends sooner is renewed.
const RENEWED_BEFORE_MS: i64 = 2 * DAY_MS;
/// How long a hub that was asked is not asked again.
const AGAIN_AFTER_MS: i64 = DAY_MS;
/// The longest that a hub's word on the lease counts.
const LEASE_MS_MAX: i64 = 90 * DAY_MS;
/// The longest challenge that is repeated.
const CHALLENGE_BYTES_MAX: usize = 2_000;

/// Asks the hub to tell, unless it does already, was asked lately or could not reach this desk. A feed
/// that was not sent anew still has the hub that it had.
///
/// # Errors
/// The store failed. A hub that refuses changes nothing: the feed is asked as before.
pub(super) async fn subscribe(
    collector: &Collector,
    source: &Source,
    push: Option<WebSub>,
) -> StoreResult<()> {
    let app = &collector.app;
    let Some((url, topic)) = wanted(source, push) else { return Ok(()) };
    let known =
        source.hub.as_ref().filter(|it| it.url == url.as_str() && it.topic == topic.as_str());
    if !is_reachable(&app.public_url) || known.is_some_and(|it| is_settled(it, app.now())) {
        return Ok(());
    }
    // A stranger's feed names the hub: it is asked only where anybody may be asked.
    let fetcher = collector.manners.fetcher();
    let is_own = source.new.host == url.host_str().map(host::publisher);
    if source_url(url.as_str()).is_err() || (fetcher.is_exception(&url) && !is_own) {
        return Ok(());
    }
    let hub = Hub {
        url: url.to_string(),
        topic: topic.to_string(),
        // A renewal keeps the secret: until the hub has taken the new lease it signs with the old one.
        secret: known.map_or_else(|| chance::<32>().to_vec(), |it| it.secret.clone()),
        until: known.and_then(|it| it.until),
        asked: app.now(),
    };
    let id = source.new.id;
    // Kept first: the hub asks back before it answers.
    app.store.keep_hub(id, &hub).await?;
    let callback = format!("{}/websub/{id}", app.public_url);
    let secret = hex::encode(&hub.secret);
    let lease = LEASE_SECONDS.to_string();
    let form = [
        ("hub.mode", "subscribe"),
        ("hub.topic", topic.as_str()),
        ("hub.callback", &callback),
        ("hub.secret", &secret),
        ("hub.lease_seconds", &lease),
    ];
    if let Err(why) = fetcher.post_form(&url, &form).await {
        tracing::info!(source.id = %id, error = %why, "The hub of a source did not agree: {why}");
    }
    Ok(())
}

/// The hub and the topic that what was sent names, or else those that are known.
fn wanted(source: &Source, push: Option<WebSub>) -> Option<(Url, Url)> {
    if let Some(WebSub { topic, hubs }) = push {
        return Some((hubs.into_iter().next()?, topic));
    }
    let known = source.hub.as_ref()?;
    Some((Url::parse(&known.url).ok()?, Url::parse(&known.topic).ok()?))
}

/// Whether a hub on the internet can call this desk.
fn is_reachable(public_url: &str) -> bool {
    let url = Url::parse(public_url).ok();
    let host = url.as_ref().and_then(Url::host);
    matches!(host, Some(Host::Domain(it)) if it.contains('.') && !it.ends_with(".localhost"))
}

/// Whether it tells already and goes on, or was asked a short while ago.
fn is_settled(hub: &Hub, now: Timestamp) -> bool {
    let is_lasting = hub.until.is_some_and(|it| now.plus_millis(RENEWED_BEFORE_MS) < it);
    is_lasting || now < hub.asked.plus_millis(AGAIN_AFTER_MS)
}

/// What a hub asks when it verifies what it was asked for (section 5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// `subscribe`, `unsubscribe` or `denied`.
    pub mode: String,
    /// The feed.
    pub topic: String,
    /// To be repeated.
    pub challenge: String,
    /// For how long it will tell.
    pub lease_seconds: Option<u32>,
}

/// Answers a hub: the challenge, if that is what was asked for.
///
/// # Errors
/// The store failed.
pub async fn answer(app: &App, id: SourceId, asked: &Question) -> StoreResult<Option<String>> {
    let Some(source) = app.store.source(id).await? else { return Ok(None) };
    let is_known = source.hub.is_some_and(|it| it.topic == asked.topic);
    if !is_known || CHALLENGE_BYTES_MAX < asked.challenge.len() {
        return Ok(None);
    }
    match asked.mode.as_str() {
        "subscribe" if source.ended.is_none() => {
            let lease = i64::from(asked.lease_seconds.unwrap_or(LEASE_SECONDS)) * 1_000;
            let until = app.now().plus_millis(lease.min(LEASE_MS_MAX));
            app.store.hub_tells(id, &asked.topic, Some(until)).await?;
            Ok(Some(asked.challenge.clone()))
        }
        "unsubscribe" if source.ended.is_some() => Ok(Some(asked.challenge.clone())),
        "denied" => {
            app.store.hub_tells(id, &asked.topic, None).await?;
            Ok(Some(String::new()))
        }
        _ => Ok(None),
    }
}

/// What a hub's word came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was signed as agreed: the source is asked soon.
    Rang,
    /// It was not, and does nothing.
    Forged,
    /// There is no such source any more: the hub may forget it.
    Gone,
}

/// A hub's word that a feed changed: if it is signed as agreed, the source is asked soon.
///
/// # Errors
/// The store failed.
pub async fn told(
    app: &App,
    id: SourceId,
    signature: Option<&str>,
    body: &[u8],
) -> StoreResult<Told> {
    let source = app.store.source(id).await?.filter(|it| it.ended.is_none());
    let Some(source) = source else { return Ok(Told::Gone) };
    let is_signed = |it: &Hub| signature.is_some_and(|by| is_signature(by, &it.secret, body));
    if !source.hub.as_ref().is_some_and(is_signed) {
        return Ok(Told::Forged);
    }
    app.store.ring_source(id, FLOOR, app.now()).await?;
    Ok(Told::Rang)
}

/// `sha256=…`, `sha384=…` or `sha512=…` over the body (section 7). SHA-1 is not taken any more.
fn is_signature(text: &str, secret: &[u8], body: &[u8]) -> bool {
    let Some((method, hex)) = text.split_once('=') else { return false };
    let Ok(bytes) = hex::decode(hex.trim()) else { return false };
    // The hub got the secret in hex, so those letters are the key.
    let key = hex::encode(secret);
    macro_rules! signed_by {
        ($hash:ty) => {{
            let mac = Hmac::<$hash>::new_from_slice(key.as_bytes());
            let mut mac = mac.expect("HMAC takes keys of any length");
            mac.update(body);
            mac.verify_slice(&bytes).is_ok()
        }};
    }
    match method.trim() {
        "sha256" => signed_by!(Sha256),
        "sha384" => signed_by!(Sha384),
        "sha512" => signed_by!(Sha512),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_desk_with_a_public_name_can_be_called() {
        for (url, expected) in [
            ("https://desk.example", true),
            ("http://127.0.0.1:8080", false),
            ("http://localhost:8080", false),
            ("http://[::1]/", false),
            ("", false),
        ] {
            assert_eq!(is_reachable(url), expected, "{url}");
        }
    }

    #[test]
    fn a_word_of_the_hub_is_signed_with_the_secret_in_hex() {
        let secret = [7_u8; 32];
        let mut mac = Hmac::<Sha256>::new_from_slice(hex::encode(secret).as_bytes()).expect("key");
        mac.update(b"news");
        let good = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert!(is_signature(&good, &secret, b"news"));
        assert!(!is_signature(&good, &secret, b"other news"));
        assert!(!is_signature(&good, &[8; 32], b"news"));
        assert!(!is_signature(&good.replace("sha256", "sha1"), &secret, b"news"));
        assert!(!is_signature("sha256=zz", &secret, b"news"));
        assert!(!is_signature("", &secret, b"news"));
    }
}
