package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An initialised data directory that servers are copied from.
 *
 * @param home the directory with {@code data} and {@code password}
 */
record Template(Path home) {
  static final String USER = "postgres";

  private static final Logger LOG = LoggerFactory.getLogger(Template.class);
  private static final int PASSWORD_BYTES = 16;

  /**
   * The same behaviour on every machine: no locale of the operating system, sorting by code point.
   * The password is random, so one round of hashing is as good as thousands and lets connections be
   * made quickly; over the loopback interface it may travel in the clear. Servers before 16 know
   * their hashing only, and before 17 letters of ASCII only.
   */
  private static List<String> options(int major) {
    var options = new ArrayList<>(List.of("--username=" + USER, "--auth=password"));
    options.addAll(List.of("--encoding=UTF8", "--no-locale", "--no-instructions"));
    if (major >= 16) {
      options.add("--set=scram_iterations=1");
    }
    if (major >= 17) {
      options.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    }
    return options;
  }

  /** The template made by these binaries, initialised if it is not in the cache yet. */
  static Template initialise(Binaries binaries, Workspace workspace, ServerUser user) {
    List<String> options = options(binaries.major());
    String name = "%s-template-%08x".formatted(binaries.home().getFileName(), options.hashCode());
    Template template = new Template(workspace.templates().resolve(name));
    if (!template.complete()) {
      try (CacheLock lock = CacheLock.acquire(workspace.installs())) {
        if (!template.complete()) {
          template.build(binaries, user, options);
        }
      }
    }
    return template;
  }

  Path data() {
    return home.resolve("data");
  }

  String password() {
    try {
      return Files.readString(home.resolve("password")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the password of the template: delete the directory " + home, e);
    }
  }

  private boolean complete() {
    return Files.exists(data().resolve("PG_VERSION")) && Files.exists(home.resolve("password"));
  }

  private void build(Binaries binaries, ServerUser user, List<String> options) {
    long started = System.nanoTime();
    byte[] secret = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(secret);
    List<String> script =
        List.of(
            "sh",
            binaries.script("template.sh").toString(),
            home.toString(),
            binaries.initdb().toString());
    Command initdb =
        Command.run(
            Command.line(user.initPrefix(), script, options),
            HexFormat.of().formatHex(secret) + "\n");
    if (!initdb.succeeded()) {
      throw new EmbeddedPostgresException(
          Reason.START_FAILED,
          "cannot initialise %s as user id %d (status %d):%n%s"
              .formatted(home, user.fileOwner(), initdb.status(), initdb.output()));
    }
    LOG.debug("initialised {} in {} ms", home, (System.nanoTime() - started) / 1_000_000);
  }
}
