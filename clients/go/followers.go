package prorata

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"google.golang.org/grpc"

	"github.com/prorata/prorata/clients/go/proratav1"
)

// FeedOptions says where the feed of charge records is read from, and whether it is followed.
type FeedOptions struct {
	// AfterPosition is the last record that is not wanted; 0 is the beginning.
	AfterPosition int64
	// Consumer, if given, has the feed begin after what this consumer has acknowledged, instead.
	Consumer string
	// Follow has the feed followed live; otherwise it ends with the last record.
	Follow bool
	// OnBreak is told whenever the stream broke off, and after what time it is opened again.
	OnBreak func(err error, delay time.Duration)
}

// WatchOptions says how a closing or rehearsal is watched.
type WatchOptions struct {
	// OnBreak is told whenever the stream broke off, and after what time it is opened again.
	OnBreak func(err error, delay time.Duration)
}

// StreamCharges yields the charge records of the feed, in order and without gaps or repetitions. A feed that breaks off
// is opened again after the last record received; one that is followed as often as it takes. An error is the last that
// is yielded: the cause, when it was the context that ended. Leaving the loop ends the call.
func (c *Client) StreamCharges(ctx context.Context, options FeedOptions) iter.Seq2[*proratav1.ChargeRecord, error] {
	request := &proratav1.StreamChargesRequest{Follow: options.Follow}
	if options.Consumer == "" {
		request.Start = &proratav1.StreamChargesRequest_AfterPosition{AfterPosition: options.AfterPosition}
	} else {
		request.Start = &proratav1.StreamChargesRequest_Consumer{Consumer: options.Consumer}
	}
	return func(yield func(*proratav1.ChargeRecord, error) bool) {
		if options.Consumer != "" && options.AfterPosition != 0 {
			yield(nil, errors.New("prorata: AfterPosition, Consumer: give one of them"))
			return
		}
		start := request.GetStart() // of this loop: it may be run again
		open := func(ctx context.Context) (grpc.ServerStreamingClient[proratav1.StreamChargesResponse], error) {
			return c.Billing.StreamCharges(ctx, &proratav1.StreamChargesRequest{Start: start, Follow: options.Follow})
		}
		for response, err := range resumed(ctx, c.attempts(options.Follow, options.OnBreak), open) {
			if err != nil {
				yield(nil, err)
				return
			}
			start = &proratav1.StreamChargesRequest_AfterPosition{AfterPosition: response.GetLastPosition()}
			for _, record := range response.GetRecords() {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
}

// WatchClosing yields the closing of a period as it is now and after every step, until it is closed or blocked. It comes
// back after a break, as said of StreamCharges.
func (c *Client) WatchClosing(
	ctx context.Context, period string, options WatchOptions,
) iter.Seq2[*proratav1.Closing, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[proratav1.WatchClosingResponse], error) {
		return c.Billing.WatchClosing(ctx, &proratav1.WatchClosingRequest{Period: period})
	}
	return mapped(func() iter.Seq2[*proratav1.WatchClosingResponse, error] {
		return resumed(ctx, c.attempts(true, options.OnBreak), open)
	}, (*proratav1.WatchClosingResponse).GetClosing)
}

// WatchRehearsal yields a rehearsal as it is now and after every step, until it is complete. It comes back after a
// break, as said of StreamCharges.
func (c *Client) WatchRehearsal(
	ctx context.Context, rehearsalNumber int32, options WatchOptions,
) iter.Seq2[*proratav1.Rehearsal, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[proratav1.WatchRehearsalResponse], error) {
		return c.Billing.WatchRehearsal(ctx, &proratav1.WatchRehearsalRequest{RehearsalNumber: rehearsalNumber})
	}
	return mapped(func() iter.Seq2[*proratav1.WatchRehearsalResponse, error] {
		return resumed(ctx, c.attempts(true, options.OnBreak), open)
	}, (*proratav1.WatchRehearsalResponse).GetRehearsal)
}

// attempts are those of one stream; one that follows waits for as long as a server is away.
func (c *Client) attempts(follows bool, onBreak func(error, time.Duration)) *attempts {
	made := &attempts{repeats: c.repeats, onBreak: onBreak}
	if !follows {
		made.patience = c.timeout
	}
	return made
}

// resumed yields the responses of a stream, which is opened again after a break; an error is the last.
func resumed[Response any](
	ctx context.Context, attempts *attempts,
	open func(context.Context) (grpc.ServerStreamingClient[Response], error),
) iter.Seq2[*Response, error] {
	return func(yield func(*Response, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for {
			stream, err := open(ctx)
			for err == nil {
				var response *Response
				if response, err = stream.Recv(); err == nil {
					attempts.succeed()
					if !yield(response, nil) {
						return
					}
				}
			}
			if err == io.EOF {
				return
			}
			if err := attempts.pause(ctx, err); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func mapped[Response, Part any](
	responses func() iter.Seq2[Response, error], part func(Response) Part,
) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		for response, err := range responses() {
			if !yield(part(response), err) {
				return
			}
		}
	}
}
