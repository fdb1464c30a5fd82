// Curses: everything but signals. See cterminal.h for the contract.
#define _XOPEN_SOURCE 700
#define _XOPEN_SOURCE_EXTENDED 1
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1
#define NCURSES_WIDECHAR 1

#include "cterminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "internal.h"

// term.h has a macro for every name of a capability.
#undef columns

static SCREEN *screen;
static bool is_entered;

bool ct_use_utf8(void) {
  static const char *const fallbacks[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++)
    if (setlocale(LC_CTYPE, fallbacks[i])) return true;
  return false;
}

int ct_setup(const char *name) {
  int status = 0;
  if (setupterm(name, STDOUT_FILENO, &status) == OK) return 1;
  return status < 0 ? -1 : 0;
}

// The functions of terminfo take names that they do not change as char *.
int ct_number(const char *name) {
  int value = tigetnum((char *)(uintptr_t)name);
  return value < 0 ? -1 : value;
}

bool ct_flag(const char *name) { return tigetflag((char *)(uintptr_t)name) == 1; }

const char *ct_string(const char *name) {
  const char *value = tigetstr((char *)(uintptr_t)name);
  return value == (const char *)-1 ? NULL : value;
}

bool ct_open(const char *name) {
  screen = newterm(name, stdout, stdin);
  if (!screen) return false;
  set_term(screen);
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  typeahead(-1);  // Input is read beside curses, which must not stop painting for it.
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  ct_prepare_restore();
  ct_arm_restore(true);
  is_entered = true;
  return true;
}

void ct_leave(void) {
  if (!is_entered) return;
  is_entered = false;
  endwin();
  ct_arm_restore(false);
}

void ct_enter(void) {
  if (!screen) return;
  ct_arm_restore(true);
  is_entered = true;
  reset_prog_mode();
  ct_redraw();
  doupdate();
}

void ct_close(void) {
  ct_leave();
  if (!screen) return;
  delscreen(screen);
  screen = NULL;
}

void ct_size(int *columns, int *rows) {
  struct winsize size = {0};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    *columns = size.ws_col;
    *rows = size.ws_row;
  } else {
    *columns = COLS > 0 ? COLS : 80;
    *rows = LINES > 0 ? LINES : 24;
  }
}

void ct_resize(int columns, int rows) {
  resizeterm(rows, columns);
  werase(stdscr);
  ct_redraw();
}

int ct_colors(void) { return has_colors() ? COLORS : 0; }

int ct_pair(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

void ct_put(int column, int row, const wchar_t *text, int count, unsigned attributes, int pair) {
  attr_t attr = A_NORMAL;
  if (attributes & CT_BOLD) attr |= A_BOLD;
  if (attributes & CT_DIM) attr |= A_DIM;
  if (attributes & CT_ITALIC) attr |= A_ITALIC;
  if (attributes & CT_UNDERLINE) attr |= A_UNDERLINE;
  if (attributes & CT_REVERSE) attr |= A_REVERSE;
  // The extended number of the pair goes into the argument that older versions left unused.
  attr_set(attr, 0, &pair);
  mvaddnwstr(row, column, text, count);
}

int ct_width(wchar_t character) { return wcwidth(character); }

void ct_cursor(int column, int row) {
  if (column < 0) {
    curs_set(0);
    return;
  }
  move(row, column);
  curs_set(1);
}

void ct_flush(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void ct_redraw(void) { clearok(curscr, TRUE); }

void ct_send(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // The terminal is gone: nobody is left to be told.
    bytes += written;
    count -= (size_t)written;
  }
}
