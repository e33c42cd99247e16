package dev.gala.context;

import dev.gala.event.ContextKey;
import dev.gala.event.EventContext;
import dev.gala.event.Injector;
import dev.gala.spi.ContextCodec;
import java.util.Objects;
import java.util.Optional;

/**
 * Attaches a live object to the context of handlers: with the event only a mark is stored, and
 * where it is handled the object is taken from the {@link Injector} there.
 *
 * @param <T> the object's type
 */
public final class InjectorCodec<T> implements ContextCodec {
  private final String id;
  private final Injector injector;
  private final ContextKey<T> key;
  private final Class<T> type;

  private InjectorCodec(String id, Injector injector, ContextKey<T> key, Class<T> type) {
    this.id = Objects.requireNonNull(id, "id");
    this.injector = Objects.requireNonNull(injector, "injector");
    this.key = Objects.requireNonNull(key, "key");
    this.type = Objects.requireNonNull(type, "type");
  }

  /**
   * A codec that puts {@code injector}'s object of class {@code type} where {@link
   * ContextKey#ofType} finds it.
   *
   * @param id under which key the mark is stored
   */
  public static <T> InjectorCodec<T> of(String id, Injector injector, Class<T> type) {
    return new InjectorCodec<>(id, injector, ContextKey.ofType(type), type);
  }

  @Override
  public String key() {
    return id;
  }

  /** The mark, whatever the context holds, as in the Go original. */
  @Override
  public Optional<String> capture(EventContext context) {
    return Optional.of("true");
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.util.NoSuchElementException if the injector has no such object
   */
  @Override
  public EventContext restore(EventContext context, String json) {
    return context.with(key, injector.get(type));
  }
}
