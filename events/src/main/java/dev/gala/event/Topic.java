package dev.gala.event;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named stream of events of one type. The name is stored with every event: data, never a class
 * name.
 *
 * @param name the stable name, for instance {@code billing.invoice.created}; not blank
 * @param payloadType the payload's Java type, with its type arguments
 * @param codec how payloads are written; null means as JSON
 * @param namespace whose kind of job and queue its events take; null means the runtime's own
 * @param uniqueKey gives an event's unique key by its payload: while an event of that key waits or
 *     runs, no other of it is stored. A blank key is none; null means that no key is derived
 * @param versions the forms its payloads had before, and how they are lifted; null means that they
 *     always had this one
 * @param deletesOnCompletion whether stored events that all listeners handled are deleted at once
 * @param <T> the payload's type
 */
public record Topic<T>(
    String name,
    Type payloadType,
    @Nullable Codec<T> codec,
    @Nullable Namespace namespace,
    @Nullable Function<? super T, String> uniqueKey,
    @Nullable Versions<T> versions,
    boolean deletesOnCompletion) {
  /** Refuses a blank name, with {@link GalaError#TOPIC_NAME_REQUIRED}. */
  public Topic {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(payloadType, "payloadType");
    if (name.isBlank()) {
      throw new GalaException(
          GalaError.TOPIC_NAME_REQUIRED,
          "the topic for " + payloadType.getTypeName() + " has a blank name: give it a stable one");
    }
  }

  /** The topic {@code name} with payloads of class {@code type}, as JSON. */
  public static <T> Topic<T> of(String name, Class<T> type) {
    return new Topic<>(name, type, null, null, null, null, false);
  }

  /** The topic {@code name} with payloads of class {@code type}, written by {@code codec}. */
  public static <T> Topic<T> of(String name, Class<T> type, Codec<T> codec) {
    return new Topic<>(name, type, Objects.requireNonNull(codec, "codec"), null, null, null, false);
  }

  /** The topic {@code name} with payloads of a generic type, as JSON. */
  public static <T> Topic<T> of(String name, TypeRef<T> type) {
    return new Topic<>(name, type.type(), null, null, null, null, false);
  }

  /** The topic {@code name} with payloads of a generic type, written by {@code codec}. */
  public static <T> Topic<T> of(String name, TypeRef<T> type, Codec<T> codec) {
    return new Topic<>(
        name, type.type(), Objects.requireNonNull(codec, "codec"), null, null, null, false);
  }

  /**
   * The topic {@code name} whose payloads had other forms before: stored events of those are lifted
   * when they are handled. Keep the topic in a constant, as with {@link #uniqueBy}.
   */
  public static <T> Topic<T> of(String name, Versions<T> versions) {
    return new Topic<>(name, versions.type(), versions.codec(), null, null, versions, false);
  }

  /** This topic, its events taking the kind of job and the queue of {@code namespace}. */
  public Topic<T> in(Namespace namespace) {
    return new Topic<>(
        name, payloadType, codec, namespace, uniqueKey, versions, deletesOnCompletion);
  }

  /**
   * This topic, each event having the unique key that {@code key} gives by its payload: while an
   * event of that key waits or runs, emitting another stores nothing and says so in its receipt.
   * Keep the topic in a constant: a second one with another function is another topic of that name.
   */
  public Topic<T> uniqueBy(Function<? super T, String> key) {
    return new Topic<>(
        name,
        payloadType,
        codec,
        namespace,
        Objects.requireNonNull(key, "key"),
        versions,
        deletesOnCompletion);
  }

  /**
   * This topic, each event being deleted in the moment in which the last of its listeners has
   * handled it, instead of being kept for a day: cheaper, and nothing of it is to be looked at or
   * redriven later. An event that somebody failed, cancelled or was missing for is kept as ever.
   * Not for loops, nor for events emitted with {@link Headers#uniqueOnce}, whose keys are held by
   * what is kept.
   */
  public Topic<T> deleteOnCompletion() {
    return new Topic<>(name, payloadType, codec, namespace, uniqueKey, versions, true);
  }

  /** The number of the form its payloads have now; 1 if they never had another. */
  public int version() {
    return versions == null ? Versions.UNVERSIONED : versions.current();
  }

  /** The class every payload is an instance of; for a primitive type, its wrapper. */
  public Class<?> payloadClass() {
    return classOf(payloadType);
  }

  /**
   * The class every value of {@code type} is an instance of; for a primitive type, its wrapper.
   *
   * @throws IllegalArgumentException if it has type variables
   */
  public static Class<?> classOf(Type type) {
    if (type instanceof Class<?> plain) {
      return java.lang.invoke.MethodType.methodType(plain).wrap().returnType();
    }
    if (type instanceof ParameterizedType parameterized) {
      return classOf(parameterized.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return classOf(array.getGenericComponentType()).arrayType();
    }
    throw new IllegalArgumentException(
        "type " + type.getTypeName() + " is open: a topic needs a type without variables");
  }
}
