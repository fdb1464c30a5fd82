// NEON without more: products of narrow operands widen them. See vector_kernels.h for the methods.
#if defined(__aarch64__)

#define KN_TARGET
#include "neon_vectors.h"

static inline vi add_pairs(vi sum, vi a, vi b) {  // Σ of two products of i16
  int16x8_t x = vreinterpretq_s16_s32((int32x4_t)a), y = vreinterpretq_s16_s32((int32x4_t)b);
  int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y)), high = vmull_high_s16(x, y);
  return (vi)vaddq_s32((int32x4_t)sum, vpaddq_s32(low, high));
}

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_neon.h"

const kn_kernels kn_neon_table = KN_TABLE(KN_ISA_NEON, 2e10, 0.8, 1);

#endif
