package prorata_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

// server is a gRPC server of a test's own, which answers as the test says and keeps what it is called with.
type server struct {
	proratav1.UnimplementedPlanServiceServer
	proratav1.UnimplementedBillingServiceServer

	createAccount func(request *proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error)
	streamCharges func(request *proratav1.StreamChargesRequest, stream grpc.ServerStreamingServer[proratav1.StreamChargesResponse]) error
	streamUsage   func(stream grpc.BidiStreamingServer[proratav1.StreamUsageRequest, proratav1.StreamUsageResponse]) error

	mutex    sync.Mutex
	metadata []metadata.MD
	requests []*proratav1.CreateAccountRequest
}

func (s *server) keep(ctx context.Context) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	received, _ := metadata.FromIncomingContext(ctx)
	s.metadata = append(s.metadata, received)
}

func (s *server) CreateAccount(
	ctx context.Context, request *proratav1.CreateAccountRequest,
) (*proratav1.CreateAccountResponse, error) {
	s.keep(ctx)
	s.mutex.Lock()
	s.requests = append(s.requests, request)
	s.mutex.Unlock()
	if s.createAccount == nil {
		return &proratav1.CreateAccountResponse{}, nil
	}
	return s.createAccount(request)
}

func (s *server) StreamCharges(
	request *proratav1.StreamChargesRequest, stream grpc.ServerStreamingServer[proratav1.StreamChargesResponse],
) error {
	s.keep(stream.Context())
	return s.streamCharges(request, stream)
}

func (s *server) StreamUsage(
	stream grpc.BidiStreamingServer[proratav1.StreamUsageRequest, proratav1.StreamUsageResponse],
) error {
	s.keep(stream.Context())
	return s.streamUsage(stream)
}

// serve serves on a port of its own, until the test is over; it returns the address.
func serve(t *testing.T, service *server, options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	grpcServer := grpc.NewServer(options...)
	proratav1.RegisterPlanServiceServer(grpcServer, service)
	proratav1.RegisterBillingServiceServer(grpcServer, service)
	t.Cleanup(grpcServer.Stop)
	go func() { _ = grpcServer.Serve(listener) }()
	return listener.Addr().String()
}

// newClient returns a client that soon tries again, unless it is told otherwise.
func newClient(t *testing.T, address string, options prorata.Options) *prorata.Client {
	t.Helper()
	if options.Retry == (prorata.RetryPolicy{}) {
		options.Retry = prorata.RetryPolicy{FirstDelay: 2 * time.Millisecond, MaxDelay: 10 * time.Millisecond}
	}
	if options.Timeout == 0 {
		options.Timeout = 10 * time.Second
	}
	client, err := prorata.NewClient(address, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func createAccount(t *testing.T, client *prorata.Client) error {
	t.Helper()
	_, err := client.Plans.CreateAccount(t.Context(), &proratav1.CreateAccountRequest{})
	return err
}

// refusal is an error with details, as the server of prorata makes them.
func refusal(t *testing.T, code codes.Code, reason string, details ...protoadapt.MessageV1) error {
	t.Helper()
	info := &errdetails.ErrorInfo{Domain: "prorata", Reason: reason}
	made, err := status.New(code, "in words").WithDetails(append([]protoadapt.MessageV1{info}, details...)...)
	if err != nil {
		t.Fatal(err)
	}
	return made.Err()
}

func retryAfter(delay time.Duration) protoadapt.MessageV1 {
	return &errdetails.RetryInfo{RetryDelay: durationpb.New(delay)}
}

// authority issues certificates for a test: of a server at 127.0.0.1, and of a caller.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	folder      string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	made := authority{folder: t.TempDir()}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"}, SerialNumber: big.NewInt(1),
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	made.certificate, made.key = issue(t, template, nil, nil)
	write(t, filepath.Join(made.folder, "authority.pem"), "CERTIFICATE", made.certificate.Raw)
	return made
}

// issue issues a certificate and its key as PEM files, and returns their paths.
func (a authority) issue(t *testing.T, name string) (certificate, key string) {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, SerialNumber: big.NewInt(2),
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	issued, private := issue(t, template, a.certificate, a.key)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(a.folder, name+".pem"), filepath.Join(a.folder, name+".key")
	write(t, certificate, "CERTIFICATE", issued.Raw)
	write(t, key, "PRIVATE KEY", encoded)
	return certificate, key
}

func (a authority) roots() string { return filepath.Join(a.folder, "authority.pem") }

// serverTLS is how a server certified by the authority secures connections.
func (a authority) serverTLS(t *testing.T, clients tls.ClientAuthType) *tls.Config {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(a.issue(t, "server"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: clients, ClientCAs: pool}
}

func issue(
	t *testing.T, template, issuer *x509.Certificate, issuerKey *ecdsa.PrivateKey,
) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if issuer == nil {
		issuer, issuerKey = template, key
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

func write(t *testing.T, path, kind string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
}
