/** The {@code gala} command. */
module dev.gala.cli {
  requires dev.gala;
  requires dev.gala.test.postgres;
  requires info.picocli;
  requires static transitive org.jspecify;

  opens dev.gala.cli to
      info.picocli;
  opens dev.gala.cli.control to
      info.picocli;
  opens dev.gala.cli.demo to
      info.picocli;
  opens dev.gala.cli.bench to
      info.picocli;
  opens dev.gala.cli.migrate to
      info.picocli;
}
