// Package prorata is the client of prorata, the billing backend of a communications platform.
//
// The calls of the contract are those of the generated package proratav1, which a [Client] makes ready: it tells the
// server who calls, repeats what is safe to repeat under one request id, gives every call a deadline, and makes every
// failure an [*Error]. Beside them it has the streams that come back after a break, and usage in columns.
package prorata

import (
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/prorata/prorata/clients/go/proratav1"
)

// What a message of the server may take: a record with a part for each of very many accounts is large.
const maxReceiveBytes = 64 << 20

// Client is a client of a prorata server. It may be used by any number of goroutines at once.
//
// Calls of Plans, Billing and Clock that are not streams are tried again while that may help, until their deadline.
// Streams of Billing are opened once; those of the client itself are opened again.
type Client struct {
	// Plans has accounts, the catalogue of support plans, and who holds which plan.
	Plans proratav1.PlanServiceClient
	// Billing has usage, prices, charges and the month-end.
	Billing proratav1.BillingServiceClient
	// Clock is the clock of a server in test mode.
	Clock proratav1.TestClockServiceClient

	connection *grpc.ClientConn
	repeats    repeats
	timeout    time.Duration
}

// NewClient returns a client of the server at "host:port", to which it connects with the first call.
func NewClient(address string, options Options) (*Client, error) {
	if err := options.check(address); err != nil {
		return nil, err
	}
	client := &Client{repeats: options.repeats(), timeout: options.timeout()}
	transport := insecure.NewCredentials()
	if options.TLS != nil {
		transport = credentials.NewTLS(options.TLS)
	}
	// With its scheme, as a host may have the name of one.
	connection, err := grpc.NewClient("dns:///"+address, append([]grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithPerRPCCredentials(options.identity()),
		grpc.WithChainUnaryInterceptor(client.call),
		grpc.WithChainStreamInterceptor(openStream),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReceiveBytes)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
			MinConnectTimeout: 5 * time.Second,
		}),
		// gRPC servers take pings every five minutes at most.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 6 * time.Minute, Timeout: 20 * time.Second}),
		grpc.WithDisableServiceConfig(),
	}, options.DialOptions...)...)
	if err != nil {
		return nil, fmt.Errorf("prorata: %w", err)
	}
	client.connection = connection
	client.Plans = proratav1.NewPlanServiceClient(connection)
	client.Billing = proratav1.NewBillingServiceClient(connection)
	client.Clock = proratav1.NewTestClockServiceClient(connection)
	return client, nil
}

// Close closes the connection; calls under way fail.
func (c *Client) Close() error {
	return c.connection.Close()
}
