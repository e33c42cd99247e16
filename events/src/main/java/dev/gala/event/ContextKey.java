package dev.gala.event;

import java.lang.reflect.Type;
import java.util.Objects;

/**
 * Names a typed value of an {@link EventContext}. Equal keys, by name and type, name the same
 * value.
 *
 * @param name for people; what is stored is named by the codec
 * @param type the value's type, with its type arguments
 * @param <T> the value's type
 */
@SuppressWarnings("UnusedTypeParameter") // It types what a context gives and takes.
public record ContextKey<T>(String name, Type type) {
  /** Refuses null. */
  public ContextKey {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }

  /** The key {@code name} of values of class {@code type}. */
  public static <T> ContextKey<T> of(String name, Class<T> type) {
    return new ContextKey<>(name, type);
  }

  /** The key {@code name} of values of a generic type. */
  public static <T> ContextKey<T> of(String name, TypeRef<T> type) {
    return new ContextKey<>(name, type.type());
  }

  /** The one key of values known by their class alone. */
  public static <T> ContextKey<T> ofType(Class<T> type) {
    return new ContextKey<>(type.getName(), type);
  }
}
