package com.prorata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.prorata.v1.GetTestClockRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong below gRPC, by a server that speaks as much HTTP/2 as that needs. */
@Timeout(60)
class BrokenConnectionTest {
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int ACKNOWLEDGED = 1;
  private static final int WHOLE_AND_LAST = 5;

  private interface Conversation {
    void hold(Socket socket) throws IOException;
  }

  private interface Answer {
    void give(DataOutputStream out, int stream) throws IOException;
  }

  private static Failure failureOf(Duration pause, Conversation conversation) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ProrataClient client =
            ProrataClient.builder("127.0.0.1:" + server.getLocalPort())
                .pauses(pause, pause.multipliedBy(4))
                .timeout(Duration.ofSeconds(20))
                .build()) {
      Thread thread = new Thread(() -> holdAll(server, conversation));
      thread.setDaemon(true);
      thread.start();
      GetTestClockRequest request = GetTestClockRequest.getDefaultInstance();
      return Failure.of(
          assertThrows(StatusRuntimeException.class, () -> client.clock().getTestClock(request)));
    }
  }

  private static void holdAll(ServerSocket server, Conversation conversation) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        conversation.hold(socket);
      } catch (IOException over) {
        continue; // with the connection, or the test
      }
    }
  }

  @Test
  @DisplayName("a server that is away is connected to at the pace of the client's own pauses")
  void reconnects() throws IOException {
    AtomicInteger connections = new AtomicInteger();
    Failure failure =
        failureOf(
            Duration.ofMillis(5),
            socket -> {
              if (connections.incrementAndGet() > 8) { // minutes, at gRPC's pace
                speak(socket, BrokenConnectionTest::unimplemented);
              }
            });
    assertEquals(Status.Code.UNIMPLEMENTED, failure.code(), failure.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8}) // PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL
  @DisplayName("a stream that is reset on the way is UNAVAILABLE, and tried again")
  void reset(int code) throws IOException {
    AtomicInteger streams = new AtomicInteger();
    Answer answer =
        (out, stream) -> {
          if (streams.incrementAndGet() > 2) {
            unimplemented(out, stream);
          } else {
            frame(out, RESET, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
          }
        };
    Failure last = failureOf(Duration.ofMillis(5), socket -> speak(socket, answer));
    assertEquals(Status.Code.UNIMPLEMENTED, last.code(), last.message());
    streams.set(0);
    Failure first = failureOf(Duration.ofMinutes(2), socket -> speak(socket, answer));
    assertEquals(Status.Code.UNAVAILABLE, first.code());
    assertTrue(first.message().startsWith("RST_STREAM closed stream"), first.message());
  }

  /** Answers the requests of a connection until it ends. */
  private static void speak(Socket socket, Answer answer) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    in.skipNBytes(24); // the preface
    frame(out, SETTINGS, 0, 0, new byte[0]);
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      in.skipNBytes(length);
      if (type == SETTINGS && flags == 0) {
        frame(out, SETTINGS, ACKNOWLEDGED, 0, new byte[0]);
      } else if (type == HEADERS) {
        answer.give(out, stream);
      }
    }
  }

  private static void unimplemented(DataOutputStream out, int stream) throws IOException {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.write(0x88); // :status 200
    field(headers, "content-type", "application/grpc");
    field(headers, "grpc-status", "12");
    frame(out, HEADERS, WHOLE_AND_LAST, stream, headers.toByteArray());
  }

  private static void field(ByteArrayOutputStream headers, String name, String value)
      throws IOException {
    headers.write(0); // a literal that is not kept
    for (String text : List.of(name, value)) {
      headers.write(text.length());
      headers.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] content)
      throws IOException {
    ByteBuffer head = ByteBuffer.allocate(9).put((byte) 0).putShort((short) content.length);
    out.write(head.put((byte) type).put((byte) flags).putInt(stream).array());
    out.write(content);
  }
}
