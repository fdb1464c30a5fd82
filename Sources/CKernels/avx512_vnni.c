// AVX-512 with VNNI: a step of bytes is one instruction. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#define KN_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#include "avx512_vectors.h"

#define KN_MULTIPLIES_BYTES
enum { BYTE_OFFSET = 0 };
static inline KN_TARGET vi step_bytes(vu x, vu weights, vi sum) {
  return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x, (__m512i)weights);
}

#include "vector_kernels.h"

const kn_kernels kn_avx512_vnni_table = KN_TABLE(KN_ISA_AVX512_VNNI, 8e10, 0.8, 4);

#endif
