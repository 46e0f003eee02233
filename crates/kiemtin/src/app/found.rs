//! What a text finds among what readers may see: the answer, answers that may fit, and what other
//! desks published. Nothing of the text is kept, and no page that it names is opened: an address is
//! looked up among those that answers name, and the words in it are compared like any others.
//!
//! A claim without a published answer is internal: of it only what other desks published is shown,
//! and that it is being checked where an editor released its sentence.
//! Not here: how that is said to a reader (`web`) or to a program (`api`).

use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::link::Pasted;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::text::normalise;
use kiemtin_store::StoreResult;
use kiemtin_store::claims::{Claim, ForeignReview};
use kiemtin_store::links::Named;
use kiemtin_store::reviews::Version;
use kiemtin_store::waiting_list::Released;

use super::App;

/// Claims looked at for one text: more than are shown, as some have no answer.
const MATCHES_MAX: usize = 20;
/// Answers shown that may fit.
const SIMILAR_MAX: usize = 6;
/// Answers shown when none fits.
const NEAREST_MAX: usize = 3;
/// Words that a text and a claim must share at least to be called near: one is chance.
const NEAREST_WORDS_MIN: usize = 2;
/// Other desks' reviews shown.
const ELSEWHERE_MAX: usize = 5;
/// Open claims shown.
const OPEN_MAX: usize = 3;
/// Answers shown that name an address.
const NAMING_MAX: usize = 5;

/// What a text finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The addresses in the text, and what stands beside them.
    pub pasted: Pasted,
    /// Answers that name an address in the text, and how.
    pub naming: Vec<Naming>,
    /// The answer, when it is sure enough.
    pub answer: Option<Hit>,
    /// Answers that may be about the same.
    pub similar: Vec<Hit>,
    /// The nearest answers, when none may be about the same.
    pub nearest: Vec<Hit>,
    /// Claims without an answer, whose sentences were released.
    pub open: Vec<Released>,
    /// What other desks published about the same.
    pub elsewhere: Vec<Elsewhere>,
}

/// An answer that names an address in the text.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Its newest version.
    pub version: Version,
    /// How it names it.
    pub how: Named,
}

/// A published answer that was found, and why.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its newest version.
    pub version: Version,
    /// How sure it is.
    pub decision: Decision,
    /// Why it is thought to be the same, vetoes among it.
    pub reasons: Vec<Reason>,
}

/// Another desk's review.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The claim.
    pub claim: Claim,
    /// Why it is thought to be the same.
    pub reasons: Vec<Reason>,
    /// The review.
    pub review: ForeignReview,
}

impl App {
    /// Looks what a text finds.
    ///
    /// # Errors
    /// The database failed.
    pub async fn look(&self, text: &str, lang: Option<Lang>) -> StoreResult<Found> {
        let mut found = Found { pasted: Pasted::read(text), ..Found::default() };
        let is_bare = found.pasted.is_bare();
        let words = if is_bare { found.pasted.words() } else { text.to_owned() };
        // This also tells the index what is new, which the address is looked up in.
        let matches = self.find(&words, lang, MATCHES_MAX).await?;
        found.look_up(self).await?;
        let mut wanted = Wanted::default();
        for mut it in matches {
            if is_bare && it.decision == Decision::Answer {
                it.decision = Decision::Suggest; // The words of an address are no statement.
            }
            match self.answered(it.claim) {
                Some(_) => wanted.add(it),
                None if it.decision == Decision::None => {}
                None => {
                    found.add_open(self, &it).await?;
                    found.add_elsewhere(self, it.claim, it.reasons).await?;
                }
            }
        }
        found.add_answers(self, wanted).await?;
        if found.has_fitting() {
            found.nearest.clear();
        }
        Ok(found)
    }
}

/// The matches with answers that are shown, best first: their answers are read in one statement.
#[derive(Default)]
struct Wanted(Vec<Match>);

impl Wanted {
    fn add(&mut self, it: Match) {
        let n = |decision| self.0.iter().filter(|it| it.decision == decision).count();
        let n_fitting = n(Decision::Answer) + n(Decision::Suggest);
        let is_wanted = match it.decision {
            Decision::Answer => n(Decision::Answer) == 0,
            Decision::Suggest => n(Decision::Suggest) < SIMILAR_MAX,
            Decision::None => {
                let is_near = NEAREST_WORDS_MIN <= shared(&it.reasons).len();
                is_near && n_fitting == 0 && n(Decision::None) < NEAREST_MAX
            }
        };
        if is_wanted {
            self.0.push(it);
        }
    }
}

impl Found {
    /// Whether there is no answer of ours that may fit.
    pub fn is_nothing(&self) -> bool {
        !self.has_fitting() && self.naming.is_empty()
    }

    fn has_fitting(&self) -> bool {
        self.answer.is_some() || !self.similar.is_empty()
    }

    /// Looks an address up: among the sources of answers, where claims were seen, and the pages of
    /// other desks.
    async fn look_up(&mut self, app: &App) -> StoreResult<()> {
        let urls = self.pasted.spellings();
        let mut shown: Vec<ClaimId> = Vec::new();
        for (named, how) in app.store.claims_naming(&urls).await? {
            let mut claim = named;
            if app.answered(named).is_none() {
                claim = app.store.living_claim(named).await?;
            }
            if app.answered(claim).is_none() {
                // Without an answer a claim is internal, but not what others published.
                if how == Named::Elsewhere {
                    self.add_elsewhere(app, named, Vec::new()).await?;
                }
                continue;
            }
            if shown.contains(&claim) || NAMING_MAX <= shown.len() {
                continue;
            }
            let Some(version) = app.store.newest_version(claim).await? else { continue };
            let evidence = &version.document.content.evidence;
            if how == Named::Evidence && !evidence.iter().any(|it| urls.contains(&it.url)) {
                continue; // It was brought after the answer went out.
            }
            shown.push(claim);
            self.naming.push(Naming { version, how });
        }
        Ok(())
    }

    async fn add_answers(&mut self, app: &App, wanted: Wanted) -> StoreResult<()> {
        let claims: Vec<ClaimId> = wanted.0.iter().map(|it| it.claim).collect();
        let versions = app.store.newest_versions(&claims).await?;
        for Match { claim, decision, reasons, .. } in wanted.0 {
            let Some(version) = versions.iter().find(|it| it.claim == claim) else { continue };
            let hit = Hit { version: version.clone(), decision, reasons };
            match decision {
                Decision::Answer => self.answer = Some(hit),
                Decision::Suggest => self.similar.push(hit),
                Decision::None => self.nearest.push(hit),
            }
        }
        Ok(())
    }

    async fn add_open(&mut self, app: &App, it: &Match) -> StoreResult<()> {
        if self.open.len() < OPEN_MAX {
            self.open.extend(app.store.released_claim(it.claim).await?);
        }
        Ok(())
    }

    async fn add_elsewhere(
        &mut self,
        app: &App,
        claim: ClaimId,
        reasons: Vec<Reason>,
    ) -> StoreResult<()> {
        if ELSEWHERE_MAX <= self.elsewhere.len() {
            return Ok(());
        }
        let mut reviews = app.store.foreign_reviews(claim).await?;
        // Where the reader pasted its address, it is there already.
        reviews.retain(|it| !self.elsewhere.iter().any(|known| known.review.url == it.url));
        let Some(claim) = app.store.claim(claim).await? else { return Ok(()) };
        let of = |review| Elsewhere { claim: claim.clone(), reasons: reasons.clone(), review };
        self.elsewhere
            .extend(reviews.into_iter().take(ELSEWHERE_MAX - self.elsewhere.len()).map(of));
        Ok(())
    }
}

/// The words in common, folded.
pub fn shared(reasons: &[Reason]) -> Vec<String> {
    let words = reasons.iter().find_map(|it| match it {
        Reason::SharesWords(words) => Some(words.iter().map(|it| normalise::fold(it)).collect()),
        _ => None,
    });
    words.unwrap_or_default()
}

/// Whether a link may be shown as one: what comes from outside may say `javascript:`.
pub fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|it| matches!(it.scheme(), "http" | "https"))
}
