// NEON: vectors of 4. A tile of 8 rows × 3 vectors uses 24 of 32 registers for sums, 3 for weights and 2 for the input.
// See vector_kernels.h for the methods.
#if defined(__aarch64__)

#include <arm_neon.h>
#include <stddef.h>
#include <string.h>

#define KN_TARGET

enum { LANES = 4, REGISTERS = 32, WIDE = 3, ROWS = 8 };
#define KN_EACH_ROW_COUNT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8)

typedef float vf __attribute__((ext_vector_type(4)));

static inline vf load_part(const float *p, size_t n) {
  vf v = 0;
  memcpy(&v, p, n * sizeof(float));
  return v;
}

static inline void store_part(float *p, vf v, size_t n) { memcpy(p, &v, n * sizeof(float)); }

static inline vf widen_f16(const void *p) { return (vf)vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }

static inline float sum_lanes(vf v) { return (v[0] + v[2]) + (v[1] + v[3]); }

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_neon.h"

const kn_kernels kn_neon_table = KN_TABLE(KN_ISA_NEON, 2e10);

#endif
