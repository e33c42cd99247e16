/** Tests of listeners, without sleeping and without containers. */
module dev.gala.test {
  requires transitive dev.gala;
  requires transitive dev.gala.test.postgres;
  requires static transitive org.jspecify;
  requires transitive org.junit.jupiter.api;

  exports dev.gala.test;
}
