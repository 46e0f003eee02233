// Asks a Lucene index, one search at a time: `java -cp ANSERINI.jar Ask.java INDEX`.
//
// Says how many texts there are. Then each line of input, "limit TAB text", is answered with a
// line "nanoseconds TAB ids": the processor's time of this thread, from the text to the ids. Equal
// scores stand in any order, as Lucene has them by default.

import io.anserini.analysis.DefaultEnglishAnalyzer;
import io.anserini.index.Constants;
import io.anserini.search.query.BagOfWordsQueryGenerator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

public class Ask {
  public static void main(String[] args) throws Exception {
    IndexReader reader = DirectoryReader.open(FSDirectory.open(Paths.get(args[0])));
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setSimilarity(new BM25Similarity(0.9f, 0.4f));
    Analyzer analyzer = DefaultEnglishAnalyzer.newDefaultInstance();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    out.println(reader.numDocs());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int tab = line.indexOf('\t');
      int limit = Integer.parseInt(line.substring(0, tab));
      String text = line.substring(tab + 1);
      long begin = clock.getCurrentThreadCpuTime();
      Query query = new BagOfWordsQueryGenerator().buildQuery(Constants.CONTENTS, analyzer, text);
      StringBuilder ids = new StringBuilder();
      StoredFields fields = reader.storedFields();
      for (ScoreDoc it : searcher.search(query, limit).scoreDocs) {
        ids.append(fields.document(it.doc).get(Constants.ID)).append(' ');
      }
      long nanos = clock.getCurrentThreadCpuTime() - begin;
      out.println(nanos + "\t" + ids);
    }
  }
}
