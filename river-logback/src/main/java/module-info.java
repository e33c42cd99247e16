/** An appender for Logback that keeps what an attempt logs with its job. */
module dev.gala.river.logback {
  requires transitive ch.qos.logback.classic;
  requires transitive ch.qos.logback.core;
  requires dev.gala.river;
  requires static org.jspecify;

  exports dev.gala.river.logback;
}
