/** The event layer: typed, durable events on PostgreSQL. */
module dev.gala {
  requires transitive dev.gala.river;
  requires static transitive org.jspecify;
  requires com.github.f4b6a3.ulid;
  requires org.slf4j;

  exports dev.gala;
  exports dev.gala.context;
  exports dev.gala.durable;
  exports dev.gala.event;
  exports dev.gala.json;
  exports dev.gala.pool;
  exports dev.gala.schedule;
  exports dev.gala.spi;
  exports dev.gala.stored;
  exports dev.gala.workflow;

  // Their records are read and written as JSON.
  opens dev.gala.schedule to
      tools.jackson.databind;
  opens dev.gala.workflow to
      tools.jackson.databind;
}
