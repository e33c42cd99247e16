package dev.gala.event;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives handlers what they depend on, by type and, where there are several of a type, by name. Safe
 * for use by many threads. A container of dependencies is put underneath by implementing {@link
 * #resolve(Class, String)}.
 */
@FunctionalInterface
public interface Injector {
  /** The name of what has none. */
  String UNNAMED = "";

  /**
   * The dependency of that type and name; empty if there is none.
   *
   * @param name {@link #UNNAMED} for the one without a name
   */
  <T> Optional<T> resolve(Class<T> type, String name);

  /** The dependency of that type without a name; empty if there is none. */
  default <T> Optional<T> resolve(Class<T> type) {
    return resolve(type, UNNAMED);
  }

  /**
   * The dependency of that type.
   *
   * @throws NoSuchElementException naming the type, if there is none
   */
  default <T> T get(Class<T> type) {
    return get(type, UNNAMED);
  }

  /**
   * The dependency of that type and name.
   *
   * @throws NoSuchElementException naming both, if there is none
   */
  default <T> T get(Class<T> type, String name) {
    return resolve(type, name)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "the injector has no "
                        + type.getName()
                        + (name.isEmpty() ? "" : " named \"" + name + '"')
                        + ": provide one, or ask by resolve(…)"));
  }

  /** An injector without anything. */
  static Injector none() {
    return builder().build();
  }

  /** A builder of injectors that hold what they are given. */
  static Builder builder() {
    return new Builder();
  }

  /** Collects dependencies. Not safe for use by many threads. */
  final class Builder {
    private final Map<GivenInjector.Key, Supplier<?>> suppliers = new HashMap<>();

    private Builder() {}

    /** This, for a type. */
    public <T> Builder provide(Class<T> type, T instance) {
      return provide(type, UNNAMED, instance);
    }

    /**
     * This, for a type and a name.
     *
     * @throws IllegalArgumentException if there is one of that type and name already
     */
    public <T> Builder provide(Class<T> type, String name, T instance) {
      Objects.requireNonNull(instance, "instance");
      return put(new GivenInjector.Key(type, name), () -> instance);
    }

    /** What {@code supplier} gives, asked anew each time, for a type. */
    public <T> Builder supply(Class<T> type, Supplier<? extends T> supplier) {
      return supply(type, UNNAMED, supplier);
    }

    /**
     * What {@code supplier} gives, asked anew each time, for a type and a name.
     *
     * @throws IllegalArgumentException if there is one of that type and name already
     */
    public <T> Builder supply(Class<T> type, String name, Supplier<? extends T> supplier) {
      return put(new GivenInjector.Key(type, name), Objects.requireNonNull(supplier, "supplier"));
    }

    /** The injector. */
    public Injector build() {
      return new GivenInjector(Map.copyOf(suppliers));
    }

    private Builder put(GivenInjector.Key key, Supplier<?> supplier) {
      if (suppliers.putIfAbsent(key, supplier) != null) {
        throw new IllegalArgumentException(
            "the injector has a "
                + key.type().getName()
                + (key.name().isEmpty() ? "" : " named \"" + key.name() + '"')
                + " already: give the other one a name of its own");
      }
      return this;
    }
  }
}
