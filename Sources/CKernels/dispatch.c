// Chooses a table by what the machine has. A table is a constant; nothing here is remembered.
#include "formats.h"
#include "tables.h"

const kn_kernels *kn_kernels_for(kn_isa isa) {
  switch (isa) {
    case KN_ISA_SCALAR:
      return &kn_scalar_table;
#if defined(__x86_64__)
    // Unlike raw CPUID, the builtin also asks the operating system (XGETBV) to save the wide registers.
    case KN_ISA_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
                 ? &kn_avx2_table
                 : NULL;
    case KN_ISA_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                 ? &kn_avx512_table
                 : NULL;
#elif defined(__aarch64__)
    case KN_ISA_NEON:
      return &kn_neon_table;
#endif
    default:
      return NULL;
  }
}

size_t kn_packed_attention(const kn_kernels *kernels, size_t tokens, size_t head) {
  kn_attention_parts parts = kn_attention_parts_for(kernels->panel, kernels->rows, tokens, head);
  return parts.keys + parts.values;
}

size_t kn_attention_scratch(const kn_kernels *kernels, size_t tokens, size_t head, int is_packed) {
  kn_attention_parts parts = kn_attention_parts_for(kernels->panel, kernels->rows, tokens, head);
  return (is_packed ? 0 : parts.keys + parts.values) + parts.scores;
}

void kn_widen(kn_format format, const void *from, size_t count, float *to) {
  for (size_t i = 0; i < count; i++) to[i] = kn_widen_at(format, from, i);
}

void kn_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}
