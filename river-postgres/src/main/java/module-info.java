/** The PostgreSQL driver of the engine, found by {@link java.util.ServiceLoader}. */
module dev.gala.river.postgres {
  requires com.zaxxer.hikari;
  requires dev.gala.river;
  requires java.naming; // a supertype of pgjdbc's data source
  requires static org.checkerframework.checker.qual; // annotations on pgjdbc's classes
  requires static org.jspecify;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires tools.jackson.databind;

  provides dev.gala.river.driver.DriverProvider with
      dev.gala.river.postgres.PostgresDriverProvider;
}
