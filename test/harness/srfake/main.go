// Command srfake serves franz-go's fake of a schema registry, by people who never saw the exporter, with the schemas
// of a file. It prints its address once it listens.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"
)

type seed struct {
	Subject string    `json:"subject"`
	Version int       `json:"version"`
	ID      int       `json:"id"`
	Schema  sr.Schema `json:"schema"`
}

func main() {
	address := flag.String("listen", "127.0.0.1:0", "host and port")
	file := flag.String("schemas", "", "JSON file: a list of subject, version, id, schema")
	auth := flag.String("auth", "", "value of the Authorization header that is asked for")
	cert := flag.String("cert", "", "PEM file of the certificate: TLS")
	key := flag.String("key", "", "PEM file of its key")
	clientCA := flag.String("client-ca", "", "PEM file: clients need a certificate of this authority")
	flag.Parse()
	if err := run(*address, *file, *auth, *cert, *key, *clientCA); err != nil {
		log.Fatal(err)
	}
}

func run(address, file, auth, cert, key, clientCA string) error {
	var options []srfake.Option
	if auth != "" {
		options = append(options, srfake.WithAuth(auth))
	}
	registry := srfake.NewRegistry(options...)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var seeds []seed
	if err := json.Unmarshal(text, &seeds); err != nil {
		return err
	}
	for _, s := range seeds {
		registry.SeedSchema(s.Subject, s.Version, s.ID, s.Schema)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return err
		}
		config := &tls.Config{Certificates: []tls.Certificate{pair}}
		if clientCA != "" {
			pem, err := os.ReadFile(clientCA)
			if err != nil {
				return err
			}
			config.ClientCAs = x509.NewCertPool()
			config.ClientCAs.AppendCertsFromPEM(pem)
			config.ClientAuth = tls.RequireAndVerifyClientCert
		}
		listener = tls.NewListener(listener, config)
	}
	fmt.Println(listener.Addr())
	return http.Serve(listener, registry.Handler())
}
