//! Second factors in tests: every editor and operator has one, with a secret that the test knows.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin::app::clock::{Clock as _, chance};
use kiemtin::app::people::Token;
use kiemtin::app::second_factor::Secret;
use kiemtin_store::factors::NewFactor;
use kiemtin_store::members::Member;

use super::people::{Answer, Browser, Desk, PASSWORD};

/// Everybody's secret.
const SECRET: [u8; 20] = *b"everybody's secret!!";
/// What a code is good for.
const STEP_MS: i64 = 30_000;

impl Desk {
    /// Gives a member a second factor, as if they had set it up.
    pub(crate) async fn gives_factor(&self, member: &Member) {
        let (store, at) = (&self.app.store, self.app.now());
        let key = self.app.folder.desk_key().unwrap().unwrap();
        let sealed = Secret::new(SECRET).seal(&key, member.id);
        let [first, second] = [0, 1].map(|_| Token::new(chance()).hash());
        store.begin_session(first, member.id, false, at).await.unwrap();
        let new = NewFactor { sealed: &sealed, step: 0, codes: &[], old: None };
        store.set_factor(member, &new, (first, second), at, chance()).await.unwrap();
        store.end_session(second).await.unwrap();
    }

    /// The code of everybody's app, so many steps from now.
    pub(crate) fn code(&self, steps: i64) -> String {
        Secret::new(SECRET).code(self.clock.now().plus_millis(steps * STEP_MS))
    }
}

impl Browser {
    /// Signs in with the password and, where one is asked for, the next code that was not used yet.
    pub(crate) async fn signs_in(&mut self, desk: &Desk, login: &str, to: &str) -> Answer {
        let fields = [("login", login), ("password", PASSWORD), ("to", to)];
        let mut answer = self.post(desk, "/desk/sign-in", &fields).await;
        if !answer.location().starts_with("/desk/sign-in/code") {
            return answer;
        }
        for steps in [-1, 0, 1] {
            let fields = [("code", &*desk.code(steps)), ("to", to)];
            answer = self.post(desk, "/desk/sign-in/code", &fields).await;
            if answer.status.is_redirection() {
                break;
            }
        }
        answer
    }

    /// Sets the second factor up as the page says, and returns the page with the recovery codes.
    pub(crate) async fn sets_up_factor(&mut self, desk: &Desk) -> Answer {
        let page = self.get(desk, "/desk/second-factor").await;
        let sealed = page.is(200).hidden("sealed");
        let secret = secret_on(&page);
        let fields = [("sealed", &*sealed), ("first", &secret.code(desk.clock.now()))];
        self.post(desk, "/desk/second-factor", &fields).await
    }
}

/// The secret that a page shows to be typed.
pub(crate) fn secret_on(page: &Answer) -> Secret {
    let key = page.body.split("<code class=\"copy\">").nth(1).unwrap();
    let digit = |it: char| match it {
        'A'..='Z' => u32::from(it) - u32::from('A'),
        _ => u32::from(it) - u32::from('2') + 26,
    };
    let digits = key.split('<').next().unwrap().chars().filter(|it| *it != ' ').map(digit);
    let bits: Vec<u32> = digits.flat_map(|it| (0..5).rev().map(move |bit| it >> bit & 1)).collect();
    let byte = |it: &[u32]| u8::try_from(it.iter().fold(0, |sum, bit| sum << 1 | bit)).unwrap();
    Secret::new(bits.chunks(8).map(byte).collect::<Vec<_>>().try_into().unwrap())
}
