package dev.gala.river.postgres;

import dev.gala.river.driver.SchemaProfiles;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds {@link SchemaProfileSql}. After each statement the catalogue is read again: so whatever
 * died where, what is left to do is found.
 */
final class PostgresSchemaProfiles implements SchemaProfiles {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSchemaProfiles.class);

  /** How long locks that others queue behind are tried for, unless something else is said. */
  private static final Duration BRIEF_LIMIT = Duration.ofSeconds(30);

  private static final long BETWEEN_BRIEF_MILLIS = 500;

  /**
   * Of two that build on one table, who comes second has a snapshot that the first waits for, and
   * waits for the first's lock: the server ends it after a second. So a leader that rebuilds all
   * indexes may be in the way once for each.
   */
  private static final int MOST_DEADLOCKS = 30;

  private final LimitedTransactions transactions;
  private final Sessions sessions;
  private final @Nullable String schemaName;
  private final String stateSql;

  PostgresSchemaProfiles(LimitedTransactions transactions, Sessions sessions, Schema schema) {
    this.transactions = transactions;
    this.sessions = sessions;
    schemaName = schema.name();
    stateSql = schema.resolve(SchemaProfileSql.STATE);
  }

  @Override
  public Map<SchemaProfile, List<String>> differences() {
    var differences = new EnumMap<SchemaProfile, List<String>>(SchemaProfile.class);
    look()
        .ifPresent(
            state -> {
              for (SchemaProfile profile : SchemaProfile.values()) {
                differences.put(profile, ProfilePlan.of(state, profile).differences());
              }
            });
    return differences;
  }

  @Override
  public List<String> plan(SchemaProfile profile) {
    return plan(look(), profile).steps().stream().map(ProfilePlan.Step::sql).toList();
  }

  private Optional<JobTableState> look() {
    return transactions.run(
        "reading the schema profile",
        Sessions.LOOK_LIMIT,
        connection -> JobTableState.read(connection, stateSql));
  }

  private ProfilePlan plan(Optional<JobTableState> state, SchemaProfile profile) {
    return state
        .map(there -> ProfilePlan.of(there, profile))
        .orElseThrow(
            () ->
                new RiverException(
                    RiverError.SCHEMA_OUTDATED,
                    "there is no table river_job"
                        + (schemaName == null ? "" : " in schema \"" + schemaName + '"')
                        + " to give schema profile \""
                        + profile.label()
                        + "\" to: migrate up first, or name the schema it is in"));
  }

  @Override
  public void apply(
      SchemaProfile profile, @Nullable Duration statementTimeout, Consumer<String> next) {
    plan(profile);
    String doing = "applying schema profile \"" + profile.label() + '"';
    sessions.run(
        doing,
        "connect to the server itself",
        statementTimeout,
        (connection, statement) -> {
          if (statementTimeout != null) {
            statement.execute(
                "set statement_timeout = " + Math.max(statementTimeout.toMillis(), 1));
          }
          Turn.await(doing, statementTimeout, () -> turn(connection, SchemaProfileSql.TURN_TAKE));
          try {
            new Run(connection, statement, statementTimeout).go(profile, next);
          } finally {
            giveTurn(connection);
          }
        });
  }

  private boolean turn(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schemaName);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void giveTurn(Connection connection) {
    try {
      turn(connection, SchemaProfileSql.TURN_GIVE);
    } catch (SQLException e) {
      LOG.debug("a lock could not be given back; its session is broken, and takes it along", e);
    }
  }

  /** One way to a profile, while it is our turn. */
  private final class Run {
    private final Connection connection;
    private final Statement statement;
    private final @Nullable Duration limit;

    Run(Connection connection, Statement statement, @Nullable Duration limit) {
      this.connection = connection;
      this.statement = statement;
      this.limit = limit;
    }

    void go(SchemaProfile profile, Consumer<String> next) throws SQLException {
      int deadlocks = 0;
      String done = "";
      while (true) {
        List<ProfilePlan.Step> steps =
            plan(JobTableState.read(connection, stateSql), profile).steps();
        if (steps.isEmpty()) {
          return;
        }
        ProfilePlan.Step step = steps.getFirst();
        if (step.sql().equals(done)) {
          throw new RiverException(
              RiverError.DATABASE, "this was done, and somebody undid it: " + done);
        }
        next.accept(step.sql());
        try {
          execute(step);
          done = step.sql();
        } catch (SQLException e) {
          if (!SqlStates.isDeadlock(e) || ++deadlocks > MOST_DEADLOCKS) {
            throw e;
          }
          done = ""; // What it left half-done may make the step before this one necessary again.
          LOG.info("somebody else changes the table of jobs: trying again ({})", e.getMessage());
        }
      }
    }

    private void execute(ProfilePlan.Step step) throws SQLException {
      if (!step.brief()) {
        statement.execute(SchemaProfileSql.LOCK_PATIENTLY);
        statement.execute(step.sql());
        return;
      }
      statement.execute(SchemaProfileSql.LOCK_BRIEFLY);
      Duration patience = limit == null ? BRIEF_LIMIT : limit;
      long begun = System.nanoTime();
      while (!isDone(step)) {
        if (System.nanoTime() - begun >= patience.toNanos()) {
          throw new RiverException(
              RiverError.ROW_LOCKED,
              "long transactions use the table of jobs, so that this waited for "
                  + patience.toMillis()
                  + " ms in vain: "
                  + step.sql()
                  + ": end them (pg_stat_activity shows them), then apply the profile again",
              null,
              true);
        }
        Turn.pause(step.sql(), BETWEEN_BRIEF_MILLIS);
      }
    }

    private boolean isDone(ProfilePlan.Step step) throws SQLException {
      try {
        statement.execute(step.sql());
        return true;
      } catch (SQLException e) {
        if (SqlStates.isLocked(e)) {
          return false;
        }
        throw e;
      }
    }
  }
}
