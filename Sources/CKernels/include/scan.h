// Kernels that search codes: rows held as bytes, or as sign bits, with a few numbers each. The tables are finer than those of
// kernels.h, because the instructions that count bits and multiply bytes are not implied by an instruction set.
//
// A row x is held as code[i] in −127…127 with x ≈ center + scale · code. Sums of codes are whole numbers and exact, the
// same in every table: they are taken modulo 2³², and the caller sees to it that the true sum fits an int32_t.
#ifndef KN_SCAN_H
#define KN_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "kernels.h"

// What is coded, and by what the distance of a row from its code is measured.
typedef enum kn_geometry {
  KN_PLAIN = 0,       // x, euclidean norm
  KN_NORMALIZED = 1,  // x / ‖x‖, euclidean norm; zeros stay
  KN_SQUARED = 2,     // x, euclidean norm, with −‖x − center‖² / 2
  KN_MAGNITUDES = 3,  // x, sum of magnitudes; the scale is one of 256 levels
} kn_geometry;

// The numbers beside a code. A row that has none (it is not finite, or out of the range in which the bounds are proven)
// gets zeros and an infinite residual.
typedef struct kn_coded_row {
  float scale;
  float residual;  // ‖x − center − scale · code‖, rounded up
  float offset;    // KN_SQUARED: −‖x − center‖² / 2, within 2⁻²³ relative; else 0
  uint8_t level;   // KN_MAGNITUDES: scale = kn_level_scale(level); else 0
} kn_coded_row;

// A query as whole numbers.
typedef struct kn_code_query {
  size_t count;           // Values of a row
  const int16_t *values;  // −32512…32512, zeros from `count` up to a multiple of 64
  const int8_t *high;     // values = 256 · high + low
  const int8_t *low;
  int32_t sum;  // Of values
} kn_code_query;

// upper = base + offset_factor · offset + scale · (step · sum + raise) + residual_factor · residual
typedef struct kn_code_bound {
  float base, offset_factor, step, raise, residual_factor;
  const float *scales;
  const float *residuals;  // NULL: none
  const float *offsets;    // NULL: none
  const float *raises;     // For each row, instead of raise; NULL: raise
} kn_code_bound;

typedef struct kn_scan {
  const char *name;
  // Codes one row.
  kn_coded_row (*code)(kn_geometry geometry, const float *x, const float *center, size_t count, int8_t *code);
  // sums[r] = Σᵢ codes[r][i] · values[i] for codes [rows, count] without gaps.
  void (*dots)(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums);
  // sums[r] = −Σᵢ |codes[r][i] + 128 − planes[slots[levels[r]]][i]|; planes [slots, stride] where the stride is
  // `count` rounded up to a multiple of 64, filled with 128.
  void (*differences)(const int8_t *codes, size_t rows, size_t count, const uint8_t *planes, const uint8_t *slots,
                      const uint8_t *levels, int32_t *sums);
  // sums[r] = Σ over set bits i of row r of value i, in −8…7. Rows stand in groups of eight, [⌈rows / 8⌉][words][8] words,
  // and values in four bit planes, [words][4]: value = plane 0 + 2 · plane 1 + 4 · plane 2 − 8 · plane 3.
  // Whole groups are written: sums has room for rows rounded up to a multiple of eight.
  void (*signs)(const uint64_t *bits, size_t rows, size_t words, const uint64_t *planes, int32_t *sums);
  // The rows whose upper bound is not below the threshold, NaN included, in order; returns how many.
  size_t (*select)(const kn_code_bound *bound, const int32_t *sums, size_t rows, float threshold, uint32_t *selected,
                   float *uppers);
} kn_scan;

enum { KN_SCAN_VARIANTS = 2 };

// The scan kernels of an instruction set, or NULL where this machine lacks what they need. Variant 0 runs wherever the
// set does; variant 1 has what some of its processors add (AVX-512: VPOPCNTDQ, NEON: the dot product of bytes).
const kn_scan *kn_scan_for(kn_isa isa, int variant);

// The scale of a level: 2^(level / 4 − 31).
float kn_level_scale(uint8_t level);

// Splits values into 256 · high + low, for `count` values.
void kn_split_query(const int16_t *values, size_t count, int8_t *high, int8_t *low);

// Sets the bits of one row of a group of eight, [words][8], where a code is above zero. Returns Σ code² / Σ |code|, by which a
// row of signs is multiplied to have the row's inner product with the code; 0 for zeros.
double kn_sign_bits(const int8_t *code, size_t count, size_t row, uint64_t *group);

// Reads every byte once, in order, and returns a mixture of them: what memory allows a scan.
uint64_t kn_read_bytes(const void *bytes, size_t count);

#endif
