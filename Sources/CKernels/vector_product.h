// Products with packed operands. Included by vector_kernels.h.

#ifndef KN_MULTIPLIES_PAIRS
KN_INLINE vf step_pairs(vu x, vu weights, vf sum) {
  sum = multiply_add((vf)(x << 16), (vf)(weights << 16), sum);
  return multiply_add((vf)(x & 0xffff0000), (vf)(weights & 0xffff0000), sum);
}
#endif

#ifndef KN_MULTIPLIES_BYTES
enum { BYTE_OFFSET = 0 };

// The even bytes and the odd ones, widened to 16 bits: sums of their products are within 32.
KN_INLINE vi step_bytes(vu x, vu weights, vi sum) {
  typedef int16_t halves __attribute__((ext_vector_type(2 * LANES)));
  halves odd = (halves)weights >> 8, even = (halves)((halves)weights << 8) >> 8;
  sum = add_pairs(sum, (vi)(x & 0x00ff00ff), (vi)even);
  return add_pairs(sum, (vi)(x >> 8 & 0x00ff00ff), (vi)odd);
}
#endif

KN_INLINE vf step_floats(vu x, vu weights, vf sum) { return multiply_add((vf)x, (vf)weights, sum); }

typedef struct tile_context {
  const word *input;
  size_t input_stride, words;
  const word *panel;
  const word *ahead;         // What is asked for before it is needed,
  size_t ahead_step;         // and how much farther at each step
  const kn_span *spans;      // Of these rows
  const kn_column *columns;  // Of this panel
  const float *bias;         // Of this panel, or NULL
  size_t width;              // Outputs of this panel
  float *output;             // Whole panels
  size_t output_stride;
} tile_context;

// What the scales and sums of a vector of columns are.
typedef struct column_vectors {
  vf scale, sum;
} column_vectors;

KN_INLINE column_vectors load_columns(const kn_column *columns) {
  const float *both = (const float *)columns;
  vf first = load(both), second = load(both + LANES);
  column_vectors result;
  UNROLL for (int i = 0; i < LANES; i++) {
    result.scale[i] = i < LANES / 2 ? first[2 * i] : second[2 * i - LANES];
    result.sum[i] = i < LANES / 2 ? first[2 * i + 1] : second[2 * i + 1 - LANES];
  }
  return result;
}

KN_INLINE void load_bias(const tile_context *t, vf bias[WIDE]) {
  UNROLL for (size_t v = 0; v < WIDE; v++) {
    size_t width = t->bias && t->width > v * LANES ? t->width - v * LANES : 0;
    bias[v] = width >= LANES ? load(t->bias + v * LANES) : width > 0 ? load_part(t->bias + v * LANES, width) : splat(0);
  }
}

KN_INLINE void finish_floats(const tile_context *t, int rows, vf sums[ROWS][WIDE]) {
  vf bias[WIDE];
  load_bias(t, bias);
  float *output = t->output;
  const size_t stride = t->output_stride;
  UNROLL for (int r = 0; r < rows; r++, output += stride)
    UNROLL for (int v = 0; v < WIDE; v++) store(output + v * LANES, sums[r][v] + bias[v]);
}

// Σ (low + step · byte) · scale · weight = step · (scale · Σ byte · weight) + low · (scale · Σ weight)
KN_INLINE void finish_bytes(const tile_context *t, int rows, vi sums[ROWS][WIDE]) {
  vf bias[WIDE];
  load_bias(t, bias);
  UNROLL for (int v = 0; v < WIDE; v++) {
    const column_vectors columns = load_columns(t->columns + (size_t)v * LANES);
    const vi offset = BYTE_OFFSET ? __builtin_convertvector(columns.sum, vi) * BYTE_OFFSET : (vi)0;
    const vf scaled = columns.scale * columns.sum;
    const kn_span *span = t->spans;
    float *output = t->output + v * LANES;
    const size_t stride = t->output_stride;
    UNROLL for (int r = 0; r < rows; r++, span++, output += stride) {
      vf sum = columns.scale * __builtin_convertvector(sums[r][v] + offset, vf);
      store(output, multiply_add(splat(span->step), sum, multiply_add(splat(span->low), scaled, bias[v])));
    }
  }
}

// Weights come from memory, and the processor by itself asks for nothing beyond a page. So the first tile of a panel
// asks for what stands so many rows ahead, and the later ones, which find the panel in the cache, ask for the next one,
// each for its share.
enum { AHEAD = 48 };

// A tile of COUNT rows × a panel. A step reads a word of each row and a row of the panel.
#define KN_TILE(KIND, SUM, COUNT)                                                                               \
  KN_KERNEL void KIND##_tile_##COUNT(const tile_context *t) {                                                   \
    SUM sums[ROWS][WIDE];                                                                                       \
    UNROLL for (int r = 0; r < COUNT; r++) UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = (SUM)(0);         \
    const word *input = t->input, *panel = t->panel, *ahead = t->ahead;                                         \
    const size_t stride = t->input_stride, ahead_step = t->ahead_step;                                          \
    for (const word *end = input + t->words; input < end; input++, panel += PANEL, ahead += ahead_step) {       \
      vu weights[WIDE];                                                                                         \
      UNROLL for (int v = 0; v < WIDE; v++) {                                                                   \
        __builtin_prefetch(ahead + v * LANES);                                                                  \
        weights[v] = load_words(panel + v * LANES);                                                             \
      }                                                                                                         \
      UNROLL for (int r = 0; r < COUNT; r++) {                                                                  \
        vu x = (vu)(input[(size_t)r * stride]);                                                                 \
        UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = step_##KIND(x, weights[v], sums[r][v]);              \
      }                                                                                                         \
    }                                                                                                           \
    KN_FINISH_##KIND(t, COUNT, sums);                                                                           \
  }

#define KN_FINISH_floats finish_floats
#define KN_FINISH_pairs finish_floats
#define KN_FINISH_bytes finish_bytes
#define KN_TILES(COUNT) KN_TILE(floats, vf, COUNT) KN_TILE(pairs, vf, COUNT) KN_TILE(bytes, vi, COUNT)
KN_EACH_ROW_COUNT(KN_TILES)

#define KN_TILE_ENTRY(COUNT) {floats_tile_##COUNT, pairs_tile_##COUNT, bytes_tile_##COUNT},
static void (*const tiles[][3])(const tile_context *) = {{NULL, NULL, NULL}, KN_EACH_ROW_COUNT(KN_TILE_ENTRY)};

// A tile writes its outputs at once, at its end: asked for at its start they are in the cache by then.
KN_INLINE void fetch_outputs(const float *output, size_t stride, size_t rows) {
  for (size_t r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < WIDE; v++) __builtin_prefetch(output + r * stride + (size_t)v * LANES, 1);
}

// Rows whose addresses lie a multiple of 4 KiB apart share one set of the first-level cache.
KN_INLINE size_t rows_at_once(size_t stride) { return ROWS > 8 && stride % 1024 == 0 ? 8 : ROWS; }

// Sums of a tile become outputs from column c on.
KN_KERNEL void write_outputs(const kn_product *p, float *tile, size_t row, size_t rows, size_t c, size_t width) {
  float *output = p->output + row * p->output_stride;
  if (!p->narrows) return activate_rows(p->activation, tile, PANEL, rows, width, output + c, p->output_stride);
  activate_rows(p->activation, tile, PANEL, rows, width, tile, PANEL);
  for (size_t r = 0; r < rows; r++)
    narrow_pairs(tile + r * PANEL, width, (uint16_t *)(output + r * p->output_stride) + c);
}

KN_KERNEL void product(const kn_product *p) {
  if (p->rows == 0) return;
  _Alignas(64) float tile[ROWS * PANEL];  // Sums before their activation, and of a panel that is not full
  size_t tile_count = (p->rows + rows_at_once(p->input_stride) - 1) / rows_at_once(p->input_stride);
  for (size_t c = p->first_output; c < p->end_output; c += PANEL) {
    size_t width = p->end_output - c < PANEL ? p->end_output - c : PANEL;
    for (size_t t = 0; t < tile_count; t++) {
      size_t first = t * p->rows / tile_count, end = (t + 1) * p->rows / tile_count;
      float *output = p->output + first * p->output_stride + c;
      const bool is_final = p->activation == KN_IDENTITY && width == PANEL && !p->narrows;
      const word *panel = (const word *)p->panels + c / PANEL * p->panel_stride;
      const size_t words = kn_words_of(p->operands, p->inputs);
      const size_t share = t == 0 ? PANEL : (PANEL + tile_count - 2) / (tile_count - 1);
      tile_context context = {
          .input = (const word *)p->input + first * p->input_stride,
          .input_stride = p->input_stride,
          .words = words,
          .panel = panel,
          .ahead = t == 0 ? panel + AHEAD * PANEL : panel + p->panel_stride + (t - 1) * share * words,
          .ahead_step = share,
          .spans = p->spans ? p->spans + first : NULL,
          .columns = p->columns ? p->columns + c : NULL,
          .bias = p->bias ? p->bias + c : NULL,
          .width = width,
          .output = is_final ? output : tile,
          .output_stride = is_final ? p->output_stride : PANEL,
      };
      if (is_final) fetch_outputs(output, p->output_stride, end - first);
      tiles[end - first][p->operands](&context);
      if (!is_final) write_outputs(p, tile, first, end - first, c, width);
    }
  }
}
