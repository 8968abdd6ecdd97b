package prorata

import (
	"context"
	"io"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/prorata/prorata/clients/go/proratav1"
)

// RetryPolicy is how soon a call is tried again; its deadline says for how long.
type RetryPolicy struct {
	// FirstDelay is about the pause before the second attempt, 100 ms unless given; it doubles with each further one.
	FirstDelay time.Duration
	// MaxDelay is the longest pause, unless the server asks for a longer one; 5 s unless given.
	MaxDelay time.Duration
}

// repeats says which failures are tried again, and how soon.
//
// That is safe: reads have no effect, writes carry a request id, usage records are their own keys.
type repeats struct {
	policy RetryPolicy
	// Whether the next attempt has other credentials than one that failed as they had expired.
	renewable bool
}

func (o Options) repeats() repeats {
	policy := o.Retry
	if policy.FirstDelay == 0 {
		policy.FirstDelay = 100 * time.Millisecond
	}
	if policy.MaxDelay == 0 {
		policy.MaxDelay = 5 * time.Second
	}
	return repeats{policy, o.Token != nil}
}

// delay is the pause before the next attempt, with jitter; false when there is to be none.
func (r repeats) delay(err *Error, failedAttempts int) (time.Duration, bool) {
	if !r.mayRepeat(err) {
		return 0, false
	}
	backoff := r.policy.FirstDelay
	for attempt := 1; attempt < failedAttempts && backoff < r.policy.MaxDelay; attempt++ {
		backoff *= 2
	}
	backoff = time.Duration(float64(min(backoff, r.policy.MaxDelay)) * (0.5 + rand.Float64()/2))
	if err.RetryDelay != nil {
		return *err.RetryDelay + backoff/2, true
	}
	return backoff, true
}

func (r repeats) mayRepeat(err *Error) bool {
	switch err.Code {
	case codes.Unavailable:
		return true
	case codes.ResourceExhausted, codes.Aborted:
		return err.RetryDelay != nil
	case codes.Unauthenticated:
		return r.renewable && err.Reason == reasonName(proratav1.ErrorReason_ERROR_REASON_CREDENTIALS_EXPIRED)
	}
	return false
}

// call is the interceptor of all calls that are no streams: the same request is sent until it is answered, can not
// be, or its deadline has come.
func (c *Client) call(
	ctx context.Context, method string, request, reply any,
	connection *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if _, limited := ctx.Deadline(); !limited {
		limitedCtx, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		ctx = limitedCtx
	}
	request, requestID := withRequestID(request)
	deadline, _ := ctx.Deadline()
	var before *Error
	for failedAttempts := 1; ; failedAttempts++ {
		err := invoke(ctx, method, request, reply, connection, options...)
		if err == nil {
			return nil
		}
		failed := errorOf(err)
		if failed == nil {
			return err
		}
		failed.RequestID = requestID
		delay, again := c.repeats.delay(failed, failedAttempts)
		if failed.Code == codes.DeadlineExceeded && before != nil {
			return before // it tells why
		}
		if !again || time.Until(deadline) <= delay {
			return failed
		}
		before = failed
		_ = pause(ctx, delay) // a context that ended meanwhile ends the next attempt
	}
}

// withRequestID gives a write that names no request id a new one, in a copy: a message may be used again.
func withRequestID(request any) (any, string) {
	message, ok := request.(proto.Message)
	if !ok {
		return request, ""
	}
	reflected := message.ProtoReflect()
	field := reflected.Descriptor().Fields().ByName("request_id")
	if field == nil || field.Kind() != protoreflect.StringKind {
		return request, ""
	}
	if given := reflected.Get(field).String(); given != "" {
		return request, given
	}
	requestID := uuid.NewString()
	copied := reflected.New() // not a clone, as a request that is nil has none
	proto.Merge(copied.Interface(), message)
	copied.Set(field, protoreflect.ValueOfString(requestID))
	return copied.Interface(), requestID
}

// openStream is the interceptor of all streams; their errors are those of calls.
func openStream(
	ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn, method string,
	open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := open(ctx, description, connection, method, options...)
	if err != nil {
		return nil, streamError(err)
	}
	return failingStream{stream}, nil
}

type failingStream struct{ grpc.ClientStream }

func (s failingStream) RecvMsg(message any) error {
	return streamError(s.ClientStream.RecvMsg(message))
}

func (s failingStream) SendMsg(message any) error {
	return streamError(s.ClientStream.SendMsg(message))
}

func streamError(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if failed := errorOf(err); failed != nil {
		return failed
	}
	return err
}

// attempts are those of a stream, which gives up when it has failed for too long without an answer.
type attempts struct {
	repeats  repeats
	patience time.Duration // without end if 0
	onBreak  func(err error, delay time.Duration)
	failed   int
	since    time.Time
}

// succeed notes an answer: what fails from now on fails for the first time.
func (a *attempts) succeed() { a.failed = 0 }

// pause waits until it is time for another attempt; it returns the error when there is to be none.
func (a *attempts) pause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if a.failed++; a.failed == 1 {
		a.since = time.Now()
	}
	failed := errorOf(err)
	if failed == nil {
		return err
	}
	delay, again := a.repeats.delay(failed, a.failed)
	if !again || (a.patience > 0 && time.Since(a.since)+delay >= a.patience) {
		return err
	}
	if a.onBreak != nil {
		a.onBreak(err, delay)
	}
	return pause(ctx, delay)
}

// pause waits, and returns the cause when the context ends before.
func pause(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
