// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Go's limiter, golang.org/x/time/rate, asked the questions of differential.py on standard input;
// one line of answer each.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

func limitOf(word string) rate.Limit {
	if word == "inf" {
		return rate.Inf
	}
	perSecond, err := strconv.ParseFloat(word, 64)
	if err != nil {
		log.Fatal(err)
	}
	return rate.Limit(perSecond)
}

func number(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func at(word string) time.Time { return time.Unix(0, number(word)) }

func main() {
	var limiter *rate.Limiter
	var reservations []*rate.Reservation
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		words := strings.Fields(in.Text())
		verb, args := words[0], words[1:]
		switch verb {
		case "new":
			limiter = rate.NewLimiter(limitOf(args[0]), int(number(args[1])))
			reservations = nil
			fmt.Fprintln(out, "-")
		case "allow":
			fmt.Fprintln(out, limiter.AllowN(at(args[0]), int(number(args[1]))))
		case "reserve":
			taken := limiter.ReserveN(at(args[0]), int(number(args[1])))
			reservations = append(reservations, taken)
			if taken.OK() {
				fmt.Fprintln(out, taken.DelayFrom(at(args[0])).Nanoseconds())
			} else {
				fmt.Fprintln(out, "false")
			}
		case "cancel":
			reservations[number(args[1])].CancelAt(at(args[0]))
			fmt.Fprintln(out, "-")
		case "limit":
			limiter.SetLimitAt(at(args[0]), limitOf(args[1]))
			fmt.Fprintln(out, "-")
		case "burst":
			limiter.SetBurstAt(at(args[0]), int(number(args[1])))
			fmt.Fprintln(out, "-")
		case "tokens":
			fmt.Fprintln(out, strconv.FormatFloat(limiter.TokensAt(at(args[0])), 'g', -1, 64))
		default:
			log.Fatalf("no such verb: %s", verb)
		}
	}
}
