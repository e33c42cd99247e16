package dev.gala.internal.registry;

import dev.gala.event.Codec;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import dev.gala.event.Versions;
import dev.gala.spi.CodecFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The forms of a topic's payloads: reads any of them and lifts it to the form of now. Immutable.
 */
final class PayloadForms {
  private final String topic;
  private final int first;
  private final List<Older> older;
  private final PayloadReader now;

  private record Older(PayloadReader reader, Function<Object, Object> lift) {}

  private PayloadForms(String topic, int first, List<Older> older, PayloadReader now) {
    this.topic = topic;
    this.first = first;
    this.older = older;
    this.now = now;
  }

  /**
   * The forms of {@code topic}.
   *
   * @param codec of the form of now
   * @param codecs of those before that bring none
   * @throws GalaException with {@link GalaError#CODEC_REQUIRED} if it makes none for one of them
   */
  @SuppressWarnings("unchecked") // a form's codec writes its own type
  static PayloadForms of(Topic<?> topic, Codec<Object> codec, CodecFactory codecs) {
    var now = PayloadReader.of(topic.name(), topic.payloadType(), codec);
    Versions<?> versions = topic.versions();
    List<Older> older = new ArrayList<>();
    if (versions != null) {
      for (Versions.Older form : versions.older()) {
        Codec<?> own = form.codec();
        Codec<Object> reading = own == null ? codecs.codec(form.type()) : (Codec<Object>) own;
        if (reading == null) {
          throw new GalaException(
              GalaError.CODEC_REQUIRED,
              "topic " + topic.name() + ": its older " + form.type().getTypeName() + " has none",
              null,
              Map.of("topic", topic.name()));
        }
        older.add(new Older(PayloadReader.of(topic.name(), form.type(), reading), form.lift()));
      }
    }
    int first = versions == null ? Versions.UNVERSIONED : versions.first();
    return new PayloadForms(topic.name(), first, List.copyOf(older), now);
  }

  /** The number of the form of now. */
  int current() {
    return first + older.size();
  }

  /** The form of now. */
  PayloadReader now() {
    return now;
  }

  /** Whether payloads of this form can be read. */
  boolean knows(int version) {
    return version >= first && version <= current();
  }

  /**
   * The number of the form of an event's payload.
   *
   * @throws GalaException with {@link GalaError#PAYLOAD_DECODE_FAILED} if the header is no number
   */
  static int version(String topic, Headers headers) {
    String text = headers.properties().get(Versions.PROPERTY);
    if (text == null) {
      return Versions.UNVERSIONED;
    }
    Integer number = number(text);
    if (number == null) {
      throw new GalaException(
          GalaError.PAYLOAD_DECODE_FAILED,
          "an event of topic "
              + topic
              + " has the property "
              + Versions.PROPERTY
              + " \""
              + text
              + "\", which is no number: it should be that of its payload's form",
          null,
          Map.of("topic", topic));
    }
    return number;
  }

  /** The number that {@code text} is; null if it is none. */
  static @Nullable Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /**
   * The payload that {@code json} carries, in the form of now.
   *
   * @param version the number of its form
   * @throws GalaException with {@link GalaError#PAYLOAD_DECODE_FAILED} if it cannot be read or
   *     lifted, or nobody knows the form
   */
  Object read(int version, String json) {
    if (!knows(version)) {
      throw new GalaException(
          GalaError.PAYLOAD_DECODE_FAILED,
          "an event of topic "
              + topic
              + " has a payload of version "
              + version
              + ", and this process reads "
              + (older.isEmpty() ? first : first + " to " + current())
              + ": declare it with Versions, or let a process of another release handle it",
          null,
          Map.of("topic", topic, "version", String.valueOf(version)));
    }
    int index = version - first;
    Object payload = reader(index).read(json);
    for (; index < older.size(); index++) {
      payload = lifted(older.get(index), payload, reader(index + 1));
    }
    return payload;
  }

  private PayloadReader reader(int index) {
    return index == older.size() ? now : older.get(index).reader();
  }

  private static Object lifted(Older form, Object payload, PayloadReader next) {
    Object lifted;
    try {
      lifted = form.lift().apply(payload);
    } catch (RuntimeException failure) {
      throw form.reader().failed(GalaError.PAYLOAD_DECODE_FAILED, failure);
    }
    return next.checked(lifted, "function that lifts " + form.reader().type().getTypeName());
  }
}
