package dev.gala.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process uses of the processors. Unlike rates, it hardly depends on what else the
 * machine does meanwhile.
 */
public final class ClientCpu {
  private final long begun = nanos();

  private ClientCpu() {}

  /** From now on. */
  public static ClientCpu begin() {
    return new ClientCpu();
  }

  /** A sample with what was used for each of so many events since then; not a number of none. */
  public Sample of(Sample sample, long events) {
    double micros = events > 0 ? (nanos() - begun) / 1_000.0 / (double) events : Double.NaN;
    return sample.with(Metric.CLIENT_CPU, micros);
  }

  private static long nanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
