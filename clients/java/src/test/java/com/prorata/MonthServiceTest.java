package com.prorata;

import static com.prorata.LiveServer.CLIENT;
import static com.prorata.LiveServer.changePlan;
import static com.prorata.LiveServer.closeMonth;
import static com.prorata.LiveServer.newAccount;
import static com.prorata.LiveServer.newProduct;
import static com.prorata.LiveServer.now;
import static com.prorata.LiveServer.period;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.type.Money;
import com.prorata.v1.AcknowledgeChargesRequest;
import com.prorata.v1.ChargeKind;
import com.prorata.v1.ChargeRecord;
import com.prorata.v1.Closing;
import com.prorata.v1.ClosingState;
import com.prorata.v1.ErrorReason;
import com.prorata.v1.ExplainChargeRequest;
import com.prorata.v1.ExplainChargeResponse;
import com.prorata.v1.ListChargesRequest;
import com.prorata.v1.StreamChargesRequest;
import com.prorata.v1.VoidUsageRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The one class that moves the server's clock. */
@Tag("service")
class MonthServiceTest {

  @Test
  @DisplayName("months close, and the feed is followed over breaks without gap or repetition")
  void feed() throws IOException, InterruptedException {
    String accountSid = newAccount().getAccountSid();
    changePlan(accountSid, "production");
    Instant moment = now();
    UUID eventId = UUID.randomUUID();
    BigDecimal quantity = new BigDecimal("24.68");
    CLIENT.sendUsage(List.of(new Usage(eventId, accountSid, newProduct("0.5"), quantity, moment)));

    int before = read(after(0)).size(); // another run's
    BlockingQueue<ChargeRecord> followed = new LinkedBlockingQueue<>();
    Queue<Failure> breaks = new ConcurrentLinkedQueue<>();
    List<ChargeRecord> records = new ArrayList<>();
    try (Forwarder way = new Forwarder();
        ProrataClient client =
            LiveServer.impatient(way.address()).onBreak((why, pause) -> breaks.add(why)).build();
        ResumedStream<ChargeRecord> feed =
            client.streamCharges(after(before).toBuilder().setFollow(true).build())) {
      Thread follower = new Thread(() -> feed.forEachRemaining(followed::add));
      follower.start();

      Closing first = closeMonth();
      assertEquals(ClosingState.CLOSING_STATE_CLOSED, first.getState());
      take(followed, records, first.getRecordCount());

      way.cut(true);
      CLIENT
          .billing()
          .voidUsage(
              VoidUsageRequest.newBuilder()
                  .setAccountSid(accountSid)
                  .setPeriod(period(moment))
                  .addEventIds(eventId.toString())
                  .build());
      Closing second = closeMonth();
      assertEquals(ClosingState.CLOSING_STATE_CLOSED, second.getState());
      way.restore();
      take(followed, records, second.getRecordCount());

      way.cut(false);
      take(followed, records, closeMonth().getRecordCount());
      Runnable end = feed::close; // as another thread would
      end.run();
      follower.join(5_000);
      assertTrue(!follower.isAlive(), "closing the feed ends the loop");
    }
    assertTrue(breaks.size() >= 2, breaks::toString);
    assertTrue(breaks.stream().allMatch(why -> why.code() == Status.Code.UNAVAILABLE));
    assertTrue(followed.isEmpty());
    assertEquals(
        LongStream.rangeClosed(before + 1L, before + records.size()).boxed().toList(),
        records.stream().map(ChargeRecord::getPosition).toList());
    assertEquals(read(after(before)), records);

    List<Money> mine =
        records.stream()
            .filter(record -> record.getPayerAccountSid().equals(accountSid))
            .filter(record -> record.getKind() == ChargeKind.CHARGE_KIND_USAGE)
            .map(ChargeRecord::getAmount)
            .toList();
    assertEquals(
        List.of(Amount.of("12.34", "USD"), Amount.of("-12.34", "USD")),
        mine.stream().map(Amount::fromMoney).toList());
    assertEquals(mine.get(1), Amount.of("-12.34", "USD").toMoney());
    assertEquals(-340_000_000, mine.get(1).getNanos());

    String consumer = "java-" + accountSid;
    CLIENT
        .billing()
        .acknowledgeCharges(
            AcknowledgeChargesRequest.newBuilder()
                .setConsumer(consumer)
                .setPosition(before + 2L)
                .build());
    assertEquals(
        records.subList(2, records.size()),
        read(StreamChargesRequest.newBuilder().setConsumer(consumer).build()));
  }

  @Test
  @DisplayName("a closing is watched to its end though the way to the server breaks")
  void watch() throws IOException {
    changePlan(newAccount().getAccountSid(), "production");
    Closing closed = closeMonth();
    List<Closing> seen = new ArrayList<>();
    List<Failure> breaks = new ArrayList<>();
    try (Forwarder way = new Forwarder();
        ProrataClient client =
            LiveServer.impatient(way.address())
                .onBreak(
                    (why, pause) -> {
                      breaks.add(why);
                      way.restore();
                    })
                .build();
        ResumedStream<Closing> steps = client.watchClosing(closed.getPeriod())) {
      way.cut(true);
      steps.forEachRemaining(seen::add);
    }
    assertTrue(!breaks.isEmpty());
    assertEquals(closed, seen.get(seen.size() - 1));
  }

  @Test
  @DisplayName("what will not help to be tried again ends a stream that follows")
  void hopeless() {
    try (ResumedStream<Closing> steps = CLIENT.watchClosing("2000-01")) {
      StatusRuntimeException error = assertThrows(StatusRuntimeException.class, steps::hasNext);
      assertTrue(Failure.of(error).is(ErrorReason.ERROR_REASON_CLOSING_NOT_FOUND));
    }
    try (ResumedStream<ChargeRecord> feed =
        CLIENT.streamCharges(after(1_000_000_000_000L).toBuilder().setFollow(true).build())) {
      StatusRuntimeException error = assertThrows(StatusRuntimeException.class, feed::hasNext);
      assertTrue(Failure.of(error).is(ErrorReason.ERROR_REASON_UNKNOWN_CURSOR));
    }
  }

  @Test
  @DisplayName("a charge is explained to the cent (6.7)")
  void explained() {
    String accountSid = newAccount().getAccountSid();
    changePlan(accountSid, "production");
    closeMonth();
    List<ChargeRecord> records =
        CLIENT
            .billing()
            .listCharges(ListChargesRequest.newBuilder().setPayerAccountSid(accountSid).build())
            .getRecordsList();
    assertEquals(1, records.size());
    ExplainChargeResponse response =
        CLIENT
            .billing()
            .explainCharge(
                ExplainChargeRequest.newBuilder()
                    .setChargeId(records.get(0).getChargeId())
                    .build());
    String formula = response.getExplanation().getLines(0).getFormula();
    assertTrue(formula.contains("max(4 % × 0.00, 250.00)"), formula);
  }

  private static StreamChargesRequest after(long position) {
    return StreamChargesRequest.newBuilder().setAfterPosition(position).build();
  }

  private static List<ChargeRecord> read(StreamChargesRequest request) {
    List<ChargeRecord> records = new ArrayList<>();
    try (ResumedStream<ChargeRecord> feed = CLIENT.streamCharges(request)) {
      feed.forEachRemaining(records::add);
    }
    return records;
  }

  private static void take(BlockingQueue<ChargeRecord> from, List<ChargeRecord> to, long count)
      throws InterruptedException {
    for (long taken = 0; taken < count; taken++) {
      ChargeRecord record = from.poll(30, TimeUnit.SECONDS);
      assertTrue(record != null, "the feed stops after " + to.size() + " records");
      to.add(record);
    }
  }
}
