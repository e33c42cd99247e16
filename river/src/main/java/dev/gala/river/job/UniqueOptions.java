package dev.gala.river.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a job unique: an insert whose key a row holds already, while that row is in one of the
 * blocking states, inserts nothing and gives that row. They are checked when a job is inserted with
 * them.
 *
 * @param byArgs whether the arguments belong to the key
 * @param argsPaths the values of the arguments that belong to it, for {@code byArgs}; empty means
 *     all of them
 * @param byPeriod the period of the scheduled time that belongs to the key, at least 1 s, counted
 *     from the year 1 in UTC; null means none
 * @param byQueue whether the queue belongs to the key
 * @param byState the states in which a row blocks; empty means all but cancelled and discarded.
 *     They must include available, pending, running and scheduled
 * @param excludeKind whether jobs of other kinds may hold the key too
 */
public record UniqueOptions(
    boolean byArgs,
    List<ArgsPath> argsPaths,
    @Nullable Duration byPeriod,
    boolean byQueue,
    Set<JobState> byState,
    boolean excludeKind) {

  /** Copies the collections. */
  public UniqueOptions {
    argsPaths = List.copyOf(argsPaths);
    byState = byState.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(byState));
  }

  /** A builder with nothing given. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not safe for use by many threads. */
  public static final class Builder {
    private boolean byArgs;
    private final List<ArgsPath> argsPaths = new ArrayList<>();
    private @Nullable Duration byPeriod;
    private boolean byQueue;
    private Set<JobState> byState = Set.of();
    private boolean excludeKind;

    private Builder() {}

    /** All of the arguments belong to the key. */
    public Builder byArgs() {
      byArgs = true;
      return this;
    }

    /** These values of the arguments belong to the key, besides those given before. */
    public Builder byArgs(ArgsPath... paths) {
      byArgs = true;
      argsPaths.addAll(List.of(paths));
      return this;
    }

    /** The period of the scheduled time belongs to the key; at least 1 s. */
    public Builder byPeriod(@Nullable Duration byPeriod) {
      this.byPeriod = byPeriod;
      return this;
    }

    /** The queue belongs to the key. */
    public Builder byQueue() {
      byQueue = true;
      return this;
    }

    /** A row blocks in these states only. */
    public Builder byState(Set<JobState> byState) {
      this.byState = byState;
      return this;
    }

    /** Jobs of other kinds may hold the key too. */
    public Builder excludeKind() {
      excludeKind = true;
      return this;
    }

    /** The options as given. */
    public UniqueOptions build() {
      return new UniqueOptions(byArgs, argsPaths, byPeriod, byQueue, byState, excludeKind);
    }
  }
}
