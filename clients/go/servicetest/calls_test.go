package servicetest

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

func TestARefusalHasItsStableReason(t *testing.T) {
	_, err := newClient(t).Plans.GetAccount(testContext(t), &proratav1.GetAccountRequest{AccountSid: "AC" + strings.Repeat("0", 32)})
	equal(t, "status", status.Code(err), codes.NotFound)
	equal(t, "reason", prorata.ReasonOf(err), "ACCOUNT_NOT_FOUND")
	if !strings.HasPrefix(err.Error(), "ACCOUNT_NOT_FOUND: ") {
		t.Error(err)
	}
}

func TestARefusalNamesTheFieldAtFaultByItsPath(t *testing.T) {
	_, err := newClient(t).Billing.PublishPrices(testContext(t), &proratav1.PublishPricesRequest{
		Prices: []*proratav1.ProductPrice{{ProductId: "Not An Id", EffectivePeriod: "2026-06"}},
	})
	failed := refusalOf(t, err)
	equal(t, "reason", failed.Reason, "INVALID_FIELD")
	equal(t, "path", failed.Violations[0].Path, "prices[0].product_id")
	if !strings.Contains(failed.Violations[0].Description, "1 to 64 of a-z, 0-9 and hyphen") {
		t.Error(failed.Violations)
	}
}

func TestARequestIDThatIsRepeatedAnswersTheSameAndWithOtherContentIsRefused(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	request := &proratav1.CreateAccountRequest{RequestId: uuid.NewString(), DisplayName: "Owl Post"}
	first := must(client.Plans.CreateAccount(ctx, request))
	if again := must(client.Plans.CreateAccount(ctx, request)); !proto.Equal(again, first) {
		t.Errorf("%v, not %v", again, first)
	}
	_, err := client.Plans.CreateAccount(ctx, &proratav1.CreateAccountRequest{RequestId: request.GetRequestId(), DisplayName: "Owl Shoes"})
	failed := refusalOf(t, err)
	equal(t, "reason", failed.Reason, "REQUEST_ID_REUSED")
	equal(t, "request id", failed.RequestID, request.GetRequestId())
	unnamed := &proratav1.CreateAccountRequest{DisplayName: "Owl Post"}
	one, other := must(client.Plans.CreateAccount(ctx, unnamed)), must(client.Plans.CreateAccount(ctx, unnamed))
	if one.GetAccount().GetAccountSid() == other.GetAccount().GetAccountSid() || unnamed.GetRequestId() != "" {
		t.Errorf("two writes without a request id were taken for one: %v", unnamed)
	}
}

func TestACallerWhoIsNotStaffMayNotDoWhatStaffMay(t *testing.T) {
	customer := clientAt(t, address, prorata.Options{Role: prorata.SelfService})
	_, err := customer.Billing.StartClosing(testContext(t), &proratav1.StartClosingRequest{Period: "2026-05"})
	equal(t, "status", status.Code(err), codes.PermissionDenied)
	equal(t, "reason", prorata.ReasonOf(err), "NOT_PERMITTED")
}

func TestAPlanIsChangedOnADayToCome(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account := newAccount(ctx, client, "")
	inTenDays := now(ctx, client).AddDate(0, 0, 10)
	request := &proratav1.ChangePlanRequest{AccountSid: account, PlanId: "production", StartDay: prorata.TimeToDate(inTenDays)}
	changed := must(client.Plans.ChangePlan(ctx, request))
	active := must(prorata.DateToTime(changed.GetChange().GetActiveDay()))
	equal(t, "active day", active.Format(time.DateOnly), inTenDays.Format(time.DateOnly))
	held := must(client.Plans.GetSubscription(ctx, &proratav1.GetSubscriptionRequest{AccountSid: account})).GetSubscription()
	equal(t, "plan", held.GetPlanId(), "developer")
	equal(t, "pending", held.GetPendingChange().GetPlanId(), "production")
	request.PlanId = "business"
	_, err := client.Plans.ChangePlan(ctx, request)
	equal(t, "reason", prorata.ReasonOf(err), "CHANGE_PENDING")
}

func TestAPreviewChargesUsageAndThePlanSubaccountsIncluded(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account := newAccount(ctx, client, "")
	subaccount := newAccount(ctx, client, account)
	takeProduction(ctx, client, account)
	moment := now(ctx, client)
	rows := rowsOf(account, newProduct(ctx, client, big.NewRat(79, 10_000)), 2, moment)
	rows[0].QuantityMicros = must(prorata.RatToMicros(big.NewRat(1_000_000, 1)))
	rows[1].AccountSID = subaccount
	rows[1].AmountNanos = new(must(prorata.RatToNanos(big.NewRat(100, 1))))
	recorded := must(client.Billing.RecordUsage(ctx, &proratav1.RecordUsageRequest{
		Records: []*proratav1.UsageRecord{must(rows[0].Record("USD")), must(rows[1].Record("USD"))},
	}))
	equal(t, "new", recorded.GetNewCount(), 2)
	preview := must(client.Billing.PreviewCharges(ctx, &proratav1.PreviewChargesRequest{AccountSid: account, Period: periodOf(moment)}))
	var usage []string
	plans := 0
	for _, record := range preview.GetRecords() {
		switch record.GetKind() {
		case proratav1.ChargeKind_CHARGE_KIND_USAGE:
			usage = append(usage, prorata.MoneyText(record.GetAmount()))
		case proratav1.ChargeKind_CHARGE_KIND_SUPPORT_PLAN:
			plans++
		}
	}
	slices.Sort(usage)
	equal(t, "usage", strings.Join(usage, ", "), "100.00 USD, 7900.00 USD")
	equal(t, "plans", plans, 1)
}

func TestAmountsThatNoFloatHoldsComeBackAsTheyWereSent(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account, moment := newAccount(ctx, client, ""), now(ctx, client)
	amounts := []int64{1, 123_456_789_123_456_789, 999_999_999_999_999_999}
	rows := rowsOf(account, newProduct(ctx, client, new(big.Rat)), len(amounts), moment)
	var records []*proratav1.UsageRecord
	for index, row := range rows {
		row.QuantityMicros = 999_999_999_999_999_999
		row.AmountNanos = &amounts[index]
		records = append(records, must(row.Record("USD")))
	}
	recorded := must(client.Billing.RecordUsage(ctx, &proratav1.RecordUsageRequest{Records: records}))
	equal(t, "new", recorded.GetNewCount(), 3)
	listed := must(client.Billing.ListUsage(ctx, &proratav1.ListUsageRequest{AccountSid: account, Period: periodOf(moment)}))
	var kept []int64
	for _, usage := range listed.GetUsage() {
		kept = append(kept, must(prorata.RatToNanos(prorata.MoneyToRat(usage.GetRecord().GetAmount()))))
		equal(t, "quantity", usage.GetRecord().GetQuantityMicros(), 999_999_999_999_999_999)
	}
	slices.Sort(kept)
	if !slices.Equal(kept, amounts) {
		t.Errorf("%v, not %v", kept, amounts)
	}
	summary := must(client.Billing.GetUsageSummary(ctx, &proratav1.GetUsageSummaryRequest{AccountSid: account, Period: periodOf(moment)}))
	equal(t, "sum", prorata.MoneyText(summary.GetRows()[0].GetRatedAmount()), "1123456789.123456789 USD")
}
