// NEON with the dot product of bytes: it multiplies signed bytes, so that the input is taken less 128; the sum of the
// weights makes it good. See vector_kernels.h for the methods.
#if defined(__aarch64__)

#define KN_TARGET __attribute__((target("dotprod")))
#include "neon_vectors.h"

#define KN_MULTIPLIES_BYTES
enum { BYTE_OFFSET = 128 };
static inline KN_TARGET vi step_bytes(vu x, vu weights, vi sum) {
  uint8x16_t lowered = veorq_u8(vreinterpretq_u8_u32((uint32x4_t)x), vdupq_n_u8(0x80));
  return (vi)vdotq_s32((int32x4_t)sum, vreinterpretq_s8_u8(lowered), vreinterpretq_s8_u32((uint32x4_t)weights));
}

#include "vector_kernels.h"

const kn_kernels kn_neon_dot_table = KN_TABLE(KN_ISA_NEON_DOT, 2e10, 0.8, 3);

#endif
