// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Drogon's filters: the declarations that the tests of the models use.
//
#ifndef DROGON_HTTPFILTER_H
#define DROGON_HTTPFILTER_H

#include "drogon/drogon.h"

namespace drogon {

class HttpFilterBase : public virtual DrObjectBase {
public:
  virtual void doFilter(const HttpRequestPtr &req, FilterCallback &&fcb,
                        FilterChainCallback &&fccb) = 0;
};

template <typename T, bool AutoCreation = true>
class HttpFilter : public DrObject<T>, public HttpFilterBase {};

} // namespace drogon

#endif
