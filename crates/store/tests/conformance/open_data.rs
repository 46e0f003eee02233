//! What is read for the open data: only what is public, page by page, as it stood at one moment.

use kiemtin_core::permission::Role;
use kiemtin_core::review::VersionClass;
use kiemtin_core::time::DAY_MS;
use kiemtin_core::workflow::Action;

use crate::setting::{BEGIN, content, each};

#[tokio::test]
async fn answers_come_by_number_with_their_versions_and_what_messages_tell() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (group, _) = fresh.group("somebody's words").await;
        let more: Vec<_> = (0..3).map(|_| fresh.intake("somebody's words")).collect();
        fresh.joined(group, &more).await;
        let case = fresh.published(&people).await;
        let by = &people.editor;
        fresh.store.tie(group, case.claim, fresh.act(by)).await.unwrap();
        let case = fresh.step(&case, Action::Correct, by).await;
        fresh.save(case.id, &content(VersionClass::Clarification), by).await.unwrap();
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let mut data = fresh.store.open_data().await.unwrap();
        assert_eq!(data.last_number().await.unwrap(), 1);
        let claims = data.answered(0, 10).await.unwrap();
        assert!(data.answered(1, 10).await.unwrap().is_empty());
        let [it] = &claims[..] else { panic!("{claims:?}") };
        assert_eq!((it.number, it.topic.as_deref(), it.merged_into), (1, Some("health"), None));
        let versions: Vec<i64> = it.versions.iter().map(|it| it.document.version).collect();
        assert_eq!(versions, [1, 2]);
        assert_eq!((it.sightings.total, it.sightings.first.is_some()), (4, true));
        let [cell] = &it.sightings.cells[..] else { panic!("{:?}", it.sightings) };
        assert_eq!((cell.day, cell.class.as_str(), cell.n), (BEGIN.day(), "Facebook posts", 4));
        assert_eq!(it.captured.len(), 2, "both pages were archived: {:?}", it.captured);
        assert_eq!(data.log(0, 9).await.unwrap().len(), 2);
        assert_eq!(data.log(1, 9).await.unwrap()[0].idx, 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_counts_for_the_day_in_vietnam() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        // 16:30 and 17:30 of the world's clock are two days in Vietnam.
        fresh.wait(16 * 3_600_000 + 30 * 60_000);
        let (group, _) = fresh.group("in the evening").await;
        fresh.wait(3_600_000);
        fresh.joined(group, &[fresh.intake("in the evening")]).await;
        let by = &people.editor;
        fresh.store.tie(group, case.claim, fresh.act(by)).await.unwrap();
        let mut data = fresh.store.open_data().await.unwrap();
        let claims = data.answered(0, 1).await.unwrap();
        let mut days: Vec<i64> = claims[0].sightings.cells.iter().map(|it| it.day).collect();
        days.sort_unstable();
        assert_eq!(days, [BEGIN.day(), BEGIN.plus_millis(DAY_MS).day()]);
    })
    .await;
}

#[tokio::test]
async fn only_released_sentences_wait_and_each_once() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let by = fresh.member("an", org, Role::Editor).await;
        let mut released = Vec::new();
        for n in 0..5 {
            let case = fresh.open_case(&format!("claim {n}"), &by).await;
            if n != 2 {
                fresh.store.release(case.claim, fresh.act(&by)).await.unwrap();
                released.push(case.claim);
            }
        }
        let mut data = fresh.store.open_data().await.unwrap();
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = data.waiting(after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.released.claim);
            assert!(page.len() <= 2);
            seen.extend(page.iter().map(|it| it.released.claim));
        }
        assert_eq!(seen, released);
        assert!(data.answered(0, 9).await.unwrap().is_empty(), "none has an answer");
    })
    .await;
}
