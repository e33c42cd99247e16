package dev.gala.test;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.GalaException;
import dev.gala.river.Jobs;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events in the test's database. */
final class StoredEvents {
  /** What the kinds of namespaces' jobs begin with. */
  private static final String NAMESPACES = "gala.";

  private final Jobs jobs;

  StoredEvents(Jobs jobs) {
    this.jobs = jobs;
  }

  /** All whose envelopes can be read, in the order they were stored. */
  List<StoredEvent> all() {
    var events = new ArrayList<StoredEvent>();
    list(
        JobListParams.builder(),
        null,
        row -> {
          StoredEvent event = read(row);
          if (event.isReadable()) {
            events.add(event);
          }
        });
    return events;
  }

  /**
   * Those that wait for their time or for being handled.
   *
   * @param after only those stored after this row; null means all
   */
  List<StoredEvent> waiting(@Nullable JobRow after) {
    var events = new ArrayList<StoredEvent>();
    list(
        JobListParams.builder()
            .states(List.of(JobState.AVAILABLE, JobState.RETRYABLE, JobState.SCHEDULED)),
        after,
        row -> events.add(read(row)));
    return events;
  }

  static StoredEvent read(JobRow row) {
    try {
      RiverDispatchArgs args = RiverDispatchArgs.JOB_TYPE.codec().decode(row.args());
      return new StoredEvent(row, args.decodeEnvelope());
    } catch (GalaException unreadable) {
      // It is handled all the same: the attempt fails, and its job says why.
      return new StoredEvent(row, null);
    }
  }

  private void list(JobListParams.Builder filter, @Nullable JobRow after, Consumer<JobRow> each) {
    JobListParams params = filter.limit(JobListParams.MAX_LIMIT).build();
    JobRow last = after;
    while (true) {
      List<JobRow> page =
          jobs.list(last == null ? params : params.after(jobs.cursorAt(last, params))).jobs();
      page.stream().filter(StoredEvents::isEvent).forEach(each);
      if (page.size() < JobListParams.MAX_LIMIT) {
        return;
      }
      last = page.getLast();
    }
  }

  private static boolean isEvent(JobRow row) {
    return row.kind().equals(RiverDispatchArgs.KIND) || row.kind().startsWith(NAMESPACES);
  }
}
