package prorata

import (
	"context"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/prorata/prorata/clients/go/proratav1"
)

// UsageOptions says how usage is sent.
type UsageOptions struct {
	// BatchRows is the rows of a batch: 20,000 unless given, at most 50,000.
	BatchRows int
	// Window is how many batches may be without an answer: 4 unless given.
	Window int
	// AcknowledgeTimeout is how long to wait for the next answer while one is due: 60 s unless given.
	AcknowledgeTimeout time.Duration
	// OnProgress is told what became of the rows so far, after every answer.
	OnProgress func(report UsageReport)
	// OnBreak is told whenever the stream broke off, and after what time it is opened again.
	OnBreak func(err error, delay time.Duration)
}

// UsageReport is what became of the rows that were acknowledged so far.
type UsageReport struct {
	// NewCount is the rows that were new.
	NewCount int
	// RepeatedCount is the rows that were recorded before, with the same content.
	RepeatedCount int
	// Refused are the rows that were refused, in the order of the answers.
	Refused []RefusedRow
}

// RefusedRow is a row that was not accepted, and why.
type RefusedRow struct {
	// Index is its position among all rows given, from 0.
	Index int
	// EventID is its event id.
	EventID string
	// Reason is why, as in [Error].
	Reason string
	// Field is the field of [Usage] at fault; empty when there is no single one.
	Field string
	// Message says why, and what to do, in words.
	Message string
}

var (
	columnPath   = regexp.MustCompile(`^columns\.([a-z_]+)`)
	fieldColumns = map[string]string{
		"event_ids":          "EventID",
		"account_indexes":    "AccountSID",
		"product_indexes":    "ProductID",
		"quantities_micros":  "QuantityMicros",
		"occur_times_micros": "OccurTime",
		"amounts_nanos":      "AmountNanos",
	}
)

// SendUsage sends usage in columnar batches over one stream, the fastest way in, and tells what became of it once all
// is acknowledged. Rows are taken as they can be sent, in a goroutine of their own; batches without an answer are sent
// again when the stream breaks off. The rows of a slice are slices.Values(rows).
//
// On an error the report has what was acknowledged before: that stays recorded, and sending all again counts nothing
// twice. Rows that wait for something must end when the context does, as SendUsage returns only after them.
func (c *Client) SendUsage(ctx context.Context, rows iter.Seq[Usage], options UsageOptions) (UsageReport, error) {
	sending, err := c.newUsageSending(options)
	if err != nil {
		return UsageReport{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var taking sync.WaitGroup
	taking.Go(func() { sending.take(ctx, cancel, rows) })
	err = sending.run(ctx)
	cancel(err)
	taking.Wait()
	return sending.report, err
}

type sentBatch struct {
	request    *proratav1.StreamUsageRequest
	firstIndex int
}

type answer struct {
	response *proratav1.StreamUsageResponse
	err      error
}

type usageSending struct {
	client    *Client
	options   UsageOptions
	attempts  *attempts
	batches   chan sentBatch // not sent yet; closed after the last
	pending   []sentBatch    // without an answer, in order
	exhausted bool
	report    UsageReport
}

func (c *Client) newUsageSending(options UsageOptions) (*usageSending, error) {
	options.BatchRows = orDefault(options.BatchRows, 20_000)
	options.Window = orDefault(options.Window, 4)
	options.AcknowledgeTimeout = orDefault(options.AcknowledgeTimeout, time.Minute)
	switch {
	case options.BatchRows < 1 || options.BatchRows > maxRows:
		return nil, fmt.Errorf("prorata: BatchRows: from 1 to %d, not %d", maxRows, options.BatchRows)
	case options.Window < 1 || options.Window > 1_000:
		return nil, fmt.Errorf("prorata: Window: from 1 to 1000, not %d", options.Window)
	case options.AcknowledgeTimeout < 0:
		return nil, fmt.Errorf("prorata: AcknowledgeTimeout: more than 0, not %s", options.AcknowledgeTimeout)
	}
	attempts := c.attempts(false, options.OnBreak)
	return &usageSending{client: c, options: options, attempts: attempts, batches: make(chan sentBatch)}, nil
}

func orDefault[Value comparable](value, otherwise Value) Value {
	var zero Value
	if value == zero {
		return otherwise
	}
	return value
}

// take makes batches of the rows, as they can be sent; what a row can not have ends the sending.
func (s *usageSending) take(ctx context.Context, fail context.CancelCauseFunc, rows iter.Seq[Usage]) {
	number, firstIndex := uint64(0), 0
	for batch, err := range batchesOf(rows, s.options.BatchRows) {
		if err != nil {
			fail(fmt.Errorf("prorata: %w", err))
			return
		}
		number++
		request := &proratav1.StreamUsageRequest{BatchNumber: number, Columns: batch.Columns()}
		select {
		case s.batches <- sentBatch{request, firstIndex}:
		case <-ctx.Done():
			return
		}
		firstIndex += batch.Len()
	}
	close(s.batches)
}

// run opens a stream whenever there is something to send, until all is acknowledged.
func (s *usageSending) run(ctx context.Context) error {
	for {
		if len(s.pending) == 0 {
			s.attempts.succeed() // a stream that broke with nothing to answer has failed nobody
			select {
			case batch, more := <-s.batches:
				if !more {
					return nil
				}
				s.pending = append(s.pending, batch)
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		err := s.deliver(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := s.attempts.pause(ctx, err); err != nil {
			return err
		}
	}
}

// deliver is one stream, from its opening to its end: batches left over from the last one first, then all others.
func (s *usageSending) deliver(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(s.options.AcknowledgeTimeout, func() {
		message := fmt.Sprintf("no acknowledgement within %s", s.options.AcknowledgeTimeout)
		cancel(newError(codes.DeadlineExceeded, message))
	})
	defer watchdog.Stop()
	err := s.exchange(ctx, watchdog)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

func (s *usageSending) exchange(ctx context.Context, watchdog *time.Timer) error {
	stream, err := s.client.Billing.StreamUsage(ctx)
	if err != nil {
		return err
	}
	answers := make(chan answer, s.options.Window)
	go receive(ctx, stream, answers)
	for _, batch := range s.pending {
		if err := send(stream, batch); err != nil {
			return err
		}
	}
	for !s.exhausted || len(s.pending) > 0 {
		batches := s.batches
		if s.exhausted || len(s.pending) >= s.options.Window {
			batches = nil
		}
		select {
		case batch, more := <-batches:
			if !more {
				s.exhausted = true
				continue
			}
			if len(s.pending) == 0 {
				watchdog.Reset(s.options.AcknowledgeTimeout)
			}
			s.pending = append(s.pending, batch)
			if err := send(stream, batch); err != nil {
				return err
			}
		case answer := <-answers:
			if answer.err != nil {
				return answer.err
			}
			s.acknowledge(answer.response)
			if watchdog.Stop(); len(s.pending) > 0 {
				watchdog.Reset(s.options.AcknowledgeTimeout)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	watchdog.Reset(s.options.AcknowledgeTimeout)
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for { // to its end, so that the server sees no stream that was left
		select {
		case answer := <-answers:
			if answer.err != nil {
				return nil
			}
		case <-ctx.Done():
			return nil // all is acknowledged
		}
	}
}

// send writes a batch; of a stream that is over, the answers tell why.
func send(stream grpc.BidiStreamingClient[proratav1.StreamUsageRequest, proratav1.StreamUsageResponse], batch sentBatch) error {
	if err := stream.Send(batch.request); err != nil && err != io.EOF {
		return err
	}
	return nil
}

func receive(
	ctx context.Context,
	stream grpc.BidiStreamingClient[proratav1.StreamUsageRequest, proratav1.StreamUsageResponse],
	answers chan<- answer,
) {
	for {
		response, err := stream.Recv()
		if err == io.EOF {
			err = newError(codes.Unavailable, "the server ended the stream before it had answered every batch")
		}
		select {
		case answers <- answer{response, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (s *usageSending) acknowledge(response *proratav1.StreamUsageResponse) {
	for position, batch := range s.pending {
		if batch.request.GetBatchNumber() != response.GetBatchNumber() {
			continue
		}
		s.pending = append(s.pending[:position], s.pending[position+1:]...)
		s.attempts.succeed()
		s.report.NewCount += int(response.GetNewCount())
		s.report.RepeatedCount += int(response.GetRepeatedCount())
		for _, refused := range response.GetRefused() {
			s.report.Refused = append(s.report.Refused, refusedRow(refused, batch.firstIndex))
		}
		if s.options.OnProgress != nil {
			s.options.OnProgress(s.report)
		}
		return
	}
}

func refusedRow(refused *proratav1.RefusedUsage, firstIndex int) RefusedRow {
	row := RefusedRow{
		Index:   firstIndex + int(refused.GetIndex()),
		EventID: refused.GetEventId(),
		Reason:  reasonName(refused.GetReason()),
		Message: refused.GetMessage(),
	}
	if match := columnPath.FindStringSubmatch(refused.GetField()); match != nil {
		row.Field = fieldColumns[match[1]]
	}
	return row
}

// reasonName is the name of a reason, as errors have it; its number when this client does not know it.
func reasonName(reason proratav1.ErrorReason) string {
	return strings.TrimPrefix(reason.String(), "ERROR_REASON_")
}
