package dev.gala.durable;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.Tx;
import dev.gala.spi.Dispatcher;
import dev.gala.spi.Outgoing;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stores events as River jobs. Safe for use by many threads. */
public final class RiverDispatcher implements Dispatcher {
  private final RiverInsertClient client;
  private final String defaultQueue;
  private final int maxAttempts;

  /**
   * A dispatcher.
   *
   * @param defaultQueue the queue of events whose headers name none
   * @param maxAttempts of events whose headers say nothing; 0 means River's default
   * @throws GalaException with {@link GalaError#RIVER_JOB_CLIENT_REQUIRED} without a client
   */
  public RiverDispatcher(@Nullable RiverInsertClient client, String defaultQueue, int maxAttempts) {
    if (client == null) {
      throw new GalaException(
          GalaError.RIVER_JOB_CLIENT_REQUIRED, "give one, for instance riverClient::insertMany");
    }
    this.client = client;
    this.defaultQueue = Objects.requireNonNull(defaultQueue, "defaultQueue");
    this.maxAttempts = maxAttempts;
  }

  @Override
  public List<EmitReceipt> dispatch(List<Outgoing> events, Tx tx) {
    var inserts = new ArrayList<JobInsert<RiverDispatchArgs>>(events.size());
    for (Outgoing event : events) {
      InsertOptions options = options(event);
      inserts.add(
          new JobInsert<>(
              RiverDispatchArgs.JOB_TYPE, RiverDispatchArgs.of(event.envelope()), options));
    }
    return receipts(events, insert(inserts, tx));
  }

  private List<InsertResult> insert(List<JobInsert<RiverDispatchArgs>> inserts, Tx tx) {
    try {
      return client.insertMany(inserts, tx);
    } catch (RuntimeException e) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_INSERT_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private InsertOptions options(Outgoing event) {
    Envelope envelope = event.envelope();
    Headers headers = envelope.headers();
    refuseUnique(envelope);
    String queue = headers.queue() == null ? "" : headers.queue().strip();
    return InsertOptions.builder()
        .queue(queue.isEmpty() ? defaultQueue : queue)
        .maxAttempts(headers.maxAttempts() > 0 ? headers.maxAttempts() : maxAttempts)
        .priority(event.priority())
        .scheduledAt(scheduledAt(headers))
        .tags(headers.tags())
        .metadata(JobMetadata.of(envelope))
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

  /** Until unique keys are kept, an event that asks for one must not be stored twice in silence. */
  private static void refuseUnique(Envelope envelope) {
    if (envelope.headers().uniqueKey() != null) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_INSERT_FAILED,
          "event "
              + envelope.id()
              + " has the unique key \""
              + envelope.headers().uniqueKey()
              + "\": this release does not keep unique keys, emit it without one");
    }
  }

  private static List<EmitReceipt> receipts(List<Outgoing> events, List<InsertResult> results) {
    var receipts = new ArrayList<EmitReceipt>(events.size());
    for (int i = 0; i < events.size(); i++) {
      receipts.add(
          new EmitReceipt(events.get(i).envelope().id(), false, results.get(i).job().id()));
    }
    return receipts;
  }
}
