// The kernels in terms of one vector type. avx2.c, avx512.c and neon.c include this file after they have defined
//   KN_TARGET  the target attribute of every function here
//   LANES      floats in a vector
//   WIDE       vectors across a panel
//   REGISTERS  vectors that the processor holds
//   ROWS       rows that a tile holds in registers: ROWS × WIDE sums, WIDE weights and one input
//   load_part(p, n), store_part(p, v, n): the first n < LANES floats; missing lanes load as 0
//   widen_f16(p): LANES halves at any address
//   sum_lanes(v): the sum of all lanes, in a fixed order
//   largest_lane(v): the largest of all lanes; any of them where one is NaN
//   add_pairs(sum, a, b): adds to each 32-bit lane the products of the two 16-bit halves of a and b
// the types `vf`, `vi` and `vu` of LANES floats and whole numbers, and perhaps
//   KN_MULTIPLIES_PAIRS, step_pairs(x, w, sum): adds the products of two bf16 pairs
//   KN_MULTIPLIES_BYTES, step_bytes(x, w, sum): adds the products of four bytes, less BYTE_OFFSET for x; no add_pairs then
//   KN_NARROWS, store_narrowed(p, v, n): rounds to bf16 and stores the first n ≤ LANES; narrowed(v): in the low halves
//   KN_STORES_BYTES, store_bytes(p, v): the nearest whole numbers as bytes
//   KN_SCALES_BY_POWERS, scale_by_power(v, n): v · 2ⁿ
//   KN_LOOKS_UP, look_up(table, i): table[i & 15]
//
// Product: operands stand in words of 32 bits, one f32, two bf16 or four bytes, and the weights are packed into panels of
// LANES × WIDE outputs, so that a step of the inner dimension reads one contiguous run. A tile keeps rows × panel sums
// in registers and adds to each, in order, the products of one word for each step. The order does not depend on the
// number of rows, so rows can be cut into tiles in any way. Activations follow on the finished tile, which is still in the
// first-level cache.
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "formats.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

#include "vector_math.h"
#include "vector_reductions.h"
#include "vector_rows.h"
#include "vector_operands.h"
#include "vector_product.h"
#include "vector_stored.h"
#include "vector_attention.h"

#define KN_TABLE(ISA, FLOPS, PAIRS, BYTES)     \
  {.isa = ISA,                                 \
   .panel = PANEL,                             \
   .rows = ROWS,                               \
   .strip = STORED_STRIP,                      \
   .flops_per_second = FLOPS,                  \
   .speedup = {1, PAIRS, BYTES},               \
   .dot = dot,                                 \
   .squared_distance = squared_distance,       \
   .manhattan_distance = manhattan_distance,   \
   .scale = scale,                             \
   .sum_rows = sum_rows,                       \
   .weighted_sum_rows = weighted_sum_rows,     \
   .maximum_rows = maximum_rows,               \
   .activate = activate,                       \
   .add = add,                                 \
   .layer_norm = layer_norm,                   \
   .rms_norm = rms_norm,                       \
   .rotate = rotate,                           \
   .pack = pack,                               \
   .narrow = narrow,                           \
   .product = product,                         \
   .stored_product = stored_product,           \
   .pack_attention = pack_attention,           \
   .attention = attention}
