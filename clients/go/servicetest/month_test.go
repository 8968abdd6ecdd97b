package servicetest

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

// closeMonth moves the clock to the end of the current month and closes that. Tests that do run one after the other.
func closeMonth(ctx context.Context, client *prorata.Client) *proratav1.Closing {
	moment := now(ctx, client)
	end := timestamppb.New(time.Date(moment.Year(), moment.Month()+1, 1, 0, 0, 0, 0, time.UTC))
	must(client.Clock.AdvanceTestClock(ctx, &proratav1.AdvanceTestClockRequest{TargetTime: end}))
	must(client.Billing.StartClosing(ctx, &proratav1.StartClosingRequest{Period: periodOf(moment)}))
	seen := must(all(client.WatchClosing(ctx, periodOf(moment), prorata.WatchOptions{})))
	return seen[len(seen)-1]
}

func TestTheFeedIsFollowedOverBreaksWithoutGapOrRepetition(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account, firstMonth := newAccount(ctx, client, ""), now(ctx, client)
	takeProduction(ctx, client, account)
	rows := rowsOf(account, newProduct(ctx, client, big.NewRat(1, 2)), 1, firstMonth)
	rows[0].QuantityMicros = 24_680_000
	record := must(rows[0].Record(""))
	must(client.Billing.RecordUsage(ctx, &proratav1.RecordUsageRequest{Records: []*proratav1.UsageRecord{record}}))

	before := int64(len(must(all(client.StreamCharges(ctx, prorata.FeedOptions{}))))) // another run's
	way := newForwarder(t, nil)
	var breaks atomic.Int64
	following, stop := context.WithCancel(ctx)
	feed := clientAt(t, way.address, prorata.Options{Retry: soon}).StreamCharges(following, prorata.FeedOptions{
		AfterPosition: before,
		Follow:        true,
		OnBreak: func(err error, _ time.Duration) {
			equal(t, "break", status.Code(err), codes.Unavailable)
			breaks.Add(1)
		},
	})
	received := make(chan *proratav1.ChargeRecord)
	ended := make(chan error, 1)
	go func() {
		for record, err := range feed {
			if err != nil {
				ended <- err
				return
			}
			received <- record
		}
		ended <- nil
	}()
	var records []*proratav1.ChargeRecord
	take := func(count int64) {
		for range count {
			select {
			case record := <-received:
				records = append(records, record)
			case err := <-ended:
				t.Fatalf("the feed ended: %v", err)
			}
		}
	}

	first := closeMonth(ctx, client)
	equal(t, "state", first.GetState(), proratav1.ClosingState_CLOSING_STATE_CLOSED)
	take(first.GetRecordCount())
	way.cut(true)
	must(client.Billing.VoidUsage(ctx, &proratav1.VoidUsageRequest{
		AccountSid: account, Period: periodOf(firstMonth), EventIds: []string{record.GetEventId()},
	}))
	second := closeMonth(ctx, client)
	way.restore()
	take(second.GetRecordCount())
	way.cut(false)
	take(closeMonth(ctx, client).GetRecordCount())
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended by %v", err)
	}
	if breaks.Load() < 2 {
		t.Errorf("told of %d breaks", breaks.Load())
	}

	replayed := must(all(client.StreamCharges(ctx, prorata.FeedOptions{AfterPosition: before})))
	equal(t, "records", len(records), len(replayed))
	var mine []string
	for index, record := range records {
		equal(t, "position", record.GetPosition(), before+int64(index)+1)
		if !proto.Equal(record, replayed[index]) {
			t.Errorf("followed %v, replayed %v", record, replayed[index])
		}
		if record.GetPayerAccountSid() == account && record.GetKind() == proratav1.ChargeKind_CHARGE_KIND_USAGE {
			mine = append(mine, prorata.MoneyText(record.GetAmount()))
		}
	}
	equal(t, "amounts", strings.Join(mine, ", "), "12.34 USD, -12.34 USD")

	consumer := "go-" + account
	must(client.Billing.AcknowledgeCharges(ctx, &proratav1.AcknowledgeChargesRequest{Consumer: consumer, Position: before + 2}))
	rest := must(all(client.StreamCharges(ctx, prorata.FeedOptions{Consumer: consumer})))
	equal(t, "after the consumer's", rest[0].GetPosition(), before+3)
}

func TestAClosingIsWatchedToItsEndThoughTheWayBreaks(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	takeProduction(ctx, client, newAccount(ctx, client, ""))
	closed := closeMonth(ctx, client)
	way := newForwarder(t, nil)
	way.cut(true)
	options := prorata.WatchOptions{OnBreak: func(error, time.Duration) { way.restore() }}
	seen := must(all(clientAt(t, way.address, prorata.Options{Retry: soon}).WatchClosing(ctx, closed.GetPeriod(), options)))
	last := seen[len(seen)-1]
	equal(t, "state", last.GetState(), proratav1.ClosingState_CLOSING_STATE_CLOSED)
	equal(t, "digest", last.GetDigest(), closed.GetDigest())
}

func TestARehearsalIsWatchedToItsEnd(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	takeProduction(ctx, client, newAccount(ctx, client, ""))
	request := &proratav1.RehearseClosingRequest{Period: periodOf(now(ctx, client))}
	rehearsed := must(client.Billing.RehearseClosing(ctx, request)).GetRehearsal()
	seen := must(all(client.WatchRehearsal(ctx, rehearsed.GetRehearsalNumber(), prorata.WatchOptions{})))
	last := seen[len(seen)-1]
	equal(t, "state", last.GetState(), proratav1.RehearsalState_REHEARSAL_STATE_COMPLETE)
	if last.GetRecordCount() < 1 {
		t.Errorf("it would emit %d records", last.GetRecordCount())
	}
}

func TestWhatWillNotHelpToBeTriedAgainEndsAStreamThatFollows(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	_, err := all(client.WatchClosing(ctx, "2000-01", prorata.WatchOptions{}))
	equal(t, "reason", prorata.ReasonOf(err), "CLOSING_NOT_FOUND")
	_, err = all(client.StreamCharges(ctx, prorata.FeedOptions{AfterPosition: 1e12, Follow: true}))
	equal(t, "reason", prorata.ReasonOf(err), "UNKNOWN_CURSOR")
}

func TestAChargeIsExplainedToTheCent(t *testing.T) {
	ctx, client := testContext(t), newClient(t)
	account := newAccount(ctx, client, "")
	takeProduction(ctx, client, account)
	closeMonth(ctx, client)
	listed := must(client.Billing.ListCharges(ctx, &proratav1.ListChargesRequest{PayerAccountSid: account}))
	equal(t, "records", len(listed.GetRecords()), 1)
	explained := must(client.Billing.ExplainCharge(ctx, &proratav1.ExplainChargeRequest{ChargeId: listed.GetRecords()[0].GetChargeId()}))
	formula := explained.GetExplanation().GetLines()[0].GetFormula()
	if !strings.Contains(formula, "max(4 % × 0.00, 250.00)") {
		t.Error(formula)
	}
}
