//! Claims, their wordings, and what other desks published.

use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::permission::Role;
use kiemtin_store::claims::{ForeignReview, Origin};

use crate::setting::{BEGIN, each, refused};

#[tokio::test]
async fn an_import_can_be_run_twice() {
    each(async |fresh| {
        let import = || {
            let claim = |it: u8| kiemtin_store::claims::NewClaim {
                origin: Origin::Review,
                origin_hmac: Some([it; 32]),
                variants: vec![(Lang::Vi, "cách nói khác".to_owned())],
                foreign: Some(ForeignReview {
                    url: format!("https://desk.example/{it}"),
                    publisher: "Other desk".to_owned(),
                    verdict: Some("Sai".to_owned()),
                    title: None,
                    published: Some(BEGIN),
                }),
                ..fresh.new_claim(&format!("claim {it}"))
            };
            (0..200).map(claim).collect::<Vec<_>>()
        };
        let first = import();
        assert_eq!(fresh.store.add_claims(&first, fresh.now()).await.unwrap(), 200);
        let cursor = fresh.store.change_cursor().await.unwrap();
        let mut second = import();
        second.push(fresh.new_claim("a new one"));
        assert_eq!(fresh.store.add_claims(&second, fresh.now()).await.unwrap(), 1);
        assert_eq!(fresh.store.n_claims().await.unwrap(), 201);
        assert_eq!(fresh.store.change_cursor().await.unwrap(), cursor + 1);
        let id = first[7].id;
        let variant = (Lang::Vi, "cách nói khác".to_owned());
        assert_eq!(fresh.store.variants(id).await.unwrap(), [variant]);
        let foreign = fresh.store.foreign_reviews(id).await.unwrap();
        assert_eq!(foreign, [first[7].foreign.clone().unwrap()]);
    })
    .await;
}

#[tokio::test]
async fn a_page_may_review_two_claims_and_each_once() {
    each(async |fresh| {
        let foreign = |title: &str| ForeignReview {
            url: "https://desk.example/1".to_owned(),
            publisher: "Other desk".to_owned(),
            verdict: None,
            title: Some(title.to_owned()),
            published: None,
        };
        let mut claims = [fresh.new_claim("a"), fresh.new_claim("b")];
        claims[0].foreign = Some(foreign("first"));
        claims[1].foreign = Some(foreign("second"));
        assert_eq!(fresh.store.add_claims(&claims, fresh.now()).await.unwrap(), 2);
        assert_eq!(fresh.store.foreign_reviews(claims[0].id).await.unwrap(), [foreign("first")]);
        assert_eq!(fresh.store.foreign_reviews(claims[1].id).await.unwrap(), [foreign("second")]);
    })
    .await;
}

#[tokio::test]
async fn claims_are_read_page_by_page() {
    each(async |fresh| {
        let mut claims: Vec<_> = (0..25).map(|it| fresh.new_claim(&format!("c{it}"))).collect();
        claims[3].text = Localised::new("", "English only");
        claims[3].variants = vec![(Lang::En, "other words".to_owned())];
        fresh.store.add_claims(&claims, fresh.now()).await.unwrap();
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = fresh.store.claims_after(after, 10).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            seen.extend(page.iter().map(|it| (it.id, it.sentence().to_owned())));
        }
        let sentence = |it: &kiemtin_store::claims::NewClaim| it.text.text(Lang::Vi).to_owned();
        let expected: Vec<_> = claims.iter().map(|it| (it.id, sentence(it))).collect();
        assert_eq!(seen, expected);
        let (first, last) = (claims[0].id, claims[24].id);
        let variants = fresh.store.variants_between(first, last).await.unwrap();
        assert_eq!(variants, [(claims[3].id, Lang::En, "other words".to_owned())]);
        let org = fresh.org("city").await;
        let by = fresh.member("ed", org, Role::Editor).await;
        fresh.store.add_variant(first, Lang::Vi, "nữa", &by).await.unwrap();
        fresh.store.add_variant(first, Lang::Vi, "nữa", &by).await.unwrap();
        assert_eq!(fresh.store.variants(first).await.unwrap().len(), 1);
        let nowhere = fresh.new_claim("absent").id;
        refused(fresh.store.add_variant(nowhere, Lang::Vi, "x", &by).await);
    })
    .await;
}

#[tokio::test]
async fn a_claim_is_attributed_to_a_class_of_channel_and_to_nobody() {
    each(async |fresh| {
        let store = &fresh.store;
        for somebody in ["Nguyễn Văn An", "@lan", "Facebook Lan", "https://facebook.com/lan"] {
            let mut claim = fresh.new_claim("a");
            claim.outlet = Some(somebody.to_owned());
            refused(store.add_claims(std::slice::from_ref(&claim), fresh.now()).await);
            assert_eq!(store.claim(claim.id).await.unwrap(), None, "{somebody}");
        }
        let mut claim = fresh.new_claim("a");
        claim.outlet = Some("word_of_mouth".to_owned());
        assert_eq!(store.add_claims(&[claim], fresh.now()).await.unwrap(), 1);
    })
    .await;
}
