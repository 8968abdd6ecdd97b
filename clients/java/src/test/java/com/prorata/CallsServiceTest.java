package com.prorata;

import static com.prorata.LiveServer.CLIENT;
import static com.prorata.LiveServer.changePlan;
import static com.prorata.LiveServer.newAccount;
import static com.prorata.LiveServer.newProduct;
import static com.prorata.LiveServer.now;
import static com.prorata.LiveServer.period;
import static com.prorata.LiveServer.rated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.type.Money;
import com.prorata.v1.Account;
import com.prorata.v1.ChargeKind;
import com.prorata.v1.CreateAccountRequest;
import com.prorata.v1.CreateAccountResponse;
import com.prorata.v1.ErrorReason;
import com.prorata.v1.GetUsageSummaryRequest;
import com.prorata.v1.ListUsageRequest;
import com.prorata.v1.PlanChange;
import com.prorata.v1.PlanServiceGrpc;
import com.prorata.v1.PreviewChargesRequest;
import com.prorata.v1.PublishPricesRequest;
import com.prorata.v1.PutProductRequest;
import com.prorata.v1.RecordUsageRequest;
import com.prorata.v1.RecordUsageResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("service")
class CallsServiceTest {

  @Test
  @DisplayName("a plan is changed, and its charge previewed to the cent (6.4)")
  void preview() {
    Account account = newAccount();
    LocalDate today = now().atOffset(ZoneOffset.UTC).toLocalDate();
    assertEquals(today, Days.fromDate(account.getCreationDay()));
    PlanChange change = changePlan(account.getAccountSid(), "production");
    assertEquals(today, Days.fromDate(change.getActiveDay()));
    CLIENT.sendUsage(
        List.of(rated(account.getAccountSid(), newProduct("1"), Amount.of("20000.015", "USD"))));
    List<Amount> amounts =
        CLIENT
            .billing()
            .previewCharges(
                PreviewChargesRequest.newBuilder().setAccountSid(account.getAccountSid()).build())
            .getRecordsList()
            .stream()
            .filter(record -> record.getKind() == ChargeKind.CHARGE_KIND_USAGE)
            .map(record -> Amount.fromMoney(record.getAmount()))
            .toList();
    assertEquals(List.of(Amount.of("20000.02", "USD")), amounts);
  }

  @Test
  @DisplayName("a refused call tells its reason, and the path of the field at fault")
  void failure() {
    Failure unknown = failureOf(() -> changePlan("AC" + "0".repeat(32), "production"));
    assertTrue(unknown.is(ErrorReason.ERROR_REASON_ACCOUNT_NOT_FOUND));
    assertEquals(Status.Code.NOT_FOUND, unknown.code());
    assertEquals("ACCOUNT_NOT_FOUND", unknown.reason());

    Failure malformed =
        failureOf(
            () ->
                CLIENT
                    .billing()
                    .publishPrices(
                        PublishPricesRequest.newBuilder()
                            .addPrices(
                                com.prorata.v1.ProductPrice.newBuilder().setProductId("Not an id"))
                            .build()));
    assertEquals("INVALID_FIELD", malformed.reason());
    assertTrue(
        malformed.violations().stream()
            .anyMatch(violation -> violation.path().equals("prices[0].product_id")),
        malformed::toString);
    assertTrue(malformed.requestId().isPresent());
  }

  @Test
  @DisplayName("a write is repeated by its request id, and another content under it refused")
  void repeat() {
    CreateAccountRequest request =
        CreateAccountRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setDisplayName("Owl Post")
            .build();
    CreateAccountResponse first = CLIENT.plans().createAccount(request);
    assertEquals(first, CLIENT.plans().createAccount(request));
    CreateAccountRequest other = request.toBuilder().setDisplayName("Another").build();
    Failure failure = failureOf(() -> CLIENT.plans().createAccount(other));
    assertTrue(failure.is(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED));
    assertEquals(request.getRequestId(), failure.requestId().orElseThrow());
  }

  @Test
  @DisplayName("a write without a request id gets a new one, from stubs of every kind")
  void requestIds() throws ExecutionException, InterruptedException {
    CreateAccountRequest request = CreateAccountRequest.getDefaultInstance();
    PlanServiceGrpc.PlanServiceFutureStub stub = PlanServiceGrpc.newFutureStub(CLIENT.channel());
    String first = stub.createAccount(request).get().getAccount().getAccountSid();
    String second = CLIENT.plans().createAccount(request).getAccount().getAccountSid();
    assertNotEquals(first, second);
    ExecutionException error =
        assertThrows(
            ExecutionException.class,
            () ->
                stub.createAccount(
                        CreateAccountRequest.newBuilder().setParentAccountSid("nobody").build())
                    .get());
    assertEquals("parent_account_sid", Failure.of(error).violations().get(0).path());
  }

  @Test
  @DisplayName("customers may do less than staff")
  void roles() {
    try (ProrataClient customer =
        ProrataClient.builder(LiveServer.ADDRESS)
            .caller("console")
            .role(Role.SELF_SERVICE)
            .build()) {
      PutProductRequest request = PutProductRequest.newBuilder().setProductId("sms").build();
      Failure failure = failureOf(() -> customer.billing().putProduct(request));
      assertTrue(failure.is(ErrorReason.ERROR_REASON_NOT_PERMITTED));
    }
  }

  @Test
  @DisplayName("amounts in rows are kept exactly (1.1)")
  void amounts() {
    String accountSid = newAccount().getAccountSid();
    String productId = newProduct("1");
    List<Usage> rows =
        List.of(
            rated(accountSid, productId, Amount.of("999999999.999999999", "USD")),
            rated(accountSid, productId, Amount.of("0.000000001", "USD")));
    RecordUsageRequest.Builder request = RecordUsageRequest.newBuilder();
    rows.forEach(row -> request.addRecords(row.toRecord()));
    RecordUsageResponse response = CLIENT.billing().recordUsage(request.build());
    assertEquals(2, response.getNewCount());
    List<String> kept =
        CLIENT
            .billing()
            .listUsage(
                ListUsageRequest.newBuilder().setAccountSid(accountSid).setPeriod(period()).build())
            .getUsageList()
            .stream()
            .map(usage -> Amount.fromMoney(usage.getRecord().getAmount()).value().toPlainString())
            .sorted()
            .toList();
    assertEquals(List.of("0.000000001", "999999999.999999999"), kept);
    Money sum =
        CLIENT
            .billing()
            .getUsageSummary(
                GetUsageSummaryRequest.newBuilder()
                    .setAccountSid(accountSid)
                    .setPeriod(period())
                    .build())
            .getRows(0)
            .getRatedAmount();
    assertEquals(Amount.of("1000000000", "USD"), Amount.fromMoney(sum));
  }

  @Test
  @DisplayName("an amount in another currency than the store's is refused, in rows and in columns")
  void currency() {
    String accountSid = newAccount().getAccountSid();
    Usage row = rated(accountSid, newProduct("1"), Amount.of("1", "EUR"));
    RecordUsageResponse response =
        CLIENT
            .billing()
            .recordUsage(RecordUsageRequest.newBuilder().addRecords(row.toRecord()).build());
    assertEquals(ErrorReason.ERROR_REASON_CURRENCY_MISMATCH, response.getRefused4(0).getReason());
    Failure failure = failureOf(() -> CLIENT.sendUsage(List.of(row)));
    assertTrue(failure.is(ErrorReason.ERROR_REASON_CURRENCY_MISMATCH), failure::toString);
  }

  private static Failure failureOf(org.junit.jupiter.api.function.Executable call) {
    return Failure.of(assertThrows(StatusRuntimeException.class, call));
  }
}
