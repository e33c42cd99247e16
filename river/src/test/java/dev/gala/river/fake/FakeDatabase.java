package dev.gala.river.fake;

import dev.gala.river.driver.JobGetAvailableParams;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link FakeDriver} and its parts stand on. Everything is guarded by the signal.
 *
 * @param signal guards the rest, and is waited on
 * @param faults what goes wrong
 * @param table the jobs
 * @param queues the queues
 * @param channels the notifications
 * @param transactions what is not committed
 * @param seen what was asked
 */
record FakeDatabase(
    Signal signal,
    Faults faults,
    JobTable table,
    QueueTable queues,
    FakeChannels channels,
    FakeTransactions transactions,
    Seen seen) {
  /**
   * What was asked, in order.
   *
   * @param batchSizes the sizes of the completion statements that worked, both kinds
   * @param insertSizes the sizes of the fast inserts that worked
   * @param relaxedSizes the sizes of inserts of any way that were told to be relaxed
   * @param claims what was claimed with
   * @param looks at what was passed over
   */
  record Seen(
      List<Integer> batchSizes,
      List<Integer> insertSizes,
      List<Integer> relaxedSizes,
      List<JobGetAvailableParams> claims,
      List<JobGetAvailableParams> looks) {}

  static FakeDatabase empty() {
    var signal = new Signal();
    var faults = new Faults(signal);
    return new FakeDatabase(
        signal,
        faults,
        new JobTable(InstantSource.system()),
        new QueueTable(InstantSource.system()),
        new FakeChannels(signal, faults),
        new FakeTransactions(),
        new Seen(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>()));
  }
}
