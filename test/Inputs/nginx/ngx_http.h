// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for nginx's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_NGINX_NGX_HTTP_H
#define BELAY_INPUTS_NGINX_NGX_HTTP_H

typedef long ngx_int_t;
struct ngx_http_request_t;
extern "C" ngx_int_t ngx_http_read_client_request_body(ngx_http_request_t *request,
                                                       void (*handler)(ngx_http_request_t *));

#endif
