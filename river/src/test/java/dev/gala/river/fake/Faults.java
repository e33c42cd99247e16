package dev.gala.river.fake;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What goes wrong with calls of one {@link FakeDriver}. Guarded by the driver's signal. */
public final class Faults {
  /** What befalls one call. */
  private record Fault(@Nullable Supplier<Throwable> thrown, boolean afterDoing) {
    static final Fault NONE = new Fault(null, false);
  }

  private record Refusal(Predicate<Object> refused, Supplier<Throwable> thrown) {}

  private final Signal signal;
  private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
  private final Map<Call, Deque<Fault>> next = new EnumMap<>(Call.class);
  private final Map<Call, Fault> always = new EnumMap<>(Call.class);
  private final Map<Call, Refusal> refusals = new EnumMap<>(Call.class);
  private final Map<Call, Gate> gates = new EnumMap<>(Call.class);
  private final Map<Call, Gate> gatesAfter = new EnumMap<>(Call.class);

  Faults(Signal signal) {
    this.signal = signal;
  }

  /** A failure that goes away by itself. */
  public static RiverException away() {
    return new RiverException(RiverError.DATABASE_UNAVAILABLE, "the database is away", null, true);
  }

  /** A failure for what is in the statement. */
  public static RiverException refused() {
    return new RiverException(RiverError.ROW_REFUSED, "value refused");
  }

  /** A statement that took too long. */
  public static RiverException timedOut() {
    return new RiverException(RiverError.TIMED_OUT, "it took too long", null, true);
  }

  /** A commit without an answer. */
  public static RiverException unknown() {
    return new RiverException(RiverError.OUTCOME_UNKNOWN, "no answer to the commit");
  }

  /** The next {@code times} calls fail without doing anything. */
  public void fail(Call call, int times, Supplier<Throwable> thrown) {
    signal.change(() -> add(call, times, new Fault(thrown, false)));
  }

  /** The next {@code times} calls do their work, and then fail with an unknown outcome. */
  public void failAfterDoing(Call call, int times) {
    signal.change(() -> add(call, times, new Fault(Faults::unknown, true)));
  }

  /** Every call fails, until {@link #heal}. */
  public void failAlways(Call call, Supplier<Throwable> thrown) {
    signal.change(() -> always.put(call, new Fault(thrown, false)));
  }

  /** Calls whose parameters are such fail. */
  public void refuse(Call call, Predicate<Object> refused, Supplier<Throwable> thrown) {
    signal.change(() -> refusals.put(call, new Refusal(refused, thrown)));
  }

  /** Nothing goes wrong any more. */
  public void heal(Call call) {
    signal.change(
        () -> {
          always.remove(call);
          refusals.remove(call);
          next.remove(call);
        });
  }

  /** From now on, calls wait at a new gate until it opens. */
  public Gate block(Call call) {
    var gate = new Gate();
    signal.change(() -> gates.put(call, gate));
    return gate;
  }

  /** From now on, calls wait at a new gate when they have done their work. */
  public Gate blockAfter(Call call) {
    var gate = new Gate();
    signal.change(() -> gatesAfter.put(call, gate));
    return gate;
  }

  /** Opens the gates at which calls wait. */
  public void openGates(Call call) {
    Gate gate = signal.look(() -> gates.get(call));
    if (gate != null) {
      gate.open();
    }
  }

  /** How many calls there were, failed ones too. */
  public int count(Call call) {
    return signal.look(() -> counts.getOrDefault(call, 0));
  }

  /** Waits until there were so many calls. */
  public void awaitCount(Call call, int atLeast) {
    signal.await(atLeast + " calls of " + call, () -> counts.getOrDefault(call, 0) >= atLeast);
  }

  /** Does a call, with whatever befalls it. */
  <T> T call(Call call, @Nullable Object params, Supplier<T> work) {
    Gate gate = signal.look(() -> gates.get(call));
    signal.change(() -> counts.merge(call, 1, Integer::sum));
    if (gate != null) {
      gate.pass();
    }
    Fault fault = signal.look(() -> take(call, params));
    if (fault.thrown() != null && !fault.afterDoing()) {
      throw unchecked(fault.thrown().get());
    }
    T result = signal.look(work);
    Gate after = signal.look(() -> gatesAfter.get(call));
    if (after != null) {
      after.pass();
    }
    if (fault.thrown() != null) {
      throw unchecked(fault.thrown().get());
    }
    return result;
  }

  private void add(Call call, int times, Fault fault) {
    Deque<Fault> faults = next.computeIfAbsent(call, c -> new ArrayDeque<>());
    for (int i = 0; i < times; i++) {
      faults.add(fault);
    }
  }

  private Fault take(Call call, @Nullable Object params) {
    Deque<Fault> faults = next.get(call);
    if (faults != null && !faults.isEmpty()) {
      return faults.remove();
    }
    Refusal refusal = refusals.get(call);
    if (refusal != null && refusal.refused().test(params)) {
      return new Fault(refusal.thrown(), false);
    }
    return always.getOrDefault(call, Fault.NONE);
  }

  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }
}
