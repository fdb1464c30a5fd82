// What coding a row means, apart from the loops: which rows have a code, its scale, and how its numbers are rounded.
// All in f64: a row is exact there, and x − center within 2⁻⁵² of it.
#ifndef KN_SCAN_CODING_H
#define KN_SCAN_CODING_H

#include <math.h>
#include <string.h>

#include "scan.h"

#if defined(__x86_64__)
extern const kn_scan kn_avx2_scan, kn_avx512_scan, kn_avx512_counting_scan;
#elif defined(__aarch64__)
extern const kn_scan kn_neon_scan, kn_neon_dot_scan;
#endif

// Rows within these limits keep every product and square within the range of f32, and the bounds far above its denormals.
#define KN_CODED_MAXIMUM 0x1p50
#define KN_CODED_LEAST_NORM 0x1p-40
#define KN_CODED_LENGTH (1u << 20)

static inline kn_coded_row kn_no_code(size_t count, int8_t *code) {
  if (count > 0) memset(code, 0, count);
  return (kn_coded_row){.residual = INFINITY};
}

// 1 / ‖x‖, 1 where the geometry does not normalise or x is zero; NaN where the row has no code.
static inline double kn_code_factor(kn_geometry geometry, double squares) {
  if (geometry != KN_NORMALIZED || squares == 0) return 1;
  double norm = sqrt(squares);
  return norm >= KN_CODED_LEAST_NORM && norm <= KN_CODED_MAXIMUM ? 1 / norm : NAN;
}

static inline uint8_t kn_code_level(double greatest) {
  double level = greatest > 0 ? ceil(4 * (log2(greatest / 127) + 31)) : 0;
  return level > 0 ? (level < 255 ? (uint8_t)level : 255) : 0;
}

// Scale and offset of a row whose greatest difference from the center and whose sum of squared differences are given; false
// where it has no code.
static inline int kn_begin_code(kn_geometry geometry, double greatest, double squares, size_t count, kn_coded_row *row) {
  double maximum = geometry == KN_MAGNITUDES ? 127 * (double)kn_level_scale(255) : KN_CODED_MAXIMUM;
  if (!(squares <= 0x1p200) || !(greatest <= maximum) || count > KN_CODED_LENGTH) return 0;
  if (geometry == KN_MAGNITUDES) row->level = kn_code_level(greatest);
  row->scale = geometry == KN_MAGNITUDES ? kn_level_scale(row->level) : (float)(greatest / 127);
  row->offset = geometry == KN_SQUARED ? (float)(-squares / 2) : 0;
  return 1;
}

// The residual from the sum of squares, or of magnitudes, of what the code leaves. Summing in f64 errs by less than 2⁻³⁰
// relative for 2²⁰ values, and normalising by less than 2⁻³⁰ of the norm 1.
static inline void kn_end_code(kn_geometry geometry, double greatest, double squares, double rest, size_t count,
                               kn_coded_row *row) {
  double slack = 0x1p-50 * (geometry == KN_MAGNITUDES ? (double)count * greatest : sqrt(squares));
  if (geometry == KN_NORMALIZED) slack += 0x1p-29;
  double residual = geometry == KN_MAGNITUDES ? rest : sqrt(rest);
  row->residual = nextafterf((float)(residual * (1 + 0x1p-22) + slack), INFINITY);
}

#endif
