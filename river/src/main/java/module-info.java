/** The engine: a client and worker runtime for River's job tables. */
module dev.gala.river {
  requires transitive java.sql;
  requires static transitive org.jspecify;
  requires transitive org.slf4j;
  requires transitive tools.jackson.databind;

  exports dev.gala.river;
  exports dev.gala.river.driver;
  exports dev.gala.river.job;
  exports dev.gala.river.json;
  exports dev.gala.river.migrate;
  exports dev.gala.river.spi;
  exports dev.gala.river.worker;

  uses dev.gala.river.driver.DriverProvider;
}
