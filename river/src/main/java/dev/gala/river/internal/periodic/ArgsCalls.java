package dev.gala.river.internal.periodic;

import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobInsert;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks definitions for their arguments, each on a thread of its own: one that does not answer in
 * time holds up neither the others nor the end of leadership. It is interrupted, and not asked
 * again before its thread has ended.
 */
final class ArgsCalls {
  /** What a definition answered for a slot. */
  sealed interface Answer {
    /** A job, or null for none this time. */
    record Job(@Nullable JobInsert<?> insert) implements Answer {}

    /** It threw this, or did not answer. */
    record Failed(Throwable failure) implements Answer {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** By what does not change when another term begins. */
  private final Map<PeriodicJobHandle, Call> running = new LinkedHashMap<>();

  private final ThreadFactory threads;
  private final Duration longest;
  private boolean stopped;

  ArgsCalls(Threads threads, Duration longest) {
    this.threads = threads.work("periodic-args");
    this.longest = longest;
  }

  /**
   * Asks for all these slots; those of one definition in their order, up to the first failure.
   *
   * @return the answers, in the order of {@code asked}; a slot behind a failure has none, nor has
   *     one that was not asked because of a stop
   */
  Map<Term.Occurrence, Answer> ask(List<Term.Occurrence> asked) {
    Map<Upcoming, List<Instant>> slots = new LinkedHashMap<>();
    for (Term.Occurrence one : asked) {
      slots.computeIfAbsent(one.upcoming(), first -> new ArrayList<>()).add(one.slot());
    }
    Map<Upcoming, Call> calls = begin(slots);
    await(calls.values());
    Map<Term.Occurrence, Answer> answers = new LinkedHashMap<>();
    for (Term.Occurrence one : asked) {
      Call call = calls.get(one.upcoming());
      Answer answer = call == null ? null : call.answer(one.slot());
      if (answer != null) {
        answers.put(one, answer);
      }
    }
    return answers;
  }

  /** Lets calls begin. */
  void start() {
    locked(() -> stopped = false);
  }

  /** Whether nothing is to begin any more. */
  boolean stopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts all calls, and waits for none of them. */
  void stop() {
    locked(
        () -> {
          stopped = true;
          running.values().forEach(call -> call.end(null));
          changed.signalAll();
        });
  }

  private Map<Upcoming, Call> begin(Map<Upcoming, List<Instant>> slots) {
    Map<Upcoming, Call> calls = new LinkedHashMap<>();
    locked(
        () ->
            slots.forEach(
                (upcoming, own) -> {
                  var call = new Call(upcoming, own);
                  calls.put(upcoming, call);
                  if (stopped) {
                    call.end(null);
                  } else if (running.containsKey(upcoming.handle())) {
                    call.end("an earlier call has not ended");
                  } else {
                    running.put(upcoming.handle(), call);
                    call.thread = threads.newThread(call);
                    call.thread.start();
                  }
                }));
    return calls;
  }

  private void await(Iterable<Call> calls) {
    long left = TimeUnit.NANOSECONDS.convert(longest);
    lock.lock();
    try {
      for (Call call : calls) {
        while (!call.ended && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (!call.ended) {
          call.end("no answer within " + longest);
        }
      }
    } catch (InterruptedException e) {
      // The loop is told to end by its own flag: an interrupt means no more than that.
      calls.forEach(call -> call.end(null));
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** The call of one definition. */
  private final class Call implements Runnable {
    private final Upcoming upcoming;
    private final List<Instant> slots;
    private final Map<Instant, Answer> answers = new LinkedHashMap<>();
    private @Nullable Thread thread;
    private boolean ended;

    Call(Upcoming upcoming, List<Instant> slots) {
      this.upcoming = upcoming;
      this.slots = slots;
    }

    @Override
    public void run() {
      try {
        for (Instant slot : slots) {
          Answer answer = asked(upcoming.job(), slot);
          if (!keep(slot, answer) || answer instanceof Answer.Failed) {
            return;
          }
        }
      } finally {
        locked(
            () -> {
              ended = true;
              running.remove(upcoming.handle(), this);
              changed.signalAll();
            });
      }
    }

    @Nullable Answer answer(Instant slot) {
      lock.lock();
      try {
        return answers.get(slot);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Ends it, with the lock held.
     *
     * @param failure what counts as the answer for the slot under way; null for no answer
     */
    void end(@Nullable String failure) {
      if (ended) {
        return;
      }
      ended = true;
      if (failure != null && answers.size() < slots.size()) {
        Instant underWay = slots.get(answers.size());
        answers.put(underWay, new Answer.Failed(new IllegalStateException(failure)));
      }
      if (thread != null) {
        thread.interrupt();
      }
    }

    private boolean keep(Instant slot, Answer answer) {
      lock.lock();
      try {
        if (!ended) {
          answers.put(slot, answer);
        }
        return !ended;
      } finally {
        lock.unlock();
      }
    }

    private static <T> Answer asked(PeriodicJob<T> job, Instant slot) {
      try {
        T args = job.args().at(slot);
        return new Answer.Job(
            args == null ? null : new JobInsert<>(job.type(), args, job.options()));
      } catch (Exception | Error e) {
        return new Answer.Failed(e);
      }
    }
  }
}
