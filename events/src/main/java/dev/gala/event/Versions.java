package dev.gala.event;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The forms that a topic's payloads have had, oldest first, and the functions that lift one to the
 * next: an event stored in an old form is read as that and lifted before a listener sees it.
 * Immutable.
 *
 * <p>The forms are numbered from 1. A payload of another form than the first is stored with its
 * number, in the header property {@link #PROPERTY}, which programs in Go can set and read too. A
 * form needs a number only if programs that know the one before cannot read it: a new field that
 * may be missing needs none.
 *
 * @param <T> the form of now
 */
public final class Versions<T> {
  /** The header property that holds the number of a payload's form; without it, it is 1. */
  public static final String PROPERTY = "gala:payload_version";

  /** The number of payloads that say none. */
  public static final int UNVERSIONED = 1;

  private final int first;
  private final List<Older> older;
  private final Type type;
  private final @Nullable Codec<T> codec;

  /**
   * A form that payloads have no more.
   *
   * @param type its Java type
   * @param codec how it was written; null means by the runtime's codecs, as JSON if nothing is said
   * @param lift makes the next form of it
   */
  public record Older(Type type, @Nullable Codec<?> codec, Function<Object, Object> lift) {
    /** Refuses null. */
    public Older {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(lift, "lift");
    }
  }

  private Versions(int first, List<Older> older, Type type, @Nullable Codec<T> codec) {
    this.first = first;
    this.older = List.copyOf(older);
    this.type = Objects.requireNonNull(type, "type");
    this.codec = codec;
  }

  /** The first form, number 1. */
  public static <T> Versions<T> of(Class<T> type) {
    return new Versions<>(UNVERSIONED, List.of(), type, null);
  }

  /** The first form, number 1, of a generic type. */
  public static <T> Versions<T> of(TypeRef<T> type) {
    return new Versions<>(UNVERSIONED, List.of(), type.type(), null);
  }

  /**
   * These, the first of them having this number: when no event of the forms before it can be stored
   * any more, and their types are given up.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Versions<T> startingAt(int number) {
    if (number < UNVERSIONED) {
      throw new IllegalArgumentException(
          "a payload's first version is " + number + ": give 1 or more");
    }
    return new Versions<>(number, older, type, codec);
  }

  /** These, the last one being written by {@code codec}. */
  public Versions<T> codec(Codec<T> codec) {
    return new Versions<>(first, older, type, Objects.requireNonNull(codec, "codec"));
  }

  /**
   * These and a new form.
   *
   * @param lift makes it of the one before; may be called several times for one event, and must not
   *     return null
   */
  public <N> Versions<N> then(Class<N> next, Function<? super T, ? extends N> lift) {
    return then((Type) next, lift);
  }

  /** These and a new form of a generic type. */
  public <N> Versions<N> then(TypeRef<N> next, Function<? super T, ? extends N> lift) {
    return then(next.type(), lift);
  }

  @SuppressWarnings("unchecked") // what is lifted was read as this type
  private <N> Versions<N> then(Type next, Function<? super T, ? extends N> lift) {
    Objects.requireNonNull(lift, "lift");
    List<Older> more = new ArrayList<>(older);
    more.add(new Older(type, codec, payload -> lift.apply((T) payload)));
    return new Versions<>(first, more, next, null);
  }

  /** The number of the oldest form that is read. */
  public int first() {
    return first;
  }

  /** The number of the form of now. */
  public int current() {
    return first + older.size();
  }

  /** The forms before it, oldest first. */
  public List<Older> older() {
    return older;
  }

  /** The Java type of the form of now. */
  public Type type() {
    return type;
  }

  /** How the form of now is written; null means by the runtime's codecs. */
  public @Nullable Codec<T> codec() {
    return codec;
  }
}
