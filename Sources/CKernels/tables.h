// The tables that dispatch.c chooses from.
#ifndef KN_TABLES_H
#define KN_TABLES_H

#include "kernels.h"

extern const kn_kernels kn_scalar_table;
#if defined(__x86_64__)
extern const kn_kernels kn_avx2_table;
extern const kn_kernels kn_avx2_vnni_table;
extern const kn_kernels kn_avx512_table;
extern const kn_kernels kn_avx512_vnni_table;
extern const kn_kernels kn_avx512_bf16_table;
#elif defined(__aarch64__)
extern const kn_kernels kn_neon_table;
extern const kn_kernels kn_neon_dot_table;
#endif

// The keys from `first` to before `end` that a query sees.
typedef struct kn_visible_keys {
  size_t first, end;
} kn_visible_keys;

static inline kn_visible_keys kn_visible(const kn_attention *a, size_t query) {
  size_t position = a->position + query;
  return (kn_visible_keys){
      .first = position > a->left ? position - a->left : 0,
      .end = a->right < a->tokens && position + a->right < a->tokens ? position + a->right + 1 : a->tokens,
  };
}

// Whether scores are more than scale · query · key. A negative scale would also turn the maximum into a minimum.
static inline int kn_shifts_scores(const kn_attention *a) { return a->bias || a->slope != 0 || !(a->scale >= 0); }

static inline size_t kn_round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

static inline size_t kn_values_per_word(kn_operands operands) { return (size_t)1 << operands; }

static inline size_t kn_words_of(kn_operands operands, size_t count) {
  return (count + kn_values_per_word(operands) - 1) >> operands;
}

// Scratch of attention, in words: packed keys [⌈tokens / panel⌉][head][panel], packed values
// [⌈head / panel⌉][tokens][panel], scores [rows, tokens in whole panels] with a stride off the powers of two, and for
// narrow operands the queries and the probabilities of a tile; each part starts on a cache line of its own where the
// scratch does.
typedef struct kn_attention_parts {
  size_t keys, values, scores, score_stride, narrowed;
} kn_attention_parts;

static inline kn_attention_parts kn_attention_parts_for(size_t panel, size_t rows, kn_operands operands, size_t tokens,
                                                        size_t head) {
  size_t score_stride = kn_round_up(kn_round_up(tokens, panel), 16) + 16;
  size_t longest = tokens > head ? tokens : head;
  return (kn_attention_parts){
      .keys = kn_round_up(kn_round_up(tokens, panel) * kn_words_of(operands, head), 16),
      .values = kn_round_up(kn_round_up(head, panel) * kn_words_of(operands, tokens), 16),
      .scores = rows * score_stride,
      .score_stride = score_stride,
      .narrowed = operands == KN_OPERANDS_F32 ? 0 : rows * (kn_round_up(longest, 16) + 16),
  };
}

#endif
