// Chooses a table by what the machine has. A table is a constant; nothing here is remembered.
#include "formats.h"
#include "tables.h"

#if defined(__x86_64__)
// Unlike raw CPUID, the builtin also asks the operating system (XGETBV) to save the wide registers.
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#elif defined(__aarch64__)
#if defined(__linux__)
#include <sys/auxv.h>
static int has_dot_product(void) { return (getauxval(AT_HWCAP) >> 20 & 1) != 0; }  // HWCAP_ASIMDDP
#else
static int has_dot_product(void) { return 1; }  // Every Apple processor of this kind.
#endif
#endif

const kn_kernels *kn_kernels_for(kn_isa isa) {
  switch (isa) {
    case KN_ISA_SCALAR:
      return &kn_scalar_table;
#if defined(__x86_64__)
    case KN_ISA_AVX2:
      return has_avx2() ? &kn_avx2_table : NULL;
    case KN_ISA_AVX2_VNNI:
      return has_avx2() && __builtin_cpu_supports("avxvnni") ? &kn_avx2_vnni_table : NULL;
    case KN_ISA_AVX512:
      return has_avx512() ? &kn_avx512_table : NULL;
    case KN_ISA_AVX512_VNNI:
      return has_avx512() && __builtin_cpu_supports("avx512vnni") ? &kn_avx512_vnni_table : NULL;
    case KN_ISA_AVX512_BF16:
      return has_avx512() && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16")
                 ? &kn_avx512_bf16_table
                 : NULL;
#elif defined(__aarch64__)
    case KN_ISA_NEON:
      return &kn_neon_table;
    case KN_ISA_NEON_DOT:
      return has_dot_product() ? &kn_neon_dot_table : NULL;
#endif
    default:
      return NULL;
  }
}

size_t kn_words(kn_operands operands, size_t count) { return kn_words_of(operands, count); }

size_t kn_packed_attention(const kn_kernels *kernels, kn_operands operands, size_t tokens, size_t head) {
  kn_attention_parts parts = kn_attention_parts_for(kernels->panel, kernels->rows, operands, tokens, head);
  return parts.keys + parts.values;
}

size_t kn_attention_scratch(const kn_kernels *kernels, kn_operands operands, size_t tokens, size_t head, int is_packed) {
  kn_attention_parts parts = kn_attention_parts_for(kernels->panel, kernels->rows, operands, tokens, head);
  return (is_packed ? 0 : parts.keys + parts.values) + parts.scores + parts.narrowed;
}

void kn_widen(kn_format format, const void *from, size_t count, float *to) {
  if (format == KN_F32 && count > 0)
    memcpy(to, from, count * sizeof(float));
  else
    for (size_t i = 0; i < count; i++) to[i] = kn_widen_at(format, from, i);
}

void kn_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}
