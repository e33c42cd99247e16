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
  private static final Duration PERIOD = Duration.ofMillis(10);

  /** One measurement alone has too few samples to tell small shares apart. */
  private static final int TIMES = 5;

  private CpuProfile() {}

  /**
   * The shares of what Java code ran, by area, the largest first; what is measured meanwhile does
   * not count.
   *
   * @param data where a file may lie for a while
   */
  public static Map<String, String> of(Path data, Callable<Sample> measured) throws Exception {
    Path file = Files.createTempFile(data, "profile", ".jfr");
    try {
      try (var recording = new Recording()) {
        recording.enable(CPU).withPeriod(PERIOD);
        recording.start();
        for (int i = 0; i < TIMES; i++) {
          measured.call();
        }
        recording.stop();
        recording.dump(file);
      }
      return shares(RecordingFile.readAllEvents(file));
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, String> shares(List<RecordedEvent> events) {
    Map<Area, Integer> samples = new EnumMap<>(Area.class);
    for (RecordedEvent event : events) {
      if (event.getStackTrace() != null) {
        samples.merge(Area.of(classes(event)), 1, Integer::sum);
      }
    }
    // The harness emits and counts: that is not the library's.
    samples.remove(Area.HARNESS);
    int all = samples.values().stream().mapToInt(Integer::intValue).sum();
    var shares = new LinkedHashMap<String, String>();
    samples.entrySet().stream()
        .sorted(Map.Entry.<Area, Integer>comparingByValue().reversed())
        .forEach(
            one ->
                shares.put(
                    one.getKey().title(),
                    String.format(Locale.ROOT, "%.0f %%", 100.0 * one.getValue() / all)));
    return shares;
  }

  private static List<String> classes(RecordedEvent event) {
    var classes = new ArrayList<String>();
    for (RecordedFrame frame : event.getStackTrace().getFrames()) {
      classes.add(frame.getMethod().getType().getName());
    }
    return classes;
  }
}
