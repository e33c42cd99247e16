package dev.gala.river.job;

/**
 * What an insert that has returned survives. Of one insert, never stored with the job: whoever
 * takes less says so where it inserts. Nothing is ever half there, whatever is chosen.
 *
 * <p>Of several jobs inserted together all have the highest durability that one of them asks for.
 */
public enum Durability {
  /**
   * Everything that the database itself survives: the insert returns once its commit is written as
   * the server's {@code synchronous_commit} says, which by default means to disk.
   */
  FULL,

  /**
   * The end of this process, but not always a crash of the database server: the insert returns once
   * the server has committed, before that is written to disk. It saves the wait for the disk. What
   * was committed within the last three {@code wal_writer_delay} (200 ms each by default) before a
   * crash of the server, or a failover, may be gone. Lost is then the end of what was committed, in
   * the order of the commits, and whatever was committed with {@link #FULL} after it is written
   * with all that came before.
   *
   * <p>Only where the insert has a transaction of its own: one in the caller's is refused, since
   * its commit is the caller's.
   */
  RELAXED
}
