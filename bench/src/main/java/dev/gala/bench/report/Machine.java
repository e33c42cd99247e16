package dev.gala.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where it was measured.
 *
 * @param cpu the processor
 * @param processors how many this process may use
 * @param memoryMb all there is
 * @param os the system
 * @param jvm the virtual machine
 * @param jvmFlags how it was started
 * @param disk the file system that the server's data lie on
 */
public record Machine(
    String cpu,
    int processors,
    long memoryMb,
    String os,
    String jvm,
    List<String> jvmFlags,
    String disk) {
  /** This one. */
  public static Machine here(Path data) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long memory =
        system instanceof com.sun.management.OperatingSystemMXBean more
            ? more.getTotalMemorySize() / (1024 * 1024)
            : 0;
    return new Machine(
        processor(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        system.getName() + " " + system.getVersion() + " " + system.getArch(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("-X"))
            .toList(),
        fileSystem(data));
  }

  private static String processor() {
    Path info = Path.of("/proc/cpuinfo");
    try {
      return Files.readAllLines(info).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String fileSystem(Path data) {
    try {
      return Files.getFileStore(data).type();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
