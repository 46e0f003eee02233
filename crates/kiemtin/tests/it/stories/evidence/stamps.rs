//! Times that an authority vouches for, asked of a local one made with openssl, and checked by it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

use kiemtin::archive::stamp;
use kiemtin::fetch::Setup;
use kiemtin_core::case::Capture;
use kiemtin_core::time::DAY_MS;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::site::{Site, article, bytes, status};
use super::{QUOTE, blob, fetcher, form, published, sources, works};
use crate::helper::desk::TempFolder;
use crate::helper::people::Browser;
use crate::helper::tools::{says_yes, tool};
use crate::stories::two_orgs::Story;

/// A timestamp authority with a key of its own.
struct Authority {
    openssl: PathBuf,
    folder: TempFolder,
}

impl Authority {
    /// Makes one, unless openssl is absent.
    fn new() -> Option<Self> {
        let openssl = tool("openssl")?;
        let folder = TempFolder::new();
        fs::create_dir_all(folder.path("")).unwrap();
        let config = "[tsa]\ndefault_tsa = a\n[a]\nserial = serial\nsigner_cert = ca.pem\n\
            signer_key = ca.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n\
            digests = sha256\naccuracy = secs:1\n";
        fs::write(folder.path("tsa.cnf"), config).unwrap();
        fs::write(folder.path("serial"), "01").unwrap();
        let authority = Self { openssl, folder };
        authority.run(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=Test authority",
            "-days",
            "2",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-addext",
            "extendedKeyUsage=critical,timeStamping",
        ]);
        Some(authority)
    }

    fn run(&self, args: &[&str]) {
        let (ok, words) = says_yes(&self.openssl, args, &self.folder.path(""));
        assert!(ok, "{words}");
    }

    /// The answer to a question.
    fn answers(&self, query: &[u8]) -> Vec<u8> {
        fs::write(self.folder.path("q"), query).unwrap();
        self.run(&["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q", "-out", "r"]);
        fs::read(self.folder.path("r")).unwrap()
    }

    /// Whether openssl takes an answer for this file.
    fn verifies(&self, file: &[u8], reply: &[u8]) -> bool {
        let folder: &Path = &self.folder.path("");
        fs::write(folder.join("f"), file).unwrap();
        fs::write(folder.join("r"), reply).unwrap();
        let args = ["ts", "-verify", "-data", "f", "-in", "r", "-CAfile", "ca.pem"];
        says_yes(&self.openssl, &args, folder).0
    }

    /// A server that answers questions as this says.
    fn serving(self, answer: impl Fn(&Self, &[u8]) -> Vec<u8> + Send + 'static) -> Site {
        Site::answering(Box::new(move |query| {
            let head = "Content-Type: application/timestamp-reply\r\n";
            bytes("200 OK", head, &answer(&self, query))
        }))
    }
}

fn stamping(pages: &Site, authority: &Site) -> Setup {
    let url = format!("http://127.0.0.1:{}/tsa", authority.port);
    Setup { timestamp_url: Some(Url::parse(&url).unwrap()), ..fetcher(pages) }
}

/// A case with a source whose page is archived and stamped, if the authority is well.
async fn with_stamped_source(authority: &Site) -> (Site, Story) {
    let pages = Site::start();
    pages.says("/a", article(QUOTE));
    let mut story = Story::begins().await;
    story.asks().await;
    let path = story.page("/evidence");
    let url = pages.url("office.example", "/a");
    story.health.post(&story.desk, &path, &form(&url)).await.location();
    works(&story.desk, stamping(&pages, authority)).await;
    (pages, story)
}

async fn stamp_of(story: &Story) -> Option<kiemtin_store::stamps::Stamp> {
    let source = sources(story).await.remove(0);
    assert!(matches!(source.capture, Capture::Archived { .. }), "evidence stands without");
    story.desk.app.store.stamp(&source.blob.unwrap()).await.unwrap()
}

#[tokio::test]
async fn openssl_takes_the_kept_answer_for_the_archive_and_for_nothing_else() {
    let (Some(authority), Some(judge)) = (Authority::new(), Authority::new()) else { return };
    fs::copy(authority.folder.path("ca.pem"), judge.folder.path("ca.pem")).unwrap();
    let server = authority.serving(Authority::answers);
    let (pages, mut story) = with_stamped_source(&server).await;
    let path = story.page(&format!("/evidence/{}/stamp", sources(&story).await[0].id));
    let (head, reply) = story.press.download(&story.desk, &path).await;
    assert_eq!(head["content-type"], "application/timestamp-reply");
    let mut archive = blob(&story).await;
    assert!(judge.verifies(&archive, &reply));
    archive[20] ^= 1;
    assert!(!judge.verifies(&archive, &reply));
    let stamp = stamp_of(&story).await.unwrap();
    assert_eq!(stamp.reply, reply);
    assert!(server.asked()[0].contains("content-type: application/timestamp-query"));

    pages.says("/b", article("Nothing of the kind was found"));
    let second = pages.url("paper.example", "/b");
    let path = story.page("/evidence");
    story.press.post(&story.desk, &path, &form(&second)).await.location();
    works(&story.desk, stamping(&pages, &server)).await;
    published(&mut story).await;
    let page = Browser::english().get(&story.desk, "/en/c/1").await;
    assert_eq!(page.body.matches("A timestamp authority confirms").count(), 2);
}

#[tokio::test]
async fn an_answer_to_another_question_or_about_another_file_is_not_kept() {
    let other_nonce = |it: &Authority, query: &[u8]| {
        // The imprint stands in the question as an OCTET STRING of 32 bytes.
        let at = query.windows(2).position(|it| it == [4, 32]).unwrap() + 2;
        let imprint = query[at..at + 32].try_into().unwrap();
        it.answers(&stamp::query(imprint, [9; 8]))
    };
    let other_file = |it: &Authority, query: &[u8]| {
        let at = query.windows(2).position(|it| it == [4, 32]).unwrap() + 2;
        let other: [u8; 32] = Sha256::digest(b"another file").into();
        it.answers(&[&query[..at], &other, &query[at + 32..]].concat())
    };
    let garbage = |_: &Authority, _: &[u8]| b"<html>Please log in</html>".to_vec();
    type Liar = fn(&Authority, &[u8]) -> Vec<u8>;
    let liars: [(Liar, &str); 3] =
        [(other_nonce, "nonce"), (other_file, "imprint"), (garbage, "form")];
    for (liar, what) in liars {
        let Some(authority) = Authority::new() else { return };
        let server = authority.serving(liar);
        let (_pages, story) = with_stamped_source(&server).await;
        assert_eq!(stamp_of(&story).await, None, "another {what}");
        assert!(!server.asked().is_empty());
    }
}

#[tokio::test]
async fn an_authority_that_is_down_is_asked_again_later() {
    let down = Site::answering(Box::new(|_| status("502 Bad Gateway", "", "")));
    let (pages, mut story) = with_stamped_source(&down).await;
    assert_eq!(stamp_of(&story).await, None);
    let page = story.health.get(&story.desk, &story.page("")).await;
    page.is(200).says("page is kept").hides("timestamp");
    let Some(authority) = Authority::new() else { return };
    story.desk.clock.advance(DAY_MS);
    works(&story.desk, stamping(&pages, &authority.serving(Authority::answers))).await;
    assert!(stamp_of(&story).await.is_some());
}
