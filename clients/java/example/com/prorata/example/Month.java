package com.prorata.example;

import com.prorata.Amount;
import com.prorata.Days;
import com.prorata.Decimals;
import com.prorata.EventIds;
import com.prorata.Failure;
import com.prorata.Moments;
import com.prorata.ProrataClient;
import com.prorata.RefusedRow;
import com.prorata.ResumedStream;
import com.prorata.Usage;
import com.prorata.UsageReport;
import com.prorata.v1.Account;
import com.prorata.v1.AdvanceTestClockRequest;
import com.prorata.v1.ChangePlanRequest;
import com.prorata.v1.ChargeKind;
import com.prorata.v1.ChargeRecord;
import com.prorata.v1.Closing;
import com.prorata.v1.CreateAccountRequest;
import com.prorata.v1.ErrorReason;
import com.prorata.v1.ExplainChargeRequest;
import com.prorata.v1.GetTestClockRequest;
import com.prorata.v1.PerUnitPricing;
import com.prorata.v1.PlanChange;
import com.prorata.v1.PreviewChargesRequest;
import com.prorata.v1.ProductFamily;
import com.prorata.v1.ProductPrice;
import com.prorata.v1.ProductStage;
import com.prorata.v1.PublishPricesRequest;
import com.prorata.v1.PutProductRequest;
import com.prorata.v1.RecordUsageRequest;
import com.prorata.v1.StartClosingRequest;
import com.prorata.v1.StreamChargesRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A month as a service of the platform plays it: an account, its plan, its usage, and what it is
 * charged.
 *
 * <p>It talks to the server at PRORATA_ADDRESS. On one in test mode it goes on to close the month
 * and reads the charges.
 */
public final class Month {
  private static final int GRACE_HOURS = 7; // a month closes by itself six hours after its end
  private static final int CLOSING_TRIES = 120;
  private static final String PRODUCT = "example-sms";

  private final ProrataClient client;

  private Month(ProrataClient client) {
    this.client = client;
  }

  public static void main(String[] arguments) throws InterruptedException {
    String address = System.getenv().getOrDefault("PRORATA_ADDRESS", "127.0.0.1:50051");
    try (ProrataClient client = ProrataClient.builder(address).caller("month-example").build()) {
      new Month(client).play();
    }
  }

  private void play() throws InterruptedException {
    Optional<Instant> testClock = readTestClock();
    Instant now = testClock.orElseGet(Instant::now);
    YearMonth period = YearMonth.from(now.atOffset(ZoneOffset.UTC));

    offerMessages(period);
    Account account = createAccount("Owl Post", "");
    Account subaccount = createAccount("Owl Post, night", account.getAccountSid());
    System.out.printf(
        "account %s, from %s on%n",
        account.getAccountSid(), Days.fromDate(account.getCreationDay()));

    PlanChange change = changePlan(account.getAccountSid());
    System.out.printf(
        "production from %s on, first charged %s%n",
        Days.fromDate(change.getActiveDay()), Days.fromDate(change.getFirstChargeDay()));
    changeAgain(account.getAccountSid());

    recordUsage(List.of(account.getAccountSid(), subaccount.getAccountSid()), now);
    preview(account.getAccountSid(), period);

    if (testClock.isEmpty()) {
      System.out.println(
          "the server has no test clock, so the month goes on: this is where the example ends");
      return;
    }
    closeMonth(period);
    explainCharges(account.getAccountSid(), period);
  }

  /** The moment of the server's test clock; empty when it is not in test mode. */
  private Optional<Instant> readTestClock() {
    try {
      return Optional.of(
          Moments.fromTimestamp(
              client
                  .clock()
                  .getTestClock(GetTestClockRequest.getDefaultInstance())
                  .getCurrentTime()));
    } catch (StatusRuntimeException error) {
      if (Failure.of(error).code() == Status.Code.UNIMPLEMENTED) {
        return Optional.empty();
      }
      throw error;
    }
  }

  /** A product with a price, which finance would have published long before. */
  private void offerMessages(YearMonth period) {
    client
        .billing()
        .putProduct(
            PutProductRequest.newBuilder()
                .setProductId(PRODUCT)
                .setDisplayName("SMS")
                .setUnit("message")
                .setStage(ProductStage.PRODUCT_STAGE_GENERALLY_AVAILABLE)
                .setFamily(ProductFamily.PRODUCT_FAMILY_PLATFORM)
                .build());
    PerUnitPricing pricing =
        PerUnitPricing.newBuilder()
            .setUnitPrice(Decimals.toDecimal(new BigDecimal("0.0079")))
            .build();
    ProductPrice price =
        ProductPrice.newBuilder()
            .setProductId(PRODUCT)
            .setEffectivePeriod(period.toString())
            .setPerUnit(pricing)
            .build();
    client.billing().publishPrices(PublishPricesRequest.newBuilder().addPrices(price).build());
  }

  private Account createAccount(String displayName, String parentAccountSid) {
    return client
        .plans()
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setDisplayName(displayName)
                .setParentAccountSid(parentAccountSid)
                .build())
        .getAccount();
  }

  private PlanChange changePlan(String accountSid) {
    return client
        .plans()
        .changePlan(
            ChangePlanRequest.newBuilder()
                .setAccountSid(accountSid)
                .setPlanId("production")
                .build())
        .getChange();
  }

  /** A second change is refused, and the reason says why. */
  private void changeAgain(String accountSid) {
    try {
      changePlan(accountSid);
    } catch (StatusRuntimeException error) {
      Failure failure = Failure.of(error);
      if (!failure.is(ErrorReason.ERROR_REASON_PLAN_ALREADY_HELD)) {
        throw error;
      }
      System.out.printf("once more: %s: %s%n", failure.reason(), failure.message());
    }
  }

  /** Usage in rows, as a service with little of it sends it, and in columns. */
  private void recordUsage(List<String> accountSids, Instant occurTime) {
    UUID run = UUID.randomUUID();
    List<Usage> rows = new ArrayList<>();
    IntStream.range(0, 100_000)
        .forEach(index -> rows.add(usage(run, index, accountSids, PRODUCT, occurTime)));

    RecordUsageRequest.Builder few = RecordUsageRequest.newBuilder();
    rows.subList(0, 3).forEach(row -> few.addRecords(row.toRecord()));
    System.out.printf("rows: %d new%n", client.billing().recordUsage(few.build()).getNewCount());

    rows.add(usage(run, rows.size(), accountSids, "owls", occurTime));
    UsageReport report = client.sendUsage(rows);
    System.out.printf(
        "columns: %d new, %d repeated, %d refused%n",
        report.newCount(), report.repeatedCount(), report.refusedCount());
    for (RefusedRow row : report.refused()) {
      System.out.printf("  row %d: %s %s%n", row.index(), row.field(), row.reason());
    }
  }

  private static Usage usage(
      UUID run, int index, List<String> accountSids, String product, Instant occurTime) {
    return new Usage(
        EventIds.of(run + "-" + index), // what happened, not when it is sent: it counts once
        accountSids.get(index % accountSids.size()),
        product,
        BigDecimal.ONE,
        occurTime);
  }

  private void preview(String accountSid, YearMonth period) {
    System.out.printf("%s as it stands:%n", period);
    PreviewChargesRequest request =
        PreviewChargesRequest.newBuilder()
            .setAccountSid(accountSid)
            .setPeriod(period.toString())
            .build();
    client.billing().previewCharges(request).getRecordsList().forEach(Month::print);
  }

  /** Sets the clock past the end of the month, and follows its closing. */
  private void closeMonth(YearMonth period) throws InterruptedException {
    Instant end = period.plusMonths(1).atDay(1).atTime(GRACE_HOURS, 0).toInstant(ZoneOffset.UTC);
    client
        .clock()
        .advanceTestClock(
            AdvanceTestClockRequest.newBuilder().setTargetTime(Moments.toTimestamp(end)).build());
    startClosing(period);
    try (ResumedStream<Closing> steps = client.watchClosing(period.toString())) {
      for (Closing closing : steps) {
        System.out.printf(
            "closing %s: %s, %d of %d shards%n",
            closing.getPeriod(),
            closing.getState(),
            closing.getDoneShardCount(),
            closing.getShardCount());
      }
    }
  }

  /** Starts a closing, or finds it started; a month before it that still closes is waited for. */
  private void startClosing(YearMonth period) throws InterruptedException {
    StartClosingRequest request =
        StartClosingRequest.newBuilder().setPeriod(period.toString()).build();
    for (int tries = 1; ; tries++) {
      try {
        client.billing().startClosing(request);
        return;
      } catch (StatusRuntimeException error) {
        boolean early = Failure.of(error).is(ErrorReason.ERROR_REASON_PERIOD_OUT_OF_ORDER);
        if (!early || tries == CLOSING_TRIES) {
          throw error;
        }
        Thread.sleep(500);
      }
    }
  }

  /** What the closing charges the account, from the feed; the support plan explained. */
  private void explainCharges(String accountSid, YearMonth period) {
    StreamChargesRequest request = StreamChargesRequest.newBuilder().setAfterPosition(0).build();
    try (ResumedStream<ChargeRecord> records = client.streamCharges(request)) {
      for (ChargeRecord record : records) {
        if (record.getPayerAccountSid().equals(accountSid)
            && record.getClosingPeriod().equals(period.toString())) {
          print(record);
          if (record.getKind() == ChargeKind.CHARGE_KIND_SUPPORT_PLAN) {
            explain(record);
          }
        }
      }
    }
  }

  private void explain(ChargeRecord record) {
    ExplainChargeRequest request =
        ExplainChargeRequest.newBuilder().setChargeId(record.getChargeId()).build();
    client
        .billing()
        .explainCharge(request)
        .getExplanation()
        .getLinesList()
        .forEach(
            line -> System.out.printf("    %s%n    %s%n", line.getSummary(), line.getFormula()));
  }

  private static void print(ChargeRecord record) {
    Amount amount = Amount.fromMoney(record.getAmount());
    System.out.printf(
        "  %-26s %12s  %s%n", record.getKind(), forPeople(amount), record.getChargeId());
  }

  private static String forPeople(Amount amount) {
    NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
    format.setCurrency(Currency.getInstance(amount.currencyCode()));
    return format.format(amount.value());
  }
}
