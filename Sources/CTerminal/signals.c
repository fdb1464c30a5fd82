// Signals: ends and stops are reported, crashes restore the terminal first. See cterminal.h for the contract.
//
// A handler only does what POSIX lists as async-signal-safe: write, tcsetattr, sigaction, raise, and atomic
// operations without locks.
#define _XOPEN_SOURCE 700
#define _XOPEN_SOURCE_EXTENDED 1
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1
#define NCURSES_WIDECHAR 1

// First, because term.h has a macro for every name of a capability, such as `columns`.
#include "cterminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "internal.h"

static struct termios saved_modes;
static bool has_saved_modes;
static char restore_bytes[512];
static size_t restore_count;
static atomic_bool is_armed;

static atomic_uint pending;
static int signal_pipe[2] = {-1, -1};

static const struct {
  int number;
  unsigned bit;
} reported[] = {
    {SIGWINCH, CT_SIGNAL_RESIZE},  {SIGCONT, CT_SIGNAL_CONTINUE},   {SIGTSTP, CT_SIGNAL_SUSPEND},
    {SIGINT, CT_SIGNAL_INTERRUPT}, {SIGTERM, CT_SIGNAL_TERMINATE}, {SIGHUP, CT_SIGNAL_HANGUP},
    {SIGQUIT, CT_SIGNAL_TERMINATE},
};
enum { REPORTED_COUNT = sizeof reported / sizeof *reported };
static struct sigaction earlier_reported[REPORTED_COUNT];

static const int crashes[] = {SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGABRT, SIGTRAP};
enum { CRASH_COUNT = sizeof crashes / sizeof *crashes };
static struct sigaction earlier_crashes[CRASH_COUNT];

static bool is_catching;

static int collect(int character) {
  if (restore_count < sizeof restore_bytes) restore_bytes[restore_count++] = (char)character;
  return character;
}

static void collect_capability(const char *name) {
  const char *value = ct_string(name);
  if (value) tputs(value, 1, collect);
}

static void collect_bytes(const char *bytes) {
  for (; *bytes; bytes++) collect(*bytes);
}

void ct_prepare_restore(void) {
  restore_count = 0;
  collect_bytes("\033[?2004l\033[?1006l\033[?1002l\033[?1004l");  // paste, mouse and focus reports off
  collect_capability("sgr0");
  collect_capability("op");
  collect_capability("rmkx");
  collect_capability("rmcup");
  collect_capability("cnorm");
}

static void restore(void) {
  if (!atomic_exchange(&is_armed, false)) return;
  size_t sent = 0;
  while (sent < restore_count) {
    ssize_t written = write(STDOUT_FILENO, restore_bytes + sent, restore_count - sent);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    sent += (size_t)written;
  }
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
}

void ct_arm_restore(bool armed) {
  static bool is_registered;
  if (armed && !is_registered) is_registered = atexit(restore) == 0;
  atomic_store(&is_armed, armed);
}

static void report(int number) {
  int error = errno;
  for (int i = 0; i < REPORTED_COUNT; i++)
    if (reported[i].number == number) atomic_fetch_or(&pending, reported[i].bit);
  // A full pipe has already woken its reader.
  ssize_t ignored = write(signal_pipe[1], "", 1);
  (void)ignored;
  errno = error;
}

// Restores the terminal, then lets whoever handled the signal earlier (or the system) have it.
static void crash(int number) {
  restore();
  for (int i = 0; i < CRASH_COUNT; i++)
    if (crashes[i] == number) sigaction(number, &earlier_crashes[i], NULL);
  raise(number);  // Held back until this handler returns.
}

static bool open_pipe(void) {
  if (pipe(signal_pipe) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
    fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
  }
  return true;
}

// A stack overflow leaves no room for the handler on the stack that overflowed. Main thread only.
static void use_alternate_stack(void) {
  static char memory[64 * 1024];
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return;
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
  sigaltstack(&stack, NULL);
}

int ct_catch_signals(void) {
  if (is_catching) return signal_pipe[0];
  if (!open_pipe()) return -1;
  has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  atomic_store(&pending, 0);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = report;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < REPORTED_COUNT; i++) sigaction(reported[i].number, &action, &earlier_reported[i]);
  use_alternate_stack();
  action.sa_handler = crash;
  action.sa_flags = SA_ONSTACK;
  for (int i = 0; i < CRASH_COUNT; i++) sigaction(crashes[i], &action, &earlier_crashes[i]);
  is_catching = true;
  return signal_pipe[0];
}

unsigned ct_take_signals(void) {
  char bytes[64];
  while (read(signal_pipe[0], bytes, sizeof bytes) > 0) {
  }
  return atomic_exchange(&pending, 0);
}

void ct_release_signals(void) {
  if (!is_catching) return;
  is_catching = false;
  for (int i = 0; i < REPORTED_COUNT; i++) sigaction(reported[i].number, &earlier_reported[i], NULL);
  for (int i = 0; i < CRASH_COUNT; i++) sigaction(crashes[i], &earlier_crashes[i], NULL);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = -1;
}

void ct_stop(void) {
  struct sigaction normal, ours;
  memset(&normal, 0, sizeof normal);
  sigemptyset(&normal.sa_mask);
  normal.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &normal, &ours);
  // The whole group, so that what started this program (make, a script) stops with it.
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
}

void ct_stop_freely(bool freely) {
  static struct sigaction ours;
  static bool is_free;
  if (freely == is_free) return;
  is_free = freely;
  if (freely) {
    struct sigaction normal;
    memset(&normal, 0, sizeof normal);
    sigemptyset(&normal.sa_mask);
    normal.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &normal, &ours);
  } else {
    sigaction(SIGTSTP, &ours, NULL);
  }
}
