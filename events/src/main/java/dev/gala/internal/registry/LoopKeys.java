package dev.gala.internal.registry;

import dev.gala.event.Definition;
import dev.gala.event.Headers;
import dev.gala.schedule.ScheduleState;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What tells loops and their runs apart. Pure. */
public final class LoopKeys {
  /** Property of a first run that the runtime emitted: the key of its loop. */
  public static final String SEEDED_LOOP = "gala_loop";

  private static final String INCARNATION = ":incarnation:";
  private static final String SEED = ":seed:";

  private LoopKeys() {}

  /**
   * The key of the loop that a payload is of: the topic's unique key, or, of a topic without, its
   * name and the listener's.
   */
  public static String ofLoop(Definition<Object> definition, Object payload) {
    Function<? super Object, @Nullable String> derive = definition.topic().uniqueKey();
    String key = derive == null ? null : derive.apply(payload);
    return key == null || key.isBlank() ? definition.topic().name() + ':' + definition.name() : key;
  }

  /**
   * The key of the loop that a run is of, by what stands beside its payload; null if nothing does.
   */
  public static @Nullable String ofHeaders(Headers headers) {
    String seeded = headers.properties().get(SEEDED_LOOP);
    String key = headers.uniqueKey();
    if (seeded != null || key == null) {
      return seeded;
    }
    int end = Math.max(key.lastIndexOf(INCARNATION), key.lastIndexOf(SEED));
    return end < 0 ? key : key.substring(0, end);
  }

  /** The unique key of one run, as the original writes it. */
  public static String ofRun(String loop, ScheduleState state) {
    return loop + INCARNATION + state.incarnation() + ":cycle:" + state.cycle();
  }

  /**
   * The unique key of a first run: who finds the loop dead at the same time gives it the same one.
   *
   * @param before the job that was the first run before; 0 if none is known
   */
  public static String ofSeed(String loop, long before) {
    return loop + SEED + before;
  }
}
