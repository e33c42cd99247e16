package dev.gala.test.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a server tells about itself in {@code postmaster.pid}.
 *
 * @param data its data directory
 * @param pid its process id
 * @param ready whether it accepts connections
 */
record PostmasterFile(Path data, long pid, boolean ready) {
  private static final int STATUS_LINE = 7;

  /** Empty when there is no such file, or when it is just being written. */
  static Optional<PostmasterFile> read(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.isEmpty() || lines.getFirst().isBlank()) {
        return Optional.empty();
      }
      boolean ready = lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
      return Optional.of(new PostmasterFile(data, Long.parseLong(lines.getFirst().strip()), ready));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether the process of this id is still this server: it works in its data directory. */
  boolean isRunning() {
    try {
      return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "cwd"))
          .equals(data.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
