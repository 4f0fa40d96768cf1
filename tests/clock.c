/* A wall clock that a test steps while a gateway runs: the loader puts this before the C library's.
   The file that $REMIT_CLOCK names holds how many seconds it is ahead, 8 bytes in the machine's order. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t none = 0, *ahead = &none;

__attribute__((constructor)) static void find(void) {
  const char *file = getenv("REMIT_CLOCK");
  int opened = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (opened < 0) return;
  void *seen = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, opened, 0);
  if (seen != MAP_FAILED) ahead = seen;
  close(opened);
}

/* Past the library, which is not loaded yet when an allocator first asks. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  int failed = syscall(SYS_clock_gettime, clock, time);
  if (!failed && clock == CLOCK_REALTIME) time->tv_sec += *ahead;
  return failed;
}
