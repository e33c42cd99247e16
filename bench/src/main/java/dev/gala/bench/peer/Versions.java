package dev.gala.bench.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of what is measured, as the build chose them. */
public final class Versions {
  private static final Properties VERSIONS = load();

  private Versions() {}

  /** The version of a library. */
  public static String of(String library) {
    return VERSIONS.getProperty(library, "unknown");
  }

  private static Properties load() {
    var versions = new Properties();
    try (InputStream file = Versions.class.getResourceAsStream("/bench-versions.properties")) {
      versions.load(file);
      return versions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
