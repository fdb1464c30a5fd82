// The terminal through ncursesw, and its restoration on every exit.
//
// No type or macro of curses appears here: what Swift cannot import (macros, variadic functions, exits inside of
// initscr) stays behind these functions. All of them but the signal handlers belong to the main thread.
#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

// Attributes of text, in the order of Screen's TextAttributes.
enum {
  CT_BOLD = 1,
  CT_DIM = 2,
  CT_ITALIC = 4,
  CT_UNDERLINE = 8,
  CT_REVERSE = 16,
};

// Signals that came since the last ct_take_signals, as bits.
enum {
  CT_SIGNAL_RESIZE = 1,
  CT_SIGNAL_CONTINUE = 2,
  CT_SIGNAL_SUSPEND = 4,
  CT_SIGNAL_INTERRUPT = 8,
  CT_SIGNAL_TERMINATE = 16,
  CT_SIGNAL_HANGUP = 32,
};

// Chooses a locale whose characters are UTF-8: the user's, else C.UTF-8. False where there is none.
bool ct_use_utf8(void);

// Reads the description of a terminal: 1 found, 0 unknown or not for screens, -1 no database.
int ct_setup(const char *name);

// Capabilities of the terminal of the last ct_setup or ct_open; -1, false and NULL where absent.
int ct_number(const char *name);
bool ct_flag(const char *name);
const char *ct_string(const char *name);

// Takes over the terminal in raw mode, on its alternate screen. False where curses cannot.
bool ct_open(const char *name);

// Gives the terminal back, for a while or for good; harmless when repeated.
void ct_leave(void);
// Takes the terminal again after ct_leave or after a stop; the next ct_flush redraws everything.
void ct_enter(void);
// Ends curses after ct_leave.
void ct_close(void);

// The size of the terminal in cells.
void ct_size(int *columns, int *rows);
// Tells curses of a size and erases the screen.
void ct_resize(int columns, int rows);

// The colours that may be asked of ct_pair; 0 where there are none.
int ct_colors(void);
// A colour pair, -1 being the terminal's own colours; 0 where there is none.
int ct_pair(int foreground, int background);

// Writes characters whose widths curses knows, into the next screen.
void ct_put(int column, int row, const wchar_t *text, int count, unsigned attributes, int pair);
// The columns that curses gives a character; -1 for what it does not print.
int ct_width(wchar_t character);
// Shows the cursor at a cell, or hides it where column is negative.
void ct_cursor(int column, int row);
// Sends what has changed to the terminal, at once.
void ct_flush(void);
// Makes the next ct_flush redraw every cell.
void ct_redraw(void);

// Sends bytes to the terminal beside curses.
void ct_send(const char *bytes, size_t count);

// Catches signals: ends and stops as bits of ct_take_signals with a byte in the pipe that is returned (-1 on
// failure), crashes by restoring the terminal before they take their course.

int ct_catch_signals(void);
// The bits since the last call; empties the pipe.
unsigned ct_take_signals(void);
// Gives the signals back.
void ct_release_signals(void);
// Stops this process and its group, as Ctrl-Z does, and returns when it goes on.
void ct_stop(void);

// True: a stop that the terminal asks for (Ctrl-Z) stops this process at once, as it does the program that has the
// terminal meanwhile. False: it is reported again.
void ct_stop_freely(bool freely);

#endif
