package dev.gala.context;

import dev.gala.event.Codec;
import dev.gala.event.ContextFlag;
import dev.gala.event.EventContext;
import dev.gala.json.JsonCodecs;
import dev.gala.spi.ContextCodec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the two workflow flags where later Go releases put them; ours stand under {@code flags}.
 */
final class WorkflowFlags implements ContextCodec {
  static final String KEY = "workflow_flags";

  private static final Codec<Stored> CODEC = JsonCodecs.defaults().codec(Stored.class);

  private record Stored(boolean bypass, boolean allowEventEmission) {}

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public Optional<String> capture(EventContext context) {
    return Optional.empty();
  }

  @Override
  public EventContext restore(EventContext context, String json) throws Exception {
    Stored stored = CODEC.decode(json.getBytes(StandardCharsets.UTF_8));
    EventContext restored = context;
    if (stored.bypass()) {
      restored = restored.with(ContextFlag.WORKFLOW_BYPASS);
    }
    if (stored.allowEventEmission()) {
      restored = restored.with(ContextFlag.WORKFLOW_ALLOW_EVENT_EMISSION);
    }
    return restored;
  }
}
