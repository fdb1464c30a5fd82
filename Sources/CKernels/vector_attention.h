// Softmax attention of one head. Included by vector_kernels.h.

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

// Turns the scores of one query into probabilities, with zeros from first to end where the query does not see the key.
KN_INLINE void mask_and_normalize(const kn_attention *a, size_t query, size_t first, size_t end, float *scores) {
  kn_visible_keys keys = kn_visible(a, query);
  float *visible = scores + keys.first;
  size_t count = keys.end - keys.first;
  float scale_left = a->scale;
  if (kn_shifts_scores(a)) {
    shift_scores(a, (ptrdiff_t)keys.first - (ptrdiff_t)(a->position + query), visible, count);
    scale_left = 1;
  }
  scale(visible, 1 / exponentials(visible, scale_left, count), count);
  if (keys.first > first) memset(scores + first, 0, (keys.first - first) * sizeof(float));
  if (keys.end < end) memset(scores + keys.end, 0, (end - keys.end) * sizeof(float));
  if (!a->probabilities) return;
  float *kept = a->probabilities + query * a->tokens;
  memset(kept, 0, first * sizeof(float));
  memcpy(kept + first, scores + first, (end - first) * sizeof(float));
  memset(kept + end, 0, (a->tokens - end) * sizeof(float));
}

KN_KERNEL void pack_attention(const kn_attention *a, float *packed) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->tokens, a->head);
  pack(a->key, a->stride, a->tokens, a->head, packed);
  pack_columns(a->value, a->stride, a->tokens, a->head, packed + parts.keys);
}

// Scores of up to ROWS queries at a time: softmax needs whole rows, and these stay in the cache. Only the keys that
// some query of the tile sees are multiplied.
KN_KERNEL void attention(const kn_attention *a) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->tokens, a->head);
  const float *keys = a->packed ? a->packed : a->scratch, *values = keys + parts.keys;
  float *scores = a->packed ? a->scratch : a->scratch + parts.keys + parts.values;
  if (!a->packed) pack_attention(a, a->scratch);
  for (size_t query = 0; query < a->queries; query += ROWS) {
    size_t rows = a->queries - query < ROWS ? a->queries - query : ROWS;
    size_t first = kn_visible(a, query).first, end = kn_visible(a, query + rows - 1).end;
    product(&(kn_product){.input = a->query + query * a->query_stride, .input_stride = a->query_stride, .rows = rows,
                          .inputs = a->head, .panels = keys, .panel_stride = PANEL * a->head,
                          .first_output = first / PANEL * PANEL, .end_output = end,
                          .output = scores, .output_stride = parts.score_stride});
    for (size_t r = 0; r < rows; r++)
      mask_and_normalize(a, query + r, first, end, scores + r * parts.score_stride);
    product(&(kn_product){.input = scores + first, .input_stride = parts.score_stride, .rows = rows,
                          .inputs = end - first, .panels = values + first * PANEL, .panel_stride = PANEL * a->tokens,
                          .end_output = a->head,
                          .output = a->output + query * a->output_stride, .output_stride = a->output_stride});
  }
}
