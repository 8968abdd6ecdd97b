package prorata

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const errorDomain = "prorata"

// Error is a call that failed: with what the server answers but OK, or what the connection itself reports, such as
// Unavailable. Of a call that its context ended, errors.Is tells context.Canceled or context.DeadlineExceeded.
type Error struct {
	// Code is the gRPC status.
	Code codes.Code
	// Reason is the stable reason, the name of a proratav1.ErrorReason without its prefix, such as "ACCOUNT_NOT_FOUND";
	// empty when there was none. A later server may have further ones.
	Reason string
	// Message says what is wrong and what to do, in words.
	Message string
	// Violations are the fields at fault.
	Violations []FieldViolation
	// RetryDelay is after what time the server asks to be tried again; nil when it did not ask.
	RetryDelay *time.Duration
	// RequestID is that of the write that failed: repeated with the same content, it is done once.
	RequestID string

	cause  error
	status *status.Status
}

// FieldViolation is a field at fault, and why.
type FieldViolation struct {
	// Path is where it stands in the request, in the words of the contract, such as "records[3].product_id".
	Path string
	// Description says what is wrong with it.
	Description string
}

// Error says what failed, the reason first.
func (e *Error) Error() string {
	name := e.Reason
	if name == "" {
		name = e.Code.String()
	}
	return name + ": " + e.Message
}

// Unwrap returns what gRPC reported.
func (e *Error) Unwrap() error { return e.cause }

// Is tells the errors of contexts, which gRPC turns into its own.
func (e *Error) Is(target error) bool {
	return (e.Code == codes.Canceled && target == context.Canceled) ||
		(e.Code == codes.DeadlineExceeded && target == context.DeadlineExceeded)
}

// GRPCStatus returns the status, for status.FromError and status.Code.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// ReasonOf returns the reason of an error, such as "ACCOUNT_NOT_FOUND"; empty for one that has none.
func ReasonOf(err error) string {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed.Reason
	}
	return ""
}

// newError makes an Error of what the client itself finds.
func newError(code codes.Code, message string) *Error {
	return &Error{Code: code, Message: message, status: status.New(code, message)}
}

// errorOf makes an Error of what gRPC reports; nil for what it does not report.
func errorOf(err error) *Error {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed
	}
	reported, ok := status.FromError(err)
	if !ok {
		return nil
	}
	failed := &Error{Code: codeOf(reported), Message: reported.Message(), cause: err}
	failed.status = reported
	if failed.Code != reported.Code() {
		failed.status = status.New(failed.Code, failed.Message)
	}
	for _, detail := range reported.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == errorDomain {
				failed.Reason = detail.GetReason()
			}
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				failed.Violations = append(failed.Violations, FieldViolation{violation.GetField(), violation.GetDescription()})
			}
		case *errdetails.RetryInfo:
			failed.RetryDelay = new(detail.GetRetryDelay().AsDuration())
		}
	}
	return failed
}

// codeOf returns the code; Unavailable for a stream that was cut on the way, which gRPC tells as many things.
func codeOf(reported *status.Status) codes.Code {
	cut := strings.HasPrefix(reported.Message(), "stream terminated by RST_STREAM") ||
		strings.HasPrefix(reported.Message(), "server closed the stream without sending trailers")
	switch reported.Code() {
	case codes.Internal, codes.Unknown, codes.Canceled:
		if cut {
			return codes.Unavailable
		}
	}
	return reported.Code()
}
