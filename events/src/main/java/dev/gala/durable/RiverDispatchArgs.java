package dev.gala.durable;

import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.internal.wire.EnvelopeWire;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.JobType;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a dispatch job: {@code {"envelope": "<base64 of the envelope's JSON>"}}, and
 * {@code "unique_key"} where the event has one.
 *
 * @param envelope the envelope's JSON in base64, as stored; empty if the stored arguments had none
 * @param uniqueKey the event's unique key; null for none
 */
public record RiverDispatchArgs(String envelope, @Nullable String uniqueKey) {
  /** The kind of job of events that belong to no namespace. */
  public static final String KIND = "gala_dispatch_v1";

  /** The kind, with its arguments. */
  public static final JobType<RiverDispatchArgs> JOB_TYPE = JobType.of(KIND, new Wire());

  /** Refuses null. */
  public RiverDispatchArgs {
    Objects.requireNonNull(envelope, "envelope");
  }

  /** The arguments that carry {@code envelope}. */
  public static RiverDispatchArgs of(Envelope envelope) {
    return new RiverDispatchArgs(
        Base64.getEncoder().encodeToString(EnvelopeWire.writeBytes(envelope)),
        envelope.headers().uniqueKey());
  }

  /** Another kind with these arguments: that of a {@link dev.gala.event.Namespace}. */
  public static JobType<RiverDispatchArgs> jobType(String kind) {
    return JobType.of(kind, new Wire());
  }

  /**
   * The envelope.
   *
   * @throws GalaException with {@link GalaError#RIVER_DISPATCH_JOB_ENVELOPE_REQUIRED} if there is
   *     none, {@link GalaError#RIVER_ENVELOPE_DECODE_FAILED} if it cannot be read or names no topic
   */
  public Envelope decodeEnvelope() {
    if (envelope.isEmpty()) {
      throw new GalaException(
          GalaError.RIVER_DISPATCH_JOB_ENVELOPE_REQUIRED,
          "the job's arguments have no text \"envelope\": it was not inserted by gala");
    }
    Envelope decoded = read();
    if (decoded.topic().isBlank()) {
      // No process will ever know it: to put it back, as an unknown topic, would be for ever.
      throw new GalaException(
          GalaError.RIVER_ENVELOPE_DECODE_FAILED, "event " + decoded.id() + " names no topic");
    }
    return decoded;
  }

  private Envelope read() {
    try {
      return EnvelopeWire.read(Base64.getDecoder().decode(envelope));
    } catch (GalaException coded) {
      throw coded;
    } catch (RuntimeException e) {
      throw new GalaException(
          GalaError.RIVER_ENVELOPE_DECODE_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private static final class Wire implements ArgsCodec<RiverDispatchArgs> {
    private static final String HEAD = "{\"envelope\": \"";
    private static final String OURS = "{\"envelope\":\"";
    private static final String TAIL = "\"}";

    @Override
    public String encode(RiverDispatchArgs args) {
      String envelope = "{\"envelope\":\"" + args.envelope() + '"';
      String key = args.uniqueKey();
      return key == null ? envelope + '}' : envelope + ",\"unique_key\":" + GoJson.quote(key) + '}';
    }

    /** As written here, or by {@code jsonb}, without a unique key: nothing of it need be parsed. */
    @Override
    public RiverDispatchArgs decode(String json) {
      int from = json.startsWith(HEAD) ? HEAD.length() : json.startsWith(OURS) ? OURS.length() : -1;
      int end = json.length() - TAIL.length();
      boolean usual =
          from > 0
              && end >= from
              && json.endsWith(TAIL)
              && json.indexOf('"', from) == end
              && json.indexOf('\\') < 0;
      return usual ? new RiverDispatchArgs(json.substring(from, end), null) : parsed(json);
    }

    private static RiverDispatchArgs parsed(String json) {
      String envelope = JsonObjects.textAt(json, "envelope");
      return new RiverDispatchArgs(
          envelope == null ? "" : envelope, JsonObjects.textAt(json, "unique_key"));
    }
  }
}
