package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked PostgreSQL binaries, and beside them the scripts that run them.
 *
 * @param home the directory with {@code bin}, {@code lib} and {@code share}; its name tells what
 *     its contents were made from
 */
record Binaries(Path home) {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final List<String> SCRIPTS = List.of("template.sh", "watcher.sh");
  private static final Pattern MAJOR = Pattern.compile("^(\\d+)\\.");
  private static final Pattern VERSION = Pattern.compile("-(\\d+(?:\\.\\d+)+)\\.jar!");

  /** The binaries of this platform, unpacked if they are not in the cache yet. */
  static Binaries unpack(Platform platform, Path cache) {
    URL archive = find(platform);
    try {
      long checksum = checksum(archive);
      Binaries binaries = new Binaries(cache.resolve(name(archive, checksum)));
      if (!binaries.complete()) {
        try (CacheLock lock = CacheLock.acquire(cache)) {
          if (!binaries.complete()) {
            binaries.build(archive, checksum);
          }
        }
      }
      return binaries;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack %s into %s: is there space?".formatted(archive, cache), e);
    }
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  /** The version's first number; that of no version is one that is newer than all. */
  int major() {
    Matcher number = MAJOR.matcher(home.getFileName().toString());
    return number.find() ? Integer.parseInt(number.group(1)) : Integer.MAX_VALUE;
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  Path script(String name) {
    return home.resolve(name);
  }

  private boolean complete() {
    return Files.isExecutable(postgres()) && Files.isExecutable(initdb());
  }

  private void build(URL archive, long checksum) throws IOException {
    long started = System.nanoTime();
    Path building = home.resolveSibling(home.getFileName() + ".building");
    // Whoever built there is dead: this thread holds the lock.
    Directory.delete(building);
    Directory.delete(home);
    Directory.create(building);
    try (CheckedInputStream in = new CheckedInputStream(open(archive), new CRC32())) {
      Archive.unpack(in, building);
      in.transferTo(OutputStream.nullOutputStream());
      if (in.getChecksum().getValue() != checksum) {
        throw new IOException(archive + " is damaged: delete the file and download it again");
      }
    }
    for (String script : SCRIPTS) {
      Files.write(building.resolve(script), scriptBytes(script));
    }
    Files.move(building, home, StandardCopyOption.ATOMIC_MOVE);
    LOG.debug("unpacked {} in {} ms", home, (System.nanoTime() - started) / 1_000_000);
  }

  private static URL find(Platform platform) {
    // Asked of the class itself, a module would only find what lies in its own jar.
    ClassLoader own = Binaries.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    URL archive = own == null ? null : own.getResource(platform.archive());
    if (archive == null && context != null) {
      archive = context.getResource(platform.archive());
    }
    if (archive == null) {
      throw new EmbeddedPostgresException(
          Reason.NO_BINARIES,
          "there is no %s on the class path: add the dependency %s, or give the URL of a server in %s"
              .formatted(platform.archive(), platform.artifact(), TestServer.VARIABLE));
    }
    return archive;
  }

  /** The archive's checksum, which a jar's directory already knows. */
  private static long checksum(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    connection.setUseCaches(false);
    if (connection instanceof JarURLConnection jar) {
      try (var file = jar.getJarFile()) {
        long known = file.getEntry(jar.getEntryName()).getCrc();
        if (known >= 0) {
          return known;
        }
      }
    }
    try (CheckedInputStream in = new CheckedInputStream(open(archive), new CRC32())) {
      in.transferTo(OutputStream.nullOutputStream());
      return in.getChecksum().getValue();
    }
  }

  private static String name(URL archive, long checksum) throws IOException {
    Matcher version = VERSION.matcher(archive.toString());
    CRC32 scripts = new CRC32();
    for (String script : SCRIPTS) {
      scripts.update(scriptBytes(script));
    }
    HexFormat hex = HexFormat.of();
    return "%s-%s-%s"
        .formatted(
            version.find() ? version.group(1) : "unknown",
            hex.toHexDigits(checksum, Integer.BYTES * 2),
            hex.toHexDigits(scripts.getValue(), Integer.BYTES * 2));
  }

  private static InputStream open(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  private static byte[] scriptBytes(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Binaries.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
