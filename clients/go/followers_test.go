package prorata_test

import (
	"context"
	"errors"
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

type chargesStream = grpc.ServerStreamingServer[proratav1.StreamChargesResponse]

// feed has records up to a position, two a response, and breaks off after each response with the error.
func feed(upTo int64, broken error) func(*proratav1.StreamChargesRequest, chargesStream) error {
	return func(request *proratav1.StreamChargesRequest, stream chargesStream) error {
		after := request.GetAfterPosition()
		if request.GetConsumer() != "" {
			after = 2 // what it has acknowledged
		}
		if after >= upTo {
			return nil
		}
		response := &proratav1.StreamChargesResponse{LastPosition: min(after+2, upTo)}
		for position := after + 1; position <= response.GetLastPosition(); position++ {
			response.Records = append(response.Records, &proratav1.ChargeRecord{Position: position})
		}
		if err := stream.Send(response); err != nil {
			return err
		}
		return broken
	}
}

func positions(ctx context.Context, client *prorata.Client, options prorata.FeedOptions) ([]int64, error) {
	var seen []int64
	for record, err := range client.StreamCharges(ctx, options) {
		if err != nil {
			return seen, err
		}
		seen = append(seen, record.GetPosition())
	}
	return seen, nil
}

func TestAFeedIsOpenedAgainAfterTheLastRecordReceived(t *testing.T) {
	service := &server{streamCharges: feed(5, status.Error(codes.Unavailable, "the server stops"))}
	client := newClient(t, serve(t, service), prorata.Options{})
	breaks := 0
	onBreak := func(err error, _ time.Duration) {
		if status.Code(err) == codes.Unavailable {
			breaks++
		}
	}
	for _, follow := range []bool{false, true} {
		seen, err := positions(t.Context(), client, prorata.FeedOptions{Follow: follow, OnBreak: onBreak})
		if err != nil || !slices.Equal(seen, []int64{1, 2, 3, 4, 5}) {
			t.Errorf("%v, %v", seen, err)
		}
	}
	if breaks != 6 {
		t.Errorf("told of %d breaks", breaks)
	}
	seen, err := positions(t.Context(), client, prorata.FeedOptions{Consumer: "ledger"})
	if err != nil || !slices.Equal(seen, []int64{3, 4, 5}) {
		t.Errorf("%v, %v", seen, err)
	}
	_, err = positions(t.Context(), client, prorata.FeedOptions{Consumer: "ledger", AfterPosition: 1})
	if err == nil || !strings.Contains(err.Error(), "give one of them") {
		t.Error(err)
	}
}

func TestAFeedGoesOnWithAnotherTokenWhenOneExpires(t *testing.T) {
	service := &server{streamCharges: feed(3, refusal(t, codes.Unauthenticated, "CREDENTIALS_EXPIRED"))}
	address := serve(t, service)
	seen, err := positions(t.Context(), newClient(t, address, prorata.Options{Token: token}), prorata.FeedOptions{})
	if err != nil || !slices.Equal(seen, []int64{1, 2, 3}) {
		t.Errorf("%v, %v", seen, err)
	}
	seen, err = positions(t.Context(), newClient(t, address, prorata.Options{}), prorata.FeedOptions{})
	if prorata.ReasonOf(err) != "CREDENTIALS_EXPIRED" || !slices.Equal(seen, []int64{1, 2}) {
		t.Errorf("%v, %v", seen, err)
	}
}

func TestAFeedThatIsNotFollowedIsGivenUpAfterTheTimeOfACall(t *testing.T) {
	service := &server{streamCharges: func(*proratav1.StreamChargesRequest, chargesStream) error {
		return status.Error(codes.Unavailable, "away")
	}}
	client := newClient(t, serve(t, service), prorata.Options{Timeout: 100 * time.Millisecond})
	if _, err := positions(t.Context(), client, prorata.FeedOptions{}); status.Code(err) != codes.Unavailable {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	if _, err := positions(ctx, client, prorata.FeedOptions{Follow: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that is followed: %v", err)
	}
}

func TestLeavingTheLoopEndsTheCallAtTheServer(t *testing.T) {
	ended := make(chan struct{})
	service := &server{streamCharges: func(_ *proratav1.StreamChargesRequest, stream chargesStream) error {
		err := stream.Send(&proratav1.StreamChargesResponse{Records: []*proratav1.ChargeRecord{{Position: 1}}, LastPosition: 1})
		<-stream.Context().Done()
		close(ended)
		return err
	}}
	for _, err := range newClient(t, serve(t, service), prorata.Options{}).StreamCharges(t.Context(), prorata.FeedOptions{Follow: true}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("it goes on")
	}
}

func TestAStreamOfTheStubsFailsWithTheReason(t *testing.T) {
	var calls atomic.Int32
	service := &server{streamCharges: func(*proratav1.StreamChargesRequest, chargesStream) error {
		calls.Add(1)
		return refusal(t, codes.NotFound, "UNKNOWN_CURSOR")
	}}
	client := newClient(t, serve(t, service), prorata.Options{})
	stream, err := client.Billing.StreamCharges(t.Context(), &proratav1.StreamChargesRequest{})
	if err == nil {
		_, err = stream.Recv()
	}
	if prorata.ReasonOf(err) != "UNKNOWN_CURSOR" || calls.Load() != 1 {
		t.Errorf("%d calls, then %v", calls.Load(), err)
	}
}
