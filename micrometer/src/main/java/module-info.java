/** What listeners and pools do, as Micrometer meters. */
module dev.gala.micrometer {
  requires transitive dev.gala;
  requires transitive micrometer.core;
  requires static org.jspecify;

  exports dev.gala.micrometer;
}
