package dev.gala.river.internal.insert;

import dev.gala.river.internal.unique.UniqueKeys;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.GoJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** River's defaults and limits for one insert (protocol: "Building a row", "Limits"). */
public final class InsertRules {
  /** The queue of jobs that name none. */
  public static final String DEFAULT_QUEUE = "default";

  /** The attempts of jobs that say nothing, where the client says nothing. */
  public static final int DEFAULT_MAX_ATTEMPTS = 25;

  private static final int DEFAULT_PRIORITY = 1;
  private static final int MOST_ATTEMPTS = Short.MAX_VALUE;
  private static final int LONGEST_QUEUE = 64;
  private static final int LONGEST_TAG = 255;

  /** What PostgreSQL's timestamps reach, with a margin. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** River's pattern in a form that cannot backtrack. */
  private static final Pattern QUEUE = Pattern.compile("[a-z0-9]+(?:[_|\\-][a-z0-9]+)*");

  /** Names that were found usable: most programs have a few queues, and many inserts. */
  private static final Set<String> USABLE = ConcurrentHashMap.newKeySet();

  private static final int MOST_REMEMBERED = 1_000;

  private static final Pattern TAG = Pattern.compile("\\w[\\w\\-]+\\w");

  private InsertRules() {}

  /**
   * The row to insert: what the insert says, else its kind, else the client, else River.
   *
   * @param defaultMaxAttempts what the client says; at least 1
   * @param clock gives the time of jobs unique by period that are not scheduled
   * @throws RiverException with {@link RiverError#INSERT_INVALID} or {@link
   *     RiverError#ARGS_INVALID}
   */
  static JobInsertParams row(JobInsert<?> insert, int defaultMaxAttempts, InstantSource clock) {
    InsertOptions options = withThoseOf(insert.type().options(), insert.options());
    String kind = insert.type().kind();
    String args = storable("args", insert.encodedArgs());
    String queue = queue(options.queue());
    Instant scheduledAt = scheduledAt(options.scheduledAt());
    UniqueOptions unique = options.unique();
    UniqueKey key = null;
    int states = 0;
    if (unique != null) {
      Instant time = scheduledAt == null ? clock.instant() : scheduledAt;
      key = UniqueKeys.key(unique, new UniqueKeys.Subject(kind, args, time, queue));
      states = UniqueKeys.states(unique);
    }
    return new JobInsertParams(
        args,
        kind,
        maxAttempts(options.maxAttempts(), defaultMaxAttempts),
        metadata(options.metadata()),
        priority(options.priority()),
        queue,
        scheduledAt,
        state(options),
        tags(options.tags()),
        key,
        states);
  }

  /** What is given with the call, and what its kind gives for the rest. */
  private static InsertOptions withThoseOf(InsertOptions kind, InsertOptions call) {
    return new InsertOptions(
        call.maxAttempts() == 0 ? kind.maxAttempts() : call.maxAttempts(),
        call.metadata(),
        call.pending(),
        call.priority() == 0 ? kind.priority() : call.priority(),
        call.queue() == null ? kind.queue() : call.queue(),
        call.scheduledAt() == null ? kind.scheduledAt() : call.scheduledAt(),
        call.tags() == null ? kind.tags() : call.tags(),
        unique(kind.unique(), call.unique()),
        call.durability());
  }

  /**
   * The durability of jobs that are inserted together: what one of them asks for, all have.
   *
   * @throws RiverException with {@link RiverError#INSERT_INVALID} if one wants less than the
   *     transaction it is to be part of gives
   */
  static Durability durability(List<? extends JobInsert<?>> inserts, Tx tx) {
    boolean all = true;
    for (JobInsert<?> insert : inserts) {
      boolean relaxed = insert.options().durability() == Durability.RELAXED;
      if (relaxed && tx instanceof Tx.OnConnection) {
        throw invalid(
            "the durability of a job of kind \""
                + insert.type().kind()
                + "\" is RELAXED, but it is inserted in a transaction of yours, whose commit decides"
                + " for all that is in it: leave the durability out; if all of it may be lost, and it"
                + " is not the transaction of a worker or listener, run \"set local"
                + " synchronous_commit = off\" in it");
      }
      all &= relaxed;
    }
    return all ? Durability.RELAXED : Durability.FULL;
  }

  private static @Nullable UniqueOptions unique(
      @Nullable UniqueOptions kind, @Nullable UniqueOptions call) {
    if (UniqueKeys.isGiven(call)) {
      return call;
    }
    return UniqueKeys.isGiven(kind) ? kind : null;
  }

  /** Checks a queue's name by River's rule. */
  public static String queue(@Nullable String queue) {
    if (queue == null) {
      return DEFAULT_QUEUE;
    }
    if (USABLE.contains(queue)) {
      return queue;
    }
    if (queue.length() > LONGEST_QUEUE || !QUEUE.matcher(queue).matches()) {
      throw invalid(
          "queue name \""
              + queue
              + "\" is not usable: give 1 to 64 of a-z and 0-9, with single _ - or | between");
    }
    if (USABLE.size() < MOST_REMEMBERED) {
      USABLE.add(queue);
    }
    return queue;
  }

  /** More than the column holds is as much as it holds, as with River's client. */
  private static int maxAttempts(int given, int otherwise) {
    if (given < 0) {
      throw invalid("maxAttempts is " + given + ": give 1 or more, or 0 for the default");
    }
    return given == 0 ? otherwise : Math.min(given, MOST_ATTEMPTS);
  }

  private static int priority(int given) {
    if (given < 0 || given > 4) {
      throw invalid("priority is " + given + ": give 1 (first) to 4, or 0 for the default");
    }
    return given == 0 ? DEFAULT_PRIORITY : given;
  }

  private static JobState state(InsertOptions options) {
    if (options.pending()) {
      return JobState.PENDING;
    }
    return options.scheduledAt() == null ? JobState.AVAILABLE : JobState.SCHEDULED;
  }

  private static List<String> tags(@Nullable List<String> tags) {
    if (tags == null) {
      return List.of();
    }
    for (String tag : tags) {
      int bytes = tag.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_TAG || !TAG.matcher(tag).matches()) {
        throw invalid(
            "tag \""
                + tag
                + "\" is not usable: give 3 to 255 of A-Z, a-z, 0-9 and _, with hyphens inside");
      }
    }
    return tags;
  }

  private static String metadata(@Nullable String metadata) {
    if (metadata == null) {
      return "{}";
    }
    String compact;
    try {
      compact = GoJson.compact(metadata);
    } catch (IllegalArgumentException e) {
      throw invalid("metadata must be one JSON object, but are " + abridged(metadata), e);
    }
    if (!compact.startsWith("{")) {
      throw invalid("metadata must be one JSON object, but are " + abridged(metadata));
    }
    return storable("metadata", compact);
  }

  private static @Nullable Instant scheduledAt(@Nullable Instant given) {
    if (given == null) {
      return null;
    }
    if (given.isBefore(EARLIEST) || given.isAfter(LATEST)) {
      throw invalid("scheduledAt is " + given + ": give a time from " + EARLIEST + " to " + LATEST);
    }
    return given.truncatedTo(ChronoUnit.MICROS);
  }

  /**
   * PostgreSQL's jsonb holds neither U+0000 nor half of a character: told here, before a caller's
   * transaction is spoilt by it.
   */
  private static String storable(String what, String json) {
    if (json.indexOf('\0') >= 0) {
      throw unstorable(what, "the character U+0000");
    }
    int at = json.indexOf('\\');
    while (at >= 0) {
      int code = escaped(json, at);
      int next = at + (code < 0 ? 2 : 6);
      if (code == 0) {
        throw unstorable(what, "the character U+0000");
      }
      if (code >= 0 && Character.isSurrogate((char) code)) {
        int second = escaped(json, next);
        if (second < 0 || !Character.isSurrogatePair((char) code, (char) second)) {
          throw unstorable(what, "half of a character, " + json.substring(at, next));
        }
        next += 6;
      }
      at = json.indexOf('\\', next);
    }
    return json;
  }

  /** What a backslash, a u and four digits stand for; -1 if there is no such escape here. */
  private static int escaped(String json, int at) {
    if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
      return -1;
    }
    int code = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return -1; // Which the database says better.
      }
      code = code * 16 + digit;
    }
    return code;
  }

  private static RiverException unstorable(String what, String found) {
    return invalid(what + " hold " + found + ", which PostgreSQL cannot keep: remove it");
  }

  private static String abridged(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private static RiverException invalid(String message) {
    return invalid(message, null);
  }

  private static RiverException invalid(String message, @Nullable Throwable cause) {
    return new RiverException(RiverError.INSERT_INVALID, message, cause);
  }
}
