// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// C: fields of structs that threads are handed as `void *`, and globals.
//
#include <pthread.h>
#include <stdlib.h>

void send_line(const char *line);
int next_line(char *line);

struct queue {
  pthread_mutex_t mutex;
  pthread_cond_t filled;
  int length;
  int dropped;
  int limit;
};

void queue_put(struct queue *queue) {
  pthread_mutex_lock(&queue->mutex);
  if (queue->length < queue->limit)
    ++queue->length;
  else
    ++queue->dropped;
  pthread_cond_signal(&queue->filled);
  pthread_mutex_unlock(&queue->mutex);
}

static void *drain(void *argument) {
  struct queue *queue = argument;
  for (int i = 0; i < 1000; ++i) {
    pthread_mutex_lock(&queue->mutex);
    while (queue->length == 0)
      pthread_cond_wait(&queue->filled, &queue->mutex);
    --queue->length;
    pthread_mutex_unlock(&queue->mutex);
  }
  return NULL;
}

// Both threads count on one struct, which each has as its argument.
struct counts {
  long lines;
  long bytes;
};

static void *count_lines_bad(void *argument) {
  struct counts *counts = argument;
  char line[80];
  while (next_line(line))
    ++counts->lines;
  // CHECK: [[#@LINE-1]]:15: warning: 'lines' is written while another thread reads it, with no lock in common; guard it with one mutex, or make it std::atomic [belay-inconsistent-guard]
  return NULL;
}

static void *report(void *argument) {
  struct counts *counts = argument;
  if (counts->lines > 1000)
    send_line("many lines");
  return NULL;
}

static struct counts all;
static struct queue jobs = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 100};

int main(void) {
  pthread_t counter, reporter, drainer;
  pthread_create(&counter, NULL, count_lines_bad, &all);
  pthread_create(&reporter, NULL, report, &all);
  pthread_create(&drainer, NULL, drain, &jobs);
  queue_put(&jobs);
  pthread_join(counter, NULL);
  pthread_join(reporter, NULL);
  pthread_join(drainer, NULL);
  return all.lines > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
