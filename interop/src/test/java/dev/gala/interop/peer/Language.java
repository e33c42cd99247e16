package dev.gala.interop.peer;

import java.nio.file.Path;
import java.util.List;

/** In what a peer is written. */
public enum Language {
  /** River's original client. */
  GO {
    @Override
    List<String> command() {
      return List.of(GoProgram.RIVER.binary().toString());
    }
  },
  /** This one. */
  JAVA {
    @Override
    List<String> command() {
      return java("dev.gala.interop.adapter.PeerMain");
    }
  };

  abstract List<String> command();

  /** Starts a peer on a database. */
  public Peer start(String name, String url) {
    return Peer.start(name, command(), url);
  }

  /** The other one. */
  public Language other() {
    return this == GO ? JAVA : GO;
  }

  /** The command that runs a class of these tests in a JVM of its own. */
  public static List<String> java(String mainClass) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        mainClass);
  }
}
