package dev.gala.internal.dispatch;

import java.time.Duration;
import java.util.Map;

/** What is to become of the job, and what is to be written to its metadata with that. */
public sealed interface Verdict {
  /** JSON texts by top-level key, to be merged; empty where nothing remains to be done. */
  Map<String, String> metadata();

  /**
   * All is handled.
   *
   * @param metadata to be merged; empty unless outcomes are always recorded
   */
  record Done(Map<String, String> metadata) implements Verdict {}

  /**
   * The rest is handled later; no attempt is used.
   *
   * @param delay from now; may be zero
   * @param metadata to be merged
   */
  record Snooze(Duration delay, Map<String, String> metadata) implements Verdict {}

  /**
   * The attempt was told to end before all had their turn: it is put back as if it had not begun,
   * but for what was finished in it.
   *
   * @param metadata to be merged
   */
  record Interrupted(Map<String, String> metadata) implements Verdict {}

  /**
   * Nothing is left to do, and some listener gave the event up.
   *
   * @param reason theirs, one a line
   * @param metadata to be merged; empty unless outcomes are always recorded
   */
  record Cancel(String reason, Map<String, String> metadata) implements Verdict {}

  /**
   * The attempt failed and another is left: throw the failure.
   *
   * @param failure a {@link dev.gala.event.ListenerException}, a {@link
   *     dev.gala.event.GalaException}, or several in one
   * @param metadata to be merged
   */
  record Retry(RuntimeException failure, Map<String, String> metadata) implements Verdict {}

  /**
   * The last attempt failed: throw the failure, and the job is discarded.
   *
   * @param failure a {@link dev.gala.event.ListenerException}, a {@link
   *     dev.gala.event.GalaException}, or several in one
   * @param metadata to be merged
   */
  record Fail(RuntimeException failure, Map<String, String> metadata) implements Verdict {}
}
