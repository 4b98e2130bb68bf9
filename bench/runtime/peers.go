// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The Go peers, as main.cpp does for C++: first its version; then a line in is the name of a
// benchmark, a line out the nanoseconds of one of its operations. The name "bytes/go" gives the bytes that a key takes instead.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

const (
	capacity = 1024
	tasks    = 100000
	keys     = 1000000
)

// A pool on a buffered channel: what a Go programmer writes instead of a bounded pool.
func submitAndRun(workers, producers int) float64 {
	queue := make(chan func(), capacity)
	var running sync.WaitGroup
	for i := 0; i < workers; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			for task := range queue {
				task()
			}
		}()
	}
	produce := func() {
		for i := 0; i < tasks/producers; i++ {
			queue <- func() {}
		}
	}
	start := time.Now()
	var producing sync.WaitGroup
	for i := 1; i < producers; i++ {
		producing.Add(1)
		go func() {
			defer producing.Done()
			produce()
		}()
	}
	produce()
	producing.Wait()
	close(queue)
	running.Wait()
	return float64(time.Since(start).Nanoseconds()) / tasks
}

func perOperation(operation func()) float64 {
	result := testing.Benchmark(func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			operation()
		}
	})
	return float64(result.T.Nanoseconds()) / float64(result.N)
}

func ask(limiter *rate.Limiter, expected bool) float64 {
	limiter.Allow()
	limiter.Allow()
	return perOperation(func() {
		if limiter.Allow() != expected {
			panic("not the expected answer")
		}
	})
}

// The usual map of limiters.
type limiters struct {
	mutex sync.RWMutex
	byKey map[uint64]*rate.Limiter
}

func (l *limiters) allow(key uint64) bool {
	l.mutex.RLock()
	limiter, found := l.byKey[key]
	l.mutex.RUnlock()
	if !found {
		l.mutex.Lock()
		if limiter, found = l.byKey[key]; !found {
			limiter = rate.NewLimiter(1e9, 1000000)
			l.byKey[key] = limiter
		}
		l.mutex.Unlock()
	}
	return limiter.Allow()
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func main() {
	testing.Init()
	flag.Set("test.benchtime", "20ms")
	grants := rate.NewLimiter(1e9, 1000000)
	denies := rate.NewLimiter(1e-3, 1)

	clients := make([]uint64, 1<<20)
	for i := range clients {
		clients[i] = uint64(rand.Intn(keys))
	}
	before := heap()
	keyed := &limiters{byKey: make(map[uint64]*rate.Limiter)}
	for key := uint64(0); key < keys; key++ {
		keyed.allow(key)
	}
	bytes := float64(heap()-before) / keys
	next := 0

	fmt.Println(strings.Replace(runtime.Version(), "go", "Go ", 1))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var answer float64
		switch name := lines.Text(); name {
		case "submit/go/1w1p":
			answer = submitAndRun(1, 1)
		case "submit/go/2w1p":
			answer = submitAndRun(2, 1)
		case "submit/go/2w2p":
			answer = submitAndRun(2, 2)
		case "grant/go":
			answer = ask(grants, true)
		case "deny/go":
			answer = ask(denies, false)
		case "keyed/go":
			answer = perOperation(func() {
				keyed.allow(clients[next&(len(clients)-1)])
				next++
			})
		case "bytes/go":
			answer = bytes
		default:
			fmt.Fprintln(os.Stderr, "no benchmark:", name)
			os.Exit(1)
		}
		fmt.Println(answer)
	}
}
