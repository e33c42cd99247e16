package dev.gala.durable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lies between a program and the server, and can be cut on the way there, or when the server has
 * done what it was asked and its answer is on the way.
 */
final class Cable implements AutoCloseable {
  /** A statement that never comes there, or the answer nobody gets to hear. */
  private record Cut(String statement, boolean ofListener, boolean answer, CountDownLatch done) {}

  /** By what connections of transactional listeners are known. */
  private static final String BEGIN = "as began_at";

  private final ServerSocket socket;
  private final int port;
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Cut> next = new AtomicReference<>();

  /** To the server at this port. */
  Cable(int port) throws IOException {
    this.port = port;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("cable").start(this::accept);
  }

  /** The address of a server, with this in between. */
  String through(String url) {
    return url.replace(":" + port + "/", ":" + socket.getLocalPort() + "/");
  }

  /** Cuts once, after the answer to the next statement that holds this text. */
  CountDownLatch cutAfter(String statement) {
    return cut(new Cut(statement, false, true, new CountDownLatch(1)));
  }

  /**
   * Cuts once, at the next COMMIT of a listener's transaction.
   *
   * @param answer whether after the answer, rather than before the server has it
   */
  CountDownLatch cutCommit(boolean answer) {
    return cut(new Cut("COMMIT", true, answer, new CountDownLatch(1)));
  }

  private CountDownLatch cut(Cut cut) {
    next.set(cut);
    return cut.done();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket program = socket.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        ends.add(program);
        ends.add(server);
        var cutting = new AtomicReference<Cut>();
        Thread.ofVirtual().name("cable").start(() -> ask(program, server, cutting));
        Thread.ofVirtual().name("cable").start(() -> answer(server, program, cutting));
      } catch (IOException failed) {
        // Closed, or no server there now: the next program may have more luck.
      }
    }
  }

  private void ask(Socket program, Socket server, AtomicReference<Cut> cutting) {
    byte[] buffer = new byte[1 << 16];
    boolean ofListener = false;
    try (program;
        server) {
      InputStream in = program.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        String said = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
        Cut cut = next.get();
        ofListener = ofListener || said.contains(BEGIN);
        if (cut != null
            && (ofListener || !cut.ofListener())
            && said.contains(cut.statement())
            && next.compareAndSet(cut, null)) {
          if (!cut.answer()) {
            cut.done().countDown();
            return;
          }
          cutting.set(cut);
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException ended) {
      // Either end is gone; so is this.
    }
  }

  private static void answer(Socket server, Socket program, AtomicReference<Cut> cutting) {
    byte[] buffer = new byte[1 << 16];
    try (program;
        server) {
      InputStream in = server.getInputStream();
      OutputStream out = program.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        Cut cut = cutting.get();
        if (cut != null) {
          cut.done().countDown();
          return;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException ended) {
      // Either end is gone; so is this.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket end : ends) {
      end.close();
    }
  }
}
