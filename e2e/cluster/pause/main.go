// Program pause is the one process of a pod's sandbox: it waits until it is told to end, and reaps
// what is left to it. As `pause ADDRESS` it is also the container of pods that the tests start only
// to have pods: it answers each HTTP request on that address with the pod's host name, and
// `/fetch?url=URL` with what URL answers as seen from inside the pod. As `pause env` it prints its
// environment and ends.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "env" {
		for _, variable := range os.Environ() {
			fmt.Println(variable)
		}
		return
	}
	if len(os.Args) > 1 {
		go serve(os.Args[1])
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		reap()
	}
}

func reap() {
	for {
		if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
			return
		}
	}
}

func serve(address string) {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		name, err := os.Hostname()
		if err != nil {
			http.Error(response, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(response, name)
	})
	client := http.Client{Timeout: 10 * time.Second}
	http.HandleFunc("/fetch", func(response http.ResponseWriter, request *http.Request) {
		fetched, err := client.Get(request.URL.Query().Get("url"))
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadGateway)
			return
		}
		defer fetched.Body.Close()
		response.WriteHeader(fetched.StatusCode)
		if _, err := io.Copy(response, fetched.Body); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(address, nil))
	os.Exit(1)
}
