package dev.gala.context;

import dev.gala.event.ContextFlag;
import dev.gala.event.ContextSnapshot;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.river.json.GoJson;
import dev.gala.spi.ContextCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows the codecs of context values and takes whole contexts through them. Safe for use by many
 * threads; registering copies, so that an emit or a dispatch reads without a lock.
 */
public final class ContextManager {
  /** The most characters a snapshot takes unless something else is said: 65,536. */
  public static final int DEFAULT_LIMIT = 64 * 1024;

  private final int limit;
  private final ReentrantLock registering = new ReentrantLock();
  private volatile NavigableMap<String, ContextCodec> codecs = new TreeMap<>(GoJson.KEY_ORDER);

  /**
   * A manager that knows these codecs.
   *
   * @throws GalaException as {@link #register} does
   */
  public ContextManager(ContextCodec... codecs) {
    this(DEFAULT_LIMIT, List.of(codecs));
  }

  /**
   * A manager that knows these codecs.
   *
   * @param limit the most characters of a snapshot's values in all, as JSON
   * @throws GalaException as {@link #register} does
   */
  public ContextManager(int limit, List<? extends ContextCodec> codecs) {
    this.limit = limit;
    for (ContextCodec codec : codecs) {
      register(codec);
    }
  }

  /**
   * Makes one codec more known.
   *
   * @throws GalaException with {@link GalaError#CONTEXT_CODEC_REQUIRED}, {@link
   *     GalaError#CONTEXT_CODEC_KEY_REQUIRED} or {@link GalaError#CONTEXT_CODEC_ALREADY_REGISTERED}
   */
  public void register(ContextCodec codec) {
    if (codec == null) {
      throw new GalaException(GalaError.CONTEXT_CODEC_REQUIRED, "null was given: give a codec");
    }
    String key = codec.key();
    if (key == null || key.isBlank()) {
      throw new GalaException(
          GalaError.CONTEXT_CODEC_KEY_REQUIRED,
          codec.getClass().getName() + " has none: give it a stable key");
    }
    registering.lock();
    try {
      NavigableMap<String, ContextCodec> more = new TreeMap<>(codecs);
      if (more.putIfAbsent(key, codec) != null) {
        throw new GalaException(
            GalaError.CONTEXT_CODEC_ALREADY_REGISTERED,
            "\"" + key + "\" is taken: give each codec a key of its own");
      }
      codecs = more;
    } finally {
      registering.unlock();
    }
  }

  /**
   * {@code context} as stored: the values in the order of their keys, and the flags.
   *
   * @throws GalaException with {@link GalaError#CONTEXT_SNAPSHOT_CAPTURE_FAILED}, naming the key
   *     that fails, or the largest one if the values are too large
   */
  public ContextSnapshot capture(EventContext context) {
    Map<String, String> values = HashMap.newHashMap(codecs.size());
    codecs.forEach((key, codec) -> capture(context, key, codec, values));
    checkSize(values);
    if (values.isEmpty() && context.flags().isEmpty()) {
      return ContextSnapshot.empty();
    }
    Map<String, Boolean> flags = HashMap.newHashMap(context.flags().size());
    context.flags().forEach(flag -> flags.put(flag.name(), true));
    return ContextSnapshot.of(values, flags);
  }

  /**
   * The context that {@code snapshot} holds, on an empty one. Keys without a codec are ignored.
   *
   * @throws GalaException with {@link GalaError#CONTEXT_SNAPSHOT_RESTORE_FAILED}, naming the key
   */
  public EventContext restore(ContextSnapshot snapshot) {
    return restore(EventContext.empty(), snapshot);
  }

  /**
   * {@code base} with what {@code snapshot} holds. Keys without a codec are ignored.
   *
   * @throws GalaException with {@link GalaError#CONTEXT_SNAPSHOT_RESTORE_FAILED}, naming the key
   */
  public EventContext restore(EventContext base, ContextSnapshot snapshot) {
    EventContext context = base;
    Map<String, ContextCodec> known = codecs;
    if (!snapshot.values().isEmpty()) {
      for (Map.Entry<String, ContextCodec> entry : known.entrySet()) {
        String json = snapshot.values().get(entry.getKey());
        if (json != null) {
          context = restore(context, entry.getKey(), entry.getValue(), json);
        }
      }
      String workflow = snapshot.values().get(WorkflowFlags.KEY);
      if (workflow != null && !known.containsKey(WorkflowFlags.KEY)) {
        context = restore(context, WorkflowFlags.KEY, new WorkflowFlags(), workflow);
      }
    }
    for (Map.Entry<String, Boolean> flag : snapshot.flags().entrySet()) {
      if (flag.getValue() && !flag.getKey().isBlank()) {
        context = context.with(ContextFlag.of(flag.getKey()));
      }
    }
    return context;
  }

  private void checkSize(Map<String, String> values) {
    long size = 0;
    String largest = "";
    for (Map.Entry<String, String> value : values.entrySet()) {
      size += value.getValue().length();
      String most = values.getOrDefault(largest, "");
      largest = value.getValue().length() >= most.length() ? value.getKey() : largest;
    }
    if (size > limit) {
      throw new GalaException(
          GalaError.CONTEXT_SNAPSHOT_CAPTURE_FAILED,
          "the context's values would be "
              + size
              + " characters, the limit is "
              + limit
              + ", and the largest is \""
              + largest
              + "\": carry a reference instead, or raise contextLimit",
          null,
          Map.of("key", largest));
    }
  }

  private static void capture(
      EventContext context, String key, ContextCodec codec, Map<String, String> values) {
    try {
      codec.capture(context).ifPresent(json -> values.put(key, GoJson.compact(json)));
    } catch (Exception failure) {
      throw new GalaException(
          GalaError.CONTEXT_SNAPSHOT_CAPTURE_FAILED,
          "\"" + key + "\": " + failure.getMessage(),
          failure,
          Map.of("key", key));
    }
  }

  private static EventContext restore(
      EventContext context, String key, ContextCodec codec, String json) {
    try {
      return codec.restore(context, json);
    } catch (Exception failure) {
      throw new GalaException(
          GalaError.CONTEXT_SNAPSHOT_RESTORE_FAILED,
          "\"" + key + "\": " + failure.getMessage(),
          failure,
          Map.of("key", key));
    }
  }
}
