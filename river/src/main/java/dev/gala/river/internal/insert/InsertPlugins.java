package dev.gala.river.internal.insert;

import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.spi.Plugin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The plugins of a client, as they stand around an insert. */
final class InsertPlugins {
  private final List<Plugin> ofAllKinds;
  private final Map<String, List<Plugin>> ofKinds;

  InsertPlugins(List<Plugin> ofAllKinds, Map<String, List<Plugin>> ofKinds) {
    this.ofAllKinds = List.copyOf(ofAllKinds);
    this.ofKinds = Map.copyOf(ofKinds);
  }

  boolean isEmpty() {
    return ofAllKinds.isEmpty() && ofKinds.isEmpty();
  }

  /** Inserts by {@code innermost}, with what the plugins make of the jobs. */
  List<InsertResult> insertMany(List<JobInsertParams> jobs, Plugin.InsertChain innermost) {
    Plugin.InsertChain chain = changed -> innermost.insertMany(begun(changed));
    for (Plugin plugin : around(jobs).reversed()) {
      Plugin.InsertChain inner = chain;
      chain = outer -> checked(plugin, outer, plugin.insertMany(List.copyOf(outer), inner));
    }
    return chain.insertMany(jobs);
  }

  /** Those of all kinds, then those of each kind as the kinds come. */
  private List<Plugin> around(List<JobInsertParams> jobs) {
    var plugins = new ArrayList<>(ofAllKinds);
    if (!ofKinds.isEmpty()) {
      Set<String> kinds = new LinkedHashSet<>();
      jobs.forEach(job -> kinds.add(job.kind()));
      kinds.forEach(kind -> plugins.addAll(ofKind(kind)));
    }
    return plugins;
  }

  private List<JobInsertParams> begun(List<JobInsertParams> jobs) {
    var begun = new ArrayList<JobInsertParams>(jobs.size());
    for (JobInsertParams job : jobs) {
      JobInsertParams changed = job;
      for (Plugin plugin : ofAllKinds) {
        changed = begin(plugin, changed);
      }
      for (Plugin plugin : ofKind(job.kind())) {
        changed = begin(plugin, changed);
      }
      begun.add(changed);
    }
    return begun;
  }

  private List<Plugin> ofKind(String kind) {
    return ofKinds.getOrDefault(kind, List.of());
  }

  private static JobInsertParams begin(Plugin plugin, JobInsertParams job) {
    return Objects.requireNonNull(
        plugin.insertBegin(job), () -> named(plugin) + " made null of a job in insertBegin");
  }

  private static List<InsertResult> checked(
      Plugin plugin, List<JobInsertParams> jobs, List<InsertResult> results) {
    if (results.size() != jobs.size()) {
      throw new IllegalStateException(
          named(plugin)
              + " gave "
              + results.size()
              + " results for "
              + jobs.size()
              + " jobs in insertMany: give one for each, in their order");
    }
    return results;
  }

  private static String named(Plugin plugin) {
    return "plugin " + plugin.getClass().getName();
  }
}
