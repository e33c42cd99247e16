package dev.gala.event;

import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that keeps itself going, the original's scheduled listener: each event of the topic is one
 * run, and at its end the next one is emitted, sooner or later by what the run brought. Where the
 * schedule stands travels in the payload.
 *
 * <p>The next run is stored before the one at work is finished, and is stored once, whatever dies
 * when: the loop neither ends nor forks. A run that fails backs off: its job is cancelled when the
 * next one is stored. A run that is cancelled, by {@link Definition#cancelWhen}, by hand or because
 * its listener was removed, has no next one, and neither has one that a gate did not let pass: the
 * loop has ended. A run that is interrupted, that ends with an {@link Error}, or whose next one
 * cannot be stored is tried again first, as other events are.
 *
 * <p>Which loops of a topic are different ones is said by the topic's {@link Topic#uniqueBy}; a
 * topic without has one loop. Such a topic has one listener that is a loop. Loops are not attached
 * in memory.
 *
 * @param handler does one run
 * @param schedule when the next run is due
 * @param state reads from a payload where the schedule stands; may return null before the first run
 * @param wrap a payload with another state; its unique key must be the same
 * @param override another schedule for a payload; null for {@code schedule}
 * @param headers what the next event's headers are, given those of this one without its time, its
 *     key and what was derived
 * @param seeds the first payloads of all loops there are to be, asked while workers run: a loop of
 *     which no run waits or runs is begun by that. Without seeds a loop is begun by emitting an
 *     event
 * @param <T> the payload's type
 */
public record Loop<T>(
    LoopHandler<T> handler,
    Schedule schedule,
    Function<? super T, @Nullable ScheduleState> state,
    BiFunction<? super T, ScheduleState, ? extends T> wrap,
    Function<? super T, @Nullable Schedule> override,
    BiFunction<? super T, Headers, Headers> headers,
    Supplier<? extends Collection<? extends T>> seeds)
    implements Definition.Work<T> {

  /** Refuses null. */
  public Loop {
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(wrap, "wrap");
    Objects.requireNonNull(override, "override");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(seeds, "seeds");
  }

  /**
   * A loop without seeds.
   *
   * @param state reads from a payload where the schedule stands; may return null before the first
   *     run
   * @param wrap a payload with another state
   */
  public static <T> Loop<T> of(
      Schedule schedule,
      Function<? super T, @Nullable ScheduleState> state,
      BiFunction<? super T, ScheduleState, ? extends T> wrap,
      LoopHandler<T> handler) {
    return new Loop<>(
        handler,
        schedule,
        state,
        wrap,
        event -> null,
        (event, carriedOn) -> carriedOn,
        List::<T>of);
  }

  /** This with the first payloads of all loops there are to be. */
  public Loop<T> seededWith(List<? extends T> payloads) {
    List<T> given = List.copyOf(payloads);
    return seededBy(() -> given);
  }

  /** This with the first payloads of all loops there are to be, asked at every look. */
  public Loop<T> seededBy(Supplier<? extends Collection<? extends T>> payloads) {
    return new Loop<>(handler, schedule, state, wrap, override, headers, payloads);
  }

  /** This with another schedule for some payloads: null means the ordinary one. */
  public Loop<T> withOverride(Function<? super T, @Nullable Schedule> override) {
    return new Loop<>(handler, schedule, state, wrap, override, headers, seeds);
  }

  /**
   * This with other headers for each next event.
   *
   * @param headers given the payload, and the headers of its event that are carried on: properties,
   *     tags, queue, attempts, metadata
   */
  public Loop<T> withHeaders(BiFunction<? super T, Headers, Headers> headers) {
    return new Loop<>(handler, schedule, state, wrap, override, headers, seeds);
  }

  /** Where the schedule stands by a payload; {@link ScheduleState#initial()} before the first. */
  public ScheduleState stateOf(T event) {
    return Objects.requireNonNullElse(state.apply(event), ScheduleState.initial());
  }

  /** The schedule that counts for a payload. */
  public Schedule scheduleOf(T event) {
    return Objects.requireNonNullElse(override.apply(event), schedule);
  }
}
