// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DEFINE: %{src} = /usr/share/nginx/src/src
// DEFINE: %{inc} = -isystem %{src}/core -isystem %{src}/event -isystem %{src}/os/unix -isystem %{src}/http -isystem %{src}/http/modules
// RUN: %check_belay %s %{inc} -isystem %S/../Inputs/nginx
//
// nginx modules: handlers that .belay.yaml or an annotation names, and nginx's locks. Against its
// headers where nginx-dev is installed, which brings a running server along; else a stand-in.
//
extern "C" {
#include <ngx_http.h>
}
#include <string>
#include <thread>

void store(const std::string &line);
static int bodies = 0; // a worker process has one thread

struct Zone { // in the memory that the workers share
  ngx_shmtx_t mutex;
  ngx_uint_t hits;
  ngx_uint_t misses;
};
static Zone *zone;

static void onBody(ngx_http_request_t *request) {
  ++bodies;
  ngx_http_finalize_request(request, NGX_HTTP_NO_CONTENT);
}

[[clang::annotate("belay::handler")]] ngx_int_t ngx_http_store_bad(ngx_http_request_t *request) {
  ngx_shmtx_lock(&zone->mutex);
  ++zone->hits;
  ngx_shmtx_unlock(&zone->mutex);
  // CHECK: [[#@LINE+1]]:11: warning: requests that run at the same time write 'misses' with no lock; {{.*}} [belay-unguarded-handler-state]
  ++zone->misses;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:46: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string("request")).detach();
  return ngx_http_read_client_request_body(request, onBody);
}

[[clang::annotate("belay::handler")]] ngx_int_t ngx_http_wait_bad(ngx_http_request_t *) {
  // CHECK: [[#@LINE+1]]:3: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
  ngx_msleep(100);
  return NGX_DECLINED;
}

[[clang::annotate("belay::handler")]] ngx_int_t ngx_http_reset_bad(ngx_http_request_t *request) {
  ngx_shmtx_lock(&zone->mutex);
  ngx_uint_t hits = zone->hits;
  ngx_shmtx_unlock(&zone->mutex);
  // CHECK: [[#@LINE+2]]:11: error: 'hits' is written without 'mutex', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
  if (hits > 1000)
    zone->hits = 0;
  return ngx_http_discard_request_body(request);
}
