package dev.gala.internal.durable;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Envelope;
import dev.gala.event.LiveEvents;
import dev.gala.event.Namespace;
import dev.gala.river.Jobs;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.GoJson;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Jobs that carry events and have not ended, found by what their metadata say. In pages: there may
 * be many. Safe for use by many threads.
 */
public final class LiveJobs {
  /** Every state but the final ones. */
  static final List<JobState> LIVE =
      List.of(
          JobState.AVAILABLE,
          JobState.PENDING,
          JobState.RETRYABLE,
          JobState.RUNNING,
          JobState.SCHEDULED);

  /** Those of them that do not run. */
  static final List<JobState> WAITING =
      LIVE.stream().filter(state -> state != JobState.RUNNING).toList();

  /** So many at once. */
  static final int PAGE = 200;

  private final Jobs jobs;
  private final List<String> kinds;

  /**
   * Those of the ordinary kind, of the namespaces that are known, and of these.
   *
   * @param jobs of the database
   */
  public LiveJobs(Jobs jobs, Collection<Namespace> namespaces) {
    this.jobs = jobs;
    this.kinds =
        Stream.concat(
                Stream.of(RiverDispatchArgs.KIND),
                Stream.concat(Namespace.known().stream(), namespaces.stream()).map(Namespace::kind))
            .distinct()
            .toList();
  }

  /** The live events of a topic. */
  public LiveEvents ofTopicNamed(String topic) {
    return withMetadata(ofTopic(topic));
  }

  /** The live events whose jobs' metadata contain a JSON object. */
  public LiveEvents withMetadata(String metadata) {
    return new LiveSelection(this, metadata, job -> true);
  }

  Jobs jobs() {
    return jobs;
  }

  /** A filter of {@code kinds}, states and metadata, to be completed. */
  JobListParams.Builder matching(String metadata, List<JobState> states) {
    return JobListParams.builder().kinds(kinds).states(states).metadata(metadata);
  }

  /**
   * Hands on all live jobs, page by page and by their ids. Each page is as it is when it is read.
   *
   * @param metadata a JSON object that theirs contain
   */
  void forEachPage(String metadata, Consumer<List<JobRow>> each) {
    JobListParams params = matching(metadata, LIVE).limit(PAGE).build();
    JobCursor place = null;
    JobList page;
    do {
      page = jobs.list(params.after(place));
      if (!page.jobs().isEmpty()) {
        each.accept(page.jobs());
        place = page.nextCursor();
      }
    } while (page.jobs().size() == PAGE);
  }

  /**
   * The event a job carries.
   *
   * @throws dev.gala.event.GalaException if it cannot be read
   */
  static Envelope envelope(JobRow job) {
    return RiverDispatchArgs.JOB_TYPE.codec().decode(job.args()).decodeEnvelope();
  }

  /** What the metadata of all events of a topic contain. */
  static String ofTopic(String topic) {
    return "{\"topic\":" + text(topic) + '}';
  }

  /** What the metadata of those events of a topic contain that have a property. */
  static String withProperty(String topic, String property, String value) {
    return "{\"topic\":"
        + text(topic)
        + ",\"properties\":{"
        + text(property)
        + ':'
        + text(value)
        + "}}";
  }

  /** As it stands in metadata, where U+0000 cannot. */
  private static String text(String text) {
    return GoJson.quote(text.replace('\0', '\uFFFD'));
  }
}
