package dev.gala.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a run makes for itself, a schema and a folder, and removes at its end. */
final class DemoRooms implements AutoCloseable {
  private final DemoDatabase database;
  private final DemoStore store;
  private final Path folder;
  private boolean kept;

  private DemoRooms(DemoDatabase database, DemoStore store, Path folder) {
    this.database = database;
    this.store = store;
    this.folder = folder;
  }

  static DemoRooms open(DemoDatabase database, DemoStore store) throws SQLException, IOException {
    try (Connection connection = database.river().openConnection()) {
      store.create(connection);
    }
    return new DemoRooms(database, store, Files.createTempDirectory("gala-demo-"));
  }

  Path folder() {
    return folder;
  }

  /** From now on closing leaves everything there. */
  void keep() {
    kept = true;
  }

  /** Removes the tables and jobs from the user's database; a throw-away one goes as a whole. */
  @Override
  public void close() throws SQLException, IOException {
    if (kept) {
      return;
    }
    deleteFolder();
    if (!database.isThrowAway()) {
      try (Connection connection = database.river().openConnection()) {
        store.drop(connection);
      }
    }
  }

  private void deleteFolder() throws IOException {
    List<Path> files;
    try (var listed = Files.list(folder)) {
      files = listed.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
