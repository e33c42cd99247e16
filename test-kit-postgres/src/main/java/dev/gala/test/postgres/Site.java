package dev.gala.test.postgres;

import java.nio.file.Path;

/**
 * What one server is made of.
 *
 * @param user as whom its processes run
 * @param home its directory, made and deleted by its watcher
 */
record Site(ServerUser user, Binaries binaries, Template template, Path home) {

  Path data() {
    return home.resolve("data");
  }
}
