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

// The queries of a tile, and the keys from `first` to before `end` that some of them see.
typedef struct query_tile {
  size_t query, rows;
  size_t first, end;
  float *scores;  // [rows, tokens]
  size_t score_stride;
  word *narrowed;  // [rows, end − first] of bf16, if the operands are
  size_t narrowed_stride;
} query_tile;

KN_INLINE float largest_of(const float *x, size_t count) {
  size_t i = 0;
  vf largest = splat(x[0]);
  for (; i + LANES <= count; i += LANES) largest = at_least(largest, load(x + i));
  if (i < count) largest = at_least(largest, choose(first_lanes(count - i), load_part(x + i, count - i), largest));
  return largest_lane(largest);
}

KN_INLINE vf keep_power(float *x, uint16_t *narrowed, vf power, size_t width, vf sum) {
  store_up_to(x, power, width);
  if (narrowed) store_narrowed(narrowed, power, width);
  return sum + (width == LANES ? power : choose(first_lanes(width), power, splat(0)));
}

// x[i] = 2^(factor · (x[i] − largest)), as bf16 too unless that is NULL; gives the sums of lanes.
KN_INLINE vf powers(float *x, uint16_t *narrowed, float factor, float largest, size_t count) {
  vf sum = splat(0);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    sum = keep_power(x + i, narrowed ? narrowed + i : NULL,
                     power_of_two((load(x + i) - splat(largest)) * splat(factor)), LANES, sum);
  if (i == count) return sum;
  vf power = power_of_two((load_part(x + i, count - i) - splat(largest)) * splat(factor));
  return keep_power(x + i, narrowed ? narrowed + i : NULL, power, count - i, sum);
}

// Zeros where a query does not see a key that others of its tile see, and in the half of a word that is left.
KN_KERNEL void clear_unseen(const query_tile *t, size_t row, kn_visible_keys keys) {
  float *scores = t->scores + row * t->score_stride;
  memset(scores + t->first, 0, (keys.first - t->first) * sizeof(float));
  memset(scores + keys.end, 0, (t->end - keys.end) * sizeof(float));
  if (!t->narrowed) return;
  uint16_t *halves = (uint16_t *)(t->narrowed + row * t->narrowed_stride);
  memset(halves, 0, (keys.first - t->first) * sizeof(uint16_t));
  const size_t end = keys.end - t->first;
  memset(halves + end, 0, (kn_round_up(t->end - t->first, 2) - end) * sizeof(uint16_t));
}

KN_KERNEL void keep_probabilities(const kn_attention *a, const query_tile *t, size_t row, kn_visible_keys keys,
                                  float inverse) {
  float *kept = a->probabilities + (t->query + row) * a->tokens;
  memset(kept, 0, t->first * sizeof(float));
  memcpy(kept + t->first, t->scores + row * t->score_stride + t->first, (t->end - t->first) * sizeof(float));
  memset(kept + t->end, 0, (a->tokens - t->end) * sizeof(float));
  scale(kept + keys.first, inverse, keys.end - keys.first);
}

// Turns the scores of a tile into probabilities times their sums, which it gives the inverses of; zeros where a query
// does not see a key. Nothing is seen by a query without keys: its inverse is 0.
//
// exp(scale · (x − max)) = 2^(factor · (x − max)). The maximum need not heed NaNs: their powers are NaN, and so is the sum.
// Each step goes over all rows: while one waits for a result, the others compute.
KN_INLINE void weigh(const kn_attention *a, const query_tile *t, float inverse[ROWS]) {
  const bool shifts = kn_shifts_scores(a), leaves_half = t->narrowed && (t->end - t->first) % 2;
  const float factor = (shifts ? 1 : a->scale) * 0x1.715476p0f;
  kn_visible_keys keys[ROWS];
  float largest[ROWS];
  vf sums[ROWS];
  for (size_t r = 0; r < t->rows; r++) {
    keys[r] = kn_visible(a, t->query + r);
    float *visible = t->scores + r * t->score_stride + keys[r].first;
    size_t count = keys[r].end - keys[r].first;
    if (shifts) shift_scores(a, (ptrdiff_t)keys[r].first - (ptrdiff_t)(a->position + t->query + r), visible, count);
    largest[r] = count > 0 ? largest_of(visible, count) : 0;
  }
  for (size_t r = 0; r < t->rows; r++) {
    float *visible = t->scores + r * t->score_stride + keys[r].first;
    uint16_t *halves = NULL;
    if (t->narrowed) halves = (uint16_t *)(t->narrowed + r * t->narrowed_stride) + keys[r].first - t->first;
    sums[r] = powers(visible, halves, factor, largest[r], keys[r].end - keys[r].first);
  }
  for (size_t r = 0; r < t->rows; r++) {
    float sum = sum_lanes(sums[r]);
    inverse[r] = keys[r].end == keys[r].first ? 0 : 1 / sum;
    if (keys[r].first > t->first || keys[r].end < t->end || leaves_half) clear_unseen(t, r, keys[r]);
    if (a->probabilities) keep_probabilities(a, t, r, keys[r], inverse[r]);
  }
}

KN_KERNEL void pack_attention(const kn_attention *a, float *packed) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->operands, a->tokens, a->head);
  pack(a->operands, a->key, a->stride, a->tokens, a->head, packed, NULL);
  pack_columns(a->operands, a->value, a->stride, a->tokens, a->head, (word *)packed + parts.keys);
}

// Words from one narrowed row to the next, off the powers of two.
KN_INLINE size_t narrowed_stride(kn_operands operands, size_t count) {
  return kn_round_up(kn_words_of(operands, count), 16) + 16;
}

// Rows of floats as operands; `narrowed` is not used for f32. Gives where they stand and their stride.
KN_INLINE const void *operand_rows(kn_operands operands, const float *x, size_t *stride, size_t rows, size_t count,
                                   word *narrowed) {
  if (operands == KN_OPERANDS_F32) return x;
  size_t words = narrowed_stride(operands, count);
  for (size_t r = 0; r < rows; r++) narrow(operands, x + r * *stride, count, narrowed + r * words, NULL);
  *stride = words;
  return narrowed;
}

KN_KERNEL void attention(const kn_attention *a) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->operands, a->tokens, a->head);
  const size_t key_words = kn_words_of(a->operands, a->head), value_words = kn_words_of(a->operands, a->tokens);
  const word *keys = (const word *)(a->packed ? a->packed : a->scratch), *values = keys + parts.keys;
  float *scores = a->packed ? a->scratch : a->scratch + parts.keys + parts.values;
  word *narrowed = a->operands == KN_OPERANDS_F32 ? NULL : (word *)(scores + parts.scores);
  if (!a->packed) pack_attention(a, a->scratch);
  for (size_t query = 0; query < a->queries; query += ROWS) {
    query_tile t = {.query = query, .rows = a->queries - query < ROWS ? a->queries - query : ROWS,
                    .scores = scores, .score_stride = parts.score_stride, .narrowed = narrowed};
    t.first = kn_visible(a, query).first / kn_values_per_word(a->operands) * kn_values_per_word(a->operands);
    t.end = kn_visible(a, query + t.rows - 1).end;
    if (t.end < t.first) t.end = t.first;
    size_t stride = a->query_stride;
    const void *queries =
        operand_rows(a->operands, a->query + query * a->query_stride, &stride, t.rows, a->head, narrowed);
    product(&(kn_product){.input = queries, .input_stride = stride, .rows = t.rows, .inputs = a->head,
                          .operands = a->operands, .panels = keys, .panel_stride = PANEL * key_words,
                          .first_output = t.first / PANEL * PANEL, .end_output = kn_round_up(t.end, PANEL),
                          .output = scores, .output_stride = parts.score_stride});
    float inverse[ROWS];
    t.narrowed_stride = narrowed_stride(a->operands, t.end - t.first);
    weigh(a, &t, inverse);
    float *output = a->output + query * a->output_stride;
    product(&(kn_product){.input = narrowed ? narrowed : (const word *)scores + t.first,
                          .input_stride = narrowed ? t.narrowed_stride : parts.score_stride,
                          .rows = t.rows, .inputs = t.end - t.first, .operands = a->operands,
                          .panels = values + kn_words_of(a->operands, t.first) * PANEL,
                          .panel_stride = PANEL * value_words, .end_output = a->head,
                          .output = output, .output_stride = a->output_stride});
    for (size_t r = 0; r < t.rows; r++) scale(output + r * a->output_stride, inverse[r], a->head);
  }
}
