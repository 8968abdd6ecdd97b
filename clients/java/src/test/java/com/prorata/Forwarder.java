package com.prorata;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/** A way to the server over a port of its own on loopback, which can be cut. */
final class Forwarder implements AutoCloseable {
  private final ServerSocket server = new ServerSocket();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final IntConsumer onBytes;
  private volatile boolean down;

  Forwarder() throws IOException {
    this(bytes -> {});
  }

  /** A way that tells how many bytes go to the server. */
  Forwarder(IntConsumer onBytes) throws IOException {
    this.onBytes = onBytes;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Cuts all connections; while it is down, new ones are cut too. */
  void cut(boolean staysDown) {
    down = staysDown;
    sockets.forEach(Forwarder::close);
    sockets.clear();
  }

  void restore() {
    down = false;
  }

  @Override
  public void close() {
    cut(true);
    close(server);
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        if (down) {
          close(near);
          continue;
        }
        int colon = LiveServer.ADDRESS.lastIndexOf(':');
        Socket far =
            new Socket(
                LiveServer.ADDRESS.substring(0, colon),
                Integer.parseInt(LiveServer.ADDRESS.substring(colon + 1)));
        sockets.add(near);
        sockets.add(far);
        start(() -> copy(near, far, onBytes));
        start(() -> copy(far, near, bytes -> {}));
      }
    } catch (IOException closed) {
      cut(true); // with it
    }
  }

  private static void copy(Socket from, Socket to, IntConsumer onBytes) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        onBytes.accept(count);
        out.write(buffer, 0, count);
      }
    } catch (IOException cut) {
      return; // both ends are closed
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "forwarder");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(java.io.Closeable socket) {
    try {
      socket.close();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
