// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Mongoose's header: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_MONGOOSE_MONGOOSE_H
#define BELAY_INPUTS_MONGOOSE_MONGOOSE_H

struct mg_mgr;
struct mg_connection;
typedef void (*mg_event_handler_t)(struct mg_connection *, int event, void *event_data);
enum { MG_EV_HTTP_MSG = 11 };
extern "C" struct mg_connection *mg_http_listen(struct mg_mgr *, const char *url,
                                                mg_event_handler_t handler, void *data);
extern "C" void mg_http_reply(struct mg_connection *, int status, const char *headers,
                              const char *body, ...);

#endif
