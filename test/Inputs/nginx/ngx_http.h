// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for nginx's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_NGINX_NGX_HTTP_H
#define BELAY_INPUTS_NGINX_NGX_HTTP_H

#include <stdint.h>
#include <unistd.h>

#define NGX_DECLINED -5
#define NGX_HTTP_NO_CONTENT 204
#define ngx_msleep(ms) (void)usleep(ms * 1000)

typedef intptr_t ngx_int_t;
typedef uintptr_t ngx_uint_t;
typedef struct ngx_http_request_s ngx_http_request_t;
typedef struct {
  volatile unsigned long *lock;
} ngx_shmtx_t;

void ngx_shmtx_lock(ngx_shmtx_t *mtx);
void ngx_shmtx_unlock(ngx_shmtx_t *mtx);
void ngx_http_finalize_request(ngx_http_request_t *r, ngx_int_t rc);
ngx_int_t ngx_http_discard_request_body(ngx_http_request_t *r);
ngx_int_t ngx_http_read_client_request_body(ngx_http_request_t *r,
                                            void (*post_handler)(ngx_http_request_t *r));

#endif
