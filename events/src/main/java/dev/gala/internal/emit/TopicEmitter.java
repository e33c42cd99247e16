package dev.gala.internal.emit;

import dev.gala.context.ContextManager;
import dev.gala.event.ContextSnapshot;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Namespace;
import dev.gala.event.Topic;
import dev.gala.event.Versions;
import dev.gala.internal.registry.RegisteredTopic;
import dev.gala.internal.registry.Registry;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.spi.Dispatcher;
import dev.gala.spi.Outgoing;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes envelopes of payloads and hands them to the dispatcher, in one transaction or another. */
public final class TopicEmitter implements Emitter {
  /**
   * What emitting needs.
   *
   * @param registry the topics
   * @param contexts captures the emitter's context
   * @param dispatcher takes the envelopes
   * @param limits how large events may be
   * @param clock tells when an event occurred
   * @param background runs what is emitted asynchronously
   */
  public record Parts(
      Registry registry,
      ContextManager contexts,
      Dispatcher dispatcher,
      EmitLimits limits,
      InstantSource clock,
      Executor background) {}

  private final Parts parts;
  private final Tx tx;

  /** An emitter whose events become part of {@code tx}. */
  public TopicEmitter(Parts parts, Tx tx) {
    this.parts = Objects.requireNonNull(parts, "parts");
    this.tx = Objects.requireNonNull(tx, "tx");
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    return emissions.isEmpty() ? List.of() : dispatch(outgoing(emissions));
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    checkKeyIsKept(parts.registry().require(envelope.topic()), envelope.headers());
    parts.limits().check(envelope.topic(), envelope.headers(), envelope.payload());
    Envelope complete =
        envelope.contextSnapshot().equals(ContextSnapshot.empty())
            ? envelope.withContextSnapshot(parts.contexts().capture(EventContext.current()))
            : envelope;
    return dispatch(List.of(Outgoing.of(complete))).getFirst();
  }

  /**
   * On a transaction of its own the insert is done in the background; on a caller's connection it
   * is done before this returns, since the connection is not ours to use later.
   */
  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    try {
      List<Outgoing> outgoing = outgoing(List.of(new Emission<>(topic, payload, options)));
      return switch (tx) {
        case Tx.Own own -> inBackground(outgoing);
        case Tx.OnConnection caller ->
            CompletableFuture.completedFuture(dispatch(outgoing).getFirst());
      };
    } catch (GalaException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** Not {@code supplyAsync}: that would hide the failure in a {@code CompletionException}. */
  private CompletableFuture<EmitReceipt> inBackground(List<Outgoing> outgoing) {
    var receipt = new CompletableFuture<EmitReceipt>();
    parts
        .background()
        .execute(
            () -> {
              try {
                receipt.complete(dispatch(outgoing).getFirst());
              } catch (RuntimeException | Error failure) {
                receipt.completeExceptionally(failure);
              }
            });
    return receipt;
  }

  private List<Outgoing> outgoing(List<? extends Emission<?>> emissions) {
    ContextSnapshot context = parts.contexts().capture(EventContext.current());
    var outgoing = new ArrayList<Outgoing>(emissions.size());
    for (Emission<?> emission : emissions) {
      outgoing.add(outgoing(emission, context));
    }
    return outgoing;
  }

  private Outgoing outgoing(Emission<?> emission, ContextSnapshot context) {
    RegisteredTopic topic = parts.registry().ensure(emission.topic());
    EmitOptions options = emission.options();
    String payload = payload(topic, emission);
    Instant now = parts.clock().instant();
    EventId id = options.eventId();
    Headers given = versioned(topic, options, headers(topic, options, now));
    Headers headers = ofTopic(topic, emission, given, payload);
    checkKeyIsKept(topic, headers);
    parts.limits().check(topic.name(), headers, payload);
    var envelope =
        new Envelope(
            id == null ? EventId.random() : id,
            topic.name(),
            now,
            headers.withListeners(topic.listenerNames()),
            payload,
            context);
    return new Outgoing(envelope, options.priority(), options.durability());
  }

  /** Encoded bytes may be of an older form, which only who gives them can say. */
  private static Headers versioned(RegisteredTopic topic, EmitOptions options, Headers headers) {
    int version = topic.version();
    String said = headers.properties().get(Versions.PROPERTY);
    if (said == null ? version == Versions.UNVERSIONED : options.hasRawPayload()) {
      return headers;
    }
    return version == Versions.UNVERSIONED
        ? headers.toBuilder().withoutProperty(Versions.PROPERTY).build()
        : headers.toBuilder().property(Versions.PROPERTY, String.valueOf(version)).build();
  }

  /** The headers with what the topic says of its events and they do not say themselves. */
  private static Headers ofTopic(
      RegisteredTopic topic, Emission<?> emission, Headers headers, String payload) {
    Namespace namespace = topic.topic().namespace();
    boolean ownKey = headers.uniqueKey() != null || headers.skipUniqueKey();
    String key =
        ownKey ? headers.uniqueKey() : topic.uniqueKey(emission.payload(), headers, payload);
    if (namespace == null && Objects.equals(key, headers.uniqueKey())) {
      return headers;
    }
    Headers.Builder builder = headers.toBuilder().uniqueKey(key);
    if (namespace != null && headers.kind() == null) {
      builder.kind(namespace.kind());
    }
    return builder.build();
  }

  /** What holds a key after its completion is its row. */
  private static void checkKeyIsKept(RegisteredTopic topic, Headers headers) {
    if (topic.topic().deletesOnCompletion()
        && headers.uniqueOnce()
        && headers.uniqueKey() != null) {
      throw new GalaException(
          GalaError.TOPIC_DELETES_COMPLETED,
          "topic "
              + topic.name()
              + " deletes its events on completion, and an event with uniqueKey \""
              + headers.uniqueKey()
              + "\" and uniqueOnce holds its key longer: nothing was stored; leave out uniqueOnce,"
              + " or the topic's deleteOnCompletion()",
          null,
          Map.of("topic", topic.name()));
    }
  }

  private static Headers headers(RegisteredTopic topic, EmitOptions options, Instant now) {
    try {
      return options.headers(now);
    } catch (DateTimeException | ArithmeticException outOfRange) {
      throw new GalaException(
          GalaError.DISPATCH_FAILED,
          "topic "
              + topic.name()
              + ": nothing was stored: the time it is scheduled for is out of range: "
              + outOfRange.getMessage(),
          outOfRange,
          Map.of("topic", topic.name()));
    }
  }

  private static String payload(RegisteredTopic topic, Emission<?> emission) {
    byte[] raw = emission.options().rawPayload();
    if (raw != null) {
      return topic.carried(raw);
    }
    Object payload = emission.payload();
    if (payload == null) {
      throw new GalaException(
          GalaError.ENVELOPE_PAYLOAD_REQUIRED,
          "topic "
              + topic.name()
              + " was given null: give a payload, or encoded bytes as rawPayload",
          null,
          Map.of("topic", topic.name()));
    }
    return topic.encode(payload);
  }

  private List<EmitReceipt> dispatch(List<Outgoing> outgoing) {
    try {
      return parts.dispatcher().dispatch(outgoing, tx);
    } catch (RuntimeException failure) {
      throw failed(outgoing, failure);
    }
  }

  private static GalaException failed(List<Outgoing> outgoing, RuntimeException failure) {
    String ids =
        outgoing.stream()
            .limit(10)
            .map(event -> event.envelope().id().value())
            .collect(Collectors.joining(", "));
    String topic = outgoing.getFirst().envelope().topic();
    String fate = fate(failure);
    return new GalaException(
        GalaError.DISPATCH_FAILED,
        "topic " + topic + ", event " + ids + ": " + fate + ": " + failure.getMessage(),
        failure,
        Map.of("topic", topic, "event_id", ids));
  }

  private static String fate(RuntimeException failure) {
    return isOutcomeUnknown(failure)
        ? "it is not known whether the event was stored; emitted again it may be there twice, unless"
            + " it has a uniqueKey and uniqueOnce, by which a second one is no other event"
        : "nothing was stored";
  }

  private static boolean isOutcomeUnknown(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RiverException river && river.code() == RiverError.OUTCOME_UNKNOWN) {
        return true;
      }
    }
    return false;
  }
}
