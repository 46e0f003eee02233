//! Taking messages in: each once, with its receipt and the job that sorts it.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{GroupId, MessageId};
use kiemtin_core::permission::Role;
use kiemtin_core::time::HOUR_MS;
use kiemtin_store::groups::{Into, Sorted};
use kiemtin_store::messages::Intake;
use kiemtin_store::receipts::Outcome;

use crate::setting::{BEGIN, each};

#[tokio::test]
async fn a_known_origin_is_not_taken_twice() {
    each(async |fresh| {
        let mut first = fresh.intake("Tỏi chữa bách bệnh");
        first.origin_hmac = Some([7; 32]);
        let mut again = fresh.intake("Tỏi chữa bách bệnh");
        again.origin_hmac = Some([7; 32]);
        assert_eq!(fresh.take_in(&[first.clone(), again.clone()]).await, 1);
        assert_eq!(fresh.take_in(&[again]).await, 0);
        assert_eq!(fresh.take_in(&[fresh.intake("a"), fresh.intake("a")]).await, 2, "no origin");
        assert_eq!(fresh.store.n_messages().await.unwrap(), 3);
        assert_eq!(fresh.store.job_counts().await.unwrap().waiting, 2, "none for nothing new");
    })
    .await;
}

#[tokio::test]
async fn many_messages_of_one_batch_are_all_there() {
    each(async |fresh| {
        let batch: Vec<_> = (0..1_003).map(|it| fresh.intake(&format!("text {it}"))).collect();
        assert_eq!(fresh.take_in(&batch).await, 1_003);
        let mut ids: Vec<_> = batch.iter().map(|it| it.id).collect();
        ids.reverse();
        ids.truncate(1_000);
        let unsorted = fresh.store.unsorted(&ids).await.unwrap();
        assert_eq!(unsorted.len(), 1_000);
        for (it, expected) in unsorted.iter().zip(batch[3..].iter().rev()) {
            assert_eq!((it.id, it.exact_hash), (expected.id, expected.exact_hash));
            assert_eq!((&it.text, &it.sketch), (&expected.message.text, &expected.sketch));
        }
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_there_with_its_tip_or_neither_is() {
    each(async |fresh| {
        let (tip, receipt) = fresh.tip("Có đúng không?");
        let twin = fresh.intake("the id is taken");
        fresh.take_in(std::slice::from_ref(&twin)).await;
        let res = fresh.store.take_in(&[tip.clone(), twin], fresh.now(), fresh.chance()).await;
        res.unwrap_err();
        assert_eq!(fresh.store.receipt(receipt).await.unwrap(), None);
        fresh.take_in(&[tip]).await;
        let view = fresh.store.receipt(receipt).await.unwrap().unwrap();
        assert_eq!(view.outcome, Outcome::Received { n_same: 0, being_checked: false });
        assert_eq!(view.received, BEGIN, "to the hour");
    })
    .await;
}

#[tokio::test]
async fn a_tip_that_is_sent_again_is_the_same_tip() {
    each(async |fresh| {
        let (mut tip, receipt) = fresh.tip("Có đúng không?");
        tip.origin_hmac = Some([3; 32]);
        let (mut again, _) = fresh.tip("Có đúng không?");
        again.origin_hmac = Some([3; 32]);
        again.receipt = Some(receipt);
        fresh.take_in(&[tip.clone()]).await;
        assert_eq!(fresh.take_in(&[again]).await, 0);
        let group = fresh.new_group("Có đúng không?");
        let job = fresh.job("sort_messages").await;
        let into = kiemtin_store::groups::Into::New(0);
        let sorted =
            Sorted { groups: vec![group], messages: vec![(tip.id, into)], ..Sorted::default() };
        fresh
            .store
            .sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance())
            .await
            .unwrap();
        let view = fresh.store.receipt(receipt).await.unwrap().unwrap();
        assert_eq!(view.outcome, Outcome::Received { n_same: 1, being_checked: false });
    })
    .await;
}

#[tokio::test]
async fn the_time_of_a_message_is_kept_to_the_hour() {
    each(async |fresh| {
        fresh.wait(HOUR_MS + 1_234_000);
        let (group, _) = fresh.group("x").await;
        let message = &fresh.store.messages_of_group(group, 10).await.unwrap()[0];
        assert_eq!(message.received, BEGIN.plus_millis(HOUR_MS));
        let group = fresh.store.group(group).await.unwrap().unwrap();
        assert_eq!((group.first, group.last), (message.received, message.received));
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_kept_of_a_message_knows_its_minute() {
    each(async |fresh| {
        fresh.wait(2 * HOUR_MS + 1_234_000);
        let mut tip = fresh.tip("x").0;
        tip.id = MessageId::new(fresh.now().to_hour(), fresh.chance());
        fresh.take_in(std::slice::from_ref(&tip)).await;
        let minutes = async || {
            let mut times = Vec::new();
            fresh
                .store
                .dump(|it| {
                    times.extend(it.lines.lines().flat_map(|line| times_in(it.table, line)));
                    Ok(())
                })
                .await
                .unwrap();
            times.retain(|(_, it)| *it % HOUR_MS != 0);
            times
        };
        assert_eq!(minutes().await, []);
        let by = fresh.member("an", fresh.org("city").await, Role::Checker).await;
        let mut group = fresh.new_group("x");
        group.id = GroupId::new(fresh.now().to_hour(), fresh.chance());
        let id = group.id;
        let job = fresh.job("sort_messages").await;
        let messages = vec![(tip.id, Into::New(0))];
        let sorted = Sorted { groups: vec![group], messages, ..Sorted::default() };
        fresh
            .store
            .sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance())
            .await
            .unwrap();
        let reason = DismissReason::Opinion;
        fresh.store.dismiss_group(id, reason, fresh.act(&by)).await.unwrap();
        let late = fresh.intake("x");
        let late = Intake { id: MessageId::new(fresh.now().to_hour(), fresh.chance()), ..late };
        fresh.joined(id, &[late]).await;
        assert_eq!(minutes().await, [], "dismissed while sorting");
    })
    .await;
}

/// The times in a line of what is kept of messages: numbers as large as one, and those in ids.
fn times_in(table: &'static str, line: &str) -> Vec<(&'static str, i64)> {
    if !["messages", "receipts", "groups", "jobs", "changes"].contains(&table) {
        return Vec::new();
    }
    let values: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
    let is_time = |it: &i64| (BEGIN.millis()..2 * BEGIN.millis()).contains(it);
    let of_id = |it: &str| {
        let id = uuid::Uuid::parse_str(it).ok()?;
        let (seconds, nanos) = id.get_timestamp()?.to_unix();
        Some(seconds as i64 * 1_000 + i64::from(nanos) / 1_000_000)
    };
    let time = |it: &serde_json::Value| match it {
        serde_json::Value::Number(it) => it.as_i64().filter(is_time),
        serde_json::Value::String(it) => of_id(it),
        _ => None,
    };
    values.iter().filter_map(time).map(|it| (table, it)).collect()
}
