// Products with weights as they stand in a file. Included by vector_kernels.h.
//
// An output is a dot product with LANES partial sums. A tile keeps the partial sums of rows × ACROSS(rows) outputs in
// registers. The inputs of its rows stand copied in the first-level cache, cut into runs where they do not fit, and the
// partial sums wait in memory from one run to the next: cutting does not change the order of a sum.

// As many outputs as leave registers for the sums, a vector of weights of each output and one of input.
#define ACROSS(ROW_COUNT) ((REGISTERS - 1) / ((ROW_COUNT) + 1) < 4 ? (REGISTERS - 1) / ((ROW_COUNT) + 1) : 4)

enum {
  STORED_INPUT = 7168,  // Floats of copied input: 28 KiB of the first-level cache
  STORED_STRIP = 64,    // Outputs whose partial sums wait at the same time
};

typedef uint16_t vh __attribute__((ext_vector_type(LANES)));
typedef vh vh_anywhere __attribute__((aligned(1), may_alias));
typedef vf vf_stored __attribute__((aligned(1), may_alias));

KN_INLINE vf widen(kn_format format, const char *p) {
  switch (format) {
    case KN_F16:
      return widen_f16(p);
    case KN_BF16:
      return (vf)(__builtin_convertvector(*(const vh_anywhere *)p, vu) << 16);
    case KN_F32:
      break;
  }
  return *(const vf_stored *)p;
}

typedef struct stored_tile {
  const float *input;  // [rows, input_stride], zeros from `inputs` to the next whole vector
  size_t input_stride;
  size_t inputs;  // Of this run
  const char *weights;  // Of the first output, from this run on
  size_t weight_stride;  // Bytes
  size_t outputs;  // 1 … ACROSS(rows)
  bool is_first, is_last;  // Of the runs
  float *sums;  // [ACROSS(rows), ROWS, LANES]
  const float *bias;  // Of these outputs, or NULL
  float *output;
  size_t output_stride;
} stored_tile;

KN_INLINE void add_products(vf sums[ROWS][4], int rows, int across, const float *input, size_t stride, const vf *weights) {
  UNROLL for (int r = 0; r < rows; r++) {
    vf x = load(input + (size_t)r * stride);
    UNROLL for (int c = 0; c < across; c++) sums[r][c] = multiply_add(x, weights[c], sums[r][c]);
  }
}

KN_INLINE void stored_sums(const stored_tile *t, int rows, int across, kn_format format) {
  const size_t size = kn_format_size(format);
  const char *from[4];
  vf sums[ROWS][4], weights[4];
  UNROLL for (int c = 0; c < across; c++) {  // Outputs that the tile lacks repeat its last one.
    from[c] = t->weights + ((size_t)c < t->outputs ? (size_t)c : t->outputs - 1) * t->weight_stride;
    UNROLL for (int r = 0; r < rows; r++)
        sums[r][c] = t->is_first ? splat(0) : load(t->sums + (c * ROWS + r) * LANES);
  }
  // The processor fetches ahead by itself only what a few plain rows of f32 ask for: half formats and more rows keep it
  // too busy. These are the weights of the next tile.
  const bool fetches = rows > 4 || format != KN_F32;
  const size_t ahead = (size_t)across * t->weight_stride;
  size_t k = 0;
  for (; k + LANES <= t->inputs; k += LANES) {
    UNROLL for (int c = 0; c < across; c++) {
      if (fetches) __builtin_prefetch(from[c] + k * size + ahead);
      weights[c] = widen(format, from[c] + k * size);
    }
    add_products(sums, rows, across, t->input + k, t->input_stride, weights);
  }
  if (k < t->inputs) {
    UNROLL for (int c = 0; c < across; c++) {
      char part[LANES * sizeof(float)] = {0};
      memcpy(part, from[c] + k * size, (t->inputs - k) * size);
      weights[c] = widen(format, part);
    }
    add_products(sums, rows, across, t->input + k, t->input_stride, weights);
  }
  if (!t->is_last) {
    UNROLL for (int c = 0; c < across; c++)
        UNROLL for (int r = 0; r < rows; r++) store(t->sums + (c * ROWS + r) * LANES, sums[r][c]);
    return;
  }
  UNROLL for (size_t c = 0; c < (size_t)across; c++) {
    if (c == t->outputs) return;
    UNROLL for (int r = 0; r < rows; r++)
        t->output[(size_t)r * t->output_stride + c] = sum_lanes(sums[r][c]) + (t->bias ? t->bias[c] : 0);
  }
}

#define KN_STORED_TILE(COUNT)                                                                                  \
  KN_KERNEL void stored_f32_##COUNT(const stored_tile *t) { stored_sums(t, COUNT, ACROSS(COUNT), KN_F32); }    \
  KN_KERNEL void stored_f16_##COUNT(const stored_tile *t) { stored_sums(t, COUNT, ACROSS(COUNT), KN_F16); }    \
  KN_KERNEL void stored_bf16_##COUNT(const stored_tile *t) { stored_sums(t, COUNT, ACROSS(COUNT), KN_BF16); }

KN_EACH_ROW_COUNT(KN_STORED_TILE)

#define KN_STORED_ENTRY(COUNT) {stored_f32_##COUNT, stored_f16_##COUNT, stored_bf16_##COUNT},
static void (*const stored_tiles[][3])(const stored_tile *) = {{NULL, NULL, NULL}, KN_EACH_ROW_COUNT(KN_STORED_ENTRY)};

// Some rows × up to STORED_STRIP outputs from `first` on.
KN_KERNEL void stored_strip(const kn_product *p, size_t row, size_t rows, size_t first, size_t outputs) {
  _Alignas(64) float input[STORED_INPUT];
  _Alignas(64) float sums[(STORED_STRIP + 3) * ROWS * LANES];
  const size_t size = kn_format_size(p->format), across = ACROSS(rows);
  const size_t longest = STORED_INPUT / rows / LANES * LANES;
  size_t k = 0;
  do {
    size_t inputs = p->inputs - k < longest ? p->inputs - k : longest, stride = kn_round_up(inputs, LANES);
    for (size_t r = 0; r < rows; r++) {
      memcpy(input + r * stride, (const float *)p->input + (row + r) * p->input_stride + k, inputs * sizeof(float));
      memset(input + r * stride + inputs, 0, (stride - inputs) * sizeof(float));
    }
    for (size_t c = 0; c < outputs; c += across) {
      size_t output = first + c;
      stored_tiles[rows][p->format](&(stored_tile){
          .input = input, .input_stride = stride, .inputs = inputs,
          .weights = (const char *)p->weights + (output * p->inputs + k) * size, .weight_stride = p->inputs * size,
          .outputs = outputs - c < across ? outputs - c : across,
          .is_first = k == 0, .is_last = k + inputs == p->inputs, .sums = sums + c * ROWS * LANES,
          .bias = p->bias ? p->bias + output : NULL,
          .output = p->output + row * p->output_stride + output, .output_stride = p->output_stride});
    }
    k += inputs;
  } while (k < p->inputs);
  if (p->activation == KN_IDENTITY) return;
  for (size_t r = row; r < row + rows; r++) {
    float *y = p->output + r * p->output_stride + first;
    activate(p->activation, y, NULL, outputs, y);
  }
}

KN_KERNEL void stored_product(const kn_product *p) {
  size_t tile_count = (p->rows + ROWS - 1) / ROWS;
  for (size_t tile = 0; tile < tile_count; tile++) {
    size_t row = tile * p->rows / tile_count, rows = (tile + 1) * p->rows / tile_count - row;
    for (size_t c = p->first_output; c < p->end_output; c += STORED_STRIP)
      stored_strip(p, row, rows, c, p->end_output - c < STORED_STRIP ? p->end_output - c : STORED_STRIP);
  }
}
