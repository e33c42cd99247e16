package dev.gala.river.driver.conformance;

import dev.gala.river.driver.Driver;
import java.time.Duration;

/** An empty database of one test's own, with River's tables, and what the seam cannot do to it. */
public interface TestedDatabase extends AutoCloseable {
  /** The driver, open on it. */
  Driver driver();

  /** Writes a creation time into a job's row that the driver cannot read. */
  void makeUndecodable(long id);

  /** Appends something to a job's errors that is not of River's form. */
  void appendOddError(long id);

  /** Writes that so many clients, named 1, 2 and so on, claimed a job before. */
  void setAttemptedBy(long id, int clients);

  /**
   * Moves a client's last heartbeat, and when its jobs were last put back, so far into the past.
   */
  void age(String clientId, Duration by);

  /** Lets a job's attempt have begun so much earlier. */
  void ageJob(long id, Duration by);

  /** Lets a job that has ended have ended so long ago. */
  void endJob(long id, Duration ago);

  /** Lets a queue have been reported so much earlier. */
  void ageQueue(String name, Duration by);

  /** Lets the leader's term have ended a moment ago. */
  void expireLeader();

  /** Closes the driver and drops the database. */
  @Override
  void close();
}
