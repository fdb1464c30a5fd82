// Vectors of 16 floats, for every set of AVX-512. A tile of 14 rows × 2 vectors uses 28 of 32 registers for sums, 2 for
// weights and 1 for the input, and needs 16 loads for 28 multiply-adds.
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 16, REGISTERS = 32, WIDE = 2, ROWS = 14 };
#define KN_EACH_ROW_COUNT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14)
#define KN_SCALES_BY_POWERS
#define KN_LOOKS_UP

typedef float vf __attribute__((ext_vector_type(16)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));

static inline KN_TARGET vf load_part(const float *p, size_t n) {
  return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline KN_TARGET void store_part(float *p, vf v, size_t n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}

static inline KN_TARGET vf widen_f16(const void *p) { return (vf)_mm512_cvtph_ps(_mm256_loadu_si256(p)); }

static inline KN_TARGET float sum_lanes(vf v) { return _mm512_reduce_add_ps((__m512)v); }

static inline KN_TARGET float largest_lane(vf v) { return _mm512_reduce_max_ps((__m512)v); }

static inline KN_TARGET vf scale_by_power(vf v, vf power) { return (vf)_mm512_scalef_ps((__m512)v, (__m512)power); }

#define KN_STORES_BYTES
// The nearest whole numbers, cut to 255; none may be below −0.5. Some byte for what is not finite.
static inline KN_TARGET void store_bytes(uint8_t *p, vf v) {
  _mm_storeu_si128((__m128i *)p, _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32((__m512)v)));
}

// table[index & 15]
static inline KN_TARGET vf look_up(const float *table, vi index) {
  return (vf)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
}
