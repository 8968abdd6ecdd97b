// A month as a service of the platform plays it: an account, its plan, its usage, and what it is charged.
//
// It talks to the server at PRORATA_ADDRESS. On one in test mode it goes on to close the month and reads the charges.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"math/big"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

const (
	productID    = "example-sms"
	grace        = 7 * time.Hour // a month closes by itself six hours after its end
	closingTries = 120
)

func main() {
	log.SetFlags(0)
	address := cmp.Or(os.Getenv("PRORATA_ADDRESS"), "127.0.0.1:50051")
	client, err := prorata.NewClient(address, prorata.Options{Caller: "month-example"})
	if err != nil {
		log.Fatal(err)
	}
	err = playMonth(context.Background(), client)
	if err := errors.Join(err, client.Close()); err != nil {
		log.Fatal(err)
	}
}

func playMonth(ctx context.Context, client *prorata.Client) error {
	now, testClock, err := readClock(ctx, client)
	if err != nil {
		return err
	}
	period := now.Format("2006-01")
	if err := offerMessages(ctx, client, period); err != nil {
		return err
	}
	created, err := client.Plans.CreateAccount(ctx, &proratav1.CreateAccountRequest{DisplayName: "Owl Post"})
	if err != nil {
		return err
	}
	account := created.GetAccount().GetAccountSid()
	subaccount, err := client.Plans.CreateAccount(ctx, &proratav1.CreateAccountRequest{
		DisplayName: "Owl Post, night", ParentAccountSid: account,
	})
	if err != nil {
		return err
	}
	fmt.Println("account", account)
	if err := changePlan(ctx, client, account); err != nil {
		return err
	}
	if err := recordUsage(ctx, client, []string{account, subaccount.GetAccount().GetAccountSid()}, now); err != nil {
		return err
	}
	preview, err := client.Billing.PreviewCharges(ctx, &proratav1.PreviewChargesRequest{AccountSid: account, Period: period})
	if err != nil {
		return err
	}
	fmt.Println(period, "as it stands:")
	for _, record := range preview.GetRecords() {
		printCharge(record)
	}
	if !testClock {
		fmt.Println("the server has no test clock, so the month goes on: this is where the example ends")
		return nil
	}
	if err := closeMonth(ctx, client, period, now); err != nil {
		return err
	}
	return explainCharges(ctx, client, account, period)
}

// readClock returns the moment of the server's test clock, or the present when the server is not in test mode.
func readClock(ctx context.Context, client *prorata.Client) (now time.Time, testClock bool, err error) {
	clock, err := client.Clock.GetTestClock(ctx, &proratav1.GetTestClockRequest{})
	if status.Code(err) == codes.Unimplemented {
		return time.Now().UTC(), false, nil
	}
	return clock.GetCurrentTime().AsTime(), true, err
}

// offerMessages makes a product with a price, which finance would have published long before.
func offerMessages(ctx context.Context, client *prorata.Client, period string) error {
	_, err := client.Billing.PutProduct(ctx, &proratav1.PutProductRequest{
		ProductId:   productID,
		DisplayName: "SMS",
		Unit:        "message",
		Stage:       proratav1.ProductStage_PRODUCT_STAGE_GENERALLY_AVAILABLE,
		Family:      proratav1.ProductFamily_PRODUCT_FAMILY_PLATFORM,
	})
	if err != nil {
		return err
	}
	unitPrice, err := prorata.RatToDecimal(big.NewRat(79, 10_000))
	if err != nil {
		return err
	}
	_, err = client.Billing.PublishPrices(ctx, &proratav1.PublishPricesRequest{Prices: []*proratav1.ProductPrice{{
		ProductId:       productID,
		EffectivePeriod: period,
		Pricing:         &proratav1.ProductPrice_PerUnit{PerUnit: &proratav1.PerUnitPricing{UnitPrice: unitPrice}},
	}}})
	return err
}

// changePlan takes a plan; taking it again is refused, and the reason says why.
func changePlan(ctx context.Context, client *prorata.Client, account string) error {
	request := &proratav1.ChangePlanRequest{AccountSid: account, PlanId: "production"}
	changed, err := client.Plans.ChangePlan(ctx, request)
	if err != nil {
		return err
	}
	active, err := prorata.DateToTime(changed.GetChange().GetActiveDay())
	if err != nil {
		return err
	}
	firstCharge, err := prorata.DateToTime(changed.GetChange().GetFirstChargeDay())
	if err != nil {
		return err
	}
	fmt.Printf("production from %s on, first charged %s\n", active.Format(time.DateOnly), firstCharge.Format(time.DateOnly))
	_, err = client.Plans.ChangePlan(ctx, request)
	if prorata.ReasonOf(err) != "PLAN_ALREADY_HELD" {
		return fmt.Errorf("a plan that is held was not refused as such: %w", err)
	}
	fmt.Println("once more:", err)
	return nil
}

// recordUsage sends usage in rows, as a service with little of it does, and in columns.
func recordUsage(ctx context.Context, client *prorata.Client, accounts []string, moment time.Time) error {
	run := uuid.NewString()
	usage := func(index int) prorata.Usage {
		return prorata.Usage{
			EventID:        fmt.Sprintf("%s-%d", run, index), // what happened, not when it is sent: sent again it counts once
			AccountSID:     accounts[index%len(accounts)],
			ProductID:      productID,
			QuantityMicros: 1_000_000,
			OccurTime:      moment,
		}
	}
	var records []*proratav1.UsageRecord
	for index := range 3 {
		record, err := usage(index).Record("")
		if err != nil {
			return err
		}
		records = append(records, record)
	}
	rows, err := client.Billing.RecordUsage(ctx, &proratav1.RecordUsageRequest{Records: records})
	if err != nil {
		return err
	}
	fmt.Printf("rows: %d new\n", rows.GetNewCount())

	var many []prorata.Usage
	for index := range 100_000 {
		many = append(many, usage(index))
	}
	unknown := usage(100_000)
	unknown.ProductID = "owls"
	report, err := client.SendUsage(ctx, slices.Values(append(many, unknown)), prorata.UsageOptions{})
	if err != nil {
		return err
	}
	fmt.Printf("columns: %d new, %d repeated, %d refused\n", report.NewCount, report.RepeatedCount, len(report.Refused))
	for _, refused := range report.Refused {
		fmt.Printf("  row %d: %s %s\n", refused.Index, refused.Field, refused.Reason)
	}
	return nil
}

// closeMonth sets the clock past the end of the month, and follows its closing.
func closeMonth(ctx context.Context, client *prorata.Client, period string, now time.Time) error {
	end := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	target := timestamppb.New(end.Add(grace))
	if _, err := client.Clock.AdvanceTestClock(ctx, &proratav1.AdvanceTestClockRequest{TargetTime: target}); err != nil {
		return err
	}
	if err := startClosing(ctx, client, period); err != nil {
		return err
	}
	for closing, err := range client.WatchClosing(ctx, period, prorata.WatchOptions{}) {
		if err != nil {
			return err
		}
		fmt.Printf("closing %s: %s, %d of %d shards\n",
			closing.GetPeriod(), closing.GetState(), closing.GetDoneShardCount(), closing.GetShardCount())
	}
	return nil
}

// startClosing starts a closing, or finds it started; a month before it that is still closing is waited for.
func startClosing(ctx context.Context, client *prorata.Client, period string) error {
	for tries := 1; ; tries++ {
		_, err := client.Billing.StartClosing(ctx, &proratav1.StartClosingRequest{Period: period})
		if prorata.ReasonOf(err) != "PERIOD_OUT_OF_ORDER" || tries == closingTries {
			return err
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// explainCharges reads from the feed what the closing charges the account, and explains the support plan.
func explainCharges(ctx context.Context, client *prorata.Client, account, period string) error {
	fmt.Println("charged:")
	for record, err := range client.StreamCharges(ctx, prorata.FeedOptions{}) {
		if err != nil {
			return err
		}
		if record.GetPayerAccountSid() != account || record.GetClosingPeriod() != period {
			continue
		}
		printCharge(record)
		if record.GetKind() != proratav1.ChargeKind_CHARGE_KIND_SUPPORT_PLAN {
			continue
		}
		explained, err := client.Billing.ExplainCharge(ctx, &proratav1.ExplainChargeRequest{ChargeId: record.GetChargeId()})
		if err != nil {
			return err
		}
		for _, line := range explained.GetExplanation().GetLines() {
			fmt.Printf("    %s\n    %s\n", line.GetSummary(), line.GetFormula())
		}
	}
	return nil
}

func printCharge(record *proratav1.ChargeRecord) {
	fmt.Printf("  %-24s %14s  %s\n", record.GetKind(), prorata.MoneyText(record.GetAmount()), record.GetChargeId())
}
