package prorata

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
)

const defaultTimeout = 30 * time.Second

// Options says how a client connects. The zero value connects in plaintext, as staff without a name.
type Options struct {
	// TLS secures the connection; plaintext if nil. The zero config trusts the well-known authorities, RootCAs are
	// others, Certificates are the caller's own (mTLS). See [TLSFromFiles].
	TLS *tls.Config
	// Caller is who calls, for a server without tokens.
	Caller string
	// Role is the caller's role, for a server without tokens: [Staff] unless given.
	Role Role
	// Token gives the bearer token of a call, instead of caller and role. Over plaintext it goes to loopback only.
	Token TokenSource
	// Timeout is the deadline of a call whose context has none, all attempts together: 30 s unless given.
	Timeout time.Duration
	// Retry says how soon what failed for the moment is tried again.
	Retry RetryPolicy
	// DialOptions are further options of the connection, such as a stats handler.
	DialOptions []grpc.DialOption
}

// Role is what a caller may do.
type Role string

// The roles.
const (
	Staff       Role = "staff"
	SelfService Role = "self-service"
)

// TokenSource gives the bearer token of a call. It is asked before every attempt, as tokens expire, by any number of
// goroutines at once.
type TokenSource func(ctx context.Context) (string, error)

// TokenFromFile reads the token from a file, anew for every attempt: whoever renews the token only writes the file.
func TokenFromFile(path string) TokenSource {
	return func(context.Context) (string, error) {
		token, err := os.ReadFile(path)
		return strings.TrimSpace(string(token)), err
	}
}

// TLSFromFiles reads PEM files: authorities to trust, or the well-known ones if roots is empty; and the caller's own
// certificate and its key (mTLS), both or neither. Those are read anew for every connection, as they are renewed.
func TLSFromFiles(roots, certificate, key string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if roots != "" {
		pem, err := os.ReadFile(roots)
		if err != nil {
			return nil, fmt.Errorf("prorata: roots: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("prorata: roots: %s has no certificate in PEM", roots)
		}
	}
	if (certificate == "") != (key == "") {
		return nil, errors.New("prorata: give certificate and key together, or neither")
	}
	if certificate != "" {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			own, err := tls.LoadX509KeyPair(certificate, key)
			return &own, err
		}
		if _, err := config.GetClientCertificate(nil); err != nil {
			return nil, fmt.Errorf("prorata: certificate and key: %w", err)
		}
	}
	return config, nil
}

// check refuses options that do not go together, and what can not be sent.
func (o Options) check(address string) error {
	host, port, err := net.SplitHostPort(address)
	if number, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || number == 0 || host == "" {
		return fmt.Errorf("prorata: address: give host:port, such as 127.0.0.1:50051, not %q", address)
	}
	named := o.Caller != "" || o.Role != ""
	switch {
	case o.Token != nil && named:
		return errors.New("prorata: Token: it names the caller already, leave Caller and Role out")
	case o.hasCertificate() && named:
		return errors.New("prorata: TLS: the certificate names the caller already, leave Caller and Role out")
	case o.Token != nil && o.TLS == nil && !isLoopback(host):
		return fmt.Errorf("prorata: Token: it is not sent in plaintext to %s, set TLS", address)
	case strings.ContainsFunc(o.Caller, func(r rune) bool { return r < ' ' || r > '~' }):
		return errors.New("prorata: Caller: printable ASCII only, as it is sent in a header")
	case o.Role != "" && o.Role != Staff && o.Role != SelfService:
		return fmt.Errorf("prorata: Role: %q or %q, not %q", Staff, SelfService, o.Role)
	case o.Timeout < 0 || o.Retry.FirstDelay < 0 || o.Retry.MaxDelay < 0:
		return errors.New("prorata: Timeout, Retry: not less than 0")
	}
	return nil
}

func (o Options) timeout() time.Duration {
	if o.Timeout == 0 {
		return defaultTimeout
	}
	return o.Timeout
}

func (o Options) hasCertificate() bool {
	return o.TLS != nil && (len(o.TLS.Certificates) > 0 || o.TLS.GetClientCertificate != nil)
}

func (o Options) identity() identity {
	if o.Token != nil {
		return identity{token: o.Token, secure: o.TLS != nil}
	}
	if o.hasCertificate() {
		return identity{}
	}
	role := o.Role
	if role == "" {
		role = Staff
	}
	named := map[string]string{"prorata-role": string(role)}
	if o.Caller != "" {
		named["prorata-caller"] = o.Caller
	}
	return identity{named: named}
}

// identity tells the server who calls, by a token or by name; see credentials.PerRPCCredentials.
type identity struct {
	token  TokenSource
	named  map[string]string
	secure bool
}

func (i identity) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	if i.token == nil {
		return i.named, nil
	}
	token, err := i.token(ctx)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	// What is wrong with it is said without it.
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("token: what was given is empty, or has blanks or characters that a header can not carry")
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

func (i identity) RequireTransportSecurity() bool {
	return i.secure
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && address.IsLoopback())
}
