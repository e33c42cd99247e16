package dev.gala.durable;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Namespace;
import dev.gala.river.job.ArgsPath;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.spi.Dispatcher;
import dev.gala.spi.Outgoing;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores events as River jobs. Safe for use by many threads. */
public final class RiverDispatcher implements Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RiverDispatcher.class);

  /** Datum of a failure: the job that holds the event's unique key, and has been given up. */
  public static final String HOLDER = "job_id";

  private static final ArgsPath UNIQUE_KEY = ArgsPath.of("unique_key");

  /** While it waits or runs. */
  private static final UniqueOptions UNIQUE_WHILE_LIVE =
      UniqueOptions.builder()
          .byArgs(UNIQUE_KEY)
          .byState(
              EnumSet.of(
                  JobState.AVAILABLE,
                  JobState.PENDING,
                  JobState.RETRYABLE,
                  JobState.RUNNING,
                  JobState.SCHEDULED))
          .build();

  /** As long as there is its row. */
  private static final UniqueOptions UNIQUE_ONCE =
      UniqueOptions.builder().byArgs(UNIQUE_KEY).byState(EnumSet.allOf(JobState.class)).build();

  /** Kinds come from envelopes too: those that were warned of must not fill the memory. */
  private static final int MOST_WARNINGS = 1_000;

  private final RiverInsertClient client;
  private final String defaultQueue;
  private final int maxAttempts;
  private final Map<String, Family> families;
  private final Set<String> unknownKinds = ConcurrentHashMap.newKeySet();

  /**
   * The jobs of one namespace.
   *
   * @param type their kind
   * @param queue their queue
   */
  private record Family(JobType<RiverDispatchArgs> type, String queue) {}

  /**
   * A dispatcher of events that belong to no namespace.
   *
   * @param defaultQueue the queue of events whose headers name none
   * @param maxAttempts of events whose headers say nothing; 0 means River's default
   * @throws GalaException with {@link GalaError#RIVER_JOB_CLIENT_REQUIRED} without a client
   */
  public RiverDispatcher(@Nullable RiverInsertClient client, String defaultQueue, int maxAttempts) {
    this(client, defaultQueue, maxAttempts, List.of());
  }

  /**
   * A dispatcher.
   *
   * @param defaultQueue the queue of events whose headers name none and that belong to none of the
   *     namespaces; the namespaces' queues are called after it
   * @param maxAttempts of events whose headers say nothing; 0 means River's default
   * @param namespaces those that have kinds and queues of their own; events of others go the way of
   *     those that belong to none, and a warning is logged
   * @throws GalaException with {@link GalaError#RIVER_JOB_CLIENT_REQUIRED} without a client
   */
  public RiverDispatcher(
      @Nullable RiverInsertClient client,
      String defaultQueue,
      int maxAttempts,
      Collection<Namespace> namespaces) {
    if (client == null) {
      throw new GalaException(
          GalaError.RIVER_JOB_CLIENT_REQUIRED, "give one, for instance riverClient::insertMany");
    }
    this.client = client;
    this.defaultQueue = Objects.requireNonNull(defaultQueue, "defaultQueue");
    this.maxAttempts = maxAttempts;
    families =
        namespaces.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Namespace::kind,
                    namespace ->
                        new Family(
                            RiverDispatchArgs.jobType(namespace.kind()),
                            namespace.queue(defaultQueue))));
  }

  @Override
  public List<EmitReceipt> dispatch(List<Outgoing> events, Tx tx) {
    var inserts = new ArrayList<JobInsert<RiverDispatchArgs>>(events.size());
    for (Outgoing event : events) {
      inserts.add(insert(event));
    }
    return receipts(events, insert(inserts, tx));
  }

  private JobInsert<RiverDispatchArgs> insert(Outgoing event) {
    Envelope envelope = event.envelope();
    Family family = family(envelope);
    // First: what is wrong with the headers is said in their words.
    InsertOptions options = options(event, family.queue());
    return new JobInsert<>(family.type(), RiverDispatchArgs.of(envelope), options);
  }

  private Family family(Envelope envelope) {
    String kind = envelope.headers().kind();
    Family family = kind == null ? null : families.get(kind);
    if (family != null) {
      return family;
    }
    if (kind != null
        && !kind.equals(RiverDispatchArgs.KIND)
        && unknownKinds.size() < MOST_WARNINGS
        && unknownKinds.add(kind)) {
      LOG.warn(
          "events of kind {} are stored as {} in queue {}: this runtime is not configured with that"
              + " namespace (topic {})",
          kind,
          RiverDispatchArgs.KIND,
          defaultQueue,
          envelope.topic());
    }
    return new Family(RiverDispatchArgs.JOB_TYPE, defaultQueue);
  }

  private List<InsertResult> insert(List<JobInsert<RiverDispatchArgs>> inserts, Tx tx) {
    try {
      return client.insertMany(inserts, tx, RiverDispatcher::requireHolderThatCounts);
    } catch (GalaException refused) {
      throw refused;
    } catch (RuntimeException e) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_INSERT_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private InsertOptions options(Outgoing event, String familyQueue) {
    Envelope envelope = event.envelope();
    Headers headers = envelope.headers();
    String queue = headers.queue() == null ? "" : headers.queue().strip();
    return InsertOptions.builder()
        .queue(queue.isEmpty() ? familyQueue : queue)
        .maxAttempts(headers.maxAttempts() > 0 ? headers.maxAttempts() : maxAttempts)
        .priority(event.priority())
        .scheduledAt(scheduledAt(headers))
        .tags(headers.tags())
        .metadata(JobMetadata.of(envelope))
        .unique(unique(headers))
        .durability(event.durability())
        .build();
  }

  private static @Nullable Instant scheduledAt(Headers headers) {
    try {
      return headers.scheduledTime();
    } catch (DateTimeException e) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_INSERT_FAILED, "the header scheduled_at: " + e.getMessage(), e);
    }
  }

  private static @Nullable UniqueOptions unique(Headers headers) {
    if (headers.uniqueKey() == null) {
      return null;
    }
    return headers.uniqueOnce() ? UNIQUE_ONCE : UNIQUE_WHILE_LIVE;
  }

  private static List<EmitReceipt> receipts(List<Outgoing> events, List<InsertResult> results) {
    var receipts = new ArrayList<EmitReceipt>(events.size());
    for (int i = 0; i < events.size(); i++) {
      Envelope envelope = events.get(i).envelope();
      InsertResult result = results.get(i);
      receipts.add(new EmitReceipt(envelope.id(), result.skippedAsDuplicate(), result.job().id()));
    }
    return receipts;
  }

  /** An event that was given up must not stand for one that is asked for now. */
  private static void requireHolderThatCounts(JobInsertParams job, JobRow holder) {
    if (holder.state() != JobState.DISCARDED && holder.state() != JobState.CANCELLED) {
      return;
    }
    Envelope envelope = RiverDispatchArgs.JOB_TYPE.codec().decode(job.args()).decodeEnvelope();
    throw new GalaException(
        GalaError.RIVER_DISPATCH_INSERT_FAILED,
        "event "
            + envelope.id()
            + " has the unique key \""
            + envelope.headers().uniqueKey()
            + "\", which job "
            + holder.id()
            + " holds, and that is "
            + holder.state().wireName()
            + ": retry or delete that job, or emit with another key",
        null,
        Map.of("event_id", envelope.id().value(), HOLDER, String.valueOf(holder.id())));
  }
}
