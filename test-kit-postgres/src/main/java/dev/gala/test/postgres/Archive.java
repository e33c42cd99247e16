package dev.gala.test.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the archives that the binaries come in. */
final class Archive {
  private static final int EXECUTABLE = 0100;

  private Archive() {}

  /**
   * Unpacks an xz-compressed tar file into an existing directory. Leaves out static libraries,
   * which only serve to build other programs, and reads no further than the archive's end mark.
   */
  static void unpack(InputStream in, Path target) throws IOException {
    TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path path = inside(target, target.resolve(entry.getName()));
      if (entry.isDirectory()) {
        Directory.create(path);
      } else if (entry.isSymbolicLink()) {
        Directory.create(path.resolveSibling("").normalize());
        inside(target, path.resolveSibling(entry.getLinkName()));
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } else if (entry.isFile() && !entry.getName().endsWith(".a")) {
        Directory.create(path.resolveSibling("").normalize());
        Files.copy(tar, path);
        boolean executable = (entry.getMode() & EXECUTABLE) != 0;
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  private static Path inside(Path target, Path path) throws IOException {
    if (!path.normalize().startsWith(target)) {
      throw new IOException("the archive has an entry outside of itself: " + path);
    }
    return path.normalize();
  }
}
