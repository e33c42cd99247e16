package dev.gala.event;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an injector was given.
 *
 * @param suppliers by type and name
 */
record GivenInjector(Map<Key, Supplier<?>> suppliers) implements Injector {
  /** By what a dependency is found. */
  record Key(Class<?> type, String name) {
    Key {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(name, "name");
    }
  }

  @Override
  public <T> Optional<T> resolve(Class<T> type, String name) {
    Supplier<?> supplier = suppliers.get(new Key(type, name));
    return supplier == null ? Optional.empty() : Optional.of(type.cast(supplier.get()));
  }
}
