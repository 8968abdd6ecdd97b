package prorata_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/prorata/prorata/clients/go"
	"github.com/prorata/prorata/clients/go/proratav1"
)

// once is so patient that a call fails with its first attempt.
var once = prorata.RetryPolicy{FirstDelay: time.Hour, MaxDelay: time.Hour}

func token(context.Context) (string, error) { return "t0ken", nil }

func TestWhoCallsIsToldInTheMetadata(t *testing.T) {
	for name, test := range map[string]struct {
		options prorata.Options
		want    map[string]string
	}{
		"nothing given": {prorata.Options{}, map[string]string{"prorata-role": "staff"}},
		"caller and role": {
			prorata.Options{Caller: "console", Role: prorata.SelfService},
			map[string]string{"prorata-caller": "console", "prorata-role": "self-service"},
		},
		"a token, in plaintext to loopback": {
			prorata.Options{Token: token}, map[string]string{"authorization": "Bearer t0ken"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			service := &server{}
			if err := createAccount(t, newClient(t, serve(t, service), test.options)); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"prorata-caller", "prorata-role", "authorization"} {
				if got := strings.Join(service.metadata[0].Get(key), "|"); got != test.want[key] {
					t.Errorf("%s: %q, not %q", key, got, test.want[key])
				}
			}
		})
	}
}

func TestOptionsThatDoNotGoTogetherAreRefused(t *testing.T) {
	certified := &tls.Config{Certificates: []tls.Certificate{{}}}
	for want, test := range map[string]struct {
		address string
		options prorata.Options
	}{
		"address: give host:port":                      {"localhost", prorata.Options{}},
		"not \"localhost:0\"":                          {"localhost:0", prorata.Options{}},
		"not \":50051\"":                               {":50051", prorata.Options{}},
		"Token: it names the caller already":           {"localhost:1", prorata.Options{Token: token, Caller: "console"}},
		"TLS: the certificate names the caller":        {"localhost:1", prorata.Options{TLS: certified, Role: prorata.Staff}},
		"not sent in plaintext to prorata.example:443": {"prorata.example:443", prorata.Options{Token: token}},
		"not sent in plaintext to 10.0.0.1:443":        {"10.0.0.1:443", prorata.Options{Token: token}},
		"Caller: printable ASCII only":                 {"localhost:1", prorata.Options{Caller: "Ümit"}},
		"Role: \"staff\" or \"self-service\"":          {"localhost:1", prorata.Options{Role: "boss"}},
		"Timeout, Retry: not less than 0":              {"localhost:1", prorata.Options{Timeout: -1}},
	} {
		if _, err := prorata.NewClient(test.address, test.options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	for _, address := range []string{"localhost:1", "127.0.0.9:1", "[::1]:1"} {
		newClient(t, address, prorata.Options{Token: token})
	}
}

func TestATokenIsReadAnewForEveryCallAndStream(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	service := &server{streamCharges: func(*proratav1.StreamChargesRequest, grpc.ServerStreamingServer[proratav1.StreamChargesResponse]) error {
		return nil
	}}
	client := newClient(t, serve(t, service), prorata.Options{Token: prorata.TokenFromFile(path)})
	renew := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	renew("first\n")
	if err := createAccount(t, client); err != nil {
		t.Fatal(err)
	}
	renew("second")
	for _, err := range client.StreamCharges(t.Context(), prorata.FeedOptions{}) {
		t.Fatal(err)
	}
	for index, want := range []string{"Bearer first", "Bearer second"} {
		if got := service.metadata[index].Get("authorization")[0]; got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestATokenThatIsNoneFailsTheCallAndIsNotTold(t *testing.T) {
	service := &server{}
	address := serve(t, service)
	for want, source := range map[string]prorata.TokenSource{
		"token: what was given is empty": func(context.Context) (string, error) { return "secret with blanks", nil },
		"token: no such file":            func(context.Context) (string, error) { return "", errors.New("no such file") },
	} {
		err := createAccount(t, newClient(t, address, prorata.Options{Token: source}))
		if status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v, not %q", err, want)
		}
	}
	if len(service.metadata) != 0 {
		t.Errorf("the server was called: %v", service.metadata)
	}
}

func TestTLSTrustsTheGivenAuthoritiesAlone(t *testing.T) {
	authority := newAuthority(t)
	service := &server{}
	address := serve(t, service, grpc.Creds(credentials.NewTLS(authority.serverTLS(t, tls.NoClientCert))))
	trusting, err := prorata.TLSFromFiles(authority.roots(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority.certificate)
	if !trusting.RootCAs.Equal(pool) {
		t.Error("it trusts others too")
	}
	if err := createAccount(t, newClient(t, address, prorata.Options{TLS: trusting, Token: token})); err != nil {
		t.Fatal(err)
	}
	if got := service.metadata[0].Get("authorization")[0]; got != "Bearer t0ken" {
		t.Error(got)
	}
	others, err := prorata.TLSFromFiles(newAuthority(t).roots(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]*tls.Config{"another authority": others, "well-known authorities": {}} {
		err := createAccount(t, newClient(t, address, prorata.Options{TLS: config, Retry: once}))
		if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(service.metadata) != 1 {
		t.Error("a server that is not trusted was called")
	}
}

func TestAHostMayHaveTheNameOfAScheme(t *testing.T) {
	for _, host := range []string{"unix", "passthrough"} {
		dialed := make(chan string, 1)
		dial := grpc.WithContextDialer(func(_ context.Context, address string) (net.Conn, error) {
			dialed <- address
			return nil, errors.New("not there")
		})
		client := newClient(t, host+":443", prorata.Options{DialOptions: []grpc.DialOption{dial}, Retry: once})
		if err := createAccount(t, client); status.Code(err) != codes.Unavailable {
			t.Errorf("%s: %v", host, err)
		}
		select {
		case address := <-dialed:
			if _, err := netip.ParseAddrPort(address); err != nil {
				t.Errorf("%s is taken for a scheme: %s", host, address)
			}
		default: // there is no such host
		}
	}
}

func TestATokenMeantForTLSIsNotSentWithoutIt(t *testing.T) {
	service := &server{}
	options := prorata.Options{TLS: &tls.Config{}, Token: token}
	options.DialOptions = []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	client, err := prorata.NewClient(serve(t, service), options)
	if err == nil {
		err = createAccount(t, client)
	}
	if err == nil || len(service.metadata) != 0 {
		t.Errorf("%v, received %v", err, service.metadata)
	}
}

func TestMutualTLSShowsTheCallersCertificateInsteadOfAName(t *testing.T) {
	authority := newAuthority(t)
	var name atomic.Value
	service := &server{}
	seen := func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		from, _ := peer.FromContext(ctx)
		name.Store(from.AuthInfo.(credentials.TLSInfo).State.PeerCertificates[0].Subject.CommonName)
		return handle(ctx, request)
	}
	secured := grpc.Creds(credentials.NewTLS(authority.serverTLS(t, tls.RequireAndVerifyClientCert)))
	address := serve(t, service, secured, grpc.UnaryInterceptor(seen))
	certificate, key := authority.issue(t, "console")
	config, err := prorata.TLSFromFiles(authority.roots(), certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := createAccount(t, newClient(t, address, prorata.Options{TLS: config})); err != nil {
		t.Fatal(err)
	}
	if name.Load() != "console" || service.metadata[0].Get("prorata-role") != nil {
		t.Errorf("called by %v with %v", name.Load(), service.metadata[0])
	}
	renewed, renewedKey := authority.issue(t, "renewed")
	for from, to := range map[string]string{renewed: certificate, renewedKey: key} {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := createAccount(t, newClient(t, address, prorata.Options{TLS: config})); err != nil || name.Load() != "renewed" {
		t.Errorf("the files are read anew: called by %v, %v", name.Load(), err)
	}
	uncertified, err := prorata.TLSFromFiles(authority.roots(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := createAccount(t, newClient(t, address, prorata.Options{TLS: uncertified, Retry: once})); status.Code(err) != codes.Unavailable {
		t.Errorf("without a certificate: %v", err)
	}
}

func TestFilesThatAreNoCertificatesAreNamed(t *testing.T) {
	authority := newAuthority(t)
	certificate, key := authority.issue(t, "console")
	for want, paths := range map[string][3]string{
		"has no certificate in PEM":      {key, "", ""},
		"give certificate and key":       {"", certificate, ""},
		"roots: open /nowhere/roots.pem": {"/nowhere/roots.pem", "", ""},
		"certificate and key: ":          {"", key, certificate},
	} {
		if _, err := prorata.TLSFromFiles(paths[0], paths[1], paths[2]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

func TestAnAnswerOfMoreThan4MBIsTaken(t *testing.T) {
	name := strings.Repeat("x", 20<<20)
	service := &server{createAccount: func(*proratav1.CreateAccountRequest) (*proratav1.CreateAccountResponse, error) {
		return &proratav1.CreateAccountResponse{Account: &proratav1.Account{DisplayName: name}}, nil
	}}
	if err := createAccount(t, newClient(t, serve(t, service), prorata.Options{})); err != nil {
		t.Error(err)
	}
}
