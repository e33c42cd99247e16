package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The text an attempt logs, kept with the job as River does. Safe for use by many threads. */
final class AttemptLog {
  static final int MOST_OF_AN_ATTEMPT = 2 * 1024 * 1024;
  static final int MOST_OF_A_JOB = 8 * 1024 * 1024;
  private static final String KEY = "river:log";

  /** A control character is six in JSON: what of a log fits in any case. */
  private static final int FITS_IN_ANY_CASE = (MOST_OF_A_JOB - 1024) / 6;

  private final JobRow job;
  private final ReentrantLock lock = new ReentrantLock();
  private final StringBuilder text = new StringBuilder();
  private long left = MOST_OF_AN_ATTEMPT;

  AttemptLog(JobRow job) {
    this.job = job;
  }

  /** Appends a line, as far as there is room. */
  void append(String line) {
    lock.lock();
    try {
      if (left <= 0) {
        return;
      }
      String head = Utf8.head(line + "\n", left);
      text.append(head);
      boolean cut = head.length() <= line.length();
      left = cut ? 0 : left - Utf8.length(head);
    } finally {
      lock.unlock();
    }
  }

  /** Stages the job's log with what this attempt adds to it; nothing if that is nothing. */
  void stage(StagedMetadata metadata) {
    lock.lock();
    try {
      if (!text.isEmpty()) {
        String entry = entry(text.toString());
        boolean fits = Utf8.length(entry) + 2 <= MOST_OF_A_JOB;
        metadata.put(
            KEY, array(fits ? entry : entry(Utf8.head(text.toString(), FITS_IN_ANY_CASE))));
      }
    } finally {
      lock.unlock();
    }
  }

  private String entry(String log) {
    return "{\"attempt\":" + job.attempt() + ",\"log\":" + GoJson.quote(log) + "}";
  }

  private String array(String newest) {
    Deque<String> entries = new ArrayDeque<>();
    long room = MOST_OF_A_JOB - Utf8.length(newest) - 2;
    for (String entry : earlier().reversed()) {
      room -= Utf8.length(entry) + 1;
      if (room < 0) {
        break;
      }
      entries.addFirst(entry);
    }
    entries.addLast(newest);
    return "[" + String.join(",", entries) + "]";
  }

  private List<String> earlier() {
    if (!job.metadata().contains(KEY)) {
      return List.of();
    }
    try {
      String log = JsonObjects.members(job.metadata()).get(KEY);
      return log == null ? List.of() : JsonObjects.elements(log);
    } catch (IllegalArgumentException e) {
      // What is there is no log: this one takes its place.
      return List.of();
    }
  }
}
