// Command kfake runs franz-go's fake Kafka cluster with the benchmark's topics, groups and commits: a second opinion
// on the exporter's cost, by people who never saw it. It prints one line of JSON once everything is committed, moves a
// tenth of the groups for every line on stdin, and ends with it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

type workload struct {
	brokers, topics, partitions, groups, commits int
}

func main() {
	var w workload
	flag.IntVar(&w.brokers, "brokers", 3, "brokers")
	flag.IntVar(&w.topics, "topics", 100, "topics")
	flag.IntVar(&w.partitions, "partitions", 12, "partitions of each topic")
	flag.IntVar(&w.groups, "groups", 10, "groups")
	flag.IntVar(&w.commits, "commits", 100, "committed partitions of each group")
	flag.Parse()
	if err := run(w); err != nil {
		log.Fatal(err)
	}
}

func run(w workload) error {
	names := make([]string, w.topics)
	for i := range names {
		names[i] = topicName(i)
	}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(w.brokers), kfake.SeedTopics(int32(w.partitions), names...))
	if err != nil {
		return err
	}
	defer cluster.Close()
	// From OffsetCommit v10 on topics go by their ids; names are simpler here.
	versions := kgo.MaxVersions(kversion.V3_9_0())
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), versions)
	if err != nil {
		return err
	}
	defer client.Close()
	for group := range w.groups {
		if err := w.commit(client, group, 1); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"brokers": cluster.ListenAddrs()}); err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	for step := 0; lines.Scan(); step++ {
		for group := step % 10; group < w.groups; group += 10 {
			if err := w.commit(client, group, int64(step)+2); err != nil {
				return err
			}
		}
		fmt.Println(`{"ticked":true}`)
	}
	return lines.Err()
}

// The same names as the simulated cluster's workload has.
func topicName(index int) string { return fmt.Sprintf("domain.events.topic-%06d", index) }
func groupName(index int) string { return fmt.Sprintf("service-consumer-group-%05d", index) }

func (w workload) commit(client *kgo.Client, group int, offset int64) error {
	request := kmsg.NewPtrOffsetCommitRequest()
	request.Group = groupName(group)
	request.Generation = -1
	perGroup := (w.commits + w.partitions - 1) / w.partitions
	for left, i := w.commits, 0; left > 0; i++ {
		topic := kmsg.NewOffsetCommitRequestTopic()
		topic.Topic = topicName((group*perGroup + i) % w.topics)
		for p := 0; p < w.partitions && left > 0; p++ {
			partition := kmsg.NewOffsetCommitRequestTopicPartition()
			partition.Partition = int32(p)
			partition.Offset = offset
			topic.Partitions = append(topic.Partitions, partition)
			left--
		}
		request.Topics = append(request.Topics, topic)
	}
	response, err := request.RequestWith(context.Background(), client)
	if err != nil {
		return err
	}
	for _, topic := range response.Topics {
		for _, partition := range topic.Partitions {
			if err := kerr.ErrorForCode(partition.ErrorCode); err != nil {
				return fmt.Errorf("commit of %s: %w", request.Group, err)
			}
		}
	}
	return nil
}
