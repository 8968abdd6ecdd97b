package prorata_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

type usageStream = grpc.BidiStreamingServer[proratav1.StreamUsageRequest, proratav1.StreamUsageResponse]

var june = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func usageRows(count int) []prorata.Usage {
	rows := make([]prorata.Usage, count)
	for index := range rows {
		rows[index] = prorata.Usage{EventID: "event " + string(rune('a'+index)), AccountSID: "AC1", ProductID: "sms", OccurTime: june}
	}
	return rows
}

// acknowledge answers a batch: all its rows are new.
func acknowledge(stream usageStream, request *proratav1.StreamUsageRequest) error {
	rows := int32(len(request.GetColumns().GetEventIds()) / 16)
	return stream.Send(&proratav1.StreamUsageResponse{BatchNumber: request.GetBatchNumber(), NewCount: rows})
}

func TestRowsBecomeLittleEndianColumnsAndDictionaries(t *testing.T) {
	batch := &prorata.UsageBatch{}
	for _, row := range []prorata.Usage{
		{"00112233-4455-6677-8899-aabbccddeeff", "AC1", "sms", 258, time.UnixMicro(1), nil},
		{"ffffffff-ffff-4fff-8fff-ffffffffffff", "AC2", "sms", math.MaxInt64, time.UnixMicro(-2), new(int64(3))},
		{"00000000-0000-4000-8000-000000000000", "AC1", "mms", 0, time.UnixMicro(0), new(int64(0))},
	} {
		if added, err := batch.Add(row); !added || err != nil {
			t.Fatal(added, err)
		}
	}
	columns := batch.Columns()
	for name, column := range map[string]struct {
		got  []byte
		want string
	}{
		"event ids":  {columns.GetEventIds(), "00112233445566778899aabbccddeeffffffffffffff4fff8fffffffffffffff00000000000040008000000000000000"},
		"accounts":   {columns.GetAccountIndexes(), "000000000100000000000000"},
		"products":   {columns.GetProductIndexes(), "000000000000000001000000"},
		"moments":    {columns.GetOccurTimesMicros(), "0100000000000000feffffffffffffff0000000000000000"},
		"quantities": {columns.GetQuantitiesMicros(), "0201000000000000ffffffffffffff7f0000000000000000"},
		"amounts":    {columns.GetAmountsNanos(), "000000000000008003000000000000000000000000000000"},
	} {
		want, err := hex.DecodeString(column.want)
		if err != nil || !bytes.Equal(column.got, want) {
			t.Errorf("%s: %x, not %s", name, column.got, column.want)
		}
	}
	if !slices.Equal(columns.GetAccountSids(), []string{"AC1", "AC2"}) || !slices.Equal(columns.GetProductIds(), []string{"sms", "mms"}) {
		t.Errorf("%v %v", columns.GetAccountSids(), columns.GetProductIds())
	}
}

func TestABatchIsFullAt50000RowsOr4MB(t *testing.T) {
	batch, row := &prorata.UsageBatch{}, usageRows(1)[0]
	for added := true; added; {
		added, _ = batch.Add(row)
	}
	if batch.Len() != 50_000 {
		t.Errorf("%d rows", batch.Len())
	}
	batch = &prorata.UsageBatch{}
	for added, index := true, 0; added; index++ {
		row.AccountSID = strings.Repeat("x", 1000) + string(rune(index))
		added, _ = batch.Add(row)
	}
	size := len(batch.Columns().String())
	if batch.Len() < 3_000 || batch.Len() > 4_000 || size < 3_000_000 {
		t.Errorf("%d rows, %d characters", batch.Len(), size)
	}
}

func TestAnEventIDOfAnyTextIsTheOneOfClientsInOtherLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"6F0A3C58-2f4d-5b7e-9c1a-8d2e4b60f317":   "6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317",
		"call-1":                                 "0193abc3-697b-5d4d-b7b7-c0e0c7b22329",
		"{6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317}": "3dcf26e3-f944-5ceb-a2b6-38a912c78a82",
		"6f0a3c582f4d5b7e9c1a8d2e4b60f317":       "6fbfa217-f92b-5177-8071-0d9591203375",
	} {
		if got, err := prorata.EventID(text); err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	if _, err := prorata.EventID(""); err == nil {
		t.Error("an empty text is an event id")
	}
}

func TestARowInAMessageKeepsItsNumbersBefore1970Too(t *testing.T) {
	row := usageRows(1)[0]
	row.OccurTime = time.UnixMicro(-1).Add(999 * time.Nanosecond)
	row.AmountNanos = new(int64(1_500_000_001))
	if _, err := row.Record(""); err == nil || !strings.Contains(err.Error(), "AmountNanos") {
		t.Errorf("without a currency: %v", err)
	}
	record, err := row.Record("USD")
	if err != nil {
		t.Fatal(err)
	}
	if got := record.GetOccurTime().AsTime().UnixNano(); got != -1_000 {
		t.Errorf("occurred at %d", got)
	}
	if got := prorata.MoneyText(record.GetAmount()); got != "1.500000001 USD" {
		t.Error(got)
	}
}

func TestRowsThatColumnsCanNotHaveEndTheSending(t *testing.T) {
	service := &server{streamUsage: func(stream usageStream) error {
		_, err := stream.Recv()
		return err
	}}
	client := newClient(t, serve(t, service), prorata.Options{})
	negative, unnamed := usageRows(2), usageRows(2)
	negative[1].AmountNanos = new(int64(math.MinInt64)) // which would mean unrated
	unnamed[1].EventID = ""
	for want, rows := range map[string][]prorata.Usage{
		"rows[1]: AmountNanos: it is negative":      negative,
		"rows[1]: EventID: an event id is required": unnamed,
	} {
		if _, err := client.SendUsage(t.Context(), slices.Values(rows), prorata.UsageOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	for want, options := range map[string]prorata.UsageOptions{
		"BatchRows: from 1 to 50000": {BatchRows: 50_001},
		"Window: from 1 to 1000":     {Window: -1},
		"AcknowledgeTimeout":         {AcknowledgeTimeout: -1},
	} {
		if _, err := client.SendUsage(t.Context(), slices.Values(usageRows(1)), options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

func TestBatchesWithoutAnAnswerAreSentAgainAndNoMoreAreUnderWayThanTheWindow(t *testing.T) {
	var streams, most atomic.Int32
	seen := make(chan uint64, 100)
	service := &server{streamUsage: func(stream usageStream) error {
		number := streams.Add(1)
		var waiting []*proratav1.StreamUsageRequest
		for {
			request, err := stream.Recv()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			seen <- request.GetBatchNumber()
			waiting = append(waiting, request)
			most.Store(max(most.Load(), int32(len(waiting))))
			if len(waiting) < 2 && request.GetBatchNumber() != 5 {
				continue
			}
			last := waiting[len(waiting)-1] // answers come in any order
			if err := acknowledge(stream, last); err != nil {
				return err
			}
			waiting = waiting[:len(waiting)-1]
			if number == 1 {
				return status.Error(codes.Unavailable, "the server stops")
			}
			for _, request := range waiting {
				if err := acknowledge(stream, request); err != nil {
					return err
				}
			}
			waiting = nil
		}
	}}
	client := newClient(t, serve(t, service), prorata.Options{})
	report, err := client.SendUsage(t.Context(), slices.Values(usageRows(10)), prorata.UsageOptions{BatchRows: 2, Window: 2})
	if err != nil || report.NewCount != 10 || streams.Load() != 2 || most.Load() != 2 {
		t.Errorf("%+v, %v; %d streams, %d under way", report, err, streams.Load(), most.Load())
	}
	close(seen)
	counts := map[uint64]int{}
	for number := range seen {
		counts[number]++
	}
	if counts[1] != 2 || counts[2] != 1 {
		t.Errorf("sent: %v", counts)
	}
}

func TestAServerThatDoesNotAcknowledgeIsGivenUp(t *testing.T) {
	service := &server{streamUsage: func(stream usageStream) error {
		<-stream.Context().Done()
		return stream.Context().Err()
	}}
	client := newClient(t, serve(t, service), prorata.Options{})
	options := prorata.UsageOptions{AcknowledgeTimeout: 50 * time.Millisecond}
	_, err := client.SendUsage(t.Context(), slices.Values(usageRows(1)), options)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no acknowledgement within 50ms") {
		t.Error(err)
	}
}

func TestAServerThatStaysAwayLongerThanACallMayTakeIsGivenUp(t *testing.T) {
	service := &server{streamUsage: func(usageStream) error { return status.Error(codes.Unavailable, "away") }}
	client := newClient(t, serve(t, service), prorata.Options{Timeout: 100 * time.Millisecond})
	if _, err := client.SendUsage(t.Context(), slices.Values(usageRows(1)), prorata.UsageOptions{}); status.Code(err) != codes.Unavailable {
		t.Error(err)
	}
}

func TestAServerThatEndsTheStreamEarlyIsAskedAgain(t *testing.T) {
	var streams atomic.Int32
	service := &server{streamUsage: func(stream usageStream) error {
		request, err := stream.Recv()
		if err != nil || streams.Add(1) == 1 {
			return err
		}
		return acknowledge(stream, request)
	}}
	client := newClient(t, serve(t, service), prorata.Options{})
	report, err := client.SendUsage(t.Context(), slices.Values(usageRows(3)), prorata.UsageOptions{})
	if err != nil || report.NewCount != 3 || streams.Load() != 2 {
		t.Errorf("%+v, %v, %d streams", report, err, streams.Load())
	}
}

func TestSlowRowsAreNotAStreamThatFails(t *testing.T) {
	service := &server{streamUsage: func(stream usageStream) error {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := acknowledge(stream, request); err != nil {
			return err
		}
		return status.Error(codes.Unavailable, "an idle stream is ended")
	}}
	client := newClient(t, serve(t, service), prorata.Options{Timeout: 100 * time.Millisecond})
	slow := func(yield func(prorata.Usage) bool) {
		for _, row := range usageRows(3) {
			if !yield(row) {
				return
			}
			time.Sleep(150 * time.Millisecond)
		}
	}
	options := prorata.UsageOptions{BatchRows: 1, AcknowledgeTimeout: 100 * time.Millisecond}
	report, err := client.SendUsage(t.Context(), slow, options)
	if err != nil || report.NewCount != 3 {
		t.Errorf("%+v, %v", report, err)
	}
}
