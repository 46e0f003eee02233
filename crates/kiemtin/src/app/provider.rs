//! Signing in at an organisation's own OpenID Connect provider: Authorization Code with PKCE (S256),
//! `state` and `nonce`. Of whoever signs in only issuer and `sub` are read, and kept as an HMAC: no
//! e-mail, no name, no request for either.
//!
//! The provider is where the operator said, on this machine or inside too, so it is asked without
//! the guard of `fetch`, but within its times and without following redirects.
//! Not here: who may sign in so (`store::provider_links`), the second factor, which stays required.

use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::ids::MemberId;
use kiemtin_core::time::Timestamp;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::core::{CoreJwsSigningAlgorithm as Algorithm, CoreTokenResponse};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _, http,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::admission::hmac;
use super::clock::chance;
use super::seal;
use crate::config::OpenId;

/// The path that the provider leads back to.
pub const BACK: &str = "/desk/sign-in/back";
/// How long somebody may take at the provider.
pub const DANCE_MS: i64 = 10 * 60_000;
/// How long what the provider says of itself is believed: its keys may change.
const METADATA_MS: i64 = 5 * 60_000;
/// A member waits for it; a provider answers in a second.
const HTTP_TIMEOUT: Duration = Duration::from_secs(8);
/// The longest answer: a provider's keys take a few kilobytes.
const ANSWER_BYTES_MAX: usize = 512 * 1024;
/// Signatures that are taken. `none` and those made with the client's own secret are not.
const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EdDsa,
];
/// What a dance is sealed for.
const SEALED_AS: &str = "openid dance";

/// The provider that an operator configured.
#[derive(Debug)]
pub struct Provider {
    issuer: IssuerUrl,
    host: String,
    id: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    client: reqwest::Client,
    said: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

/// What is to follow once the provider says who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// Sign in, and go to this page.
    SignIn(String),
    /// Let this member sign in so from now on.
    Link(MemberId),
    /// Use a one-time link, under this login.
    Join {
        /// The token in the link.
        token: String,
        /// What the member signs in with, too.
        login: String,
    },
}

/// What a browser keeps, sealed, while its owner is at the provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct Dance {
    state: String,
    nonce: String,
    verifier: String,
    begun: i64,
    /// What is to follow.
    pub then: Then,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// The answer does not belong to this browser's question, or comes too late.
    #[error("the answer of the provider does not belong to a question of this browser")]
    OtherDance,
    /// The provider says no, or what it says is not to be believed.
    #[error("the provider did not vouch for anybody: {0}")]
    Refused(String),
    /// The provider does not answer.
    #[error("the provider does not answer: {0}")]
    Absent(String),
}

impl Provider {
    /// From what the operator configured; `None` where that is nothing.
    ///
    /// # Errors
    /// The sentence says what is wrong with it.
    pub fn new(config: &OpenId, public_url: &str) -> anyhow::Result<Option<Self>> {
        let Some(issuer) = &config.oidc_issuer else { return Ok(None) };
        let id = config.oidc_client_id.clone().context("--oidc-issuer needs --oidc-client-id")?;
        let host = issuer.host_str().context("--oidc-issuer has no host")?.to_owned();
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
        anyhow::ensure!(
            issuer.scheme() == "https" || is_here,
            "--oidc-issuer must begin with https://, unless the provider is on this machine"
        );
        let secret = match &config.oidc_client_secret_file {
            None => None,
            Some(file) => {
                let read = std::fs::read_to_string(file);
                let text = read.with_context(|| format!("cannot read {}", file.display()))?;
                Some(ClientSecret::new(text.trim().to_owned()))
            }
        };
        // Providers write their issuer without a slash at its end, and it must be the same letters.
        let written = issuer.as_str();
        let is_bare = issuer.path() == "/" && issuer.query().is_none();
        let written = if is_bare { written.trim_end_matches('/') } else { written };
        let public_url = public_url.trim_end_matches('/');
        Ok(Some(Self {
            issuer: IssuerUrl::new(written.to_owned()).context("--oidc-issuer")?,
            host,
            id: ClientId::new(id),
            secret,
            back: RedirectUrl::new(format!("{public_url}{BACK}")).context("--public-url")?,
            client: crate::fetch::plain_client(HTTP_TIMEOUT)?,
            said: Mutex::default(),
        }))
    }

    /// The provider's host, for people.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where a browser goes to, and what it keeps meanwhile.
    ///
    /// # Errors
    /// The provider does not answer.
    pub async fn begin(&self, then: Then, now: Timestamp) -> Result<(Url, Dance), NotSignedIn> {
        let word = || URL_SAFE_NO_PAD.encode(chance::<32>());
        let (state, nonce, verifier) = (word(), word(), word());
        let begun = now.millis();
        let dance = Dance { state, nonce, verifier, begun, then };
        let client = CoreClient::from_provider_metadata(
            self.metadata(now).await?,
            self.id.clone(),
            self.secret.clone(),
        );
        let client = client.set_redirect_uri(self.back.clone());
        let (state, nonce) = (dance.state.clone(), dance.nonce.clone());
        let verifier = PkceCodeVerifier::new(dance.verifier.clone());
        let (url, ..) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok((url, dance))
    }

    /// Who somebody is at the provider, as an HMAC of issuer and `sub`.
    ///
    /// # Errors
    /// Why nobody is believed.
    pub async fn finish(
        &self,
        dance: &Dance,
        code: &str,
        key: &[u8; 32],
        now: Timestamp,
    ) -> Result<[u8; 32], NotSignedIn> {
        let client = CoreClient::from_provider_metadata(
            self.metadata(now).await?,
            self.id.clone(),
            self.secret.clone(),
        );
        let client = client.set_redirect_uri(self.back.clone());
        let refused = |err: &dyn std::fmt::Display| NotSignedIn::Refused(err.to_string());
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let asked = asked.map_err(|err| refused(&err))?;
        let verifier = PkceCodeVerifier::new(dance.verifier.clone());
        let http = |request| ask(self.client.clone(), request);
        let token: CoreTokenResponse = asked
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(|err| refused(&err))?;
        let absent = NotSignedIn::Refused("there is no ID token".to_owned());
        let id_token = token.id_token().ok_or(absent)?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = id_token.claims(&verifier, &Nonce::new(dance.nonce.clone()));
        let claims = claims.map_err(|err| refused(&err))?;
        let (issuer, subject) = (claims.issuer().as_str(), claims.subject().as_str());
        Ok(hmac(key, "identity at a provider", &[issuer, subject]))
    }

    /// Whether an answer may come from this provider: those that say where they come from
    /// (RFC 9207) must name it.
    pub fn is_from_here(&self, issuer: &str) -> bool {
        issuer.is_empty() || issuer == self.issuer.as_str()
    }

    /// What the provider says of itself, its keys included.
    async fn metadata(&self, now: Timestamp) -> Result<CoreProviderMetadata, NotSignedIn> {
        let mut said = self.said.lock().await;
        if let Some((at, metadata)) = said.as_ref()
            && now < at.plus_millis(METADATA_MS)
        {
            return Ok(metadata.clone());
        }
        let http = |request| ask(self.client.clone(), request);
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &http).await;
        let found = found.map_err(|err| NotSignedIn::Absent(format!("{err:?}")))?;
        *said = Some((now, found.clone()));
        Ok(found)
    }
}

impl Dance {
    /// Seals it for the cookie that keeps it.
    pub fn seal(&self, key: &[u8; 32]) -> String {
        let plain = serde_json::to_vec(self).expect("texts and numbers are JSON");
        URL_SAFE_NO_PAD.encode(seal::seal(key, SEALED_AS, &[], &plain))
    }

    /// Opens what a browser kept. It must not be too old, and the answer must name its state.
    ///
    /// # Errors
    /// [`NotSignedIn::OtherDance`].
    pub fn open(
        key: &[u8; 32],
        sealed: &str,
        state: &str,
        now: Timestamp,
    ) -> Result<Self, NotSignedIn> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok();
        let plain = sealed.and_then(|it| seal::open(key, SEALED_AS, &[], &it));
        let dance: Option<Self> = plain.and_then(|it| serde_json::from_slice(&it).ok());
        let is_this = |it: &Self| {
            let begun = Timestamp::from_millis(it.begun);
            now < begun.plus_millis(DANCE_MS) && hash(&it.state) == hash(state)
        };
        dance.filter(is_this).ok_or(NotSignedIn::OtherDance)
    }
}

/// Compared by hash, so that the time it takes tells nothing.
fn hash(text: &str) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(text.as_bytes()).into()
}

/// Why a request to the provider failed.
#[derive(Debug, thiserror::Error)]
enum NotAsked {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Head(#[from] http::Error),
    #[error("the answer is longer than any that a provider gives")]
    TooLong,
}

/// One request to the provider, as the library wants it made.
async fn ask(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NotAsked> {
    let mut answer = client.execute(reqwest::Request::try_from(request)?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if ANSWER_BYTES_MAX < body.len() + chunk.len() {
            return Err(NotAsked::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}
