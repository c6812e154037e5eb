// The three families with a series per committed partition, as Kafka exporters in Go publish them: a collector that
// sends const metrics, behind promhttp. Takes the number of groups; prints the port that it listens on.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const (
	topics     = 20
	partitions = 50
)

type collector struct {
	groups     []string
	topics     []string
	partitions []string
	families   []*prometheus.Desc
	poll       atomic.Int64
}

func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, family := range c.families {
		out <- family
	}
}

func (c *collector) Collect(out chan<- prometheus.Metric) {
	poll := c.poll.Load()
	for f, family := range c.families {
		cell := int64(0)
		for _, group := range c.groups {
			for _, topic := range c.topics {
				for _, partition := range c.partitions {
					out <- prometheus.MustNewConstMetric(family, prometheus.GaugeValue, value(f, cell, poll), group, topic, partition)
					cell++
				}
			}
		}
	}
}

// The values of estate.ts.
func value(family int, cell, poll int64) float64 {
	switch family {
	case 0:
		return float64(900_000_000 + cell*7_919%100_000_000 + poll)
	case 1:
		switch {
		case cell%5 < 2:
			return 0
		case cell%5 == 2:
			return float64((cell*2_654_435 + poll) % 100_000_000)
		default:
			return float64((cell*2_654_435 + poll) % 10_000)
		}
	default:
		return float64(cell*37%600_000) / 1_000
	}
}

func main() {
	groups, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	c := &collector{}
	for g := 0; g < groups; g++ {
		c.groups = append(c.groups, fmt.Sprintf("payments-consumer-group-%d", g))
	}
	for t := 0; t < topics; t++ {
		c.topics = append(c.topics, fmt.Sprintf("orders.events.topic-%d", t))
	}
	for p := 0; p < partitions; p++ {
		c.partitions = append(c.partitions, strconv.Itoa(p))
	}
	cluster := prometheus.Labels{"kafka_cluster": "kafka-prod-eu-west-1"}
	labels := []string{"consumergroup", "topic", "partition"}
	for _, name := range []string{"current_offset", "lag", "offset_advance_age_seconds"} {
		c.families = append(c.families, prometheus.NewDesc("kafka_consumergroup_"+name, "As the exporter's own.", labels, cluster))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	http.HandleFunc("/next", func(w http.ResponseWriter, _ *http.Request) {
		start := time.Now()
		c.poll.Add(1)
		fmt.Fprint(w, float64(time.Since(start).Microseconds())/1_000)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, nil))
}
