package com.prorata;

import static com.prorata.LiveServer.ADDRESS;
import static com.prorata.LiveServer.CLIENT;
import static com.prorata.LiveServer.newAccount;
import static com.prorata.LiveServer.newProduct;
import static com.prorata.LiveServer.now;
import static com.prorata.LiveServer.period;
import static com.prorata.LiveServer.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.prorata.v1.GetUsageSummaryRequest;
import com.prorata.v1.ListUsageRequest;
import com.prorata.v1.UsageRecord;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("service")
class UsageServiceTest {

  @Test
  @DisplayName("columns tell what was new, repeated and refused, by the index among all (4.1, 4.3)")
  void columns() {
    String accountSid = newAccount().getAccountSid();
    String productId = newProduct("1");
    List<Usage> fresh = rows(accountSid, productId, 25);
    Usage first = fresh.get(0);
    List<Usage> rows = new ArrayList<>(fresh);
    rows.add(first);
    rows.add(
        new Usage(
            UUID.randomUUID(), accountSid, "no-such-product", BigDecimal.ONE, first.occurTime()));
    rows.add(new Usage(first.eventId(), accountSid, productId, BigDecimal.TEN, first.occurTime()));
    List<Long> progress = new ArrayList<>();
    UsageReport report =
        CLIENT.sendUsage(
            rows,
            UsageOptions.DEFAULT
                .withBatchRows(10)
                .withProgress(sofar -> progress.add(sofar.newCount())));
    assertEquals(25, report.newCount());
    assertEquals(1, report.repeatedCount());
    assertEquals(2, report.refusedCount());
    List<String> refused =
        report.refused().stream()
            .sorted(Comparator.comparing(RefusedRow::index))
            .map(row -> row.index() + " " + row.field() + " " + row.reason())
            .toList();
    assertEquals(List.of("26 productId PRODUCT_NOT_FOUND", "27 eventId EVENT_CONFLICT"), refused);
    assertEquals(3, progress.size());
    assertEquals(25L, progress.get(2));

    UsageReport again = CLIENT.sendUsage(fresh);
    assertEquals(new UsageReport(0, 25, 0, List.of()), again);
  }

  @Test
  @DisplayName("numbers and moments in columns are kept exactly")
  void exact() {
    String accountSid = newAccount().getAccountSid();
    Instant moment = now().plusNanos(7_999);
    Usage row =
        new Usage(
            UUID.randomUUID(),
            accountSid,
            newProduct("1"),
            new BigDecimal("999999999999.999999"),
            moment,
            Optional.of(Amount.of("999999999.999999999", "USD")));
    assertEquals(1, CLIENT.sendUsage(List.of(row)).newCount());
    UsageRecord kept =
        CLIENT
            .billing()
            .listUsage(
                ListUsageRequest.newBuilder()
                    .setAccountSid(accountSid)
                    .setPeriod(period(moment))
                    .build())
            .getUsage(0)
            .getRecord();
    assertEquals(row.toRecord(), kept);
    assertEquals(999_999_999_999_999_999L, kept.getQuantityMicros());
    assertEquals(7_000, kept.getOccurTime().getNanos() % 1_000_000);
  }

  @Test
  @DisplayName("the same record in a row and in a column is one (4.1)")
  void rowAndColumn() {
    Usage row = rows(newAccount().getAccountSid(), newProduct("1"), 1).get(0);
    CLIENT
        .billing()
        .recordUsage(
            com.prorata.v1.RecordUsageRequest.newBuilder().addRecords(row.toRecord()).build());
    assertEquals(new UsageReport(0, 1, 0, List.of()), CLIENT.sendUsage(List.of(row)));
  }

  @Test
  @DisplayName("nothing to send is nothing to report")
  void nothing() {
    assertEquals(new UsageReport(0, 0, 0, List.of()), CLIENT.sendUsage(List.of()));
  }

  @Test
  @DisplayName("a stream that is cut goes on, and every row counts once (4.1)")
  void cut() throws IOException {
    String accountSid = newAccount().getAccountSid();
    List<Usage> rows = rows(accountSid, newProduct("1"), 30_000);
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger cuts = new AtomicInteger();
    AtomicReference<Forwarder> way = new AtomicReference<>();
    try (Forwarder forwarder =
        new Forwarder(
            bytes -> {
              if (cuts.get() < 3 && sent.addAndGet(bytes) > 400_000 * (cuts.get() + 1)) {
                cuts.incrementAndGet();
                way.get().cut(false);
              }
            })) {
      way.set(forwarder);
      try (ProrataClient client = LiveServer.impatient(forwarder.address()).build()) {
        UsageReport report = client.sendUsage(rows, UsageOptions.DEFAULT.withBatchRows(2_000));
        assertEquals(3, cuts.get());
        assertEquals(rows.size(), report.newCount() + report.repeatedCount());
      }
    }
    GetUsageSummaryRequest request =
        GetUsageSummaryRequest.newBuilder().setAccountSid(accountSid).setPeriod(period()).build();
    assertEquals(30_000, CLIENT.billing().getUsageSummary(request).getRows(0).getRecordCount());
  }

  @Test
  @DisplayName("a batch that the server can not take ends the sending, and the field is told")
  void malformed() {
    Usage row = rows("x".repeat(5_000_000), newProduct("1"), 1).get(0);
    Failure failure =
        Failure.of(
            assertThrows(StatusRuntimeException.class, () -> CLIENT.sendUsage(List.of(row))));
    assertEquals("INVALID_FIELD", failure.reason());
    assertEquals("columns", failure.violations().get(0).path());
  }

  @Test
  @DisplayName("usage is given up when the server stays away longer than a call may take")
  void away() throws IOException {
    Usage row = rows(newAccount().getAccountSid(), newProduct("1"), 1).get(0);
    try (Forwarder forwarder = new Forwarder();
        ProrataClient client =
            LiveServer.impatient(forwarder.address())
                .timeout(java.time.Duration.ofMillis(300))
                .build()) {
      forwarder.cut(true);
      Failure failure =
          Failure.of(
              assertThrows(StatusRuntimeException.class, () -> client.sendUsage(List.of(row))));
      assertEquals(io.grpc.Status.Code.UNAVAILABLE, failure.code());
    }
    assertEquals(1, LiveServer.clientOf(ADDRESS).sendUsage(List.of(row)).newCount());
  }
}
