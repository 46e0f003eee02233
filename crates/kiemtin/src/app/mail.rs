//! Mail to members, where SMTP is configured. A mail says what kind of thing waits and where; it
//! holds nothing of a claim, a case or an opinion.

use std::time::Duration;

use anyhow::Context as _;
use kiemtin_core::lang::Lang;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use crate::config::Outside;
use crate::locale;

/// How long a mail server may take to answer: other mails wait behind it.
const SMTP_TIMEOUT: Duration = Duration::from_secs(10);

/// The way to the mail server.
#[derive(Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What a member is told.
#[derive(Debug)]
pub struct Notice<'a> {
    /// Where to.
    pub to: &'a str,
    /// In which language.
    pub lang: Lang,
    /// Kind and address of each thing that waits.
    pub things: &'a [(String, String)],
    /// The same for the same things: a mail that is sent twice is seen once.
    pub id: &'a str,
}

impl Mailer {
    /// The mailer that an operator configured, if they did.
    ///
    /// # Errors
    /// One of the two settings is missing or wrong.
    pub fn of(outside: &Outside) -> anyhow::Result<Option<Self>> {
        match (&outside.smtp_url, &outside.mail_from) {
            (None, None) => Ok(None),
            (Some(url), Some(from)) => Self::new(url, from).map(Some),
            _ => anyhow::bail!("--smtp-url and --mail-from go together: give both or none"),
        }
    }

    /// A mailer that sends through this server.
    ///
    /// # Errors
    /// The server's or the sender's address is none.
    pub fn new(url: &str, from: &str) -> anyhow::Result<Self> {
        // The address may hold a password: it is not repeated.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .context("--smtp-url is no address such as smtps://user:password@mail.example:465")?;
        let from = from.parse().context("--mail-from is no address such as desk@example.org")?;
        Ok(Self { transport: transport.timeout(Some(SMTP_TIMEOUT)).build(), from })
    }

    /// Sends a notice; returns once the server took it.
    ///
    /// # Errors
    /// The address is none, or the server did not take it.
    pub async fn send(&self, notice: &Notice<'_>) -> anyhow::Result<()> {
        let Notice { to, lang, things, id } = notice;
        let mut lines = vec![locale::text(*lang, "mail-intro"), String::new()];
        for (what, address) in *things {
            lines.push(format!("- {what}\n  {address}"));
        }
        lines.extend([String::new(), locale::text(*lang, "mail-why")]);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().context("the address of a notice")?)
            .subject(locale::text(*lang, "mail-subject"))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(lines.join("\n"))?;
        self.transport.send(message).await.context("the mail server")?;
        Ok(())
    }
}

/// Whether this can be the address of a mail box.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}
