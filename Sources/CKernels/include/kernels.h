// Arithmetic kernels over f32, one table of functions for each instruction set. Those that search codes stand in scan.h.
//
// Numerics, for every table:
// - A dot product keeps at least four partial sums, which are added in a fixed order: its error is at most
//   (count / 4 + 8) · 2⁻²⁴ · Σ|aᵢbᵢ|.
// - An element of a matrix product is one chain of multiply-adds over the inner dimension, in order, whatever
//   the number of rows or panels of the call: its error is at most (inputs + 2) · 2⁻²⁴ · Σ|aᵢbᵢ|. Hence a row
//   has the same bits alone and in a batch. Products of narrowed operands are exact products of the narrowed values:
//   pairs of bf16 are added up in f32 with the same bound (a processor may take denormals for zeros), bytes in i32
//   without any error; at most 2¹⁵ inputs keep such a sum within i32.
// - Narrowing rounds to bf16, to even in the middle: 2⁻⁹ relative. A row of bytes is low + step · byte with
//   step = (max − min) / 255: off by step / 2 and the rounding of f32. A weight of a byte is scale · byte with
//   scale = max|w| / 127 of its output: off by scale / 2.
// - An element of a stored product is a dot product: as many partial sums as a vector has lanes, each one chain of
//   multiply-adds in order, added in a fixed order at the end, again whatever the rows and outputs of the call. Its
//   error is at most (inputs / 4 + 8) · 2⁻²⁴ · Σ|aᵢbᵢ|. Half formats are widened exactly.
// - Norms: (count / 4 + 16) · 2⁻²⁴ relative to |x| / deviation · |weight| + |bias|.
// - A rotation rounds three times: 3 · 2⁻²⁴ · (|x| + |y|).
// - A masked key costs nothing where a whole tile of queries does not see it. Elsewhere in the tile its probability
//   is 0, so that only a NaN or an infinity among its values shows.
// - exp is within 4 · 2⁻²⁴ relative; erf, tanh and the sigmoid within 4 · 2⁻²⁴ absolute.
// - NaN and infinity follow IEEE 754; nothing is replaced. A maximum of values that include a NaN is NaN.
//
// Lengths count floats, strides count floats from one row to the next. Pointers need the alignment of their
// elements only. Outputs must not overlap inputs, unless the function says so.
#ifndef KN_KERNELS_H
#define KN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef enum kn_isa {
  KN_ISA_SCALAR = 0,
  KN_ISA_AVX2 = 1,
  KN_ISA_AVX512 = 2,
  KN_ISA_NEON = 3,
  // With instructions for products of narrow operands besides; f32 gives the same bits as without.
  KN_ISA_AVX2_VNNI = 4,
  KN_ISA_AVX512_VNNI = 5,
  KN_ISA_AVX512_BF16 = 6,  // And VNNI
  KN_ISA_NEON_DOT = 7,
} kn_isa;

typedef enum kn_activation {
  KN_IDENTITY = 0,
  KN_GELU = 1,       // x · (1 + erf(x / √2)) / 2
  KN_GELU_TANH = 2,  // x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2
  KN_RELU = 3,
  KN_TANH = 4,
  KN_SIGMOID = 5,
  KN_SILU = 6,  // x · sigmoid(x)
} kn_activation;

// How a weight stands in memory, little-endian.
typedef enum kn_format {
  KN_F32 = 0,
  KN_F16 = 1,   // IEEE 754 binary16
  KN_BF16 = 2,  // The upper half of an f32
} kn_format;

// What both operands of a packed product stand in. Each fills words of four bytes, zeros behind the last value: one f32,
// two bf16, or four bytes (the weights signed, the input not).
typedef enum kn_operands {
  KN_OPERANDS_F32 = 0,
  KN_OPERANDS_BF16 = 1,
  KN_OPERANDS_INT8 = 2,
} kn_operands;

// Where a row of bytes lies: x = low + step · byte.
typedef struct kn_span {
  float low, step;
} kn_span;

// What is known of an output whose weights are bytes: w = scale · byte, and the sum of its bytes.
typedef struct kn_column {
  float scale, sum;
} kn_column;

// output[r][c] = activation(Σₖ input[r][k] · weights[c][k] + bias[c]), for `rows` rows and the outputs
// [first_output, end_output). The weights of `product` are packed, and first_output is a multiple of the panel width;
// those of `stored_product` stand in rows.
typedef struct kn_product {
  const void *input;  // [rows, inputs] of words
  size_t input_stride;  // Words
  size_t rows;
  size_t inputs;  // Values
  kn_operands operands;      // product: of input and panels
  const void *panels;        // product: from `pack`, of all outputs
  size_t panel_stride;       // Words from one panel to the next
  const kn_span *spans;      // Of each row of bytes
  const kn_column *columns;  // Of each output of bytes, whole panels of them
  const void *weights;  // stored_product: [outputs, inputs] without gaps, of all outputs, at any address
  kn_format format;     // Of these weights
  size_t first_output;
  size_t end_output;
  const float *bias;  // [outputs], or NULL
  kn_activation activation;
  float *output;  // [rows, outputs], of all outputs; of words if they are narrowed
  size_t output_stride;
  int narrows;  // product: whether outputs are written as bf16
} kn_product;

// Attention of some queries of one head over the keys of one text:
// output = softmax(scale · query · keyᵀ + slope · (j − i) + bias[j − i]) · value, where query i sees the keys j with
// i − left ≤ j ≤ i + right. No keys at all give zeros.
typedef struct kn_attention {
  const float *query;  // [queries, head]
  size_t query_stride;
  const float *key;    // [tokens, head]
  const float *value;  // [tokens, head]
  size_t stride;       // Of key and value
  size_t queries;
  size_t tokens;
  size_t head;
  float scale;
  size_t position;     // Of the first query among the tokens
  size_t left, right;  // SIZE_MAX: no limit
  float slope;
  const float *bias;  // At distance 0, with the other distances before and after it; or NULL
  float *output;      // [queries, head]
  size_t output_stride;
  float *probabilities;  // [queries, tokens] without gaps, zeros where masked, or NULL
  kn_operands operands;  // Of both products; not bytes
  const float *packed;   // From pack_attention, of the same keys and values; or NULL: they are packed into the scratch
  float *scratch;        // kn_attention_scratch floats
} kn_attention;

typedef struct kn_kernels {
  kn_isa isa;
  size_t panel;             // Outputs in one packed panel
  size_t rows;              // Rows that one pass over a panel serves
  size_t strip;             // Outputs of a stored product that share a copy of the input
  double flops_per_second;  // Of f32, by order of magnitude, for cutting work into blocks
  double speedup[3];        // Of products by operands, likewise

  float (*dot)(const float *a, const float *b, size_t count);
  float (*squared_distance)(const float *a, const float *b, size_t count);
  float (*manhattan_distance)(const float *a, const float *b, size_t count);
  // x[i] *= factor, in place.
  void (*scale)(float *x, float factor, size_t count);
  // sums[c] = Σᵣ matrix[r][c] and Σᵣ (first_weight + r) · matrix[r][c].
  void (*sum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns, float *sums);
  void (*weighted_sum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns,
                            float first_weight, float *sums);
  // maxima[c] = maxᵣ matrix[r][c]; rows ≥ 1.
  void (*maximum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns, float *maxima);
  // y[i] = activation(x[i]) · factor[i] (NULL: 1); y may be x or factor.
  void (*activate)(kn_activation activation, const float *x, const float *factor, size_t count, float *y);
  // y[i] += x[i].
  void (*add)(const float *x, size_t count, float *y);
  // output = (x − mean) / √(variance + epsilon) · weight + bias for x = input + residual (NULL: none);
  // bias may be NULL: none; output may be input or residual.
  void (*layer_norm)(const float *input, const float *residual, const float *weight, const float *bias,
                     float epsilon, size_t count, float *output);
  // output = x / √(mean(x²) + epsilon) · weight for x = input + residual (NULL: none); output may be either.
  void (*rms_norm)(const float *input, const float *residual, const float *weight, float epsilon, size_t count,
                   float *output);
  // Turns pairs of x by angles, in place: (x, y) → (x cos − y sin, y cos + x sin). A pair is x[i] and x[i + pairs], or
  // x[2i] and x[2i + 1] if interleaved. table: `pairs` cosines, then as many sines; if interleaved each cosine
  // twice, then each sine negated and plain.
  void (*rotate)(float *x, const float *table, size_t pairs, int interleaved);
  // Packs `rows` output rows of weights into panels [⌈rows / panel⌉][words of inputs][panel], zeros at the end. `columns`,
  // whole panels of them, are written for bytes only.
  void (*pack)(kn_operands operands, const float *weights, size_t stride, size_t rows, size_t inputs, void *panels,
               kn_column *columns);
  // Writes a row as an operand in whole words; `span` is written for bytes only, with NaN for a row that is not finite.
  void (*narrow)(kn_operands operands, const float *x, size_t count, void *words, kn_span *span);
  void (*product)(const kn_product *product);
  void (*stored_product)(const kn_product *product);
  // Packs keys and values for several calls of `attention` into kn_packed_attention floats; of the attention only key,
  // value, stride, tokens and head are read.
  void (*pack_attention)(const kn_attention *attention, float *packed);
  void (*attention)(const kn_attention *attention);
} kn_kernels;

// The kernels of an instruction set, or NULL where this machine lacks it.
const kn_kernels *kn_kernels_for(kn_isa isa);

// Widens `count` values, exactly.
void kn_widen(kn_format format, const void *from, size_t count, float *to);

// Words that hold `count` values of an operand.
size_t kn_words(kn_operands operands, size_t count);

// Floats that kn_kernels.pack_attention writes.
size_t kn_packed_attention(const kn_kernels *kernels, kn_operands operands, size_t tokens, size_t head);

// Floats of scratch that kn_kernels.attention needs.
size_t kn_attention_scratch(const kn_kernels *kernels, kn_operands operands, size_t tokens, size_t head, int is_packed);

// A checksum of bytes at any address.
uint64_t kn_checksum(const void *bytes, size_t count);

// Tells the processor that this thread is waiting in a loop.
void kn_pause(void);

#endif
