// Coding and selecting rows in terms of one vector type; included by avx2.c, avx512.c and neon.c after
// vector_kernels.h. The loops over bytes stand in scan_avx2.h, scan_avx512.h and scan_neon.h.
#include "scan_coding.h"

typedef double vd __attribute__((ext_vector_type(LANES)));
typedef int8_t vb __attribute__((ext_vector_type(LANES)));
typedef vb vb_anywhere __attribute__((aligned(1), may_alias));
typedef vi vi_anywhere __attribute__((aligned(4), may_alias));

// y = x · factor − center of some columns; 0 in lanes past the end.
KN_INLINE void subtract_center(const float *x, const float *center, size_t width, double factor, vd *y) {
  *y = __builtin_convertvector(load_up_to(x, width), vd) * (vd)(factor);
  *y -= __builtin_convertvector(load_up_to(center, width), vd);
}

KN_INLINE double sum_doubles(const vd *v) {
  double sum = 0;
  UNROLL for (int i = 0; i < LANES; i++) sum += (*v)[i];
  return sum;
}

KN_KERNEL kn_coded_row code_row(kn_geometry geometry, const float *x, const float *center, size_t count, int8_t *code) {
  kn_coded_row row = {0};
  vd norms = 0, squares = 0, greatest = 0, rests = 0;
  if (geometry == KN_NORMALIZED)
    for (size_t i = 0; i < count; i += LANES) {
      vd value = __builtin_convertvector(load_up_to(x + i, count - i < LANES ? count - i : LANES), vd);
      norms += value * value;
    }
  double factor = kn_code_factor(geometry, sum_doubles(&norms)), largest = 0;
  for (size_t i = 0; i < count; i += LANES) {
    vd y;
    subtract_center(x + i, center + i, count - i < LANES ? count - i : LANES, factor, &y);
    squares += y * y;
    greatest = __builtin_elementwise_max(greatest, __builtin_elementwise_abs(y));
  }
  UNROLL for (int i = 0; i < LANES; i++) largest = greatest[i] > largest ? greatest[i] : largest;
  double square = sum_doubles(&squares);
  if (!kn_begin_code(geometry, largest, square, count, &row)) return kn_no_code(count, code);
  double inverse = row.scale > 0 ? 1 / (double)row.scale : 0;
  for (size_t i = 0; i < count; i += LANES) {
    size_t width = count - i < LANES ? count - i : LANES;
    vd y, value;
    subtract_center(x + i, center + i, width, factor, &y);
    value = __builtin_elementwise_roundeven(y * (vd)(inverse));
    value = __builtin_elementwise_min(__builtin_elementwise_max(value, (vd)(-127)), (vd)(127));
    vd left = y - (vd)(row.scale) * value;
    rests += geometry == KN_MAGNITUDES ? __builtin_elementwise_abs(left) : left * left;
    vb bytes = __builtin_convertvector(__builtin_convertvector(value, vi), vb);
    if (width == LANES)
      *(vb_anywhere *)(code + i) = bytes;
    else
      memcpy(code + i, &bytes, width);
  }
  kn_end_code(geometry, largest, square, sum_doubles(&rests), count, &row);
  return row;
}

KN_KERNEL size_t select_rows(const kn_code_bound *b, const int32_t *sums, size_t rows, float threshold,
                             uint32_t *selected, float *uppers) {
  size_t count = 0;
  for (size_t r = 0; r < rows; r += LANES) {
    size_t width = rows - r < LANES ? rows - r : LANES;
    vi sum = 0;
    if (width == LANES)
      sum = *(const vi_anywhere *)(sums + r);
    else
      memcpy(&sum, sums + r, width * sizeof(int32_t));
    vf raise = b->raises ? load_up_to(b->raises + r, width) : splat(b->raise);
    vf upper = splat(b->base);
    if (b->offsets) upper = multiply_add(splat(b->offset_factor), load_up_to(b->offsets + r, width), upper);
    vf dot = multiply_add(splat(b->step), __builtin_convertvector(sum, vf), raise);
    upper = multiply_add(load_up_to(b->scales + r, width), dot, upper);
    if (b->residuals) upper = multiply_add(splat(b->residual_factor), load_up_to(b->residuals + r, width), upper);
    vi can_win = ~(upper < splat(threshold)) & first_lanes(width);
    if (__builtin_reduce_or(can_win) == 0) continue;
    for (size_t i = 0; i < width; i++) {
      selected[count] = (uint32_t)(r + i);
      uppers[count] = upper[i];
      count += can_win[i] != 0;
    }
  }
  return count;
}

#if defined(__x86_64__)
#define KN_COUNTING __attribute__((target("popcnt")))
#else
#define KN_COUNTING
#endif

// Sign bits by the processor's instruction that counts them in a word.
KN_COUNTING static void count_signs(const uint64_t *bits, size_t rows, size_t words, const uint64_t *planes, int32_t *sums) {
  for (size_t group = 0; group < (rows + 7) / 8; group++, bits += words * 8)
    for (size_t row = 0; row < 8; row++) {
      int64_t sum = 0;
      for (size_t w = 0; w < words; w++) {
        uint64_t word = bits[w * 8 + row];
        const uint64_t *plane = planes + w * 4;
        sum += __builtin_popcountll(word & plane[0]) + 2 * __builtin_popcountll(word & plane[1]) +
               4 * __builtin_popcountll(word & plane[2]) - 8 * __builtin_popcountll(word & plane[3]);
      }
      sums[group * 8 + row] = (int32_t)sum;
    }
}

// The plane of a row's level.
#define KN_PLANE(ROW) (planes + slots[levels[ROW]] * stride)
