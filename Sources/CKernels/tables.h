// The tables that dispatch.c chooses from.
#ifndef KN_TABLES_H
#define KN_TABLES_H

#include "kernels.h"

extern const kn_kernels kn_scalar_table;
#if defined(__x86_64__)
extern const kn_kernels kn_avx2_table;
extern const kn_kernels kn_avx512_table;
#elif defined(__aarch64__)
extern const kn_kernels kn_neon_table;
#endif

// Scratch of attention: packed keys [⌈tokens / panel⌉][head][panel], packed values [⌈head / panel⌉][tokens][panel],
// and scores [rows, tokens] with a stride off the powers
// of two; each part starts on a cache line of its own where the scratch does.
typedef struct kn_attention_parts {
  size_t keys, values, scores, score_stride;
} kn_attention_parts;

static inline size_t kn_round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

static inline kn_attention_parts kn_attention_parts_for(size_t panel, size_t rows, size_t tokens, size_t head) {
  size_t score_stride = kn_round_up(tokens, 16) + 16;
  return (kn_attention_parts){
      .keys = kn_round_up(kn_round_up(tokens, panel) * head, 16),
      .values = kn_round_up(kn_round_up(head, panel) * tokens, 16),
      .scores = rows * score_stride,
      .score_stride = score_stride,
  };
}

#endif
