package dev.gala.bench.limit;

import dev.gala.bench.server.BenchDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes rows like one that Gala wrote: of its size, each with an event id and arguments of its own,
 * as the indexes on both want it.
 */
final class RowMaker {
  private static final int ID_LENGTH = 26;
  private static final int ID_TIME = 10;
  private static final String ID_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private final String argsHead;
  private final String argsTail;
  private final String metadataHead;
  private final String metadataTail;
  private final String idTime;

  private RowMaker(String args, String metadata) {
    int envelope = args.indexOf(":", args.indexOf("envelope"));
    int from = args.indexOf('"', envelope) + 1;
    argsHead = args.substring(0, from);
    argsTail = args.substring(from + ID_LENGTH);
    int id = metadata.indexOf('"', metadata.indexOf(":", metadata.indexOf("event_id"))) + 1;
    metadataHead = metadata.substring(0, id);
    metadataTail = metadata.substring(id + ID_LENGTH);
    idTime = metadata.substring(id, id + ID_TIME);
  }

  /** Reads the one event that is there. */
  static RowMaker like(BenchDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select args::text, metadata::text from river_job limit 1")) {
      if (!row.next()) {
        throw new IllegalStateException("there is no event to make others like");
      }
      return new RowMaker(row.getString(1), row.getString(2));
    }
  }

  Row next() {
    String id = id();
    return new Row(argsHead + id + argsTail, metadataHead + id + metadataTail);
  }

  List<Row> next(int count) {
    var rows = new ArrayList<Row>(count);
    for (int i = 0; i < count; i++) {
      rows.add(next());
    }
    return rows;
  }

  int argsLength() {
    return argsHead.length() + ID_LENGTH + argsTail.length();
  }

  int metadataLength() {
    return metadataHead.length() + ID_LENGTH + metadataTail.length();
  }

  private String id() {
    var id = new StringBuilder(ID_LENGTH).append(idTime);
    while (id.length() < ID_LENGTH) {
      id.append(ID_LETTERS.charAt(ThreadLocalRandom.current().nextInt(ID_LETTERS.length())));
    }
    return id.toString();
  }
}
