// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// connection: a client that sends the bytes it is told to, so that a test decides what is in one
// segment, what is left out, and what follows an answer on the same connection. All waits are for
// the server, and end after ten seconds with a failure.
//
#ifndef BELAY_TEST_HTTP_CONNECTION_H
#define BELAY_TEST_HTTP_CONNECTION_H

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>
#include <unistd.h>

struct response {
  int status = 0;                             ///< 0: the connection ended instead
  std::map<std::string, std::string> headers; ///< names in lower case, the last of each
  std::string body;

  std::string header(const std::string &name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class connection {
public:
  /// To a port of this machine, from one of its addresses: all of 127.0.0.0/8 are.
  explicit connection(int port, const char *from = "127.0.0.1") {
    sockaddr_in source{};
    source.sin_family = AF_INET;
    sockaddr_in target = source;
    inet_pton(AF_INET, from, &source.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &target.sin_addr);
    target.sin_port = htons(static_cast<std::uint16_t>(port));
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int at_once = 1; // what is sent apart is to arrive apart, and not late
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    check(bind(socket_, reinterpret_cast<sockaddr *>(&source), sizeof source));
    check(connect(socket_, reinterpret_cast<sockaddr *>(&target), sizeof target));
  }
  connection(const connection &) = delete;
  connection &operator=(const connection &) = delete;
  ~connection() { close(socket_); }

  /// The server may have gone; then the answer is that there is none.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0)
        return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// The next answer on this connection.
  response receive() {
    response got;
    while (received_.find("\r\n\r\n") == received_.npos)
      if (!read_more())
        return got;
    std::string head = take(received_.find("\r\n\r\n") + 2);
    received_.erase(0, 2);
    got.status = std::stoi(head.substr(head.find(' ') + 1));
    head.erase(0, head.find("\r\n") + 2);
    while (!head.empty()) {
      const std::size_t colon = head.find(':');
      const std::size_t end = head.find("\r\n");
      std::string name = head.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const std::size_t value = head.find_first_not_of(' ', colon + 1);
      got.headers[name] = head.substr(value, end - value);
      head.erase(0, end + 2);
    }
    const std::string length = got.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (received_.size() < size)
      if (!read_more())
        throw std::runtime_error("the connection ended within a body");
    got.body = take(size);
    return got;
  }

  response get(std::string_view path, std::string_view headers = "") {
    send("GET " + std::string(path) + " HTTP/1.1\r\nHost: here\r\nConnection: Keep-Alive\r\n" +
         std::string(headers) + "\r\n");
    return receive();
  }

  /// The head of a POST, and then the body in a segment of its own.
  response post(std::string_view path, std::string_view body, std::string_view headers = "") {
    send("POST " + std::string(path) +
         " HTTP/1.1\r\nHost: here\r\nConnection: Keep-Alive\r\nContent-Type: text/plain\r\n" +
         std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    send(body);
    return receive();
  }

  /// Waits for the server to end the connection; false if it sends something instead.
  bool is_ended() { return received_.empty() && !read_more(); }

private:
  static void check(int result) {
    if (result != 0)
      throw std::system_error(errno, std::generic_category());
  }

  std::string take(std::size_t size) {
    std::string taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }

  // False at the end of the connection, also at one that is a reset.
  bool read_more() {
    char bytes[4096];
    const ssize_t size = recv(socket_, bytes, sizeof bytes, 0);
    if (size < 0 && errno == EAGAIN)
      throw std::runtime_error("nothing came for ten seconds");
    if (size > 0)
      received_.append(bytes, static_cast<std::size_t>(size));
    return size > 0;
  }

  int socket_ = -1;
  std::string received_;
};

/// That it is a refusal, with a Retry-After of so many seconds.
inline void expect_refused(const response &got, int status, int least_wait, int most_wait) {
  EXPECT_EQ(got.status, status);
  ASSERT_NE(got.header("retry-after"), "") << got.status;
  EXPECT_GE(std::stoi(got.header("retry-after")), least_wait);
  EXPECT_LE(std::stoi(got.header("retry-after")), most_wait);
}

/// Open files of this process, to see that none is left behind.
inline std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

#endif
