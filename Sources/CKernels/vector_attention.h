// Softmax attention of one head. Included by vector_kernels.h.
//
// The scores of up to ROWS queries at a time: softmax needs whole rows, and these stay in the cache. Only the keys that
// some query of the tile sees are multiplied. Probabilities are divided by their sum last, in the output.

// x[i] = scale · x[i] + slope · d + bias[d] for the distances d = first, first + 1, … from the query to its keys.
KN_KERNEL void shift_scores(const kn_attention *a, ptrdiff_t first, float *x, size_t count) {
  vf distance;
  UNROLL for (int i = 0; i < LANES; i++) distance[i] = (float)(first + i);
  for (size_t i = 0; i < count; i += LANES, distance += splat(LANES)) {
    size_t width = count - i < LANES ? count - i : LANES;
    vf score = multiply_add(load_up_to(x + i, width), splat(a->scale), splat(a->slope) * distance);
    if (a->bias) score += load_up_to(a->bias + first + (ptrdiff_t)i, width);
    store_up_to(x + i, score, width);
  }
}

// Keys from `first` to before `end` that some query of a tile sees.
typedef struct seen_keys {
  size_t first, end;
} seen_keys;

// Turns the scores of one query into probabilities times their sum, which it gives the inverse of; zeros where the query
// does not see a key. Nothing is seen by a query without keys: the inverse is 0.
KN_INLINE float weigh(const kn_attention *a, size_t query, seen_keys seen, float *scores) {
  kn_visible_keys keys = kn_visible(a, query);
  float *visible = scores + keys.first;
  size_t count = keys.end - keys.first;
  float scale_left = a->scale;
  if (kn_shifts_scores(a)) {
    shift_scores(a, (ptrdiff_t)keys.first - (ptrdiff_t)(a->position + query), visible, count);
    scale_left = 1;
  }
  float inverse = count == 0 ? 0 : 1 / exponentials(visible, scale_left, count);
  if (keys.first > seen.first) memset(scores + seen.first, 0, (keys.first - seen.first) * sizeof(float));
  if (keys.end < seen.end) memset(scores + keys.end, 0, (seen.end - keys.end) * sizeof(float));
  if (!a->probabilities) return inverse;
  float *kept = a->probabilities + query * a->tokens;
  memset(kept, 0, seen.first * sizeof(float));
  memcpy(kept + seen.first, scores + seen.first, (seen.end - seen.first) * sizeof(float));
  memset(kept + seen.end, 0, (a->tokens - seen.end) * sizeof(float));
  scale(kept + keys.first, inverse, count);
  return inverse;
}

KN_KERNEL void pack_attention(const kn_attention *a, float *packed) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->operands, a->tokens, a->head);
  pack(a->operands, a->key, a->stride, a->tokens, a->head, packed, NULL);
  pack_columns(a->operands, a->value, a->stride, a->tokens, a->head, (word *)packed + parts.keys);
}

// Rows of floats as operands; `narrowed` is not used for f32. Gives where they stand and their stride.
KN_INLINE const void *operand_rows(kn_operands operands, const float *x, size_t *stride, size_t rows, size_t count,
                                   word *narrowed) {
  if (operands == KN_OPERANDS_F32) return x;
  size_t words = kn_round_up(kn_words_of(operands, count), 16) + 16;  // Off the powers of two
  for (size_t r = 0; r < rows; r++) narrow(operands, x + r * *stride, count, narrowed + r * words, NULL);
  *stride = words;
  return narrowed;
}

KN_KERNEL void attention(const kn_attention *a) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->operands, a->tokens, a->head);
  const size_t key_words = kn_words_of(a->operands, a->head), value_words = kn_words_of(a->operands, a->tokens);
  const word *keys = (const word *)(a->packed ? a->packed : a->scratch), *values = keys + parts.keys;
  float *scores = a->packed ? a->scratch : a->scratch + parts.keys + parts.values;
  word *narrowed = (word *)(scores + parts.scores);
  if (!a->packed) pack_attention(a, a->scratch);
  for (size_t query = 0; query < a->queries; query += ROWS) {
    size_t rows = a->queries - query < ROWS ? a->queries - query : ROWS;
    seen_keys seen = {kn_visible(a, query).first, kn_visible(a, query + rows - 1).end};
    seen.first -= seen.first % kn_values_per_word(a->operands);
    size_t stride = a->query_stride, count = seen.end > seen.first ? seen.end - seen.first : 0;
    const void *queries =
        operand_rows(a->operands, a->query + query * a->query_stride, &stride, rows, a->head, narrowed);
    product(&(kn_product){.input = queries, .input_stride = stride, .rows = rows, .inputs = a->head,
                          .operands = a->operands, .panels = keys, .panel_stride = PANEL * key_words,
                          .first_output = seen.first / PANEL * PANEL, .end_output = seen.end,
                          .output = scores, .output_stride = parts.score_stride});
    float inverse[ROWS];
    for (size_t r = 0; r < rows; r++) inverse[r] = weigh(a, query + r, seen, scores + r * parts.score_stride);
    float *output = a->output + query * a->output_stride;
    stride = parts.score_stride;
    const void *weights = operand_rows(a->operands, scores + seen.first, &stride, rows, count, narrowed);
    product(&(kn_product){.input = weights, .input_stride = stride, .rows = rows, .inputs = count,
                          .operands = a->operands,
                          .panels = values + kn_words_of(a->operands, seen.first) * PANEL,
                          .panel_stride = PANEL * value_words, .end_output = a->head,
                          .output = output, .output_stride = a->output_stride});
    for (size_t r = 0; r < rows; r++) scale(output + r * a->output_stride, inverse[r], a->head);
  }
}
