// The kernels in terms of one vector type. avx2.c, avx512.c and neon.c include this file after they have defined
//   KN_TARGET  the target attribute of every function here
//   LANES      floats in a vector
//   WIDE       vectors across a panel
//   REGISTERS  vectors that the processor holds
//   ROWS       rows that a tile holds in registers: ROWS × WIDE sums, WIDE weights and one input
//   load_part(p, n), store_part(p, v, n): the first n < LANES floats; missing lanes load as 0
//   widen_f16(p): LANES halves at any address
//   sum_lanes(v): the sum of all lanes, in a fixed order
// and the type `vf` of LANES floats.
//
// Product: the weights are packed into panels of LANES × WIDE outputs, so that a step of the inner dimension reads
// one contiguous run. A tile keeps rows × panel sums in registers and adds to each, in order, one product for each
// step. The order does not depend on the number of rows, so rows can be cut into tiles in any way.
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "formats.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

#include "vector_math.h"
#include "vector_reductions.h"
#include "vector_rows.h"
#include "vector_product.h"
#include "vector_stored.h"
#include "vector_attention.h"

#define KN_TABLE(ISA, FLOPS)                   \
  {.isa = ISA,                                 \
   .panel = PANEL,                             \
   .rows = ROWS,                               \
   .strip = STORED_STRIP,                      \
   .flops_per_second = FLOPS,                  \
   .dot = dot,                                 \
   .squared_distance = squared_distance,       \
   .manhattan_distance = manhattan_distance,   \
   .scale = scale,                             \
   .sum_rows = sum_rows,                       \
   .weighted_sum_rows = weighted_sum_rows,     \
   .maximum_rows = maximum_rows,               \
   .activate = activate,                       \
   .add = add,                                 \
   .exponentials = exponentials,               \
   .layer_norm = layer_norm,                   \
   .rms_norm = rms_norm,                       \
   .rotate = rotate,                           \
   .pack = pack,                               \
   .product = product,                         \
   .stored_product = stored_product,           \
   .pack_attention = pack_attention,           \
   .attention = attention}
