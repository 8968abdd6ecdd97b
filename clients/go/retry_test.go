package prorata_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

// failing answers with the errors in turn, then well.
func failing(failures ...error) *server {
	var calls atomic.Int32
	return &server{createAccount: func(*proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error) {
		if call := int(calls.Add(1)); call <= len(failures) {
			return nil, failures[call-1]
		}
		return &proratav1.CreateAccountResponse{}, nil
	}}
}

func TestWhatFailedForTheMomentIsSentAgainUnderTheSameRequestID(t *testing.T) {
	service := failing(
		status.Error(codes.Unavailable, "away"),
		refusal(t, codes.ResourceExhausted, "OVERLOADED", retryAfter(time.Millisecond)),
		refusal(t, codes.Aborted, "", retryAfter(0)),
	)
	client := newClient(t, serve(t, service), prorata.Options{})
	request := &proratav1.CreateAccountRequest{DisplayName: "Owl Post"}
	if _, err := client.Plans.CreateAccount(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if len(service.requests) != 4 || request.GetRequestId() != "" {
		t.Fatalf("%d attempts, of %v", len(service.requests), request)
	}
	for _, attempt := range service.requests {
		if len(attempt.GetRequestId()) != 36 || attempt.GetRequestId() != service.requests[0].GetRequestId() {
			t.Errorf("another request: %v", attempt)
		}
	}
	if _, err := client.Plans.CreateAccount(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if service.requests[4].GetRequestId() == service.requests[0].GetRequestId() {
		t.Error("two writes had one request id")
	}
}

func TestARequestThatIsNilHasARequestIDToo(t *testing.T) {
	client := newClient(t, serve(t, failing()), prorata.Options{})
	if _, err := client.Plans.CreateAccount(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestWhatWillFailAgainIsNotSentAgain(t *testing.T) {
	for _, failure := range []error{
		refusal(t, codes.InvalidArgument, "INVALID_FIELD"),
		refusal(t, codes.ResourceExhausted, "OVERLOADED"),
		refusal(t, codes.Aborted, ""),
		refusal(t, codes.Unauthenticated, "CREDENTIALS_EXPIRED"), // without a token there is no other
	} {
		service := failing(failure)
		err := createAccount(t, newClient(t, serve(t, service), prorata.Options{}))
		if status.Code(err) != status.Code(failure) || len(service.requests) != 1 {
			t.Errorf("%d attempts, then %v", len(service.requests), err)
		}
	}
}

func TestWhatFailedAsATokenHadExpiredIsSentWithAnother(t *testing.T) {
	service := failing(refusal(t, codes.Unauthenticated, "CREDENTIALS_EXPIRED"))
	var given atomic.Int32
	renewed := func(context.Context) (string, error) { return "token-" + string('0'+given.Add(1)), nil }
	if err := createAccount(t, newClient(t, serve(t, service), prorata.Options{Token: renewed})); err != nil {
		t.Fatal(err)
	}
	if first, second := service.metadata[0].Get("authorization")[0], service.metadata[1].Get("authorization")[0]; first == second {
		t.Errorf("the same token again: %s", first)
	}
	service = failing(refusal(t, codes.Unauthenticated, "UNAUTHENTICATED"))
	err := createAccount(t, newClient(t, serve(t, service), prorata.Options{Token: renewed}))
	if prorata.ReasonOf(err) != "UNAUTHENTICATED" || len(service.requests) != 1 {
		t.Errorf("%d attempts, then %v", len(service.requests), err)
	}
}

func TestAServerThatSaysWhenToComeAgainIsNotAskedBefore(t *testing.T) {
	service := failing(refusal(t, codes.ResourceExhausted, "OVERLOADED", retryAfter(150*time.Millisecond)))
	client := newClient(t, serve(t, service), prorata.Options{})
	start := time.Now()
	if err := createAccount(t, client); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(start); waited < 150*time.Millisecond {
		t.Errorf("asked again after %s", waited)
	}
}

func TestAServerThatSaysToComeAgainAfterTheDeadlineIsNotWaitedFor(t *testing.T) {
	service := failing(refusal(t, codes.ResourceExhausted, "OVERLOADED", retryAfter(time.Hour)))
	start := time.Now()
	err := createAccount(t, newClient(t, serve(t, service), prorata.Options{}))
	failed, ok := errors.AsType[*prorata.Error](err)
	if !ok || failed.Reason != "OVERLOADED" || failed.RetryDelay == nil || *failed.RetryDelay != time.Hour {
		t.Errorf("%v", err)
	}
	if waited := time.Since(start); waited > 5*time.Second {
		t.Errorf("waited for %s", waited)
	}
}

func TestTheDeadlineBoundsAllAttemptsAndTheErrorTellsWhyTheyFailed(t *testing.T) {
	away := &server{createAccount: func(*proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error) {
		return nil, status.Error(codes.Unavailable, "away")
	}}
	start := time.Now()
	err := createAccount(t, newClient(t, serve(t, away), prorata.Options{Timeout: 300 * time.Millisecond}))
	if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "away") || len(away.requests) < 3 {
		t.Errorf("%d attempts, then %v", len(away.requests), err)
	}
	if waited := time.Since(start); waited > 5*time.Second {
		t.Errorf("it took %s", waited)
	}
}

func TestACallWithoutADeadlineGetsOne(t *testing.T) {
	release := make(chan struct{})
	slow := &server{createAccount: func(*proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error) {
		<-release
		return nil, status.Error(codes.Internal, "late")
	}}
	address := serve(t, slow)
	t.Cleanup(func() { close(release) })
	err := createAccount(t, newClient(t, address, prorata.Options{Timeout: 50 * time.Millisecond}))
	if status.Code(err) != codes.DeadlineExceeded || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestACallIsEndedByItsContextBetweenTwoAttemptsToo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	away := &server{createAccount: func(*proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error) {
		time.AfterFunc(20*time.Millisecond, cancel)
		return nil, refusal(t, codes.ResourceExhausted, "OVERLOADED", retryAfter(5*time.Second))
	}}
	start := time.Now()
	_, err := newClient(t, serve(t, away), prorata.Options{}).Plans.CreateAccount(ctx, &proratav1.CreateAccountRequest{})
	if !errors.Is(err, context.Canceled) || time.Since(start) > 4*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestAnErrorCarriesReasonFieldsTimeAndRequestID(t *testing.T) {
	service := failing(refusal(t, codes.InvalidArgument, "INVALID_FIELD",
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: "records[3].product_id", Description: "is missing"},
		}},
		retryAfter(250*time.Millisecond),
	))
	_, err := newClient(t, serve(t, service), prorata.Options{}).Plans.CreateAccount(
		t.Context(), &proratav1.CreateAccountRequest{RequestId: "mine"})
	failed, ok := errors.AsType[*prorata.Error](err)
	if !ok {
		t.Fatal(err)
	}
	if failed.Error() != "INVALID_FIELD: in words" || failed.Code != codes.InvalidArgument || failed.RequestID != "mine" ||
		len(failed.Violations) != 1 || failed.Violations[0] != (prorata.FieldViolation{Path: "records[3].product_id", Description: "is missing"}) ||
		*failed.RetryDelay != 250*time.Millisecond {
		t.Errorf("%#v", failed)
	}
	if len(status.Convert(err).Details()) != 3 {
		t.Errorf("the details are gone: %v", status.Convert(err))
	}
}

func TestTheReasonOfAnotherDomainIsNoReason(t *testing.T) {
	made, err := status.New(codes.PermissionDenied, "no").WithDetails(&errdetails.ErrorInfo{Domain: "mesh", Reason: "DENIED"})
	if err != nil {
		t.Fatal(err)
	}
	err = createAccount(t, newClient(t, serve(t, failing(made.Err())), prorata.Options{}))
	if prorata.ReasonOf(err) != "" || err.Error() != "PermissionDenied: no" {
		t.Error(err)
	}
}

func TestAnAnswerThatIsCutOnTheWayIsAskedForAgain(t *testing.T) {
	for name, cut := range map[string]func(){
		"reset":            func() { panic(http.ErrAbortHandler) },
		"without trailers": func() {},
	} {
		var calls atomic.Int32
		address := serveHTTP(t, func(answer http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			answer.Header().Set("content-type", "application/grpc")
			_ = http.NewResponseController(answer).Flush()
			cut()
		})
		err := createAccount(t, newClient(t, address, prorata.Options{Timeout: 200 * time.Millisecond}))
		if status.Code(err) != codes.Unavailable || calls.Load() < 2 {
			t.Errorf("%s: %d calls, then %v", name, calls.Load(), err)
		}
	}
}

// serveHTTP serves HTTP/2 in plaintext, as a proxy on the way does, until the test is over; it returns the address.
func serveHTTP(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &http.Server{Handler: handle, Protocols: new(http.Protocols)}
	proxy.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(func() { _ = proxy.Close() })
	go func() { _ = proxy.Serve(listener) }()
	return listener.Addr().String()
}
