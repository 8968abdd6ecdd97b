package servicetest

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

func TestColumnsTellWhatWasNewRepeatedAndRefusedByIndex(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	rows := rowsOf(newAccount(ctx, client, ""), newProduct(ctx, client, big.NewRat(1, 1)), 25, now(ctx, client))
	conflict, unknown := rows[0], rows[0]
	conflict.QuantityMicros = 2_000_000
	unknown.EventID, unknown.ProductID = "of its own", "no-such-product"
	progress := 0
	options := prorata.UsageOptions{BatchRows: 10, OnProgress: func(prorata.UsageReport) { progress++ }}
	report := must(client.SendUsage(ctx, slices.Values(append(slices.Clone(rows), rows[0], unknown, conflict)), options))
	equal(t, "new", report.NewCount, 25)
	equal(t, "repeated", report.RepeatedCount, 1)
	equal(t, "answers", progress, 3)
	slices.SortFunc(report.Refused, func(one, other prorata.RefusedRow) int { return one.Index - other.Index })
	for index := range report.Refused {
		if report.Refused[index].Message == "" || report.Refused[index].EventID == "" {
			t.Errorf("refused without message or event: %v", report.Refused[index])
		}
		report.Refused[index].Message, report.Refused[index].EventID = "", ""
	}
	if want := []prorata.RefusedRow{
		{Index: 26, Reason: "PRODUCT_NOT_FOUND", Field: "ProductID"},
		{Index: 27, Reason: "EVENT_CONFLICT", Field: "EventID"},
	}; !slices.Equal(report.Refused, want) {
		t.Errorf("%v, not %v", report.Refused, want)
	}
	again := must(client.SendUsage(ctx, slices.Values(rows), prorata.UsageOptions{}))
	equal(t, "new", again.NewCount, 0)
	equal(t, "repeated", again.RepeatedCount, 25)
}

func TestColumnsKeepNumbersExactly(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account, moment := newAccount(ctx, client, ""), now(ctx, client)
	rows := rowsOf(account, newProduct(ctx, client, big.NewRat(1, 1)), 1, moment.Add(7*time.Microsecond))
	rows[0].QuantityMicros = 999_999_999_999_999_999
	rows[0].AmountNanos = new(int64(999_999_999_999_999_999))
	equal(t, "new", must(client.SendUsage(ctx, slices.Values(rows), prorata.UsageOptions{})).NewCount, 1)
	listed := must(client.Billing.ListUsage(ctx, &proratav1.ListUsageRequest{AccountSid: account, Period: periodOf(moment)}))
	record := listed.GetUsage()[0].GetRecord()
	equal(t, "quantity", record.GetQuantityMicros(), 999_999_999_999_999_999)
	equal(t, "amount", prorata.MoneyText(record.GetAmount()), "999999999.999999999 USD")
	equal(t, "moment", record.GetOccurTime().AsTime(), moment.Add(7*time.Microsecond))
}

func TestNothingToSendIsNothingToReport(t *testing.T) {
	report := must(newClient(t).SendUsage(testContext(t), slices.Values([]prorata.Usage{}), prorata.UsageOptions{}))
	equal(t, "rows", report.NewCount+report.RepeatedCount+len(report.Refused), 0)
}

func TestAUsageStreamThatIsCutGoesOnAndEveryRowCountsOnce(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account, moment := newAccount(ctx, client, ""), now(ctx, client)
	rows := rowsOf(account, newProduct(ctx, client, big.NewRat(1, 1)), 30_000, moment)
	var sent, cuts atomic.Int64
	way := newForwarder(t, func(way *forwarder, bytes int) {
		if sent.Add(int64(bytes)) > 400_000*(cuts.Load()+1) && cuts.Load() < 3 {
			cuts.Add(1)
			way.cut(false)
		}
	})
	breaks := 0
	options := prorata.UsageOptions{BatchRows: 2_000, OnBreak: func(error, time.Duration) { breaks++ }}
	report := must(clientAt(t, way.address, prorata.Options{Retry: soon}).SendUsage(ctx, slices.Values(rows), options))
	equal(t, "cuts", cuts.Load(), 3)
	if breaks < 3 {
		t.Errorf("told of %d breaks", breaks)
	}
	equal(t, "rows", report.NewCount+report.RepeatedCount, len(rows))
	summary := must(client.Billing.GetUsageSummary(ctx, &proratav1.GetUsageSummaryRequest{AccountSid: account, Period: periodOf(moment)}))
	equal(t, "counted", summary.GetRows()[0].GetRecordCount(), 30_000)
}

func TestABatchThatTheServerCanNotTakeEndsTheSending(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	rows := rowsOf(strings.Repeat("x", 5_000_000), newProduct(ctx, client, big.NewRat(1, 1)), 1, now(ctx, client))
	_, err := client.SendUsage(ctx, slices.Values(rows), prorata.UsageOptions{})
	failed := refusalOf(t, err)
	equal(t, "reason", failed.Reason, "INVALID_FIELD")
	equal(t, "path", failed.Violations[0].Path, "columns")
}

func TestASendingThatIsCancelledTellsWhy(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	rows := rowsOf(newAccount(ctx, client, ""), newProduct(ctx, client, big.NewRat(1, 1)), 10, now(ctx, client))
	ctx, cancel := context.WithCancelCause(ctx)
	enough := errors.New("that is enough")
	endless := func(yield func(prorata.Usage) bool) {
		for {
			for _, row := range rows {
				if !yield(row) {
					return
				}
			}
		}
	}
	options := prorata.UsageOptions{BatchRows: 5, OnProgress: func(report prorata.UsageReport) {
		if report.RepeatedCount >= 20 {
			cancel(enough)
		}
	}}
	report, err := client.SendUsage(ctx, endless, options)
	if !errors.Is(err, enough) {
		t.Errorf("%v, not %v", err, enough)
	}
	equal(t, "new", report.NewCount, 10)
}
