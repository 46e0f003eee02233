//! Mail to members: what kind of thing waits and where, and nothing else.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::sync::{Arc, Mutex};

use kiemtin::app::mail::Mailer;
use kiemtin::jobs;
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::two_orgs::{Story, gives_opinion};

/// A mail server on this machine: what it took, and how many it sends away first.
#[derive(Clone)]
struct Sink {
    mails: Arc<Mutex<Vec<String>>>,
    n_refused: Arc<Mutex<u32>>,
    url: String,
}

impl Sink {
    async fn opens(n_refused: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let sink = Self { mails: Arc::default(), n_refused: Arc::new(Mutex::new(n_refused)), url };
        let door = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                door.talks(stream).await.unwrap();
            }
        });
        sink
    }

    /// As much of SMTP (RFC 5321) as a sender needs.
    async fn talks(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer: &[u8] = match line.split([' ', ':']).next().unwrap() {
                "QUIT" => b"221 bye\r\n",
                "DATA" if self.refuses() => b"451 come again\r\n",
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|it| it != ".") {
                        mail += &(line + "\n");
                    }
                    // Long lines are folded by a mark at their end.
                    self.mails.lock().unwrap().push(mail.replace("=\n", "").replace("=3D", "="));
                    b"250 taken\r\n"
                }
                _ => b"250 ok\r\n",
            };
            write.write_all(answer).await?;
        }
        Ok(())
    }

    fn refuses(&self) -> bool {
        let mut n = self.n_refused.lock().unwrap();
        let refuses = 0 < *n;
        *n = n.saturating_sub(1);
        refuses
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

async fn wants_mail(story: &mut Story) {
    let fields = [("reads", "en"), ("address", "phuc@press.example")];
    story.press.post(&story.desk, "/desk/notices", &fields).await.location();
}

async fn works(story: &Story) {
    jobs::plan(&story.desk.app).await.unwrap();
    story.desk.works().await;
}

#[tokio::test]
async fn a_member_is_mailed_once_what_waits_and_nothing_of_the_case() {
    let mut story = Story::begins().await;
    let sink = Sink::opens(1).await;
    let mailer = Mailer::new(&sink.url, "Desk <desk@desk.example>").unwrap();
    story.desk.app.mail.set(mailer).unwrap();
    wants_mail(&mut story).await;
    works(&story).await;
    assert_eq!(sink.mails().len(), 0, "nothing waits");
    story.asks().await;
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, "No study shows it").await;
    story.desk.clock.advance(HOUR_MS);
    works(&story).await;
    assert_eq!(sink.mails().len(), 0, "the server sent it away");
    story.desk.clock.advance(60_000);
    works(&story).await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 1, "it was tried again");
    let mail = &mails[0];
    for words in [
        "To: phuc@press.example",
        "Message-ID: <",
        "Subject: Something waits for you in the desk",
        "Your organisation is asked for its opinion",
        &format!("http://127.0.0.1:8080/desk/cases/{case}"),
    ] {
        assert!(mail.contains(words), "no “{words}” in {mail}");
    }
    for secret in ["tỏi", "arlic", "COVID", "study", "health", "hoa"] {
        assert!(!mail.contains(secret), "“{secret}” in {mail}");
    }
    for _ in 0..3 {
        story.desk.clock.advance(HOUR_MS);
        works(&story).await;
    }
    assert_eq!(sink.mails().len(), 1, "nothing new waits");
    story.desk.clock.advance(3 * DAY_MS);
    works(&story).await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 2, "one reminder");
    assert!(mails[1].contains("(due today)"), "{}", mails[1]);
}

#[tokio::test]
async fn nobody_is_mailed_without_a_server_or_without_asking_for_it() {
    let mut story = Story::begins().await;
    wants_mail(&mut story).await;
    story.asks().await;
    works(&story).await;
    let app = story.desk.app.clone();
    assert_eq!(app.store.lease_job_named("send_notice", app.now()).await.unwrap(), None);
    let sink = Sink::opens(0).await;
    app.mail.set(Mailer::new(&sink.url, "desk@desk.example").unwrap()).unwrap();
    let none = [("reads", "en"), ("address", "")];
    story.press.post(&story.desk, "/desk/notices", &none).await.location();
    story.desk.clock.advance(HOUR_MS);
    works(&story).await;
    assert_eq!(sink.mails(), Vec::<String>::new());
}
