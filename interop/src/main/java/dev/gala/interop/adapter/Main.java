package dev.gala.interop.adapter;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process: its environment says which database. */
public final class Main {
  static final String DATABASE_URL = "RIVER_CONFORMANCE_DATABASE_URL";
  static final String APPLICATION_NAME = "RIVER_CONFORMANCE_APPLICATION_NAME";
  static final String DRIVER = "RIVER_CONFORMANCE_DRIVER";

  private Main() {}

  /** Runs until standard input ends; 2 says that the environment is not as it must be. */
  public static void main(String[] arguments) throws IOException {
    String driver = System.getenv().getOrDefault(DRIVER, "postgres");
    String url = System.getenv().getOrDefault(DATABASE_URL, "");
    if (!driver.equals("postgres") || url.isEmpty()) {
      System.err.println(
          url.isEmpty()
              ? DATABASE_URL + " is not set: give the URL of a PostgreSQL database"
              : DRIVER + " is " + driver + ": there is a driver for postgres alone");
      System.exit(2);
    }
    try (var out =
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        var adapter =
            new Adapter(new Databases(url, System.getenv().getOrDefault(APPLICATION_NAME, "")))) {
      // Nothing but responses may stand there.
      System.setOut(System.err);
      adapter.serve(System.in, out);
    }
  }
}
