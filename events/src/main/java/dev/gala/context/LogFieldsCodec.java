package dev.gala.context;

import dev.gala.event.EventContext;
import dev.gala.event.LogFields;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import dev.gala.spi.ContextCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.MDC;

/**
 * Carries fields for log lines under the key {@code log_fields}: the {@link LogFields} of the
 * emitter's context, and what stands under chosen names in its thread's {@link MDC}. Where the
 * event is handled they stand in the MDC of the handler's threads, and are gone afterwards.
 *
 * <p>Only names that were chosen leave the process: an MDC may hold what must not be stored.
 */
public final class LogFieldsCodec implements ContextCodec {
  private final Set<String> mdcKeys;

  private LogFieldsCodec(Set<String> mdcKeys) {
    this.mdcKeys = mdcKeys;
  }

  /** Carries the {@link LogFields} of the context, and these of the MDC. */
  public static LogFieldsCodec ofMdcKeys(String... mdcKeys) {
    return new LogFieldsCodec(Set.of(mdcKeys));
  }

  @Override
  public String key() {
    return "log_fields";
  }

  @Override
  public Optional<String> capture(EventContext context) {
    Map<String, String> values = new TreeMap<>(GoJson.KEY_ORDER);
    LogFields fields = context.get(LogFields.KEY);
    if (fields != null) {
      values.putAll(fields.values());
    }
    for (String name : mdcKeys) {
      String text = MDC.get(name);
      // What stands there because the context holds it keeps its JSON.
      if (text != null && (fields == null || !text.equals(fields.text(name)))) {
        values.put(name, GoJson.quote(text));
      }
    }
    if (values.isEmpty()) {
      return Optional.empty();
    }
    var object = new ObjectText();
    values.forEach(object::raw);
    return Optional.of(object.end());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code json} is no object
   */
  @Override
  public EventContext restore(EventContext context, String json) {
    Map<String, String> values = new HashMap<>(JsonObjects.members(json));
    return values.isEmpty() ? context : context.with(LogFields.KEY, new LogFields(values));
  }
}
