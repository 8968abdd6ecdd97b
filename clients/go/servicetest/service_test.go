// Package servicetest tests the client against the server in test mode at PRORATA_ADDRESS.
package servicetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/big"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

var (
	address = os.Getenv("PRORATA_ADDRESS")
	soon    = prorata.RetryPolicy{FirstDelay: 10 * time.Millisecond, MaxDelay: 50 * time.Millisecond}
)

func TestMain(m *testing.M) {
	if address == "" {
		fmt.Println("PRORATA_ADDRESS: set it to the host:port of a server in test mode")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// testContext ends a test that hangs.
func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func clientAt(t *testing.T, address string, options prorata.Options) *prorata.Client {
	t.Helper()
	if options.Caller == "" {
		options.Caller = "go-tests"
	}
	client := must(prorata.NewClient(address, options))
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func newClient(t *testing.T) *prorata.Client {
	t.Helper()
	return clientAt(t, address, prorata.Options{})
}

// must returns a value; without one, the test can not go on.
func must[Value any](value Value, err error) Value {
	if err != nil {
		panic(err)
	}
	return value
}

// refusalOf returns the error of a call that must fail.
func refusalOf(t *testing.T, err error) *prorata.Error {
	t.Helper()
	failed, ok := errors.AsType[*prorata.Error](err)
	if !ok {
		t.Fatalf("it was not refused: %v", err)
	}
	return failed
}

// equal fails a test that got something else than it wants.
func equal[Value comparable](t *testing.T, what string, got, want Value) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// now returns what the server's clock shows.
func now(ctx context.Context, client *prorata.Client) time.Time {
	return must(client.Clock.GetTestClock(ctx, &proratav1.GetTestClockRequest{})).GetCurrentTime().AsTime()
}

func periodOf(moment time.Time) string { return moment.Format("2006-01") }

func newAccount(ctx context.Context, client *prorata.Client, parent string) string {
	created := must(client.Plans.CreateAccount(ctx, &proratav1.CreateAccountRequest{ParentAccountSid: parent}))
	return created.GetAccount().GetAccountSid()
}

func takeProduction(ctx context.Context, client *prorata.Client, account string) {
	must(client.Plans.ChangePlan(ctx, &proratav1.ChangePlanRequest{AccountSid: account, PlanId: "production"}))
}

// newProduct makes a product at a price per unit, from the current period on.
func newProduct(ctx context.Context, client *prorata.Client, price *big.Rat) string {
	productID := "sms-" + uuid.NewString()
	must(client.Billing.PutProduct(ctx, &proratav1.PutProductRequest{
		ProductId:   productID,
		DisplayName: "SMS",
		Unit:        "message",
		Stage:       proratav1.ProductStage_PRODUCT_STAGE_GENERALLY_AVAILABLE,
		Family:      proratav1.ProductFamily_PRODUCT_FAMILY_PLATFORM,
	}))
	must(client.Billing.PublishPrices(ctx, &proratav1.PublishPricesRequest{Prices: []*proratav1.ProductPrice{{
		ProductId:       productID,
		EffectivePeriod: periodOf(now(ctx, client)),
		Pricing: &proratav1.ProductPrice_PerUnit{
			PerUnit: &proratav1.PerUnitPricing{UnitPrice: must(prorata.RatToDecimal(price))},
		},
	}}}))
	return productID
}

// rowsOf returns rows of usage, one unit each.
func rowsOf(account, productID string, count int, moment time.Time) []prorata.Usage {
	run := uuid.NewString()
	rows := make([]prorata.Usage, count)
	for index := range rows {
		rows[index] = prorata.Usage{
			EventID:        fmt.Sprintf("%s-%d", run, index),
			AccountSID:     account,
			ProductID:      productID,
			QuantityMicros: 1_000_000,
			OccurTime:      moment,
		}
	}
	return rows
}

// all returns whatever comes, as a slice.
func all[Item any](items iter.Seq2[Item, error]) ([]Item, error) {
	var gathered []Item
	for item, err := range items {
		if err != nil {
			return gathered, err
		}
		gathered = append(gathered, item)
	}
	return gathered, nil
}

// forwarder is a way to the server that can be cut.
type forwarder struct {
	address string
	onData  func(bytes int)

	mutex       sync.Mutex
	down        bool
	connections map[net.Conn]bool
}

// newForwarder forwards a port of its own on loopback to the server, until the test is over.
func newForwarder(t *testing.T, onData func(way *forwarder, bytes int)) *forwarder {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	way := &forwarder{address: listener.Addr().String(), connections: map[net.Conn]bool{}}
	way.onData = func(bytes int) {
		if onData != nil {
			onData(way, bytes)
		}
	}
	t.Cleanup(func() {
		_ = listener.Close()
		way.cut(true)
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			go way.forward(near)
		}
	}()
	return way
}

func (f *forwarder) forward(near net.Conn) {
	far, err := net.Dial("tcp", address)
	if err != nil {
		_ = near.Close()
		return
	}
	if !f.keep(near, far) {
		return
	}
	go func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	}()
	_, _ = io.Copy(far, io.TeeReader(near, counter(f.onData)))
	_ = far.Close()
}

// keep holds connections for when they are cut; false when they are cut already.
func (f *forwarder) keep(connections ...net.Conn) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, connection := range connections {
		if f.down {
			_ = connection.Close()
		}
		f.connections[connection] = true
	}
	return !f.down
}

// cut cuts all connections; while it is down, new ones are cut too.
func (f *forwarder) cut(down bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.down = down
	for connection := range f.connections {
		_ = connection.Close()
	}
	clear(f.connections)
}

func (f *forwarder) restore() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.down = false
}

type counter func(bytes int)

func (c counter) Write(data []byte) (int, error) {
	c(len(data))
	return len(data), nil
}
