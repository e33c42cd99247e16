package dev.gala.interop.adapter;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.PeriodicJob;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What a client that works told since it was started. Safe for use by many threads. */
final class Statistics {
  /** What the suite counts. */
  static final Set<RiverEvent.Kind> KINDS =
      EnumSet.complementOf(EnumSet.of(RiverEvent.Kind.JOB_INTERRUPTED));

  private final AtomicInteger cancelledAtStart = new AtomicInteger();
  private final AtomicInteger errorHandlerCalls = new AtomicInteger();
  private final AtomicInteger periodicStarts = new AtomicInteger();

  /** River's names of the kinds, in the order in which they came. */
  private final List<String> events = new CopyOnWriteArrayList<>();

  /** The attempts that reached a worker and have not ended. */
  private final Set<Long> begun = ConcurrentHashMap.newKeySet();

  /** Notes which attempts begin, and that the client begins to insert periodic jobs. */
  Plugin plugin() {
    return new Plugin() {
      @Override
      public void periodicJobsStart(List<PeriodicJob<?>> jobs) {
        periodicStarts.incrementAndGet();
      }

      @Override
      public void workBegin(JobRow job) {
        begun.add(job.id());
      }
    };
  }

  /** Counts the failures it is asked about, and decides them alike. */
  ErrorHandler errorHandler(boolean cancel) {
    return (job, failure) -> {
      errorHandlerCalls.incrementAndGet();
      return cancel ? ErrorHandler.Decision.CANCEL : ErrorHandler.Decision.RETRY;
    };
  }

  /** Counts a subscription's events to its end. */
  void count(Subscription subscription) {
    try {
      RiverEvent event = subscription.take();
      while (event != null) {
        count(event);
        event = subscription.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void count(RiverEvent event) {
    JobRow job = event.job();
    boolean ran = job == null || begun.remove(job.id());
    if (!ran && event.kind() == RiverEvent.Kind.JOB_CANCELLED) {
      cancelledAtStart.incrementAndGet();
    }
    events.add(event.kind().riverName());
  }

  String json() {
    return Json.object(
        "cancelled_at_start", cancelledAtStart.toString(),
        "error_handler_calls", errorHandlerCalls.toString(),
        "events", Json.texts(events),
        "periodic_starts", periodicStarts.toString());
  }
}
