/**
 * A throw-away PostgreSQL server, database or schema for tests and demonstrations, without
 * containers.
 */
module dev.gala.test.postgres {
  requires java.naming; // a supertype of pgjdbc's data source
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires org.apache.commons.compress;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires org.tukaani.xz;

  exports dev.gala.test.postgres;
}
