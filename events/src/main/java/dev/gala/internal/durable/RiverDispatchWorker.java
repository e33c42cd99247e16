package dev.gala.internal.durable;

import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.Incoming;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Redriven;
import dev.gala.internal.dispatch.Verdict;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.Tx;
import dev.gala.river.spi.LeavableAttempt;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Works one dispatch job: hands its event to the dispatch and writes down what that says. */
public final class RiverDispatchWorker implements Worker<RiverDispatchArgs> {
  /** In the metadata of an event to which listeners were attached where it was emitted. */
  private static final String LISTENERS = "\"listeners\":";

  private final Dispatch dispatch;
  private final Function<Tx, Emitter> emitters;
  private final HandlerConnections connections;
  private final BiFunction<List<Long>, Tx, Set<Long>> there;

  /**
   * A worker.
   *
   * @param emitters what handlers emit with, in one transaction or another
   * @param connections of transactional listeners
   * @param there which of these jobs are there, as a transaction sees it
   */
  public RiverDispatchWorker(
      Dispatch dispatch,
      Function<Tx, Emitter> emitters,
      HandlerConnections connections,
      BiFunction<List<Long>, Tx, Set<Long>> there) {
    this.dispatch = Objects.requireNonNull(dispatch, "dispatch");
    this.emitters = Objects.requireNonNull(emitters, "emitters");
    this.connections = Objects.requireNonNull(connections, "connections");
    this.there = Objects.requireNonNull(there, "there");
  }

  /** Each listener has a limit of its own; the job has none besides. */
  @Override
  public Duration timeout(JobRow job) {
    return Duration.ZERO;
  }

  /**
   * As long as all listeners may take in turn; never, where one may take any time. An event that
   * cannot be read comes to no listener.
   */
  @Override
  public @Nullable Duration rescueAfter(JobRow job) {
    String topic;
    try {
      topic = RiverDispatchArgs.JOB_TYPE.codec().decode(job.args()).decodeEnvelope().topic();
    } catch (RuntimeException unreadable) {
      return Duration.ZERO;
    }
    return dispatch.longestAttempt(topic);
  }

  /** An event that nobody here listens to is for another process. */
  @Override
  public boolean beginsAtOnce(JobInsertParams job) {
    return job.metadata().contains(LISTENERS);
  }

  @Override
  public Outcome work(WorkContext<RiverDispatchArgs> context) throws InterruptedException {
    JobRow job = context.job();
    Envelope envelope = context.args().decodeEnvelope();
    Marks marks = Marks.read(job.metadata());
    var incoming =
        new Incoming(
            envelope,
            marks,
            job.attempt(),
            job.maxAttempts(),
            dueTime(envelope, marks.redriven()),
            job.errors(),
            emitters.apply(Tx.own()),
            new JobCarrier(context, connections, emitters, there),
            context::cancelled,
            null,
            EventContext.empty());
    boolean deletes = dispatch.deletesCompleted(envelope.topic());
    if (deletes) {
      context.deleteOnCompletion(true);
    }
    AttemptCourse.Ending ending = verdict -> outcome(context, marks, deletes, verdict);
    return context instanceof LeavableAttempt attempt && attempt.canLeave()
        ? AttemptCourse.run(dispatch, incoming, attempt, ending)
        : ending.of(dispatch.run(incoming));
  }

  private static Outcome outcome(
      WorkContext<RiverDispatchArgs> context, Marks marks, boolean deletes, Verdict verdict)
      throws InterruptedException {
    verdict.metadata().forEach(context::setMetadata);
    if (deletes) {
      context.deleteOnCompletion(marks.with(verdict.metadata()).tellOfSuccessOnly());
    }
    return switch (verdict) {
      case Verdict.Done done -> Outcome.done();
      case Verdict.Cancel cancel -> Outcome.cancel(cancel.reason());
      case Verdict.Snooze snooze -> Outcome.snooze(snooze.delay());
      case Verdict.Interrupted interrupted ->
          throw new InterruptedException("the attempt was interrupted: it is put back");
      case Verdict.Retry retry -> throw retry.failure();
      case Verdict.Fail fail -> throw fail.failure();
    };
  }

  /**
   * When the event was first due, or redriven: the job's own time moves with every retry and
   * snooze.
   */
  private static Instant dueTime(Envelope envelope, @Nullable Redriven redriven) {
    Instant scheduled = envelope.headers().scheduledTime();
    Instant due = scheduled == null ? envelope.occurredAt() : scheduled;
    return redriven == null || redriven.at().isBefore(due) ? due : redriven.at();
  }
}
