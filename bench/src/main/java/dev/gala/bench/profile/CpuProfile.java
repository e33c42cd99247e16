package dev.gala.bench.profile;

import dev.gala.bench.load.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Samples what the threads of this JVM do while something is measured. */
public final class CpuProfile {
  private static final String CPU = "jdk.ExecutionSample";
  private static final String ALLOCATION = "jdk.ObjectAllocationSample";
  private static final Duration PERIOD = Duration.ofMillis(10);

  private CpuProfile() {}

  /**
   * The shares of what Java code ran and what it allocated, by area, the largest first; what is
   * measured meanwhile does not count.
   *
   * @param data where a file may lie for a while
   */
  public static Map<String, String> of(Path data, Callable<Sample> measured) throws Exception {
    Path file = Files.createTempFile(data, "profile", ".jfr");
    try {
      try (var recording = new Recording()) {
        recording.enable(CPU).withPeriod(PERIOD);
        recording.enable(ALLOCATION).with("throttle", "1000/s");
        recording.start();
        measured.call();
        recording.stop();
        recording.dump(file);
      }
      return shares(RecordingFile.readAllEvents(file));
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, String> shares(List<RecordedEvent> events) {
    Map<Area, Double> time = new EnumMap<>(Area.class);
    Map<Area, Double> bytes = new EnumMap<>(Area.class);
    for (RecordedEvent event : events) {
      if (event.getStackTrace() == null) {
        continue;
      }
      Area area = Area.of(classes(event));
      if (event.getEventType().getName().equals(CPU)) {
        time.merge(area, 1.0, Double::sum);
      } else {
        bytes.merge(area, (double) event.getLong("weight"), Double::sum);
      }
    }
    // The harness emits and counts: that is not the library's.
    time.remove(Area.HARNESS);
    bytes.remove(Area.HARNESS);
    var shares = new LinkedHashMap<String, String>();
    time.entrySet().stream()
        .sorted(Map.Entry.<Area, Double>comparingByValue().reversed())
        .forEach(
            entry ->
                shares.put(
                    entry.getKey().title(),
                    percent(entry.getValue(), time)
                        + " of time, "
                        + percent(bytes.getOrDefault(entry.getKey(), 0.0), bytes)
                        + " of allocation"));
    return shares;
  }

  private static String percent(double part, Map<Area, Double> of) {
    double all = of.values().stream().mapToDouble(Double::doubleValue).sum();
    return String.format(Locale.ROOT, "%.0f %%", all == 0 ? 0 : 100 * part / all);
  }

  private static List<String> classes(RecordedEvent event) {
    var classes = new ArrayList<String>();
    for (RecordedFrame frame : event.getStackTrace().getFrames()) {
      classes.add(frame.getMethod().getType().getName());
    }
    return classes;
  }
}
