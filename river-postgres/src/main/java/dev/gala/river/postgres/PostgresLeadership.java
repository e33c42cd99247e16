package dev.gala.river.postgres;

import dev.gala.river.driver.Leader;
import dev.gala.river.driver.Leadership;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverLeaderSql}. */
final class PostgresLeadership implements Leadership {
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(5);

  private final LimitedTransactions transactions;
  private final Schema schema;
  private final String elect;
  private final String reelect;
  private final String get;
  private final String resign;

  PostgresLeadership(LimitedTransactions transactions, Schema schema) {
    this.transactions = transactions;
    this.schema = schema;
    elect = schema.resolve(RiverLeaderSql.LEADER_ATTEMPT_ELECT);
    reelect = schema.resolve(RiverLeaderSql.LEADER_ATTEMPT_REELECT);
    get = schema.resolve(RiverLeaderSql.LEADER_GET);
    resign = schema.resolve(RiverLeaderSql.LEADER_RESIGN);
  }

  @Override
  public @Nullable Leader leaderAttemptElect(String clientId, Duration ttl, Duration limit) {
    return find(
        "standing for election as \"" + clientId + '"',
        limit,
        elect,
        statement -> {
          statement.setString(1, clientId);
          statement.setLong(2, Times.micros(ttl));
        });
  }

  @Override
  public @Nullable Leader leaderAttemptReelect(Leader term, Duration ttl, Duration limit) {
    return find(
        "renewing the leadership of \"" + term.leaderId() + '"',
        limit,
        reelect,
        statement -> {
          statement.setLong(1, Times.micros(ttl));
          statement.setString(2, term.leaderId());
          statement.setString(3, Times.text(term.electedAt()));
        });
  }

  @Override
  public @Nullable Leader leaderGet() {
    return find("reading who leads", LOOK_LIMIT, get, statement -> {});
  }

  @Override
  public boolean leaderResign(Leader term, Duration limit) {
    return transactions.run(
        "resigning the leadership of \"" + term.leaderId() + '"',
        limit,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(resign)) {
            statement.setString(1, term.leaderId());
            statement.setString(2, Times.text(term.electedAt()));
            statement.setString(3, schema.name());
            try (ResultSet rows = statement.executeQuery()) {
              rows.next();
              return rows.getInt(1) > 0;
            }
          }
        });
  }

  private @Nullable Leader find(String doing, Duration limit, String sql, Binding binding) {
    Optional<Leader> found =
        transactions.run(
            doing,
            limit,
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                  return rows.next() ? Optional.of(read(rows)) : Optional.empty();
                }
              }
            });
    return found.orElse(null);
  }

  private static Leader read(ResultSet rows) throws SQLException {
    return new Leader(
        rows.getString("leader_id"),
        Times.require(rows, "elected_at"),
        Times.require(rows, "expires_at"));
  }

  /** Fills in a statement's parameters. */
  @FunctionalInterface
  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }
}
