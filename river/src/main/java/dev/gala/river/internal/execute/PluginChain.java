package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkMiddleware;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands around an attempt, from the outside inwards. */
final class PluginChain {
  /** The innermost: decoding, timeout and worker. */
  @FunctionalInterface
  interface Body {
    Outcome work(JobRow row) throws Exception;
  }

  private final List<WorkMiddleware> middleware;
  private final List<Plugin> plugins;
  private final Body body;

  PluginChain(List<WorkMiddleware> middleware, List<Plugin> plugins, Body body) {
    this.middleware = middleware;
    this.plugins = plugins;
    this.body = body;
  }

  /** The plugins of all kinds followed by those of one, by kind; only kinds that have some. */
  static Map<String, List<Plugin>> ofKinds(List<Plugin> all, Map<String, List<Plugin>> ofKinds) {
    Map<String, List<Plugin>> chains = new HashMap<>();
    ofKinds.forEach(
        (kind, own) -> {
          var chain = new ArrayList<>(all);
          chain.addAll(own);
          chains.put(kind, List.copyOf(chain));
        });
    return Map.copyOf(chains);
  }

  Outcome work(JobRow row) throws Exception {
    return from(0, row);
  }

  private Outcome from(int depth, JobRow row) throws Exception {
    if (depth < middleware.size()) {
      return middleware.get(depth).work(row, next -> from(depth + 1, next));
    }
    int plugin = depth - middleware.size();
    if (plugin < plugins.size()) {
      return plugins.get(plugin).work(row, next -> from(depth + 1, next));
    }
    return body.work(row);
  }

  /** What every plugin makes of what the worker threw, one after the other. */
  static @Nullable Throwable workEnd(List<Plugin> plugins, JobRow row, @Nullable Throwable thrown) {
    @Nullable Throwable now = thrown;
    for (Plugin plugin : plugins) {
      try {
        now = plugin.workEnd(row, now);
      } catch (Throwable failure) {
        if (now != null && !failure.equals(now)) {
          failure.addSuppressed(now);
        }
        now = failure;
      }
    }
    return now;
  }
}
