package dev.gala.river.json;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Jackson set up to write what Go's {@code encoding/json} writes and to read it back.
 *
 * <p>Against Jackson's own defaults: Go's escapes; floats without a needless fraction; times with
 * the shortest fraction; {@link Duration} as whole nanoseconds; properties in the order declared;
 * maps sorted by their keys; missing or null numbers and booleans read as zero and false, since Go
 * leaves out what is empty; unknown properties ignored; nothing too deep or too long that Go could
 * have written.
 *
 * <p>Two things differ from Go. Lone surrogates: {@link GoJson#compact(String)} on the result mends
 * them. And maps are sorted by the key objects' own order, where Go sorts the written names: that
 * is another order for keys that are no text, such as numbers (Go writes 10 before 9), and where
 * characters beyond the basic plane meet those from U+E000 on. For Go's order give a map with text
 * keys, sorted with {@link GoJson#KEY_ORDER}.
 */
public final class GoMapper {
  /**
   * As deep as Go reads, with room for what encloses it, and texts of any length: the database has
   * its own limits.
   */
  private static final StreamReadConstraints READ_CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(10_100)
          .maxNumberLength(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .build();

  private static final JsonMapper SHARED = builder().build();

  private GoMapper() {}

  /** The mapper with nothing changed: property names are those of the components. */
  public static JsonMapper shared() {
    return SHARED;
  }

  /** Limits for reading that let through whatever could be stored. */
  public static StreamReadConstraints readConstraints() {
    return READ_CONSTRAINTS;
  }

  /** A builder to go on from. Not safe for use by many threads. */
  public static JsonMapper.Builder builder() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(READ_CONSTRAINTS)
            .characterEscapes(new GoEscapes())
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .addDecorator((streams, generator) -> new GoNumberGenerator(generator))
            .build();
    return JsonMapper.builder(factory)
        .addModule(times())
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  }

  private static SimpleModule times() {
    return new SimpleModule("go-times")
        .addSerializer(
            Instant.class,
            new ValueSerializer<>() {
              @Override
              public void serialize(Instant time, JsonGenerator out, SerializationContext context) {
                out.writeString(GoTime.format(time));
              }
            })
        .addSerializer(
            OffsetDateTime.class,
            new ValueSerializer<>() {
              @Override
              public void serialize(
                  OffsetDateTime time, JsonGenerator out, SerializationContext context) {
                out.writeString(GoTime.format(time));
              }
            })
        .addSerializer(
            ZonedDateTime.class,
            new ValueSerializer<>() {
              @Override
              public void serialize(
                  ZonedDateTime time, JsonGenerator out, SerializationContext context) {
                out.writeString(GoTime.format(time.toOffsetDateTime()));
              }
            })
        .addSerializer(
            Duration.class,
            new ValueSerializer<>() {
              @Override
              public void serialize(
                  Duration duration, JsonGenerator out, SerializationContext context) {
                out.writeNumber(duration.toNanos());
              }
            })
        .addDeserializer(
            Duration.class,
            new ValueDeserializer<>() {
              @Override
              public Duration deserialize(JsonParser in, DeserializationContext context) {
                return in.hasToken(JsonToken.VALUE_NUMBER_INT)
                    ? Duration.ofNanos(in.getLongValue())
                    : Duration.parse(in.getString());
              }
            });
  }
}
