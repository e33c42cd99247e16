package dev.gala.river.driver;

import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The schema profiles of one database. What it has is read from the database's own catalogue, so it
 * is the truth whoever changed it. Safe for use by many threads.
 */
public interface SchemaProfiles {
  /**
   * What the tables differ in from each profile, in words; of one that they have nothing.
   *
   * @return every profile; empty where there is no table of jobs
   * @throws RiverException as the database refuses
   */
  Map<SchemaProfile, List<String>> differences();

  /**
   * The statements that lead to a profile from what is there now, ready for a SQL prompt, outside
   * of transactions; touches nothing.
   *
   * @return empty if there is nothing to do
   * @throws RiverException with {@link dev.gala.river.job.RiverError#SCHEMA_OUTDATED} if there is
   *     no table of jobs
   */
  List<String> plan(SchemaProfile profile);

  /**
   * Leads to a profile, statement by statement, each whole by itself, beside the table's use. Waits
   * for migrators and others that do this. What was done stays done if it ends early, and the next
   * call goes on from there.
   *
   * @param statementTimeout how long one statement may take, and waiting for others counts; null
   *     means any time, but some 30 s for statements that others would queue behind
   * @param next told of each statement before it is run, in this thread; what it throws ends the
   *     call
   * @throws RiverException as {@link #plan}, and as the database refuses; with {@link
   *     dev.gala.river.job.RiverError#ROW_LOCKED} if long transactions use the table, {@link
   *     dev.gala.river.job.RiverError#CONFIG_INVALID} if there are no sessions, as through a
   *     transaction pooler
   */
  void apply(SchemaProfile profile, @Nullable Duration statementTimeout, Consumer<String> next);
}
