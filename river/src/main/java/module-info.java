/** The engine: a client and worker runtime for River's job tables. */
module dev.gala.river {
  requires static transitive org.jspecify;

  exports dev.gala.river.job;
}
