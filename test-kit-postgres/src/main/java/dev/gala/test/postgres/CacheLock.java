package dev.gala.test.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to build in a cache directory, for one thread of one JVM at a time. The operating
 * system takes it back when the JVM dies.
 */
final class CacheLock implements AutoCloseable {
  // File locks belong to the whole JVM, so its own threads need a lock as well.
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  static CacheLock acquire(Path directory) {
    THREADS.lock();
    try {
      FileChannel channel = open(directory.resolve("lock"));
      channel.lock();
      return new CacheLock(channel);
    } catch (IOException e) {
      THREADS.unlock();
      throw new UncheckedIOException("cannot lock " + directory, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock", e);
    } finally {
      THREADS.unlock();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }
}
