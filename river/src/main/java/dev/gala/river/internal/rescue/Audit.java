package dev.gala.river.internal.rescue;

import dev.gala.river.driver.Heartbeats.RunningAttempt;
import dev.gala.river.job.AttemptId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what runs in a client's name and is not held by it: pure rules, for one thread. */
final class Audit {
  private final Holdings holdings;
  private Map<AttemptId, Long> suspects = new HashMap<>();

  Audit(Holdings holdings) {
    this.holdings = holdings;
  }

  /**
   * Which of these attempts are lost: found not to be held now and in the look before, with every
   * claim ended that was announced until then. One that is told is suspected anew if it is seen
   * again.
   *
   * @param running what the database says runs in the client's name, as it was before this is
   *     called
   */
  List<RunningAttempt> lost(List<RunningAttempt> running) {
    long newest = holdings.newestClaim();
    // Before anything is looked up: a claim that has ended by now has handed over what it brought.
    long oldestUnderWay = holdings.oldestUnderWay();
    var lost = new ArrayList<RunningAttempt>();
    var next = new HashMap<AttemptId, Long>();
    for (RunningAttempt attempt : running) {
      AttemptId id = attempt.attemptId();
      if (!holdings.holds(id)) {
        Long before = suspects.get(id);
        if (before == null) {
          next.put(id, newest);
        } else if (oldestUnderWay > before) {
          lost.add(attempt);
        } else {
          next.put(id, before);
        }
      }
    }
    suspects = next;
    return lost;
  }
}
