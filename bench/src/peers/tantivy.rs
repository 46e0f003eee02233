//! tantivy's BM25 (k1 1.2, b .75): its default tokens (words in lower case), any of them.
//!
//! Word counts without positions, which nothing here needs. A word that a message repeats is looked
//! up once and counts as often as it stands there. That way tantivy passes over blocks that cannot
//! reach the best five.

use std::collections::BTreeMap;
use std::time::Duration;

use ::tantivy::collector::TopDocs;
use ::tantivy::columnar::Column;
use ::tantivy::indexer::NoMergePolicy;
use ::tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use ::tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use ::tantivy::tokenizer::TextAnalyzer;
use ::tantivy::{Index, IndexWriter, Searcher, Term, doc};
use anyhow::ensure;

use super::{Claim, Peer, processor};

/// Memory of the writer, whatever the number of claims.
const WRITER_BYTES: usize = 400 << 20;
const WRITER_THREADS: usize = 2;

pub(super) struct Tantivy {
    searcher: Searcher,
    tokens: TextAnalyzer,
    text: Field,
    /// The number of each claim.
    numbers: Column<u64>,
}

impl Tantivy {
    /// An index in memory, merged into one segment.
    pub(super) fn new(claims: &[Claim]) -> anyhow::Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("default")
            .set_index_option(IndexRecordOption::WithFreqs);
        let text =
            schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let number = schema.add_u64_field("number", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter =
            index.writer_with_num_threads(WRITER_THREADS, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for (nth, claim) in claims.iter().enumerate() {
            writer.add_document(doc!(text => claim.joined(), number => nth as u64))?;
        }
        writer.commit()?;
        let segments = index.searchable_segment_ids()?;
        if 1 < segments.len() {
            writer.merge(&segments).wait()?;
        }
        writer.garbage_collect_files().wait()?;
        writer.wait_merging_threads()?;
        let searcher = index.reader()?.searcher();
        let [segment] = searcher.segment_readers() else {
            anyhow::bail!("{} segments instead of one", searcher.segment_readers().len())
        };
        ensure!(searcher.num_docs() == claims.len() as u64, "claims were lost on the way");
        let numbers = segment.fast_fields().u64("number")?;
        Ok(Self { tokens: index.tokenizer_for_field(text)?, searcher, text, numbers })
    }

    fn query(&mut self, text: &str) -> BooleanQuery {
        let mut counts: BTreeMap<String, u16> = BTreeMap::new();
        let mut tokens = self.tokens.token_stream(text);
        tokens.process(&mut |it| {
            let count = counts.entry(it.text.clone()).or_default();
            *count = count.saturating_add(1);
        });
        let clause = |(word, count): (String, u16)| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(self.text, &word);
            let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            (Occur::Should, Box::new(BoostQuery::new(query, f32::from(count))))
        };
        BooleanQuery::new(counts.into_iter().map(clause).collect())
    }
}

impl Peer for Tantivy {
    fn name(&self) -> &'static str {
        "tantivy"
    }

    fn ask(&mut self, text: &str, limit: usize) -> anyhow::Result<(Vec<usize>, Duration)> {
        let begin = processor();
        let query = self.query(text);
        let found = self.searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        let number = |it: &(f32, ::tantivy::DocAddress)| self.numbers.first(it.1.doc_id);
        let found = found.iter().filter_map(number).map(|it| it as usize).collect();
        Ok((found, processor() - begin))
    }

    fn size(&self) -> anyhow::Result<String> {
        let bytes = self.searcher.space_usage()?.total().get_bytes();
        Ok(format!("{} MB, in memory as on disk", bytes >> 20))
    }
}
