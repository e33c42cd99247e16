package dev.gala.river.internal.periodic;

import dev.gala.river.internal.insert.PeriodicInsert;
import dev.gala.river.job.InsertResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A database that keeps what is inserted, or refuses it. */
final class FakeInserts implements PeriodicRounds.Inserts {
  private final List<List<PeriodicInsert<?>>> batches = new ArrayList<>();
  private Predicate<PeriodicInsert<?>> refused = insert -> false;
  private Supplier<RuntimeException> thrown = IllegalStateException::new;

  @Override
  public List<InsertResult> insert(List<PeriodicInsert<?>> jobs) {
    if (jobs.stream().anyMatch(refused)) {
      throw thrown.get();
    }
    batches.add(jobs);
    return List.of();
  }

  /** From now on, batches with such a job fail. */
  void refuse(Predicate<PeriodicInsert<?>> refused, Supplier<RuntimeException> thrown) {
    this.refused = refused;
    this.thrown = thrown;
  }

  /** From now on, nothing fails. */
  void heal() {
    refused = insert -> false;
  }

  /** What was inserted since the last call, a list for each batch. */
  List<List<PeriodicInsert<?>>> taken() {
    List<List<PeriodicInsert<?>>> taken = List.copyOf(batches);
    batches.clear();
    return taken;
  }

  /** The slots inserted since the last call, in order. */
  List<Instant> slots() {
    return taken().stream().flatMap(List::stream).map(PeriodicInsert::slot).toList();
  }

  /** The kinds inserted since the last call, in order. */
  List<String> kinds() {
    return taken().stream()
        .flatMap(List::stream)
        .map(insert -> insert.insert().type().kind())
        .toList();
  }
}
