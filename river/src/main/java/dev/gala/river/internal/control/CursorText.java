package dev.gala.river.internal.control;

import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cursor's text holds, of what its readers need.
 *
 * @param id the row's id
 * @param order of the list it came from
 * @param time the row's value of the order's column; null where it has none, and for an order by id
 */
record CursorText(long id, JobListOrder order, @Nullable Instant time) {
  /** Go's zero time stands for none. */
  private static final String NO_TIME = GoTime.format(GoTime.ZERO);

  /** The same moment in other words, for a row that has it. */
  private static final String BEGINNING_OF_TIME = "0001-01-01T00:00:00+00:00";

  /**
   * The cursor of a row, as River writes it.
   *
   * @param time the row's value of the order's column; null where it has none
   */
  static JobCursor write(JobRow row, JobListOrder order, @Nullable Instant time) {
    var json = new StringBuilder(160).append("{\"id\":").append(row.id()).append(",\"kind\":");
    GoJson.quote(json, row.kind());
    json.append(",\"queue\":");
    GoJson.quote(json, row.queue());
    json.append(",\"sort_field\":");
    GoJson.quote(json, order.wireName());
    json.append(",\"time\":\"").append(time == null ? NO_TIME : text(time)).append("\"}");
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    return new JobCursor(Base64.getUrlEncoder().encodeToString(bytes));
  }

  /**
   * A time as Go writes it. Go cannot write those beyond its calendar, PostgreSQL's infinite ones
   * among them, nor do its clients read such rows: they are written by ISO 8601, for ourselves.
   */
  private static String text(Instant time) {
    if (time.equals(GoTime.ZERO)) {
      return BEGINNING_OF_TIME;
    }
    try {
      return GoTime.format(time);
    } catch (DateTimeException e) {
      return time.toString();
    }
  }

  private static @Nullable Instant time(@Nullable String text) {
    if (text == null || text.equals(NO_TIME)) {
      return null;
    }
    boolean isBeyond = text.startsWith("+") || text.startsWith("-");
    return isBeyond ? Instant.parse(text) : GoTime.parse(text);
  }

  /**
   * What {@code cursor} says, be it of either alphabet of Base64, padded or not.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if it is no cursor
   */
  static CursorText read(JobCursor cursor) {
    try {
      String urlSafe = cursor.text().replace('+', '-').replace('/', '_');
      String json = new String(Base64.getUrlDecoder().decode(urlSafe), StandardCharsets.UTF_8);
      Map<String, String> members = JsonObjects.members(json);
      JobListOrder order =
          JobListOrder.ofWireName(String.valueOf(JsonObjects.textAt(json, "sort_field")));
      String written = JsonObjects.textAt(json, "time");
      return new CursorText(Long.parseLong(members.getOrDefault("id", "")), order, time(written));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "\"" + cursor.text() + "\" is no cursor: give the one of an earlier list, unchanged",
          e);
    }
  }
}
