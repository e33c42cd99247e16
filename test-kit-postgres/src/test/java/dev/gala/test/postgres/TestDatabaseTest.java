package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestDatabaseTest {
  @Test
  void aDatabaseIsCreatedUsedAndDropped() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        var connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id int)");
      assertThat(connection.getCatalog()).isEqualTo(database.name());
    }
  }

  @Test
  void aTemplateIsPreparedOnceAndCloned() throws Exception {
    for (int i = 0; i < 20; i++) {
      long started = System.nanoTime();
      try (TestDatabase database =
          TestDatabase.createFrom(
              "one",
              connection -> {
                try (var statement = connection.createStatement()) {
                  statement.execute("CREATE TABLE t AS SELECT 1 AS id");
                }
              })) {
        System.out.println("clone ms " + (System.nanoTime() - started) / 1e6);
        started = System.nanoTime();
        try (var connection = database.connect();
            var statement = connection.createStatement();
            var result = statement.executeQuery("SELECT id FROM t")) {
          assertThat(result.next()).isTrue();
        }
        System.out.println("connect ms " + (System.nanoTime() - started) / 1e6);
        started = System.nanoTime();
      }
      System.out.println("drop ms " + (System.nanoTime() - started) / 1e6);
    }
  }

  @Test
  void aSchemaIsTheSearchPath() throws Exception {
    for (int i = 0; i < 5; i++) {
      long started = System.nanoTime();
      try (TestSchema schema = TestSchema.create()) {
        System.out.println("schema ms " + (System.nanoTime() - started) / 1e6);
        try (var connection = schema.connect()) {
          assertThat(connection.getSchema()).isEqualTo(schema.name());
        }
      }
    }
  }
}
