package dev.gala.event;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named stream of events of one type. The name is stored with every event: data, never a class
 * name.
 *
 * @param name the stable name, for instance {@code billing.invoice.created}; not blank
 * @param payloadType the payload's Java type, with its type arguments
 * @param codec how payloads are written; null means as JSON
 * @param <T> the payload's type
 */
public record Topic<T>(String name, Type payloadType, @Nullable Codec<T> codec) {
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
    return new Topic<>(name, type, null);
  }

  /** The topic {@code name} with payloads of class {@code type}, written by {@code codec}. */
  public static <T> Topic<T> of(String name, Class<T> type, Codec<T> codec) {
    return new Topic<>(name, type, Objects.requireNonNull(codec, "codec"));
  }

  /** The topic {@code name} with payloads of a generic type, as JSON. */
  public static <T> Topic<T> of(String name, TypeRef<T> type) {
    return new Topic<>(name, type.type(), null);
  }

  /** The topic {@code name} with payloads of a generic type, written by {@code codec}. */
  public static <T> Topic<T> of(String name, TypeRef<T> type, Codec<T> codec) {
    return new Topic<>(name, type.type(), Objects.requireNonNull(codec, "codec"));
  }

  /** The class every payload is an instance of; for a primitive type, its wrapper. */
  public Class<?> payloadClass() {
    return classOf(payloadType);
  }

  private static Class<?> classOf(Type type) {
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
