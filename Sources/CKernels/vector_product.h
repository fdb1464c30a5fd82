// Products with packed weights, and the packing. Included by vector_kernels.h.
KN_KERNEL void pack(const float *weights, size_t stride, size_t rows, size_t inputs, float *panels) {
  for (size_t first = 0; first < rows; first += PANEL, panels += inputs * PANEL) {
    size_t width = rows - first < PANEL ? rows - first : PANEL;
    if (width < PANEL) memset(panels, 0, inputs * PANEL * sizeof(float));
    for (size_t c = 0; c < width; c++) {
      const float *row = weights + (first + c) * stride;
      for (size_t k = 0; k < inputs; k++) panels[k * PANEL + c] = row[k];
    }
  }
}

// Packs [tokens, head] so that its columns are outputs: what `pack` makes of the transposed matrix.
KN_KERNEL void pack_columns(const float *values, size_t stride, size_t tokens, size_t head, float *panels) {
  for (size_t first = 0; first < head; first += PANEL)
    for (size_t t = 0; t < tokens; t++, panels += PANEL) {
      size_t width = head - first < PANEL ? head - first : PANEL;
      memcpy(panels, values + t * stride + first, width * sizeof(float));
      if (width < PANEL) memset(panels + width, 0, (PANEL - width) * sizeof(float));
    }
}

typedef struct tile_context {
  const float *input;
  size_t input_stride, inputs;
  const float *panel;
  const float *bias;  // Of this panel, or NULL
  size_t columns;     // Outputs of this panel
  float *output;
  size_t output_stride;
} tile_context;

KN_INLINE void finish_row(const tile_context *t, const vf *sums, float *output) {
  UNROLL for (size_t v = 0; v < WIDE; v++) {
    size_t width = t->columns > v * LANES ? t->columns - v * LANES : 0;
    vf sum = sums[v];
    if (t->bias && width > 0)
      sum += width >= LANES ? load(t->bias + v * LANES) : load_part(t->bias + v * LANES, width);
    store_up_to(output + v * LANES, sum, width);
  }
}

#define KN_TILE(COUNT)                                                                            \
  KN_KERNEL void tile_##COUNT(const tile_context *t) {                                            \
    vf sums[COUNT][WIDE];                                                                         \
    UNROLL for (int r = 0; r < COUNT; r++) UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = splat(0); \
    const float *input = t->input, *panel = t->panel;                                             \
    const size_t stride = t->input_stride;                                                        \
    for (const float *end = input + t->inputs; input < end; input++, panel += PANEL) {            \
      vf weights[WIDE];                                                                           \
      UNROLL for (int v = 0; v < WIDE; v++) weights[v] = load(panel + v * LANES);                 \
      UNROLL for (int r = 0; r < COUNT; r++) {                                                    \
        vf x = splat(input[(size_t)r * stride]);                                                  \
        UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = multiply_add(x, weights[v], sums[r][v]);        \
      }                                                                                           \
    }                                                                                             \
    UNROLL for (size_t r = 0; r < COUNT; r++) finish_row(t, sums[r], t->output + r * t->output_stride); \
  }

KN_EACH_ROW_COUNT(KN_TILE)

#define KN_TILE_ENTRY(COUNT) tile_##COUNT,
static void (*const tiles[])(const tile_context *) = {NULL, KN_EACH_ROW_COUNT(KN_TILE_ENTRY)};

// Rows whose addresses lie a multiple of 4 KiB apart share one set of the first-level cache.
KN_INLINE size_t rows_at_once(size_t stride) { return ROWS > 8 && stride % 1024 == 0 ? 8 : ROWS; }

KN_KERNEL void product(const kn_product *p) {
  if (p->rows == 0) return;
  size_t tile_count = (p->rows + rows_at_once(p->input_stride) - 1) / rows_at_once(p->input_stride);
  for (size_t c = p->first_output; c < p->end_output; c += PANEL) {
    size_t columns = p->end_output - c < PANEL ? p->end_output - c : PANEL;
    for (size_t tile = 0; tile < tile_count; tile++) {
      size_t first = tile * p->rows / tile_count, end = (tile + 1) * p->rows / tile_count;
      float *output = p->output + first * p->output_stride + c;
      tile_context context = {
          .input = p->input + first * p->input_stride,
          .input_stride = p->input_stride,
          .inputs = p->inputs,
          .panel = p->panels + c / PANEL * p->panel_stride,
          .bias = p->bias ? p->bias + c : NULL,
          .columns = columns,
          .output = output,
          .output_stride = p->output_stride,
      };
      tiles[end - first](&context);
      if (p->activation == KN_IDENTITY) continue;
      for (size_t r = 0; r < end - first; r++) {
        float *row = output + r * p->output_stride;
        activate(p->activation, row, NULL, columns, row);
      }
    }
  }
}
