package com.prorata;

import com.prorata.v1.Account;
import com.prorata.v1.AdvanceTestClockRequest;
import com.prorata.v1.ChangePlanRequest;
import com.prorata.v1.Closing;
import com.prorata.v1.CreateAccountRequest;
import com.prorata.v1.GetTestClockRequest;
import com.prorata.v1.PerUnitPricing;
import com.prorata.v1.PlanChange;
import com.prorata.v1.ProductFamily;
import com.prorata.v1.ProductPrice;
import com.prorata.v1.ProductStage;
import com.prorata.v1.PublishPricesRequest;
import com.prorata.v1.PutProductRequest;
import com.prorata.v1.StartClosingRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** The server in test mode at PRORATA_ADDRESS, and short ways to say what happens there. */
final class LiveServer {
  static final String ADDRESS = address();
  static final ProrataClient CLIENT = clientOf(ADDRESS);

  private LiveServer() {}

  private static String address() {
    String address = System.getenv("PRORATA_ADDRESS");
    if (address == null || address.isEmpty()) {
      throw new IllegalStateException(
          "PRORATA_ADDRESS: set it to the host:port of a server in test mode");
    }
    return address;
  }

  static ProrataClient clientOf(String address) {
    return ProrataClient.builder(address).caller("java-tests").build();
  }

  static ClientBuilder impatient(String address) {
    return ProrataClient.builder(address)
        .caller("java-tests")
        .pauses(Duration.ofMillis(10), Duration.ofMillis(50));
  }

  static Instant now() {
    return Moments.fromTimestamp(
        CLIENT.clock().getTestClock(GetTestClockRequest.getDefaultInstance()).getCurrentTime());
  }

  static String period() {
    return period(now());
  }

  static String period(Instant moment) {
    return YearMonth.from(moment.atOffset(ZoneOffset.UTC)).toString();
  }

  static Account newAccount() {
    return CLIENT.plans().createAccount(CreateAccountRequest.getDefaultInstance()).getAccount();
  }

  static PlanChange changePlan(String accountSid, String planId) {
    return CLIENT
        .plans()
        .changePlan(
            ChangePlanRequest.newBuilder().setAccountSid(accountSid).setPlanId(planId).build())
        .getChange();
  }

  /** A new product at a price per unit, from the current period on. */
  static String newProduct(String price) {
    String productId = "sms-" + UUID.randomUUID();
    CLIENT
        .billing()
        .putProduct(
            PutProductRequest.newBuilder()
                .setProductId(productId)
                .setDisplayName("SMS")
                .setUnit("message")
                .setStage(ProductStage.PRODUCT_STAGE_GENERALLY_AVAILABLE)
                .setFamily(ProductFamily.PRODUCT_FAMILY_PLATFORM)
                .build());
    PerUnitPricing unitPrice =
        PerUnitPricing.newBuilder().setUnitPrice(Decimals.toDecimal(new BigDecimal(price))).build();
    CLIENT
        .billing()
        .publishPrices(
            PublishPricesRequest.newBuilder()
                .addPrices(
                    ProductPrice.newBuilder()
                        .setProductId(productId)
                        .setEffectivePeriod(period())
                        .setPerUnit(unitPrice))
                .build());
    return productId;
  }

  /** New rows of one unit each. */
  static List<Usage> rows(String accountSid, String productId, int count) {
    UUID run = UUID.randomUUID();
    Instant now = now();
    List<Usage> rows = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(
            index ->
                rows.add(
                    new Usage(
                        EventIds.of(run + "-" + index),
                        accountSid,
                        productId,
                        BigDecimal.ONE,
                        now)));
    return rows;
  }

  static Usage rated(String accountSid, String productId, Amount amount) {
    return new Usage(
        UUID.randomUUID(), accountSid, productId, BigDecimal.ONE, now(), Optional.of(amount));
  }

  /** Moves the clock to the end of the current month and closes that. */
  static Closing closeMonth() {
    YearMonth month = YearMonth.from(now().atOffset(ZoneOffset.UTC));
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    CLIENT
        .clock()
        .advanceTestClock(
            AdvanceTestClockRequest.newBuilder().setTargetTime(Moments.toTimestamp(end)).build());
    CLIENT
        .billing()
        .startClosing(StartClosingRequest.newBuilder().setPeriod(month.toString()).build());
    Closing last = Closing.getDefaultInstance();
    try (ResumedStream<Closing> steps = CLIENT.watchClosing(month.toString())) {
      for (Closing step : steps) {
        last = step;
      }
    }
    return last;
  }
}
