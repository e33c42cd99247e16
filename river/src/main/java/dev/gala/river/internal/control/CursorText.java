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
    json.append(",\"time\":\"");
    try {
      GoTime.append(json, time == null ? GoTime.ZERO : time);
    } catch (DateTimeException e) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "no list goes on after job " + row.id() + " in this order: order by id, since " + e,
          e);
    }
    byte[] bytes = json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    return new JobCursor(Base64.getUrlEncoder().encodeToString(bytes));
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
      Instant time = written == null ? GoTime.ZERO : GoTime.parse(written);
      return new CursorText(
          Long.parseLong(members.getOrDefault("id", "")),
          order,
          time.equals(GoTime.ZERO) ? null : time);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "\"" + cursor.text() + "\" is no cursor: give the one of an earlier list, unchanged",
          e);
    }
  }
}
