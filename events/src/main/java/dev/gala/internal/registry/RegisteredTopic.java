package dev.gala.internal.registry;

import dev.gala.event.Codec;
import dev.gala.event.Definition;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.ListenerId;
import dev.gala.event.Loop;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.internal.wire.GoTextCodec;
import dev.gala.river.json.GoJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A topic as registered, with its listeners at one moment. Immutable: a dispatch that has one sees
 * one state of affairs to its end.
 */
public final class RegisteredTopic {
  private final Topic<?> topic;
  private final Class<?> payloadClass;
  private final Codec<Object> codec;
  private final PayloadForms forms;
  private final Renames renames;
  private final List<Attached> listeners;
  private final List<String> names;
  private final boolean byOperation;

  /**
   * A listener attached to it.
   *
   * @param id of this attachment
   * @param definition with the payload's type forgotten: only payloads this topic decoded reach it
   */
  public record Attached(ListenerId id, Definition<Object> definition) {}

  RegisteredTopic(Topic<?> topic, PayloadForms forms, Renames renames, List<Attached> listeners) {
    this.topic = topic;
    this.forms = forms;
    this.payloadClass = forms.now().payloadClass();
    this.codec = forms.now().codec();
    this.renames = renames;
    this.listeners = List.copyOf(listeners);
    this.names = this.listeners.stream().map(l -> l.definition().name()).toList();
    this.byOperation =
        this.listeners.stream().anyMatch(l -> !l.definition().operations().isEmpty());
  }

  /** The topic as given when it was registered. */
  public Topic<?> topic() {
    return topic;
  }

  /** Its name. */
  public String name() {
    return topic.name();
  }

  /** Its listeners, in the order attached. */
  public List<Attached> listeners() {
    return listeners;
  }

  /** Their names, in the order attached. */
  public List<String> listenerNames() {
    return names;
  }

  /** The listener that is a loop; null if none is. */
  public @Nullable Definition<Object> loop() {
    for (Attached listener : listeners) {
      if (listener.definition().work() instanceof Loop<?>) {
        return listener.definition();
      }
    }
    return null;
  }

  /**
   * The unique key the topic derives from a payload; null if it derives none.
   *
   * @param payload null if only its JSON is known
   * @param headers what they say of the form of that JSON counts
   * @param json the payload as it is carried
   * @throws GalaException with {@link GalaError#PAYLOAD_ENCODE_FAILED} if deriving fails
   */
  @SuppressWarnings("unchecked") // what is encoded or decoded here is of the topic's type
  public @Nullable String uniqueKey(@Nullable Object payload, Headers headers, String json) {
    var derive = (Function<Object, @Nullable String>) topic.uniqueKey();
    if (derive == null) {
      return null;
    }
    try {
      String key = derive.apply(payload == null ? received(headers, json) : payload);
      return key == null || key.isBlank() ? null : key;
    } catch (GalaException coded) {
      throw coded;
    } catch (RuntimeException failure) {
      throw forms.now().failed(GalaError.PAYLOAD_ENCODE_FAILED, failure);
    }
  }

  /** Whether some listener takes events of {@code operation}. */
  public boolean interestedIn(String operation) {
    String trimmed = renames.operationNow(operation.strip());
    return listeners.stream().anyMatch(l -> l.definition().takes(trimmed));
  }

  /**
   * The operation of a payload, trimmed; empty if it has none.
   *
   * @throws GalaException if it cannot be read
   */
  public static String operation(Object payload) {
    return Operations.of(payload);
  }

  /** The listeners that take {@code payload}, in the order attached. */
  public List<Attached> matching(Object payload) {
    if (!byOperation) {
      return listeners;
    }
    String operation = renames.operationNow(Operations.of(payload));
    return listeners.stream().filter(l -> l.definition().takes(operation)).toList();
  }

  /**
   * The payload as JSON text.
   *
   * @throws GalaException with {@link GalaError#PAYLOAD_TYPE_MISMATCH} or {@link
   *     GalaError#PAYLOAD_ENCODE_FAILED}
   */
  public String encode(Object payload) {
    if (!payloadClass.isInstance(payload)) {
      throw new GalaException(
          GalaError.PAYLOAD_TYPE_MISMATCH,
          "topic "
              + name()
              + " carries "
              + topic.payloadType().getTypeName()
              + ", not "
              + (payload == null ? "null" : payload.getClass().getName()),
          null,
          Map.of("topic", name()));
    }
    byte[] bytes;
    try {
      if (codec instanceof GoTextCodec<Object> ours) {
        return ours.encodeText(payload);
      }
      bytes = codec.encode(payload);
    } catch (GalaException coded) {
      throw coded;
    } catch (Exception failure) {
      throw forms.now().failed(GalaError.PAYLOAD_ENCODE_FAILED, failure);
    }
    return carried(bytes);
  }

  /**
   * The JSON text that carries {@code bytes}, which the codec wrote or could have written.
   *
   * @throws GalaException with {@link GalaError#ENVELOPE_PAYLOAD_REQUIRED} if there are none, or
   *     {@link GalaError#PAYLOAD_ENCODE_FAILED} if they should be JSON and are not
   */
  public String carried(byte[] bytes) {
    if (bytes.length == 0) {
      throw new GalaException(
          GalaError.ENVELOPE_PAYLOAD_REQUIRED,
          "topic " + name() + " got an empty payload: encode to at least one byte",
          null,
          Map.of("topic", name()));
    }
    if (codec.binary()) {
      return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
    }
    try {
      return GoJson.compact(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notJson) {
      throw new GalaException(
          GalaError.PAYLOAD_ENCODE_FAILED,
          "topic "
              + name()
              + ": the payload is "
              + notJson.getMessage()
              + ". A codec of another form must say so with binary()",
          notJson,
          Map.of("topic", name()));
    }
  }

  /**
   * The payload that {@code json} carries, in the form of now.
   *
   * @throws GalaException with {@link GalaError#ENVELOPE_PAYLOAD_REQUIRED} if it is empty, or
   *     {@link GalaError#PAYLOAD_DECODE_FAILED}
   */
  public Object decode(String json) {
    return forms.now().read(json);
  }

  /** The number of the form that payloads have now. */
  public int version() {
    return forms.current();
  }

  /**
   * Whether the form of an event's payload is known here.
   *
   * @throws GalaException with {@link GalaError#PAYLOAD_DECODE_FAILED} if the header that says it
   *     is no number
   */
  public boolean reads(Headers headers) {
    return forms.knows(PayloadForms.version(name(), headers));
  }

  /** Whether payloads of the form of this number are known here; not if it is no number. */
  public boolean reads(String version) {
    Integer number = PayloadForms.number(version);
    return number != null && forms.knows(number);
  }

  /**
   * The payload of an event as listeners get it: in the form of now, and with the name that its
   * operation has now.
   *
   * @throws GalaException with {@link GalaError#ENVELOPE_PAYLOAD_REQUIRED} if it is empty, or
   *     {@link GalaError#PAYLOAD_DECODE_FAILED}
   */
  public Object received(Headers headers, String json) {
    Object payload = forms.read(PayloadForms.version(name(), headers), json);
    if (renames.operations().isEmpty()) {
      return payload;
    }
    String operation = Operations.of(payload);
    String now = renames.operationNow(operation);
    return now.equals(operation)
        ? payload
        : forms.now().checked(Operations.with(payload, now), "renaming of its operation");
  }

  /** This without some listeners. */
  RegisteredTopic without(Set<ListenerId> ids) {
    List<Attached> left = listeners.stream().filter(l -> !ids.contains(l.id())).toList();
    return new RegisteredTopic(topic, forms, renames, left);
  }

  /** This with one listener more. */
  RegisteredTopic with(Attached listener) {
    List<Attached> more = new ArrayList<>(listeners);
    more.add(listener);
    return new RegisteredTopic(topic, forms, renames, more);
  }
}
