package dev.gala.river.postgres;

import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.UniqueKey;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes rows into {@link RiverJobSql#JOB_INSERT_BULK}, and notifies in the same transaction. */
final class JobInsertBulk {
  /** Enough characters for one message to the server. */
  private static final int CHUNK = 1 << 16;

  private static final String NULL = "\\N";

  private final Durability durability;
  private final NotifyMany notifyMany;
  private final String sql;

  JobInsertBulk(Schema schema, Durability durability, NotifyMany notifyMany) {
    this.durability = durability;
    this.notifyMany = notifyMany;
    sql = schema.resolve(RiverJobSql.JOB_INSERT_BULK);
  }

  int run(Connection connection, List<JobInsertParams> jobs, Set<String> notifyQueues)
      throws SQLException {
    if (durability == Durability.RELAXED) {
      relax(connection);
    }
    long inserted = copy(connection, jobs);
    if (!notifyQueues.isEmpty()) {
      List<String> payloads = notifyQueues.stream().sorted().map(InsertPayload::of).toList();
      notifyMany.run(connection, NotificationTopic.INSERT, payloads);
    }
    return Math.toIntExact(inserted);
  }

  /** A COPY can hold nothing else: so this is a statement of its own, in the same transaction. */
  private static void relax(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SessionSql.RELAX)) {
      statement.execute();
    }
  }

  private long copy(Connection connection, List<JobInsertParams> jobs) throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      var text = new StringBuilder();
      for (JobInsertParams job : jobs) {
        append(text, job);
        if (text.length() >= CHUNK) {
          write(copy, text);
        }
      }
      write(copy, text);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void write(CopyIn copy, StringBuilder text) throws SQLException {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    text.setLength(0);
  }

  private static void append(StringBuilder line, JobInsertParams job) {
    field(line, job.args()).append('\t');
    field(line, job.kind()).append('\t');
    line.append(job.maxAttempts()).append('\t');
    field(line, job.metadata()).append('\t');
    line.append(job.priority()).append('\t');
    field(line, job.queue()).append('\t');
    line.append(job.scheduledAt() == null ? "now" : Times.text(job.scheduledAt())).append('\t');
    line.append(job.state().wireName()).append('\t');
    field(line, array(job.tags())).append('\t');
    line.append(key(job.uniqueKey())).append('\t');
    line.append(job.uniqueStates() == 0 ? NULL : bits(job.uniqueStates())).append('\n');
  }

  /** What the format gives a meaning is escaped. */
  private static StringBuilder field(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\t' -> line.append("\\t");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        default -> line.append(c);
      }
    }
    return line;
  }

  private static String array(List<String> texts) {
    var array = new StringBuilder("{");
    for (String text : texts) {
      array.append(array.length() > 1 ? "," : "").append('"');
      array.append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return array.append('}').toString();
  }

  private static String key(@Nullable UniqueKey key) {
    return key == null ? NULL : "\\\\x" + key.hex();
  }

  /** Eight digits, the highest bit first. */
  private static String bits(int uniqueStates) {
    int beyond = 1 << JobState.values().length;
    return Integer.toBinaryString(beyond | (uniqueStates & (beyond - 1))).substring(1);
  }
}
